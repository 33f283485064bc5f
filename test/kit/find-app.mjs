/** Where Latchkey is: the checkout or the package that this kit belongs to, or the one that the tester names. */
import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** @typedef {{ readonly executable: string, readonly args: readonly string[] }} Program */

const here = dirname(fileURLToPath(import.meta.url));

/** Where the executable lies, as seen from `resources/test-kit` in a package. */
const packaged = {
  linux: '../../latchkey-for-testers',
  darwin: '../../MacOS/Latchkey for testers',
  win32: '../../Latchkey for testers.exe',
};

/**
 * What to start. Rejects with a sentence that says what to do when there is nothing that can be started.
 * @param {string} [app]  The folder of a checkout, or the executable of a package for testers.
 * @returns {Promise<Program>}
 */
export async function findApp(app) {
  if (app !== undefined) {
    const path = resolve(app);
    const found = statSync(path, { throwIfNoEntry: false });
    if (!found)
      throw new Error(
        `There is no Latchkey at ${path}. Give the folder of a checkout or an executable as \`app\`.`,
      );
    return found.isDirectory() ? fromCheckout(path) : { executable: path, args: [] };
  }
  const checkout = join(here, '../..');
  if (isCheckout(checkout)) return fromCheckout(checkout);
  const place = /** @type {Partial<Record<NodeJS.Platform, string>>} */ (packaged)[process.platform];
  const executable = place === undefined ? undefined : join(here, place);
  if (executable !== undefined && existsSync(executable)) return { executable, args: [] };
  throw new Error(
    `This test kit (${here}) lies neither in a checkout of Latchkey nor in a package for testers. ` +
      'Say where Latchkey is: launchLatchkey({ app: … }) with the folder of a checkout or the executable of a package.',
  );
}

/** @param {string} folder */
function isCheckout(folder) {
  return existsSync(join(folder, 'scripts/electron-runtime.mjs'));
}

/**
 * @param {string} folder
 * @returns {Promise<Program>}
 */
async function fromCheckout(folder) {
  if (!isCheckout(folder))
    throw new Error(`${folder} is no checkout of Latchkey: it has no scripts/electron-runtime.mjs.`);
  const notReady = `Latchkey is not built in ${folder}. Build it there: npm run setup`;
  if (!existsSync(join(folder, 'out/main/index.js')) || !existsSync(join(folder, 'node_modules/electron')))
    throw new Error(notReady);
  /** @type {typeof import('../../scripts/electron-runtime.mjs')} */
  const { findElectron } = await import(pathToFileURL(join(folder, 'scripts/electron-runtime.mjs')).href);
  const { executable } = await findElectron({ log: console.error });
  return { executable, args: [folder] };
}
