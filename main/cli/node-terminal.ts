/** The real {@link Terminal}: the streams of this process. */
import type { Terminal } from './terminal';
import { TypedLine } from './typed-line';

export interface NodeTerminalOptions {
  /** Ctrl-C was typed where the terminal does not turn it into a signal. */
  readonly onInterrupt: () => void;
}

export class NodeTerminal implements Terminal {
  readonly #onInterrupt: () => void;
  /** Read, but not yet asked for. */
  #pending = '';
  #ended = false;
  #wake: (() => void) | undefined;
  #reading = false;

  constructor({ onInterrupt }: NodeTerminalOptions) {
    this.#onInterrupt = onInterrupt;
  }

  get interactive(): boolean {
    return process.stdin.isTTY;
  }

  get columns(): number | undefined {
    // Some terminals do not know their width, and say 0.
    return process.stdout.isTTY && process.stdout.columns > 0 ? process.stdout.columns : undefined;
  }

  get dataIsSeen(): boolean {
    return process.stdout.isTTY;
  }

  get errorsAreSeen(): boolean {
    return process.stderr.isTTY;
  }

  out(text: string): void {
    process.stdout.write(text);
  }

  outBytes(bytes: Uint8Array): void {
    process.stdout.write(bytes);
  }

  err(text: string): void {
    process.stderr.write(text);
  }

  async ask(question: string, kind: 'secret' | 'plain', signal: AbortSignal): Promise<string | undefined> {
    if (kind === 'plain' || !this.interactive) {
      this.err(question);
      return this.readLine(signal);
    }
    // Before the question: whoever types quickly must not be shown either.
    process.stdin.setRawMode(true);
    try {
      this.err(question);
      return await this.#readTyped(signal);
    } finally {
      process.stdin.setRawMode(false);
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
    process.stdin.resume();
    return new Promise<void>((resolve, reject) => {
      const settle = (done: () => void): void => {
        this.#wake = undefined;
        signal.removeEventListener('abort', onAbort);
        process.stdin.pause();
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
    process.stdin.setEncoding('utf8');
    process.stdin.on('data', (text: string) => {
      this.#pending += text;
      this.#wake?.();
    });
    const end = (): void => {
      this.#ended = true;
      this.#wake?.();
    };
    process.stdin.on('end', end);
    // Closed by whoever started us: there is nothing to read.
    process.stdin.on('error', end);
  }
}
