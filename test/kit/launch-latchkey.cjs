/** The entry of the test kit: Latchkey with simulated keys, for a Playwright test. */
const { resolve } = require('node:path');
const { findApp } = require('./find-app.cjs');
const { findPlaywright } = require('./find-playwright.cjs');
const { call, simulatedKey } = require('./simulated-key.cjs');
const { startApp } = require('./start-app.cjs');

/**
 * @typedef {import('./index.cjs').LaunchOptions} LaunchOptions
 * @typedef {import('./index.cjs').LaunchedLatchkey} LaunchedLatchkey
 * @typedef {import('./index.cjs').KeyOptions} KeyOptions
 */

/** Milliseconds. Generous: a busy machine is no reason to fail, and nothing waits longer than it has to. */
const PATIENCE = 60_000;

/**
 * Starts Latchkey, makes the simulated keys and waits until the window shows them. See index.d.cts.
 * @param {LaunchOptions} [options]
 * @returns {Promise<LaunchedLatchkey>}
 */
async function launchLatchkey(options = {}) {
  const { keys = [], timeout = PATIENCE, realKeys = false, args = [], env, userDataDir } = options;
  if (
    process.platform === 'linux' &&
    !process.env['DISPLAY'] &&
    !process.env['WAYLAND_DISPLAY'] &&
    !env?.['DISPLAY']
  )
    throw new Error(
      'There is no display to open Latchkey on (neither DISPLAY nor WAYLAND_DISPLAY is set). ' +
        'Run the tests in a virtual one: xvfb-run -a npm test',
    );
  const electron = findPlaywright();
  const program = await findApp(options.app);
  const started = await startApp({
    electron,
    executable: program.executable,
    args: [
      ...program.args,
      '--simulator',
      ...(realKeys ? [] : ['--only-simulated']),
      ...(process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ...args,
    ],
    ...(env && { env }),
    ...(userDataDir !== undefined && { userDataDir: resolve(userDataDir) }),
    timeout,
  });
  const { app, window, windowErrors, output, close } = started;
  try {
    const simulator = await started.windowNamed('simulator.html');
    /** @param {KeyOptions} key */
    const addKey = async (key) => {
      const id = await call(simulator, 'add', describedKey(key));
      const added = await simulatedKey(simulator, id, timeout);
      if (key.touches || key.thenTouches)
        await added.script(key.touches ?? [], { ...(key.thenTouches && { then: key.thenTouches }) });
      if (key.plugged === false) await added.unplug();
      return added;
    };
    const settled = () => untilSettled(window, simulator, timeout);
    const made = [];
    for (const key of keys) made.push(await addKey(key));
    await settled();
    return { app, window, simulator, keys: made, addKey, settled, errors: windowErrors, output, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * What the simulator window's `add` takes.
 * @param {KeyOptions} key
 */
function describedKey({ touches: _touches, thenTouches: _thenTouches, plugged: _plugged, ...key }) {
  return {
    ...key,
    ...(key.quirks && {
      quirks: key.quirks.map((quirk) => (typeof quirk === 'string' ? { name: quirk } : quirk)),
    }),
    ...(key.stateFile !== undefined && { stateFile: resolve(key.stateFile) }),
  };
}

/**
 * Waits until the window knows every simulated key that is plugged in, and nothing is about to change by itself.
 * @param {import('playwright').Page} window
 * @param {import('playwright').Page} simulator
 * @param {number} timeout
 */
async function untilSettled(window, simulator, timeout) {
  /** @type {readonly import('../../preload/simulator-contract').SimulatedKeyView[]} */
  const keys = await call(simulator, 'snapshot');
  await window.waitForFunction(
    async (plugged) => {
      const { latchkey } = /** @type {any} */ (window);
      const shown = (await latchkey.call('snapshot')).keys.filter(
        (/** @type {{ simulated: boolean }} */ key) => key.simulated,
      );
      return shown.length === plugged && document.querySelector('[data-settled]') !== null;
    },
    keys.filter((key) => key.plugged).length,
    { timeout },
  );
}

module.exports = { launchLatchkey };
