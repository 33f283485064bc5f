/** Serves the passkeys of this device to other programs of this user that know the secret. */
import type { Clock, ControlSocket, PrivateFolder, RandomSource } from '../../native/ports';
import { encodeBody } from '../ctap/codec';
import { MAX_FRAME } from './frames';
import { control, type SessionKeys } from './handshake';
import { LinkServer, type KnownLink, type LinkHandler } from './link-server';
import { answerTo, welcome } from './messages';
import type { DeviceService } from './operations';
import { SealedChannel } from './sealed-channel';
import { readOrMakeSecret } from './secret';

/** Programs at the same time. */
export const MAX_CLIENTS = 16;
/** Milliseconds between requests: somebody types a PIN. */
export const IDLE_TIMEOUT = 10 * 60_000;

export interface ServeOptions {
  /** Owned by this program: its lock is held. */
  readonly folder: PrivateFolder;
  readonly socket: ControlSocket;
  readonly service: DeviceService;
  /** A request has come; what this returns is called when its answer is sent, or nobody is there for it. */
  readonly onRequest?: () => () => void;
  readonly clock: Clock;
  readonly random: RandomSource;
  /** Version of the program. */
  readonly program: string;
}

/** From now on other programs of this user can ask; resolves to what ends it. */
export async function serveControl(options: ServeOptions): Promise<() => Promise<void>> {
  const { folder, socket, clock, random } = options;
  const secret = await readOrMakeSecret(folder, random);
  const server = new LinkServer({
    protocol: control,
    secret,
    clock,
    random,
    mostClients: MAX_CLIENTS,
    onKnown: (link, keys) => new Client(link, keys, options),
  });
  const stop = await socket.listen((link) => server.accept(link));
  return async () => {
    server.close();
    await stop();
    secret.fill(0);
  };
}

class Client implements LinkHandler {
  readonly #link: KnownLink;
  readonly #channel: SealedChannel;
  readonly #service: DeviceService;
  readonly #onRequest: () => () => void;

  constructor(link: KnownLink, keys: SessionKeys, { service, onRequest, program }: ServeOptions) {
    this.#link = link;
    this.#service = service;
    this.#onRequest = onRequest ?? (() => () => undefined);
    this.#channel = new SealedChannel(keys, 'server', { longestMessage: MAX_FRAME });
    link.gone.addEventListener('abort', () => this.#channel.close());
    link.within(IDLE_TIMEOUT);
    // One that does not take it is closed.
    this.#send(encodeBody(welcome, { program })).catch(() => undefined);
  }

  readonly onFrame = async (frame: Uint8Array): Promise<void> => {
    const message = this.#channel.open(frame);
    if (!message) return;
    const answered = this.#onRequest();
    try {
      await this.#answer(message);
    } finally {
      answered();
    }
  };

  async #answer(message: Uint8Array): Promise<void> {
    this.#link.within(undefined);
    const answer = await answerTo(message, this.#service, this.#link.gone);
    message.fill(0);
    if (this.#link.gone.aborted) return;
    this.#link.within(IDLE_TIMEOUT);
    await this.#send(answer);
    answer.fill(0);
  }

  async #send(message: Uint8Array): Promise<void> {
    for (const frame of this.#channel.seal(message)) await this.#link.send(frame);
  }
}
