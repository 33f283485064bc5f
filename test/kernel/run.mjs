/**
 * The kernel tests: real /dev/uhid, real /dev/hidrawN, in a VM. See README.md.
 *
 *   node test/kernel/run.mjs [--here] [--limit SECONDS] [--keep] [file filters…]
 *
 * The last line it prints is `{"passed":n,"failed":n,"skipped":n}`; it exits with 0 when tests ran and none failed.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildCommandLine } from '../../scripts/build.mjs';
import { projectRoot } from '../../scripts/places.mjs';
import { explain, SetupError } from '../../scripts/program.mjs';
import { GUEST_SHARE, LIMIT, runInVm } from './vm/in-vm.mjs';

const runner = join(import.meta.dirname, 'vm/run-tests.mjs');

/** @typedef {{ readonly passed: number, readonly failed: number, readonly skipped: number }} Counts */

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      here: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      limit: { type: 'string', default: String(LIMIT) },
    },
  });
  if (process.platform !== 'linux') throw new SetupError('The kernel tests need Linux.', 'Run them there.');
  // Before the guest looks: what the host changes later, it may see half.
  await buildCommandLine();
  const share = mkdtempSync(join(tmpdir(), 'latchkey-kernel-'));
  const results = join(share, 'results.json');
  let counts;
  try {
    if (values.here) runHere(results, positionals);
    else await runThere(share, positionals, Number(values.limit));
    counts = countsOf(results);
  } finally {
    if (values.keep) console.log(`Kept: ${share}`);
    else rmSync(share, { recursive: true, force: true });
  }
  return counts;
}

/**
 * @param {string} results
 * @param {readonly string[]} filters
 */
function runHere(results, filters) {
  try {
    accessSync('/dev/uhid', constants.R_OK | constants.W_OK);
  } catch {
    throw new SetupError(
      'You may not use /dev/uhid on this machine, or there is none.',
      'Leave out --here to use a VM.',
    );
  }
  spawnSync(process.execPath, [runner, results, ...filters], { cwd: projectRoot, stdio: 'inherit' });
}

/**
 * @param {string} share
 * @param {readonly string[]} filters
 * @param {number} limit   Seconds.
 */
async function runThere(share, filters, limit) {
  const began = performance.now();
  await runInVm([process.execPath, runner, `${GUEST_SHARE}/results.json`, ...filters], {
    share,
    limit,
    onConsole: (text) => process.stdout.write(text),
  });
  console.log(`\nThe VM ran for ${((performance.now() - began) / 1000).toFixed(1)} s.`);
}

/**
 * @param {string} file   vitest's JSON report.
 * @returns {Counts}
 */
function countsOf(file) {
  /** @type {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number, success: boolean, testResults: readonly { status: string, assertionResults: readonly unknown[] }[] }} */
  let report;
  try {
    report = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new SetupError('The tests left no results.', `What happened stands above. (${String(error)})`);
  }
  const broken = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  ).length;
  const counts = {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken,
    skipped: report.numPendingTests + report.numTodoTests,
  };
  // An unhandled rejection or a failing hook: the report says so in `success` only.
  return counts.failed === 0 && !report.success ? { ...counts, failed: 1 } : counts;
}

/** @type {Counts} */
let counts = { passed: 0, failed: 1, skipped: 0 };
try {
  counts = await main();
} catch (error) {
  console.log(explain(error));
}
process.exitCode = counts.failed === 0 && counts.passed > 0 ? 0 : 1;
console.log(JSON.stringify(counts));
