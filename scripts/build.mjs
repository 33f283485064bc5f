/** Builds the app into `out/` when its sources have changed since the last build. */
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
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

/**
 * @param {object} [options]
 * @param {boolean} [options.force]              Build although nothing has changed.
 * @param {(line: string) => void} [options.log]
 */
export function buildApp({ force = false, log = () => {} } = {}) {
  const wanted = hashOf(inputs);
  if (!force && builtFrom() === wanted && outputs.every((file) => existsSync(join(projectRoot, file))))
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

function builtFrom() {
  return existsSync(stampFile) ? readFileSync(stampFile, 'utf8') : undefined;
}

/**
 * One hash over names and contents. Contents rather than dates: switching branches back and forth changes dates only.
 * @param {readonly string[]} paths
 */
function hashOf(paths) {
  const hash = createHash('sha256');
  /** @param {string} path */
  const add = (path) => {
    const absolute = join(projectRoot, path);
    const stat = statSync(absolute, { throwIfNoEntry: false });
    if (stat === undefined) return;
    if (stat.isDirectory()) {
      for (const name of readdirSync(absolute).sort()) add(join(path, name));
    } else {
      const content = readFileSync(absolute);
      hash.update(`${path}\0${content.length}\0`).update(content);
    }
  };
  for (const path of paths) add(path);
  return hash.digest('hex');
}

if (isMainModule(import.meta)) {
  void runMain(async () => buildApp({ force: process.argv.includes('--force'), log: console.log }));
}
