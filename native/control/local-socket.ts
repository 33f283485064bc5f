/**
 * Where the owner of a private folder can be reached: a Unix socket that only this user may open, or on Windows a named pipe with
 * a name that nobody can guess. A file in the folder (0600) says where. That the right one answers is for the protocol above to
 * find out: anybody may open a pipe of any name.
 */
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ControlLink, ControlListener, ControlSocket } from '../ports';

/** Bytes of a path that every system takes for a socket: 104 on macOS with the zero behind it, 108 on Linux. */
const LONGEST_PATH = 103;
/** The system holds so many that were not accepted yet. */
const BACKLOG = 32;

export class LocalSocket implements ControlSocket {
  readonly #folder: string;
  readonly #platform: NodeJS.Platform;
  readonly #name: 'control' | 'bridge';

  /**
   * @param folder the private folder (0700); exists when it is owned.
   * @param options `name` begins the names of its files.
   */
  constructor(
    folder: string,
    {
      name = 'control',
      platform = process.platform,
    }: { readonly name?: 'control' | 'bridge'; readonly platform?: NodeJS.Platform } = {},
  ) {
    this.#folder = folder;
    this.#platform = platform;
    this.#name = name;
  }

  async listen(onConnection: (link: ControlLink) => ControlListener): Promise<() => Promise<void>> {
    const open = new Set<Socket>();
    const server = createServer((socket) => {
      open.add(socket);
      socket.once('close', () => open.delete(socket));
      const link = new SocketLink(socket);
      link.listener = onConnection(link);
    });
    const { address, remove } = await this.#newAddress();
    await listening(server, address);
    if (this.#platform !== 'win32') await chmod(address, 0o600);
    const file = join(this.#folder, this.#addressFile);
    await rm(file, { force: true });
    await writeFile(file, address, { mode: 0o600, flag: 'wx' });
    return async () => {
      for (const socket of open) socket.destroy();
      await rm(file, { force: true });
      // Takes the socket's file away too.
      await new Promise((resolve) => server.close(resolve));
      await remove();
    };
  }

  async connect(listener: ControlListener): Promise<ControlLink | undefined> {
    const address = await this.#address();
    if (address === undefined) return undefined;
    const socket = connect(address);
    try {
      await new Promise<void>((resolve, reject) => {
        socket.once('connect', resolve);
        socket.once('error', reject);
      });
    } catch (error) {
      if (isNobody(error)) return undefined;
      throw error;
    }
    const link = new SocketLink(socket);
    link.listener = listener;
    return link;
  }

  get #addressFile(): string {
    return `${this.#name}-address`;
  }

  async #address(): Promise<string | undefined> {
    try {
      return (await readFile(join(this.#folder, this.#addressFile), 'utf8')).trim() || undefined;
    } catch (error) {
      if (isNobody(error)) return undefined;
      throw error;
    }
  }

  async #newAddress(): Promise<{ readonly address: string; readonly remove: () => Promise<void> }> {
    if (this.#platform === 'win32')
      return {
        address: `\\\\.\\pipe\\latchkey-${randomBytes(16).toString('hex')}`,
        remove: async () => undefined,
      };
    const near = join(this.#folder, this.#name);
    if (Buffer.byteLength(near) <= LONGEST_PATH) {
      // Of an owner that was killed: the folder is ours now.
      await rm(near, { force: true });
      return { address: near, remove: async () => undefined };
    }
    // mkdtemp makes it 0700.
    const folder = await mkdtemp(join(process.env['XDG_RUNTIME_DIR'] ?? tmpdir(), 'latchkey-'));
    return { address: join(folder, this.#name), remove: () => rm(folder, { recursive: true, force: true }) };
  }
}

function listening(server: Server, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ path: address, backlog: BACKLOG }, () => {
      server.off('error', reject);
      // A connection that could not be accepted: the next one may be.
      server.on('error', () => undefined);
      resolve();
    });
  });
}

function isNobody(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ECONNREFUSED' || code === 'ENOTDIR' || code === 'ENOTSOCK';
}

class SocketLink implements ControlLink {
  listener: ControlListener | undefined;
  readonly #socket: Socket;
  #closed = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (bytes: Buffer) => {
      if (!this.#closed) this.listener?.onBytes(bytes);
    });
    // What is wrong does not matter: the connection is over, and `close` follows.
    socket.on('error', () => undefined);
    socket.once('close', () => {
      if (this.#closed) return;
      this.#closed = true;
      this.listener?.onEnd();
    });
  }

  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.write(bytes, (error) => (error ? reject(error) : resolve()));
    });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.destroy();
  }
}
