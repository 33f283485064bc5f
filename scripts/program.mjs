/** What the scripts share as programs: how they fail, and how they start others. */
import { spawn, spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Something the person at the keyboard has to do before it goes on. */
export class SetupError extends Error {
  /**
   * @param {string} message   What is wrong, one sentence.
   * @param {string} nextStep  What to do about it.
   */
  constructor(message, nextStep) {
    super(message);
    this.name = 'SetupError';
    this.nextStep = nextStep;
  }
}

/**
 * Whether this file was started by name, rather than imported.
 * @param {ImportMeta} meta
 */
export function isMainModule(meta) {
  const started = process.argv[1];
  return started !== undefined && realpathSync(started) === realpathSync(fileURLToPath(meta.url));
}

/**
 * Runs a script's main function. An error that a person can do something about is told in plain words, others with
 * their stack; the exit code is 1 then. Never rejects.
 * @param {() => Promise<number | void>} main  Resolves to the exit code.
 */
export async function runMain(main) {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    console.error(explain(error));
    process.exitCode = 1;
  }
}

/**
 * @param {unknown} error
 */
export function explain(error) {
  if (error instanceof SetupError) return `\n${error.message}\n${error.nextStep}\n`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/**
 * Whether a command is on the PATH.
 * @param {string} name
 */
export function hasCommand(name) {
  return spawnSync('sh', ['-c', `command -v "$0"`, name], { stdio: 'ignore' }).status === 0;
}

/**
 * Starts a program in a process group of its own, passes signals on to the whole group and waits for its end. A group,
 * because Electron is many processes and Ctrl-C has to end all of them.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<number>}  The exit code; 128 + signal number when a signal ended it, as shells do.
 */
export async function runInForeground(command, args, options = {}) {
  const ownGroup = process.platform !== 'win32';
  const child = spawn(command, args, { stdio: 'inherit', ...options, detached: ownGroup });
  /** @type {readonly NodeJS.Signals[]} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  /** @param {NodeJS.Signals} signal */
  const forward = (signal) => {
    if (child.pid === undefined || child.exitCode !== null) return;
    try {
      if (ownGroup) process.kill(-child.pid, signal);
      else child.kill(signal);
    } catch {
      // Ended in this very moment.
    }
  };
  for (const signal of signals) process.on(signal, forward);
  try {
    return await new Promise((done, failed) => {
      child.once('error', failed);
      child.once('close', (code, signal) =>
        done(code ?? 128 + (signal === 'SIGINT' ? 2 : signal === 'SIGKILL' ? 9 : 15)),
      );
    });
  } finally {
    for (const signal of signals) process.off(signal, forward);
  }
}
