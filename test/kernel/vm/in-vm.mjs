/** Runs one command in the test VM, with everything that this needs. */
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, projectRoot } from '../../../scripts/places.mjs';
import { SetupError } from '../../../scripts/program.mjs';
import { installSystemPackages } from '../../../scripts/system-packages.mjs';
import { vmImage } from './image.mjs';
import { runVm } from './qemu.mjs';

/** Megabytes; what a browser in the guest wants. */
const MEMORY = 4096;
/** Seconds after which a guest that hangs is killed. */
export const LIMIT = 2000;
/** Where the guest sees the folder `share`. */
export const GUEST_SHARE = '/run/results';

/**
 * Resolves when the guest has powered off. It runs as root in the folder of the project; its console goes to
 * `onConsole` and to `console.log` in the share. Rejects with a {@link SetupError} when it cannot run or was killed.
 * @param {readonly string[]} words    The command and its arguments.
 * @param {object} options
 * @param {string} options.share       A folder of the host for what comes and goes: {@link GUEST_SHARE} in the guest.
 * @param {number} [options.limit]     Seconds.
 * @param {(text: string) => void} options.onConsole
 */
export async function runInVm(words, { share, limit = LIMIT, onConsole }) {
  if (process.arch !== 'x64') {
    throw new SetupError(
      'The test VM runs on x86-64 only, for it uses this very system.',
      'Where this machine has /dev/uhid, run: sudo node test/kernel/run.mjs --here',
    );
  }
  installSystemPackages({ electron: '', display: false, tests: true }, console.log);
  const image = vmImage(cacheFolder, console.log);

  copyFileSync(join(import.meta.dirname, 'guest.sh'), join(share, 'guest.sh'));
  const command = words.map(quoted).join(' ');
  writeFileSync(join(share, 'command'), `cd ${quoted(projectRoot)} && NO_COLOR=1 CI=1 ${command}\n`);

  const { timedOut } = await runVm(image, {
    share,
    memory: MEMORY,
    limit: limit * 1000,
    onConsole: (text) => onConsole(withoutControls(text)),
  });
  if (timedOut)
    throw new SetupError(`The VM was killed after ${limit} s.`, 'What it was doing stands on its console.');
}

/** @param {string} word */
const quoted = (word) => `'${word.replaceAll("'", `'\\''`)}'`;

/**
 * The console's colours and cursor movements mean nothing in a log.
 * @param {string} text
 */
const withoutControls = (text) => text.replace(/\x1b(\[[0-9;?=]*[a-zA-Z]|c)|\r/g, '');
