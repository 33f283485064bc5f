/**
 * Makes a fresh clone ready: packages, an Electron that runs, the system's libraries, a build. What is already done is
 * not done again, so every `npm start` and `npm test` begins with it.
 *
 *   npm run setup -- [--test] [--retry-electron]
 */
import { buildApp } from './build.mjs';
import { checkSandbox } from './chromium-sandbox.mjs';
import { describeElectron, findElectron } from './electron-runtime.mjs';
import { installNodePackages } from './node-packages.mjs';
import { isMainModule, runMain, SetupError } from './program.mjs';
import { installSystemPackages } from './system-packages.mjs';
import { hasDisplay } from './virtual-display.mjs';

/**
 * @param {object} [options]
 * @param {boolean} [options.tests]           Also what only the tests need.
 * @param {boolean} [options.virtualDisplay]  Without a display, get the program for a virtual one.
 * @param {boolean} [options.build]           Build the app.
 * @param {boolean} [options.retryDownload]   Try to download Electron again although it failed a short while ago.
 * @param {(line: string) => void} [options.log]
 * @returns {Promise<import('./electron-runtime.mjs').ElectronRuntime>}
 */
export async function setUp({
  tests = false,
  virtualDisplay = tests,
  build = true,
  retryDownload = false,
  log = console.log,
} = {}) {
  checkNode();
  installNodePackages(log);
  const electron = await findElectron({ log, retryDownload });
  log(describeElectron(electron));
  installSystemPackages({ electron: electron.dist, display: virtualDisplay && !hasDisplay(), tests }, log);
  checkSandbox(electron.dist);
  if (build) buildApp({ log });
  return electron;
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new SetupError(
    `Latchkey is built with Node.js 20.19 or newer; this is ${process.versions.node}.`,
    'Get a current one from https://nodejs.org or with your version manager.',
  );
}

if (isMainModule(import.meta)) {
  void runMain(async () => {
    await setUp({
      tests: process.argv.includes('--test'),
      retryDownload: process.argv.includes('--retry-electron'),
    });
  });
}
