/**
 * The kernel tests: real /dev/uhid, real /dev/hidrawN, in a VM. See README.md.
 *
 *   node test/kernel/run.mjs [--here] [--limit SECONDS] [--keep] [file filters…]
 *
 * The last line it prints is `{"passed":n,"failed":n,"skipped":n}`; it exits with 0 when tests ran and none failed.
 */
import { spawnSync } from 'node:child_process';
import {
  accessSync,
  constants,
  copyFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cacheFolder, projectRoot } from '../../scripts/places.mjs';
import { explain, hasCommand, SetupError } from '../../scripts/program.mjs';
import { installSystemPackages } from '../../scripts/system-packages.mjs';
import { vmImage } from './vm/image.mjs';
import { runVm } from './vm/qemu.mjs';

/** Megabytes; a browser in the guest wants 4096. */
const MEMORY = 3072;
/** Seconds after which a guest that hangs is killed. */
const LIMIT = 600;

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
  const share = mkdtempSync(join(tmpdir(), 'latchkey-kernel-'));
  const results = join(share, 'results.json');
  let counts;
  try {
    if (values.here) runHere(results, positionals);
    else await runInVm(share, positionals, Number(values.limit) * 1000);
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
 * @param {number} limit   Milliseconds.
 */
async function runInVm(share, filters, limit) {
  if (process.arch !== 'x64') {
    throw new SetupError(
      'The test VM runs on x86-64 only, for it uses this very system.',
      'Where this machine has /dev/uhid, run: sudo node test/kernel/run.mjs --here',
    );
  }
  installSystemPackages({ electron: '', display: false, tests: true }, console.log);
  installUdev();
  const image = vmImage(cacheFolder, console.log);

  copyFileSync(join(import.meta.dirname, 'vm/guest.sh'), join(share, 'guest.sh'));
  const words = [process.execPath, runner, '/run/results/results.json', ...filters].map(quoted).join(' ');
  writeFileSync(join(share, 'command'), `cd ${quoted(projectRoot)} && NO_COLOR=1 CI=1 ${words}\n`);

  const began = performance.now();
  const { timedOut } = await runVm(image, {
    share,
    memory: MEMORY,
    limit,
    onConsole: (text) => process.stdout.write(withoutControls(text)),
  });
  console.log(`\nThe VM ran for ${((performance.now() - began) / 1000).toFixed(1)} s.`);
  if (timedOut)
    throw new SetupError(`The VM was killed after ${limit / 1000} s.`, 'What it was doing stands above.');
}

/** The rule for udev is tested with the real one, which runs in the VM only. */
function installUdev() {
  if (hasCommand('udevadm')) return;
  const command = ['apt-get', 'install', '-y', '--no-install-recommends', 'udev'];
  if (process.getuid?.() !== 0) {
    throw new SetupError(
      'This system lacks udevadm.',
      `Type this command, then try again:\n\n  sudo ${command.join(' ')}`,
    );
  }
  const { status, stderr } = spawnSync('apt-get', command.slice(1), { encoding: 'utf8' });
  if (status !== 0)
    throw new SetupError('udev could not be installed.', `${command.join(' ')} says:\n${stderr}`);
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

/** @param {string} word */
const quoted = (word) => `'${word.replaceAll("'", `'\\''`)}'`;

/**
 * The console's colours and cursor movements mean nothing in a log.
 * @param {string} text
 */
const withoutControls = (text) => text.replace(/\x1b(\[[0-9;?=]*[a-zA-Z]|c)|\r/g, '');

/** @type {Counts} */
let counts = { passed: 0, failed: 1, skipped: 0 };
try {
  counts = await main();
} catch (error) {
  console.log(explain(error));
}
process.exitCode = counts.failed === 0 && counts.passed > 0 ? 0 : 1;
console.log(JSON.stringify(counts));
