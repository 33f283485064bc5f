/** The real {@link Terminal}: the streams of this process. */
import { openSync, writeSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import type { Terminal } from './terminal';
import { TypedLine } from './typed-line';

export interface NodeTerminalOptions {
  /** Ctrl-C was typed where the terminal does not turn it into a signal. */
  readonly onInterrupt: () => void;
  /** A terminal that is not standard input. */
  readonly apart?: ApartTerminal;
}

interface ApartTerminal {
  readonly input: ReadStream;
  /** Also where standard error is a file. */
  readonly write: (text: string) => void;
}

export class NodeTerminal implements Terminal {
  readonly #onInterrupt: () => void;
  readonly #apart: ApartTerminal | undefined;
  /** Read, but not yet asked for. */
  #pending = '';
  #ended = false;
  #wake: (() => void) | undefined;
  #reading = false;

  constructor({ onInterrupt, apart }: NodeTerminalOptions) {
    this.#onInterrupt = onInterrupt;
    this.#apart = apart;
  }

  get #input(): ReadStream | typeof process.stdin {
    return this.#apart?.input ?? process.stdin;
  }

  get interactive(): boolean {
    return this.#input.isTTY;
  }

  get columns(): number | undefined {
    // Some terminals do not know their width, and say 0.
    return process.stdout.isTTY && process.stdout.columns > 0 ? process.stdout.columns : undefined;
  }

  get dataIsSeen(): boolean {
    return process.stdout.isTTY;
  }

  get errorsAreSeen(): boolean {
    return this.#apart !== undefined || process.stderr.isTTY;
  }

  out(text: string): void {
    process.stdout.write(text);
  }

  outBytes(bytes: Uint8Array): void {
    process.stdout.write(bytes);
  }

  err(text: string): void {
    if (this.#apart && !process.stderr.isTTY) this.#apart.write(text);
    else process.stderr.write(text);
  }

  async ask(question: string, kind: 'secret' | 'plain', signal: AbortSignal): Promise<string | undefined> {
    if (kind === 'plain' || !this.interactive) {
      this.err(question);
      return this.readLine(signal);
    }
    // Before the question: whoever types quickly must not be shown either.
    this.#input.setRawMode(true);
    try {
      this.err(question);
      return await this.#readTyped(signal);
    } finally {
      this.#input.setRawMode(false);
      // Enter was not echoed either.
      this.err('\n');
    }
  }

  async readLine(signal: AbortSignal): Promise<string | undefined> {
    for (;;) {
      const end = this.#pending.indexOf('\n');
      if (end >= 0) {
        const line = this.#pending.slice(0, end);
        this.#pending = this.#pending.slice(end + 1);
        return line.endsWith('\r') ? line.slice(0, -1) : line;
      }
      if (this.#ended) {
        const line = this.#pending;
        this.#pending = '';
        return line === '' ? undefined : line;
      }
      await this.#more(signal);
    }
  }

  async readAll(longest: number, signal: AbortSignal): Promise<string | undefined> {
    while (!this.#ended) {
      if (this.#pending.length > longest) return undefined;
      await this.#more(signal);
    }
    const all = this.#pending;
    this.#pending = '';
    return all.length > longest ? undefined : all;
  }

  withPerson(): Terminal | undefined {
    if (this.interactive) return this;
    const apart = terminalApart();
    return apart && new NodeTerminal({ onInterrupt: this.#onInterrupt, apart });
  }

  async #readTyped(signal: AbortSignal): Promise<string | undefined> {
    const line = new TypedLine();
    for (;;) {
      const { end, rest } = line.type(this.#pending);
      this.#pending = rest;
      if (end === 'entered') return line.text;
      if (end === 'ended') return undefined;
      if (end === 'interrupted') this.#onInterrupt();
      signal.throwIfAborted();
      if (this.#ended) return undefined;
      await this.#more(signal);
    }
  }

  /** Resolves when more has come, or the end. */
  #more(signal: AbortSignal): Promise<void> {
    this.#startReading();
    this.#input.resume();
    return new Promise<void>((resolve, reject) => {
      const settle = (done: () => void): void => {
        this.#wake = undefined;
        signal.removeEventListener('abort', onAbort);
        this.#input.pause();
        done();
      };
      const onAbort = (): void => settle(() => reject(signal.reason as Error));
      if (signal.aborted) return onAbort();
      signal.addEventListener('abort', onAbort);
      this.#wake = () => settle(resolve);
    });
  }

  #startReading(): void {
    if (this.#reading) return;
    this.#reading = true;
    this.#input.setEncoding('utf8');
    this.#input.on('data', (text: string) => {
      this.#pending += text;
      this.#wake?.();
    });
    const end = (): void => {
      this.#ended = true;
      this.#wake?.();
    };
    this.#input.on('end', end);
    // Closed by whoever started us: there is nothing to read.
    this.#input.on('error', end);
  }
}

/** The terminal that this process was started at; undefined where there is none. It is open until the process ends. */
function terminalApart(): ApartTerminal | undefined {
  const [input, output] =
    process.platform === 'win32' ? ['\\\\.\\CONIN$', '\\\\.\\CONOUT$'] : ['/dev/tty', '/dev/tty'];
  try {
    const written = openSync(output, 'r+');
    return {
      input: new ReadStream(openSync(input, 'r+')),
      write: (text) => void writeSync(written, text),
    };
  } catch {
    return undefined;
  }
}
