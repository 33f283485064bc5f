/** Looks after a run that may never come back: a thread of its own that saves the input at which the others stand still. */
import { Worker } from 'node:worker_threads';
import { MAX_INPUT } from './change';

/** Milliseconds of one input. */
const PATIENCE = 60_000;

/**
 * Plain JavaScript, because it has to start without a loader. `words`: how many inputs there were, and the length of this one.
 * The vector is written as regressions.ts reads it.
 */
const program = `
const { workerData: { shared, folder, patience } } = require('node:worker_threads');
const { mkdirSync, writeFileSync } = require('node:fs');
const words = new Int32Array(shared, 0, 2);
let before = -1;
setInterval(() => {
  const now = Atomics.load(words, 0);
  if (now !== before) return void (before = now);
  const input = Buffer.from(new Uint8Array(shared, 8, words[1]));
  mkdirSync(folder, { recursive: true });
  const path = folder + '/hang-' + Date.now() + '.hex';
  writeFileSync(path, '# takes for ever\\n' + input.toString('hex') + '\\n');
  process._rawDebug('No end after ' + patience / 1000 + ' s: ' + path);
  process.kill(process.pid, 'SIGKILL');
}, patience);
`;

export class Watchdog {
  readonly #shared = new SharedArrayBuffer(8 + MAX_INPUT);
  readonly #worker: Worker;

  /** @param folder where the input goes. */
  constructor(folder: string) {
    const workerData = { shared: this.#shared, folder, patience: PATIENCE };
    this.#worker = new Worker(program, { eval: true, workerData, execArgv: [] });
    this.#worker.unref();
  }

  /** Before every input. */
  begin(input: Uint8Array): void {
    const words = new Int32Array(this.#shared, 0, 2);
    words[1] = input.length;
    new Uint8Array(this.#shared, 8).set(input);
    Atomics.add(words, 0, 1);
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }
}
