/** The steps of `npm test`: how each is run, and how its tests are counted. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { buildApp, buildCommandLine } from './build.mjs';
import { buildExtension } from './build-extension.mjs';
import { projectRoot } from './places.mjs';
import { explain } from './program.mjs';

/**
 * @typedef {{ readonly passed: number, readonly failed: number, readonly skipped: number }} Counts
 * @typedef {{ readonly counts: Counts, readonly log: string }} StepResult
 * @typedef {object} Step
 * @property {'types' | 'lint' | 'unit' | 'build' | 'e2e' | 'kernel'} name
 * @property {'packages' | 'system'} needs  `packages`: node_modules is enough. `system`: also what the system has to
 *   have installed for tests.
 * @property {(extraArguments: readonly string[]) => Promise<StepResult>} run
 */

/** @type {readonly Step[]} */
export const steps = [
  { name: 'types', needs: 'packages', run: (extra) => check('typescript/bin/tsc', ['--noEmit', ...extra]) },
  { name: 'lint', needs: 'packages', run: lint },
  { name: 'unit', needs: 'packages', run: (extra) => vitest('unit', extra) },
  { name: 'build', needs: 'packages', run: build },
  { name: 'e2e', needs: 'system', run: async (extra) => nothingSkipped(await vitest('e2e', extra)) },
  { name: 'kernel', needs: 'system', run: async (extra) => nothingSkipped(await kernel(extra)) },
];

/**
 * `3 passed, 0 failed`, and what was skipped if anything was.
 * @param {Counts} counts
 */
export function describeCounts({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/**
 * @param {readonly string[]} extra
 * @returns {Promise<StepResult>}
 */
async function lint(extra) {
  // No cache for ESLint: its rules look at types, which change with other files than the one that is looked at.
  const eslint = await check('eslint/bin/eslint.js', ['.', ...extra]);
  const prettier = await check('prettier/bin/prettier.cjs', ['--check', '--cache', '--log-level=warn', '.']);
  return { counts: add(eslint.counts, prettier.counts), log: `${eslint.log}${prettier.log}` };
}

/**
 * A program that says yes or no: one test.
 * @param {string} program  Its path in node_modules.
 * @param {readonly string[]} args
 * @returns {Promise<StepResult>}
 */
async function check(program, args) {
  const { code, log } = await runNode(join(projectRoot, 'node_modules', program), args);
  return {
    counts: code === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 },
    log,
  };
}

/** @returns {Promise<StepResult>} */
async function build() {
  try {
    await buildCommandLine();
    buildApp();
    await buildCommandLine();
    await buildExtension();
    return { counts: { passed: 1, failed: 0, skipped: 0 }, log: '' };
  } catch (error) {
    return { counts: { passed: 0, failed: 1, skipped: 0 }, log: explain(error) };
  }
}

/**
 * @param {string} project
 * @param {readonly string[]} extra
 * @returns {Promise<StepResult>}
 */
async function vitest(project, extra) {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-test-'));
  const report = join(folder, 'report.json');
  try {
    const { code, log } = await runNode(join(projectRoot, 'node_modules/vitest/vitest.mjs'), [
      'run',
      '--project',
      project,
      '--reporter=dot',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...extra,
    ]);
    return { counts: countVitest(report, code), log };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} report  The file of vitest's JSON reporter.
 * @param {number} code    vitest's exit code.
 * @returns {Counts}
 */
export function countVitest(report, code) {
  if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0 };
  const result = JSON.parse(readFileSync(report, 'utf8'));
  // A file that could not even be loaded has no tests that could fail.
  const brokenFiles = result.testResults.filter(
    (/** @type {{ status: string, assertionResults: unknown[] }} */ file) =>
      file.status === 'failed' && file.assertionResults.length === 0,
  ).length;
  const counts = {
    passed: result.numPassedTests,
    failed: result.numFailedTests + brokenFiles,
    skipped: result.numPendingTests + result.numTodoTests,
  };
  // No tests at all, an unhandled rejection, a failing hook: vitest reports them by its exit code only.
  if (counts.failed === 0 && (code !== 0 || counts.passed === 0)) return { ...counts, failed: 1 };
  return counts;
}

/**
 * The kernel tests count themselves; the last line of their log is the counts as JSON.
 * @param {readonly string[]} extra
 * @returns {Promise<StepResult>}
 */
async function kernel(extra) {
  if (process.platform !== 'linux') {
    return { counts: { passed: 0, failed: 0, skipped: 1 }, log: 'The kernel tests need Linux.' };
  }
  const { code, log } = await runNode(join(projectRoot, 'test/kernel/run.mjs'), extra);
  const lines = log.trimEnd().split('\n');
  /** @type {Counts | undefined} */
  let counts;
  try {
    counts = JSON.parse(lines.at(-1) ?? '');
  } catch {
    // Told below: without counts the run has failed.
  }
  if (
    !Number.isInteger(counts?.passed) ||
    !Number.isInteger(counts?.failed) ||
    !Number.isInteger(counts?.skipped)
  ) {
    return {
      counts: { passed: 0, failed: 1, skipped: 0 },
      log: `${log}\nThe kernel tests ended with ${code} and without their counts as the last line.`,
    };
  }
  const whole = /** @type {Counts} */ (counts);
  const nothingRan = whole.passed + whole.failed === 0;
  const failed = whole.failed === 0 && (code !== 0 || nothingRan) ? 1 : whole.failed;
  return { counts: { ...whole, failed }, log: lines.slice(0, -1).join('\n') };
}

/**
 * On Linux everything that these tests need can be had, so a test that does not run is a test that fails.
 * @param {StepResult} result
 * @returns {StepResult}
 */
export function nothingSkipped({ counts, log }) {
  if (process.platform !== 'linux' || counts.skipped === 0) return { counts, log };
  return {
    counts: { passed: counts.passed, failed: counts.failed + counts.skipped, skipped: 0 },
    log: `${log}\n${counts.skipped} skipped here, counted as failed: on Linux every one of these tests has to run.`,
  };
}

/**
 * @param {Counts} a
 * @param {Counts} b
 * @returns {Counts}
 */
function add(a, b) {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

/**
 * @param {string} script
 * @param {readonly string[]} args
 * @returns {Promise<{ code: number, log: string }>}
 */
async function runNode(script, args) {
  const inColour = process.stdout.isTTY;
  const child = spawn(process.execPath, [script, ...args], {
    cwd: projectRoot,
    env: { ...process.env, ...(inColour ? { FORCE_COLOR: '1' } : { NO_COLOR: '1', FORCE_COLOR: undefined }) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text) => (log += text));
  }
  const code = await new Promise((done, failed) => {
    child.once('error', failed);
    child.once('close', (status) => done(status ?? 1));
  });
  // Some tools colour their output whatever they are told.
  return { code, log: inColour ? log : stripVTControlCharacters(log) };
}
