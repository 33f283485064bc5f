/** Builds the browser extension into `out/extension/{chromium,firefox}`, to be loaded as it is, or packed for the stores. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { builtFrom, hashOf } from './build-stamps.mjs';
import { extensionManifest } from './extension-manifest.mjs';
import { projectRoot } from './places.mjs';
import { SetupError } from './program.mjs';

const inputs = [
  'extension',
  'main/bridge/messages.ts',
  'main/bridge/extension-ids.ts',
  'scripts/build-extension.mjs',
  'scripts/extension-manifest.mjs',
  'tsconfig.json',
  'package.json',
  'package-lock.json',
];
/** One file each: browsers load them as classic scripts. */
const scripts = ['page', 'frame', 'worker', 'options'];
const pages = ['options.html', 'options.css', '_locales', 'icons'];
const folder = join(projectRoot, 'out', 'extension');
const stamp = join(folder, 'built-from');

export const extensionFolders = { chromium: join(folder, 'chromium'), firefox: join(folder, 'firefox') };

/**
 * @param {object} [options]
 * @param {boolean} [options.force]              Build although nothing has changed.
 * @param {(line: string) => void} [options.log]
 */
export async function buildExtension({ force = false, log = () => {} } = {}) {
  const wanted = hashOf(inputs);
  if (
    !force &&
    builtFrom(stamp) === wanted &&
    Object.values(extensionFolders).every((one) => existsSync(one))
  )
    return;

  log('Building the browser extension …');
  mkdirSync(dirname(folder), { recursive: true });
  const fresh = mkdtempSync(join(dirname(folder), 'extension-'));
  try {
    const code = join(fresh, 'code');
    for (const script of scripts) await buildScript(script, code);
    for (const browser of /** @type {const} */ (['chromium', 'firefox'])) {
      const place = join(fresh, browser);
      cpSync(code, place, { recursive: true });
      for (const page of pages)
        cpSync(join(projectRoot, 'extension', page), join(place, page), { recursive: true });
      const manifest = extensionManifest(browser, idFrom('FIREFOX_ID'));
      writeFileSync(join(place, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    }
    rmSync(code, { recursive: true });
    writeFileSync(join(fresh, 'built-from'), wanted);
    rmSync(folder, { recursive: true, force: true });
    renameSync(fresh, folder);
  } catch (error) {
    throw new SetupError(
      'The browser extension could not be built.',
      stripVTControlCharacters(error instanceof Error ? error.message : String(error)),
    );
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/**
 * Not minified: stores and users read it.
 * @param {string} script
 * @param {string} place
 */
async function buildScript(script, place) {
  const { build } = await import('vite');
  await build({
    configFile: false,
    root: projectRoot,
    logLevel: 'warn',
    publicDir: false,
    define: { HOST_NAME: JSON.stringify(idFrom('HOST_NAME')) },
    build: {
      outDir: place,
      emptyOutDir: false,
      // The oldest of both that the manifests let in.
      target: ['chrome129', 'firefox128'],
      minify: false,
      reportCompressedSize: false,
      modulePreload: false,
      lib: {
        entry: join(projectRoot, 'extension', `${script}.ts`),
        formats: ['iife'],
        name: `latchkey_${script}`,
        fileName: () => `${script}.js`,
      },
    },
  });
}

/**
 * @param {string} name  Of a constant in main/bridge/extension-ids.ts.
 * @returns {string}
 */
export function idFrom(name) {
  const source = readFileSync(join(projectRoot, 'main', 'bridge', 'extension-ids.ts'), 'utf8');
  const value = new RegExp(`^export const ${name} = '([^']+)';$`, 'm').exec(source)?.[1];
  if (value === undefined) throw new Error(`main/bridge/extension-ids.ts has no ${name}`);
  return value;
}
