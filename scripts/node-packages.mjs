/** Brings node_modules in line with package-lock.json. */
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './places.mjs';
import { SetupError } from './program.mjs';

const modules = join(projectRoot, 'node_modules');
const lockFile = join(projectRoot, 'package-lock.json');
const stampFile = join(modules, '.latchkey-installed-from');
/** npm's own record of what it installed. */
const npmRecord = join(modules, '.package-lock.json');

/**
 * @param {(line: string) => void} log
 */
export function installNodePackages(log) {
  const wanted = createHash('sha256').update(readFileSync(lockFile)).digest('hex');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted) return;
  if (!alreadyInstalled()) {
    log('Installing the packages of package-lock.json …');
    // No install scripts: the native modules carry their binaries, and electron-runtime.mjs looks after Electron.
    const result = spawnSync(
      process.platform === 'win32' ? 'npm.cmd' : 'npm',
      ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
      {
        cwd: projectRoot,
        encoding: 'utf8',
        shell: process.platform === 'win32',
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    if (result.status !== 0) {
      throw new SetupError(
        'The packages could not be installed.',
        `Check the network connection, then type \`npm ci --ignore-scripts\` to see the whole story.\n${(result.error?.message ?? result.stderr).trim()}`,
      );
    }
  }
  writeFileSync(stampFile, wanted);
}

/** Whether somebody's own `npm install` has left exactly what the lock file says: `npm ci` would tear it all down. */
function alreadyInstalled() {
  if (!existsSync(npmRecord)) return false;
  const installed = versions(npmRecord);
  const locked = versions(lockFile);
  for (const [path, entry] of locked) {
    if (path === '') continue;
    const found = installed.get(path);
    // Optional packages are there on some systems only.
    if (found === undefined ? !entry.optional : found.version !== entry.version) return false;
  }
  return [...installed.keys()].every((path) => locked.has(path));
}

/**
 * @param {string} file
 * @returns {Map<string, { version: string, optional?: boolean }>}
 */
function versions(file) {
  return new Map(Object.entries(JSON.parse(readFileSync(file, 'utf8')).packages));
}
