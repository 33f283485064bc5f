/** Serves the passkeys of this device to other programs of this user that know the secret. One client never waits for another. */
import type {
  Clock,
  ControlLink,
  ControlListener,
  ControlSocket,
  PrivateFolder,
  RandomSource,
} from '../../native/ports';
import { encodeBody } from '../ctap/codec';
import { ControlError } from './control-error';
import { framed, FrameReader, MAX_FRAME } from './frames';
import { busyAnswer, control, MAX_HANDSHAKE_FRAME, ServerHandshake } from './handshake';
import { answerTo, welcome } from './messages';
import type { DeviceService } from './operations';
import { SealedChannel } from './sealed-channel';
import { readOrMakeSecret } from './secret';

/** Programs that said who they are, and others; of the latter the oldest goes when another one comes. */
export const MAX_CLIENTS = 16;
export const MAX_STRANGERS = 16;
/** Milliseconds: to show who one is; between requests (somebody types a PIN); for taking an answer. */
export const HANDSHAKE_TIMEOUT = 5_000;
export const IDLE_TIMEOUT = 10 * 60_000;
export const WRITE_TIMEOUT = 30_000;

export interface ControlServerOptions {
  readonly service: DeviceService;
  /** 32 bytes. */
  readonly secret: Uint8Array;
  readonly clock: Clock;
  readonly random: RandomSource;
  /** Version of the program. */
  readonly program: string;
}

export class ControlServer {
  readonly #options: ControlServerOptions;
  readonly #strangers = new Set<Connection>();
  readonly #clients = new Set<Connection>();

  constructor(options: ControlServerOptions) {
    this.#options = options;
  }

  /** For {@link ControlSocket.listen}. */
  accept(link: ControlLink): ControlListener {
    const connection = new Connection(link, this.#options, {
      onKnown: () => {
        this.#strangers.delete(connection);
        if (this.#clients.size >= MAX_CLIENTS) return false;
        this.#clients.add(connection);
        return true;
      },
      onClosed: () => {
        this.#strangers.delete(connection);
        this.#clients.delete(connection);
      },
    });
    this.#strangers.add(connection);
    const [oldest] = this.#strangers;
    if (this.#strangers.size > MAX_STRANGERS) oldest?.close();
    return connection;
  }

  close(): void {
    for (const connection of [...this.#strangers, ...this.#clients]) connection.close();
  }
}

interface Door {
  /** It knows the secret; false where there is no room for it. */
  readonly onKnown: () => boolean;
  readonly onClosed: () => void;
}

class Connection implements ControlListener {
  readonly #link: ControlLink;
  readonly #options: ControlServerOptions;
  readonly #door: Door;
  readonly #frames = new FrameReader(MAX_HANDSHAKE_FRAME);
  readonly #handshake: ServerHandshake;
  readonly #gone = new AbortController();
  #channel: SealedChannel | undefined;
  #greeted = false;
  #working = false;
  #stopTimer = (): void => undefined;

  constructor(link: ControlLink, options: ControlServerOptions, door: Door) {
    this.#link = link;
    this.#options = options;
    this.#door = door;
    this.#handshake = new ServerHandshake(options.secret, options.random);
    this.#within(HANDSHAKE_TIMEOUT);
  }

  readonly onBytes = (bytes: Uint8Array): void => {
    if (this.#gone.signal.aborted) return;
    try {
      this.#frames.push(bytes);
    } catch {
      return this.close();
    }
    if (!this.#working) void this.#work();
  };

  readonly onEnd = (): void => this.close();

  /** Whatever was wrong, the other side is told nothing that it could learn from. */
  close(): void {
    if (this.#gone.signal.aborted) return;
    this.#gone.abort(new ControlError('closed'));
    this.#stopTimer();
    this.#link.close();
    this.#frames.clear();
    this.#channel?.close();
    this.#door.onClosed();
  }

  /** One frame after the other, the next only when the answer to the last was taken. */
  async #work(): Promise<void> {
    this.#working = true;
    try {
      for (;;) {
        const frame = this.#frames.next();
        if (!frame) break;
        await (this.#channel ? this.#message(this.#channel, frame) : this.#greet(frame));
        if (this.#gone.signal.aborted) return;
      }
    } catch {
      this.close();
    } finally {
      this.#working = false;
    }
  }

  async #greet(frame: Uint8Array): Promise<void> {
    if (!this.#greeted) {
      this.#greeted = true;
      const { answer, go } = this.#handshake.challenge(frame);
      await this.#link.write(framed(answer));
      if (!go) this.close();
      return;
    }
    const keys = this.#handshake.accept(frame);
    if (!this.#door.onKnown()) {
      await this.#link.write(framed(busyAnswer(control)));
      return this.close();
    }
    this.#channel = new SealedChannel(keys, 'server', { longestMessage: MAX_FRAME });
    this.#frames.longest = MAX_FRAME;
    await this.#send(this.#channel, encodeBody(welcome, { program: this.#options.program }));
  }

  async #message(channel: SealedChannel, frame: Uint8Array): Promise<void> {
    const message = channel.open(frame);
    if (!message) return;
    this.#stopTimer();
    const answer = await answerTo(message, this.#options.service, this.#gone.signal);
    message.fill(0);
    if (this.#gone.signal.aborted) return;
    await this.#send(channel, answer);
    answer.fill(0);
  }

  async #send(channel: SealedChannel, message: Uint8Array): Promise<void> {
    this.#within(WRITE_TIMEOUT);
    for (const frame of channel.seal(message)) await this.#link.write(framed(frame));
    if (!this.#gone.signal.aborted) this.#within(IDLE_TIMEOUT);
  }

  #within(milliseconds: number): void {
    this.#stopTimer();
    this.#stopTimer = this.#options.clock.after(milliseconds, () => this.close());
  }
}

export interface ServeOptions extends Omit<ControlServerOptions, 'secret'> {
  /** Owned by this program: its lock is held. */
  readonly folder: PrivateFolder;
  readonly socket: ControlSocket;
}

/** From now on other programs of this user can ask; resolves to what ends it. */
export async function serveControl({
  folder,
  socket,
  ...options
}: ServeOptions): Promise<() => Promise<void>> {
  const secret = await readOrMakeSecret(folder, options.random);
  const server = new ControlServer({ ...options, secret });
  const stop = await socket.listen((link) => server.accept(link));
  return async () => {
    server.close();
    await stop();
    secret.fill(0);
  };
}
