/** Where Latchkey is: the checkout or the package that this kit belongs to, or the one that the tester names. */
const { execFile } = require('node:child_process');
const { existsSync, statSync } = require('node:fs');
const { join, resolve } = require('node:path');
const { promisify } = require('node:util');

/** @typedef {{ readonly executable: string, readonly args: readonly string[] }} Program */

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
async function findApp(app) {
  if (app !== undefined) {
    const path = resolve(app);
    const found = statSync(path, { throwIfNoEntry: false });
    if (!found)
      throw new Error(
        `There is no Latchkey at ${path}. Give the folder of a checkout or an executable as \`app\`.`,
      );
    return found.isDirectory() ? fromCheckout(path) : { executable: path, args: [] };
  }
  const checkout = join(__dirname, '../..');
  if (isCheckout(checkout)) return fromCheckout(checkout);
  const place = /** @type {Partial<Record<NodeJS.Platform, string>>} */ (packaged)[process.platform];
  const executable = place === undefined ? undefined : join(__dirname, place);
  if (executable !== undefined && existsSync(executable)) return { executable, args: [] };
  throw new Error(
    `This test kit (${__dirname}) lies neither in a checkout of Latchkey nor in a package for testers. ` +
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
  // A program of its own: what a test runner does to the modules that it loads does not reach it.
  const { stdout } = await promisify(execFile)(process.execPath, ['scripts/electron-runtime.mjs'], {
    cwd: folder,
  }).catch((error) => {
    throw new Error(`No Electron was found for Latchkey in ${folder}. ${error.stderr}`, { cause: error });
  });
  const { executable } = JSON.parse(stdout);
  return { executable, args: [folder] };
}

module.exports = { findApp };
