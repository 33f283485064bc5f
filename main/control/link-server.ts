/** Takes connections of programs of this user that show that they know the secret. One never waits for another. */
import type { Clock, ControlLink, ControlListener, RandomSource } from '../../native/ports';
import { ControlError } from './control-error';
import { framed, FrameReader, MAX_FRAME } from './frames';
import {
  busyAnswer,
  MAX_HANDSHAKE_FRAME,
  ServerHandshake,
  type LinkProtocol,
  type SessionKeys,
} from './handshake';

/** Who has not said yet who they are; the oldest goes when another one comes. */
export const MAX_STRANGERS = 16;
/** Milliseconds: to show who one is; for taking what is sent. */
export const HANDSHAKE_TIMEOUT = 5_000;
export const WRITE_TIMEOUT = 30_000;

export interface LinkServerOptions {
  readonly protocol: LinkProtocol;
  /** 32 bytes. */
  readonly secret: Uint8Array;
  readonly clock: Clock;
  readonly random: RandomSource;
  /** So many are served at the same time. */
  readonly mostClients: number;
  /** Somebody who knows the secret: what takes the frames that come from now on. */
  readonly onKnown: (link: KnownLink, keys: SessionKeys) => LinkHandler;
}

/** A connection whose other end knows the secret. */
export interface KnownLink {
  /** Aborted when it is over, whoever ended it. */
  readonly gone: AbortSignal;
  /** Sends one frame; the connection ends when none of those that wait is taken in time. Rejects when the connection is gone. */
  send(content: Uint8Array): Promise<void>;
  /** Closes it unless something is sent or this is called again within so many milliseconds; undefined: it may stay silent. */
  within(milliseconds: number | undefined): void;
  close(): void;
}

/** Frames come one after the other, the next only when the last one is done with. What it throws ends the connection. */
export interface LinkHandler {
  readonly onFrame: (frame: Uint8Array) => void | Promise<void>;
}

export class LinkServer {
  readonly #options: LinkServerOptions;
  readonly #strangers = new Set<Connection>();
  readonly #clients = new Set<Connection>();

  constructor(options: LinkServerOptions) {
    this.#options = options;
  }

  /** For {@link ControlSocket.listen}. */
  accept(link: ControlLink): ControlListener {
    const connection = new Connection(link, this.#options, {
      hasRoom: () => {
        this.#strangers.delete(connection);
        if (this.#clients.size >= this.#options.mostClients) return false;
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
  readonly hasRoom: () => boolean;
  readonly onClosed: () => void;
}

class Connection implements ControlListener, KnownLink {
  readonly #link: ControlLink;
  readonly #options: LinkServerOptions;
  readonly #door: Door;
  readonly #frames = new FrameReader(MAX_HANDSHAKE_FRAME);
  readonly #handshake: ServerHandshake;
  readonly #gone = new AbortController();
  #handler: LinkHandler | undefined;
  #greeted = false;
  #working = false;
  #stopTimer = (): void => undefined;
  /** Of those that are being sent, and what holds when all are taken. */
  #sending = 0;
  #silence: number | undefined = HANDSHAKE_TIMEOUT;

  constructor(link: ControlLink, options: LinkServerOptions, door: Door) {
    this.#link = link;
    this.#options = options;
    this.#door = door;
    this.#handshake = new ServerHandshake(options.secret, options.random, options.protocol);
    this.within(HANDSHAKE_TIMEOUT);
  }

  get gone(): AbortSignal {
    return this.#gone.signal;
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
    this.#stopTimer();
    this.#link.close();
    this.#frames.clear();
    this.#door.onClosed();
    this.#gone.abort(new ControlError('closed'));
  }

  async send(content: Uint8Array): Promise<void> {
    if (this.#gone.signal.aborted) throw new ControlError('closed');
    // From the first that waits: what is sent behind it gives the other end no more time.
    if (this.#sending++ === 0) this.#startTimer(WRITE_TIMEOUT);
    try {
      await this.#link.write(framed(content));
    } finally {
      this.#sending--;
    }
    if (!this.#gone.signal.aborted) this.#startTimer(this.#sending > 0 ? WRITE_TIMEOUT : this.#silence);
  }

  within(milliseconds: number | undefined): void {
    this.#silence = milliseconds;
    if (this.#sending === 0) this.#startTimer(milliseconds);
  }

  /** One frame after the other, the next only when the answer to the last was taken. */
  async #work(): Promise<void> {
    this.#working = true;
    try {
      for (;;) {
        const frame = this.#frames.next();
        if (!frame) break;
        await (this.#handler ? this.#handler.onFrame(frame) : this.#greet(frame));
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
    if (!this.#door.hasRoom()) {
      await this.#link.write(framed(busyAnswer(this.#options.protocol)));
      return this.close();
    }
    this.#frames.longest = MAX_FRAME;
    this.#handler = this.#options.onKnown(this, keys);
  }

  #startTimer(milliseconds: number | undefined): void {
    this.#stopTimer();
    this.#stopTimer =
      milliseconds === undefined
        ? () => undefined
        : this.#options.clock.after(milliseconds, () => this.close());
  }
}
