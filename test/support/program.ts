/** The command line as a program of its own: built, started, spoken to by its streams and signals. */
import { spawn, type ChildProcess } from 'node:child_process';
import { buildCommandLine, commandLineProgram } from '../../scripts/build.mjs';
import { projectRoot } from '../../scripts/places.mjs';

export interface ProgramOutcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface ProgramOptions {
  /** All of standard input; empty when absent. */
  readonly input?: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Without the terminal that the tests were started at. */
  readonly apart?: boolean;
}

/** Builds it when it is out of date. */
export async function builtProgram(): Promise<string> {
  await buildCommandLine();
  return commandLineProgram;
}

export class RunningProgram {
  out = '';
  err = '';
  readonly ended: Promise<ProgramOutcome>;
  readonly #child: ChildProcess;
  readonly #watchers = new Set<() => void>();

  constructor(
    command: string,
    argv: readonly string[],
    { cwd = projectRoot, env = {}, apart = false }: ProgramOptions = {},
  ) {
    this.#child = spawn(command, argv, { cwd, env: { ...process.env, ...env }, detached: apart });
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.out += text;
      this.#look();
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.err += text;
      this.#look();
    });
    // A program that ends without reading closes the pipe under our hands.
    this.#child.stdin?.on('error', () => undefined);
    this.ended = new Promise((resolve, reject) => {
      this.#child.once('error', reject);
      this.#child.once('close', (code) => {
        resolve({ code, out: this.out, err: this.err });
        this.#look();
      });
    });
  }

  type(text: string): void {
    this.#child.stdin?.write(text);
  }

  endInput(): void {
    this.#child.stdin?.end();
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Nobody reads its standard output any more. */
  stopReading(): void {
    this.#child.stdout?.destroy();
  }

  /** Resolves when it has said that, on either stream; rejects when it ended without. */
  async said(text: string): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const look = (): void => {
        if (!`${this.out}${this.err}`.includes(text)) return;
        this.#watchers.delete(look);
        resolve();
      };
      this.#watchers.add(look);
      look();
      void this.ended.then(
        ({ out, err }) => reject(new Error(`it never said “${text}”:\n${out}${err}`)),
        reject,
      );
    });
  }

  #look(): void {
    for (const watcher of [...this.#watchers]) watcher();
  }
}

/** Runs it to its end. */
export async function runProgram(
  program: string,
  argv: readonly string[],
  options: ProgramOptions = {},
): Promise<ProgramOutcome> {
  const running = new RunningProgram(process.execPath, [program, ...argv], options);
  if (options.input) running.type(options.input);
  running.endInput();
  return running.ended;
}
