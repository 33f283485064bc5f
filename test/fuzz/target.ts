/** What a fuzz target is: one property of the product over bytes. The fixed budget and the long run share it. */
export interface FuzzTarget {
  /** The folder of its regression vectors. */
  readonly name: string;
  /** Inputs of the fixed budget, besides the seeds and the regression vectors. */
  readonly runs: number;
  /** Inputs that are worth changing. */
  readonly seeds: () => readonly Uint8Array[] | Promise<readonly Uint8Array[]>;
  /** Throws or rejects when the property does not hold for `input`. Keeps nothing from one input to the next. */
  readonly run: (input: Uint8Array) => Promise<void> | void;
}

/** Milliseconds of CPU: far above what any input needs, far below what a blow-up takes. */
const CPU_LIMIT = 2000;

/** Runs one input and adds what every target promises: it needs little time, and no promise is left to fail unseen. */
export async function runInput(target: FuzzTarget, input: Uint8Array): Promise<void> {
  const unseen: unknown[] = [];
  const notice = (reason: unknown): void => void unseen.push(reason);
  process.on('unhandledRejection', notice);
  const before = process.cpuUsage();
  try {
    await target.run(input);
    // Node reports a rejection that nobody handles at the end of the turn.
    await new Promise((resolve) => setImmediate(resolve));
  } finally {
    process.off('unhandledRejection', notice);
  }
  const { user, system } = process.cpuUsage(before);
  if (unseen.length > 0) throw new Error('a promise was rejected and nobody saw it', { cause: unseen[0] });
  const milliseconds = (user + system) / 1000;
  if (milliseconds > CPU_LIMIT) throw new Error(`took ${Math.round(milliseconds)} ms of CPU`);
}

/** Throws unless `holds`; `says` is what was expected. */
export function expectThat(holds: boolean, says: string): asserts holds {
  if (!holds) throw new Error(`not so: ${says}`);
}

/** Runs `work`; what it throws has to be one of `allowed`. True when it threw nothing. */
export function throwsOnly(
  work: () => unknown,
  ...allowed: readonly (new (...parameters: never[]) => Error)[]
): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if (!allowed.some((kind) => error instanceof kind)) throw error;
    return false;
  }
}
