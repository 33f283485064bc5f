/** The browser's side of a relay that runs: frames in, frames out. */
import { spawn, type ChildProcess } from 'node:child_process';
import { sanitizerEnvironment } from './relay-programs';

export interface RelayEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly complaints: string;
}

/** A frame as browsers and the app send it. */
export function frame(content: string | Uint8Array): Buffer {
  const body = Buffer.from(content);
  const head = Buffer.alloc(4);
  head.writeUInt32LE(body.length);
  return Buffer.concat([head, body]);
}

/** Takes whole frames from the front of `bytes`; what is left over is no whole one. */
export function wholeFrames(bytes: Buffer): { readonly frames: readonly Buffer[]; readonly rest: Buffer } {
  const frames: Buffer[] = [];
  let at = 0;
  while (bytes.length - at >= 4 && bytes.length - at - 4 >= bytes.readUInt32LE(at)) {
    const length = bytes.readUInt32LE(at);
    frames.push(bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return { frames, rest: bytes.subarray(at) };
}

export class RunningRelay {
  /**
   * Also means that nobody else has one of its files open: neither its pipes nor the files 3 and 4, which
   * stand for what a browser left open.
   */
  readonly ended: Promise<RelayEnd>;
  readonly pid: number;
  readonly #child: ChildProcess;
  #rest: Buffer = Buffer.alloc(0);
  readonly #frames: Buffer[] = [];
  #over = false;
  #wake: (() => void) | undefined;

  constructor(
    path: string,
    args: readonly string[],
    { reading = true }: { readonly reading?: boolean } = {},
  ) {
    this.#child = spawn(path, args, {
      stdio: ['pipe', 'pipe', 'pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...sanitizerEnvironment },
    });
    this.pid = this.#child.pid ?? 0;
    let complaints = '';
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => (complaints += text));
    this.#child.stdin?.on('error', () => undefined);
    this.#child.stdout?.on('data', (bytes: Buffer) => {
      const { frames, rest } = wholeFrames(Buffer.concat([this.#rest, bytes]));
      this.#rest = rest;
      this.#frames.push(...frames);
      this.#wake?.();
    });
    if (!reading) this.#child.stdout?.pause();
    this.ended = new Promise((resolve, reject) => {
      this.#child.once('error', reject);
      this.#child.once('close', (code, signal) => {
        this.#over = true;
        this.#wake?.();
        resolve({ code, signal, complaints });
      });
    });
  }

  /** Begins to read what it says. */
  read(): void {
    this.#child.stdout?.resume();
  }

  /** Closes the browser's end of its standard output. */
  stopReading(): void {
    this.#child.stdout?.destroy();
  }

  /** Resolves when the system has taken it. */
  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => this.#child.stdin?.write(bytes, () => resolve()));
  }

  send(content: string | Uint8Array): void {
    void this.write(frame(content));
  }

  /** Closes the browser's end of its standard input. */
  endInput(): void {
    this.#child.stdin?.end();
  }

  /** As when the browser is killed. */
  vanish(): void {
    this.#child.stdin?.destroy();
    this.#child.stdout?.destroy();
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** The next frame it writes; undefined when it ended before a whole one. */
  async next(): Promise<Buffer | undefined> {
    for (;;) {
      const next = this.#frames.shift();
      if (next || this.#over) return next;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  async nextText(): Promise<string | undefined> {
    return (await this.next())?.toString();
  }

  /** What it wrote after the last whole frame. */
  get unfinished(): number {
    return this.#rest.length;
  }
}
