/** Builds the app, the command line and the browser extension into `out/`, each when its sources have changed since the last build. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { builtFrom, hashOf } from './build-stamps.mjs';
import { projectRoot } from './places.mjs';
import { isMainModule, runMain, SetupError } from './program.mjs';

/** Everything that the build reads. package-lock.json stands for the packages. */
const inputs = [
  'main',
  'preload',
  'renderer',
  'native',
  'electron.vite.config.ts',
  'tsconfig.json',
  'package.json',
  'package-lock.json',
];
const outputs = ['out/main/index.js', 'out/preload/index.js', 'out/renderer/index.html'];
const stampFile = join(projectRoot, 'out', 'built-from');

/** What the command line is built from. */
const commandLineInputs = [
  'main',
  'native',
  'cli.vite.config.mjs',
  'tsconfig.json',
  'package.json',
  'package-lock.json',
];
const commandLineFolder = join(projectRoot, 'out', 'cli');
const commandLineStamp = join(commandLineFolder, 'built-from');
/** The program to start; it needs the folder around it. */
export const commandLineProgram = join(commandLineFolder, 'latchkey.mjs');

/**
 * @param {object} [options]
 * @param {boolean} [options.force]              Build although nothing has changed.
 * @param {(line: string) => void} [options.log]
 */
export function buildApp({ force = false, log = () => {} } = {}) {
  const wanted = hashOf(inputs);
  if (
    !force &&
    builtFrom(stampFile) === wanted &&
    outputs.every((file) => existsSync(join(projectRoot, file)))
  )
    return;

  log('Building the app …');
  rmSync(stampFile, { force: true });
  const result = spawnSync(
    process.execPath,
    [
      join(projectRoot, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js'),
      'build',
      '--logLevel',
      'warn',
    ],
    { cwd: projectRoot, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined } },
  );
  if (result.status !== 0) {
    throw new SetupError(
      'The app could not be built.',
      stripVTControlCharacters(`${result.stdout}${result.stderr}`).trim(),
    );
  }
  writeFileSync(stampFile, wanted);
}

/**
 * Needs no Electron. Two that build at the same time do not disturb each other, nor programs that run: what is built takes its
 * place file by file, and those that belong to the old one go last.
 * @param {object} [options]
 * @param {boolean} [options.force]              Build although nothing has changed.
 * @param {(line: string) => void} [options.log]
 */
export async function buildCommandLine({ force = false, log = () => {} } = {}) {
  const wanted = hashOf(commandLineInputs);
  if (!force && builtFrom(commandLineStamp) === wanted && existsSync(commandLineProgram)) return;

  log('Building the command line …');
  mkdirSync(commandLineFolder, { recursive: true });
  const fresh = mkdtempSync(join(dirname(commandLineFolder), 'cli-'));
  try {
    const { build } = await import('vite');
    const { default: config } = await import(pathToFileURL(join(projectRoot, 'cli.vite.config.mjs')).href);
    await build({ ...config, configFile: false, build: { ...config.build, outDir: fresh } });
    const files = filesBelow(fresh);
    // The entry last: it names the others.
    for (const file of files.sort((a, b) => Number(a === 'latchkey.mjs') - Number(b === 'latchkey.mjs'))) {
      mkdirSync(dirname(join(commandLineFolder, file)), { recursive: true });
      renameSync(join(fresh, file), join(commandLineFolder, file));
    }
    for (const file of filesBelow(commandLineFolder))
      if (!files.includes(file)) rmSync(join(commandLineFolder, file), { force: true });
    writeFileSync(commandLineStamp, wanted);
  } catch (error) {
    throw new SetupError(
      'The command line could not be built.',
      stripVTControlCharacters(error instanceof Error ? error.message : String(error)),
    );
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/**
 * @param {string} folder
 * @returns {string[]}  Relative to it.
 */
function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

if (isMainModule(import.meta)) {
  void runMain(async () => {
    const options = { force: process.argv.includes('--force'), log: console.log };
    await buildCommandLine(options);
    if (process.argv.includes('--command-line')) return;
    buildApp(options);
    // Not part of the package that has the command line alone.
    const { buildExtension } = await import('./build-extension.mjs');
    await buildExtension(options);
  });
}
