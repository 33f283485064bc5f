/**
 * `npm test`: sets up what is missing and runs everything. The last line is the count of all steps:
 *
 *   812 passed, 0 failed
 *
 * `node scripts/test.mjs STEP… [-- ARGUMENT…]` runs some of the steps; the arguments go to the step's own program:
 * `npm run test:unit -- -- test/ctap -t "keepalive"`.
 */
import { explain, isMainModule, runMain } from './program.mjs';
import { setUp } from './setup.mjs';
import { describeCounts, steps } from './test-steps.mjs';

/** @typedef {import('./test-steps.mjs').Counts} Counts */
/** @typedef {import('./test-steps.mjs').Step} Step */

/**
 * Steps of one lane run one after another, the lanes at the same time: two processors are what the machine of everybody has, and both
 * lanes take about as long.
 * @type {readonly (readonly Step['name'][])[]}
 */
const lanes = [
  ['unit', 'build', 'e2e'],
  ['types', 'lint', 'kernel'],
];

/**
 * @param {readonly Step[]} chosen
 * @param {readonly string[]} extraArguments
 * @returns {Promise<Counts>}
 */
async function runSteps(chosen, extraArguments) {
  /** @type {Counts[]} */
  const results = [];
  await Promise.all(
    lanes.map(async (lane) => {
      for (const step of chosen.filter(({ name }) => lane.includes(name))) {
        results.push(await runStep(step, extraArguments));
      }
    }),
  );
  return {
    passed: sum(results, 'passed'),
    failed: sum(results, 'failed'),
    skipped: sum(results, 'skipped'),
  };
}

/**
 * Runs one step and prints its log when it has ended, so that logs do not mix.
 * @param {Step} step
 * @param {readonly string[]} extraArguments
 */
async function runStep(step, extraArguments) {
  const started = Date.now();
  if (process.stdout.isTTY) console.log(`${step.name} …`);
  const { counts, log } = await step.run(extraArguments);
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(`\n──── ${step.name}: ${describeCounts(counts)} (${seconds} s) ────`);
  if (log.trim() !== '') console.log(log.trimEnd());
  return counts;
}

/**
 * @param {readonly Counts[]} counts
 * @param {keyof Counts} key
 */
function sum(counts, key) {
  return counts.reduce((total, count) => total + count[key], 0);
}

/**
 * @param {readonly string[]} argv
 * @returns {Promise<Counts>}
 */
async function test(argv) {
  const separator = argv.indexOf('--');
  const names = separator < 0 ? argv : argv.slice(0, separator);
  const extraArguments = separator < 0 ? [] : argv.slice(separator + 1);
  for (const name of names) {
    if (!steps.some((step) => step.name === name)) {
      console.error(
        `There is no step "${name}". The steps are: ${steps.map((step) => step.name).join(', ')}.`,
      );
      return { passed: 0, failed: 1, skipped: 0 };
    }
  }
  const chosen = names.length === 0 ? steps : steps.filter((step) => names.includes(step.name));
  try {
    await setUp({ tests: chosen.some((step) => step.needs === 'system'), build: false });
    return await runSteps(chosen, extraArguments);
  } catch (error) {
    console.error(explain(error));
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

if (isMainModule(import.meta)) {
  void runMain(async () => {
    const counts = await test(process.argv.slice(2));
    console.log(`\n${describeCounts(counts)}`);
    return counts.failed > 0 ? 1 : 0;
  });
}
