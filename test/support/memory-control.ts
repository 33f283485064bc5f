/** A {@link ControlSocket} in memory: what goes over it can be seen, changed and left out, and each end can stop reading. */
import type { ControlLink, ControlListener, ControlSocket } from '../../native/ports';

/** One end of a connection that the test itself holds. */
export class TestEnd implements ControlListener {
  /** Everything that came, in the pieces in which it came. */
  readonly received: Uint8Array[] = [];
  ended = false;
  link: ControlLink | undefined;
  #wake = (): void => undefined;

  readonly onBytes = (bytes: Uint8Array): void => {
    this.received.push(bytes.slice());
    this.#wake();
  };

  readonly onEnd = (): void => {
    this.ended = true;
    this.#wake();
  };

  send(bytes: Uint8Array): void {
    void this.link?.write(bytes).catch(() => undefined);
  }

  get bytes(): Uint8Array {
    return Uint8Array.from(Buffer.concat(this.received));
  }

  /** Resolves when so many frames are whole, or the connection has ended. */
  async frames(count: number): Promise<readonly Uint8Array[]> {
    for (;;) {
      const frames = framesIn(this.bytes);
      if (frames.length >= count || this.ended) return frames;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

function framesIn(bytes: Uint8Array): readonly Uint8Array[] {
  const frames: Uint8Array[] = [];
  for (let at = 0; at + 4 <= bytes.length;) {
    const length = Buffer.from(bytes).readUInt32LE(at);
    if (at + 4 + length > bytes.length) break;
    frames.push(bytes.slice(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return frames;
}

/** What becomes of bytes on their way: undefined swallows them. */
export type Tamper = (bytes: Uint8Array, direction: 'to-server' | 'to-client') => Uint8Array | undefined;

export class MemoryControl implements ControlSocket {
  /** Of all connections, in order. */
  readonly traffic: { readonly direction: 'to-server' | 'to-client'; readonly bytes: Uint8Array }[] = [];
  tamper: Tamper = (bytes) => bytes;
  /** While set, whoever connects does not take what is sent to it. */
  clientsRead = true;
  /** Everything comes byte by byte. */
  crumble = false;
  /** The client's end of the newest connection. */
  newest: ControlLink | undefined;
  #onConnection: ((link: ControlLink) => ControlListener) | undefined;
  readonly #ends = new Set<() => void>();

  async listen(onConnection: (link: ControlLink) => ControlListener): Promise<() => Promise<void>> {
    this.#onConnection = onConnection;
    return async () => {
      this.#onConnection = undefined;
      for (const end of [...this.#ends]) end();
    };
  }

  async connect(listener: ControlListener): Promise<ControlLink | undefined> {
    if (!this.#onConnection) return undefined;
    let open = true;
    let clientClosed = false;
    let serverClosed = false;
    const over = (): void => {
      if (!open) return;
      open = false;
      this.#ends.delete(over);
      queueMicrotask(() => {
        if (!clientClosed) listener.onEnd();
        if (!serverClosed) server.onEnd();
      });
    };
    this.#ends.add(over);
    const carry = (
      direction: 'to-server' | 'to-client',
      bytes: Uint8Array,
      take: (bytes: Uint8Array) => void,
    ): Promise<void> => {
      if (!open) return Promise.reject(new Error('the connection is gone'));
      if (direction === 'to-client' && !this.clientsRead) return new Promise(() => undefined);
      this.traffic.push({ direction, bytes: bytes.slice() });
      const arrived = this.tamper(bytes.slice(), direction);
      if (arrived)
        queueMicrotask(() => {
          if (direction === 'to-server' ? !serverClosed : !clientClosed)
            for (const piece of this.crumble ? bytewise(arrived) : [arrived]) take(piece);
        });
      return Promise.resolve();
    };
    const server = this.#onConnection({
      write: (bytes) => carry('to-client', bytes, (arrived) => listener.onBytes(arrived)),
      close: () => {
        serverClosed = true;
        over();
      },
    });
    this.newest = {
      write: (bytes) => carry('to-server', bytes, (arrived) => server.onBytes(arrived)),
      close: () => {
        clientClosed = true;
        over();
      },
    };
    return this.newest;
  }

  /** A connection whose client is the test. */
  async end(): Promise<TestEnd> {
    const end = new TestEnd();
    end.link = await this.connect(end);
    return end;
  }
}

function bytewise(bytes: Uint8Array): readonly Uint8Array[] {
  return [...bytes].map((byte) => Uint8Array.of(byte));
}
