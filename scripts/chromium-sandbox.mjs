/** Whether Chromium can build its sandbox, which it does not start without. */
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { hasCommand, SetupError } from './program.mjs';

/**
 * Throws when this user's Chromium would stop at once, with what to do about it. Some systems (Ubuntu from 24.04, many
 * containers) let users make no namespaces; there it needs its helper, with the rights of root.
 * @param {string} electronFolder
 */
export function checkSandbox(electronFolder) {
  // Root runs without the sandbox, see electron-switches.mjs.
  if (process.platform !== 'linux' || process.getuid?.() === 0) return;
  if (canMakeNamespaces() || isPrivileged(join(electronFolder, 'chrome-sandbox'))) return;
  const helper = `'${join(electronFolder, 'chrome-sandbox')}'`;
  throw new SetupError(
    "This system lets users make no namespaces, which Chromium's sandbox is made of. Its helper can make them instead.",
    `Type this command once to give it the right to, then try again:\n\n  sudo chown root:root ${helper} && sudo chmod 4755 ${helper}`,
  );
}

function canMakeNamespaces() {
  // With a map of users (-r), since Ubuntu forbids only what comes after making the namespace.
  return (
    !hasCommand('unshare') || spawnSync('unshare', ['-U', '-r', 'true'], { stdio: 'ignore' }).status === 0
  );
}

/**
 * @param {string} file
 */
function isPrivileged(file) {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat !== undefined && stat.uid === 0 && (stat.mode & 0o4000) !== 0;
}
