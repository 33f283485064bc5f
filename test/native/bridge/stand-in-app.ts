/** The app's side of the bridge: the real socket and the real handshake, and nothing behind them. */
import { writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { framed, FrameReader, MAX_FRAME } from '../../../main/control/frames';
import { bridge, ServerHandshake, type LinkProtocol } from '../../../main/control/handshake';
import { LocalSocket } from '../../../native/control/local-socket';
import { SystemRandom } from '../../../native/random';
import type { ControlLink } from '../../../native/ports';

/** A relay that is known. */
export class KnownRelay {
  readonly #link: ControlLink;
  readonly #frames: Uint8Array[] = [];
  #over = false;
  #wake: (() => void) | undefined;

  constructor(link: ControlLink) {
    this.#link = link;
  }

  take(frame: Uint8Array): void {
    this.#frames.push(frame);
    this.#wake?.();
  }

  end(): void {
    this.#over = true;
    this.#wake?.();
  }

  /** The next frame; undefined when the connection ended. */
  async next(): Promise<Buffer | undefined> {
    for (;;) {
      const next = this.#frames.shift();
      if (next) return Buffer.from(next);
      if (this.#over) return undefined;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** Resolves when the system has taken it. */
  async send(content: string | Uint8Array): Promise<void> {
    await this.#link.write(framed(Buffer.from(content)));
  }

  /** Bytes that need not be a frame. */
  write(bytes: Uint8Array): Promise<void> {
    return this.#link.write(bytes);
  }

  close(): void {
    this.#link.close();
  }
}

export class StandInApp {
  readonly #secret: Uint8Array;
  readonly #protocol: LinkProtocol;
  readonly #relays: KnownRelay[] = [];
  #wake: (() => void) | undefined;
  #stop: (() => Promise<void>) | undefined;

  constructor(secret: Uint8Array, protocol: LinkProtocol = bridge) {
    this.#secret = secret;
    this.#protocol = protocol;
  }

  async listen(folder: string): Promise<void> {
    this.#stop = await new LocalSocket(folder, { name: 'bridge' }).listen((link) => {
      const handshake = new ServerHandshake(this.#secret, new SystemRandom(), this.#protocol);
      const reader = new FrameReader(MAX_FRAME);
      let step: 'hello' | 'proof' | KnownRelay = 'hello';
      const take = (frame: Uint8Array): void => {
        if (step === 'hello') {
          const { answer, go } = handshake.challenge(frame);
          step = 'proof';
          void link.write(framed(answer)).then(() => (go ? undefined : link.close()));
        } else if (step === 'proof') {
          handshake.accept(frame);
          step = new KnownRelay(link);
          this.#relays.push(step);
          void link.write(framed(Uint8Array.of(0)));
          this.#wake?.();
        } else {
          step.take(frame);
        }
      };
      return {
        onBytes: (bytes) => {
          // The reader takes no more than two frames at once.
          reader.push(bytes);
          for (let next = reader.next(); next; next = reader.next()) take(next);
        },
        onEnd: () => {
          if (step instanceof KnownRelay) step.end();
        },
      };
    });
  }

  /** The next relay that is known. */
  async relay(): Promise<KnownRelay> {
    for (;;) {
      const next = this.#relays.shift();
      if (next) return next;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  async stop(): Promise<void> {
    await this.#stop?.();
    this.#stop = undefined;
  }
}

/** Whoever listens where the address says, and does what it likes. */
export async function listenAs(
  folder: string,
  onConnection: (socket: Socket) => void,
): Promise<() => Promise<void>> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => undefined).once('close', () => open.delete(socket));
    onConnection(socket);
  });
  const path = join(folder, 'bridge');
  await new Promise<void>((resolve) => server.listen(path, resolve));
  writeFileSync(join(folder, 'bridge-address'), path);
  return async () => {
    for (const socket of open) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
}

/** Takes relays in as the app does, then gives their connections away. `accepts`: bytes to say so. */
export function known(
  secret: Uint8Array,
  then: (socket: Socket) => void,
  accepts: Uint8Array = framed(Uint8Array.of(0)),
): (socket: Socket) => void {
  return (socket) => {
    const handshake = new ServerHandshake(secret, new SystemRandom(), bridge);
    const reader = new FrameReader(MAX_FRAME);
    let greeted = false;
    const onData = (bytes: Buffer): void => {
      reader.push(bytes);
      for (let next = reader.next(); next; next = reader.next()) {
        if (!greeted) {
          greeted = true;
          socket.write(framed(handshake.challenge(next).answer));
          continue;
        }
        handshake.accept(next);
        socket.off('data', onData);
        socket.pause();
        socket.write(accepts);
        then(socket);
        return;
      }
    };
    socket.on('data', onData);
  };
}
