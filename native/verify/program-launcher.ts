/** Runs a helper program of the system: no shell, no window, a bounded answer. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { ProgramLauncher } from './windows-hello.js';

/** In bytes; who writes more is not what we started. */
const LONGEST_OUTPUT = 4096;

const run = promisify(execFile);

/** Killed (not asked) when the signal says so, and when it writes too much. */
export const launchProgram: ProgramLauncher = async (program, args, environment, signal) => {
  const running = run(program, [...args], {
    env: environment,
    signal,
    killSignal: 'SIGKILL',
    windowsHide: true,
    maxBuffer: LONGEST_OUTPUT,
  });
  running.child.stdin?.end();
  return (await running).stdout;
};
