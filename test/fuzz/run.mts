/**
 * `npm run fuzz -- [--minutes N] [TARGET…]`: fuzzes for N minutes (1 when absent), divided among the targets, with inputs
 * that no run before had. Inputs that reach new code are kept and changed further. What breaks is minimised and written to
 * `test/fuzz/regressions/`, where every later run begins; then the exit code is 1.
 */
import { randomBytes } from 'node:crypto';
import { inspect, parseArgs } from 'node:util';
import { SeededRandom } from '../support/seeded-random';
import { changed, type Change } from './change';
import { Coverage } from './coverage';
import { minimised } from './minimise';
import { folderOf, keepRegression, regressionsOf } from './regressions';
import { runInput, type FuzzTarget } from './target';
import { targets } from './targets';
import { Watchdog } from './watchdog';

/** Taking the coverage costs as much as several inputs, so it is taken after so many. */
const BATCH = 16;
/** Different failures of one target after which it is not worth going on. */
const MAX_FAILURES = 10;

class Dice {
  readonly #random: SeededRandom;

  constructor(seed: string) {
    this.#random = new SeededRandom(seed);
  }

  below(count: number): number {
    return new DataView(this.#random.bytes(4).buffer).getUint32(0) % count;
  }

  pick<T>(list: readonly T[]): T {
    const picked = list[this.below(list.length)];
    if (picked === undefined) throw new RangeError('there is nothing to pick from');
    return picked;
  }

  changes(): readonly Change[] {
    return Array.from({ length: 1 + this.below(8) }, () => [
      this.below(10),
      this.below(10_000),
      this.below(65_536),
    ]);
  }
}

/** What tells one failure from another: its message, and where it was thrown. */
function signature(error: unknown): string {
  if (!(error instanceof Error)) return inspect(error);
  const cause = error.cause === undefined ? '' : ` < ${signature(error.cause)}`;
  const where = error.stack?.split('\n').find((line) => /\/(main|preload|test\/fuzz\/targets)\//.test(line));
  return `${error.name}: ${error.message.replace(/\d+/g, 'N')} ${where?.trim() ?? ''}${cause}`;
}

async function failureOf(target: FuzzTarget, input: Uint8Array): Promise<unknown> {
  try {
    await runInput(target, input);
    return undefined;
  } catch (error) {
    return error ?? new Error('failed with nothing');
  }
}

/** Returns how many different failures there were. */
async function fuzz(target: FuzzTarget, end: number, seed: string): Promise<number> {
  const dice = new Dice(`${seed} ${target.name}`);
  const coverage = new Coverage();
  const watchdog = new Watchdog(folderOf(target.name));
  const known = new Set<string>();
  let inputs = 0;
  const works = async (input: Uint8Array): Promise<boolean> => {
    inputs++;
    watchdog.begin(input);
    const error = await failureOf(target, input);
    if (error === undefined) return true;
    const what = signature(error);
    if (known.has(what)) return false;
    known.add(what);
    const least = await minimised(input, async (candidate) => {
      watchdog.begin(candidate);
      return signature(await failureOf(target, candidate)) === what;
    });
    const described = error instanceof Error ? `${error.name}: ${error.message}` : inspect(error);
    console.log(`\n${target.name} broke; ${keepRegression(target.name, least, described)}`);
    console.log(error);
    return false;
  };

  const corpus: Uint8Array[] = [];
  coverage.start();
  for (const input of [...regressionsOf(target.name).map(({ input }) => input), ...(await target.seeds())])
    if (await works(input)) corpus.push(input);
  if (corpus.length === 0) corpus.push(new Uint8Array());
  coverage.add(coverage.take());
  const seeds = corpus.length;
  while (Date.now() < end && known.size < MAX_FAILURES) {
    const batch: Uint8Array[] = [];
    for (let turn = 0; turn < BATCH && Date.now() < end; turn++) {
      // Half of the time one of the latest finds, which have had fewer turns.
      const parent = dice.pick(dice.below(2) === 0 ? corpus : corpus.slice(-20));
      const input = changed(parent, dice.changes(), dice.pick(corpus));
      if (await works(input)) batch.push(input);
    }
    const ran = coverage.take();
    if (!coverage.isNew(ran)) continue;
    for (const input of batch) {
      await works(input);
      if (coverage.add(coverage.take())) corpus.push(input);
    }
    // What a second run does not reach is not to be looked for again.
    coverage.add(ran);
  }
  coverage.stop();
  await watchdog.stop();
  const found = corpus.length - seeds;
  console.log(`${target.name}: ${inputs} inputs, ${found} of them reached new code, ${known.size} failures`);
  return known.size;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { minutes: { type: 'string', default: '1' } },
    allowPositionals: true,
  });
  const minutes = Number(values.minutes);
  const unknown = positionals.find((name) => !targets.some((target) => target.name === name));
  if (!(minutes > 0) || unknown !== undefined) {
    console.error(
      `Usage: npm run fuzz -- [--minutes N] [TARGET…]\nTargets: ${targets.map(({ name }) => name).join(', ')}`,
    );
    return 2;
  }
  const chosen = targets.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  const seed = randomBytes(8).toString('hex');
  console.log(`${minutes} minutes for ${chosen.length} targets, seed ${seed}`);
  let failures = 0;
  for (const target of chosen) {
    failures += await fuzz(target, Date.now() + (minutes * 60_000) / chosen.length, seed);
  }
  return failures > 0 ? 1 : 0;
}

process.exitCode = await main();
