/** Starts an Electron app with Playwright and knows its windows by the pages that they show. */
const { mkdtemp, rm } = require('node:fs/promises');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

/**
 * @typedef {import('playwright').Page} Page
 * @typedef {object} StartOptions
 * @property {import('playwright').Electron} electron  Playwright's `_electron`.
 * @property {string} executable
 * @property {readonly string[]} args                  Before the user data folder, which is added.
 * @property {Readonly<Record<string, string>>} [env]  Added to the environment.
 * @property {string} [userDataDir]                    A temporary one when absent, removed at the end.
 * @property {string} [cwd]
 * @property {boolean} [sandbox]                       Chromium's; on when absent, but for root, whom it refuses.
 * @property {number} timeout                          Milliseconds, for each window.
 *
 * @typedef {object} StartedApp
 * @property {import('playwright').ElectronApplication} app
 * @property {Page} window                              The main window, loaded.
 * @property {readonly string[]} windowErrors           Errors on the console and uncaught exceptions of every window.
 * @property {() => string} output                      What the main process has written so far.
 * @property {(page: string) => Promise<Page>} windowNamed  Waits for a window, by the end of its address: `simulator.html`.
 * @property {() => Promise<void>} close                Ends the app and removes what it left. Idempotent.
 */

/**
 * Rejects when the app does not start or shows no main window; the message holds what it wrote.
 * @param {StartOptions} options
 * @returns {Promise<StartedApp>}
 */
async function startApp(options) {
  const { electron, executable, args, env = {}, timeout } = options;
  const userData = options.userDataDir ?? (await mkdtemp(join(tmpdir(), 'latchkey-e2e-')));
  const forget = async () => {
    if (options.userDataDir === undefined)
      await rm(userData, { recursive: true, force: true, maxRetries: 5 });
  };
  const app = await electron
    .launch({
      executablePath: executable,
      args: [...args, `--user-data-dir=${userData}`],
      // Left out, Playwright adds --no-sandbox. Only root needs it.
      chromiumSandbox: options.sandbox ?? process.getuid?.() !== 0,
      ...(options.cwd !== undefined && { cwd: options.cwd }),
      env: { ...inherited(), ...env },
      timeout,
    })
    .catch(async (error) => {
      await forget();
      throw error;
    });

  let output = '';
  for (const stream of [app.process().stdout, app.process().stderr])
    stream?.on('data', (chunk) => (output += chunk.toString('utf8')));

  /** @type {string[]} */
  const windowErrors = [];
  /** @param {Page} page */
  const listen = (page) => {
    page.on('console', (message) => {
      if (message.type() === 'error') windowErrors.push(message.text());
    });
    page.on('pageerror', (error) => windowErrors.push(String(error)));
  };
  app.windows().forEach(listen);
  app.on('window', listen);

  /** @type {Promise<void> | undefined} */
  let closing;
  const close = () => (closing ??= app.close().finally(forget));

  try {
    const window = await windowOf(app, 'index.html', timeout);
    return {
      app,
      window,
      windowErrors,
      output: () => output,
      windowNamed: (page) => windowOf(app, page, timeout),
      close,
    };
  } catch (error) {
    await close();
    throw new Error(`The app opened no window. It wrote:\n${output}`, { cause: error });
  }
}

/**
 * The window that shows `page`; not simply the first one, since simulated keys have a window too.
 * @param {import('playwright').ElectronApplication} app
 * @param {string} page
 * @param {number} timeout
 * @returns {Promise<Page>}
 */
async function windowOf(app, page, timeout) {
  /** @param {Page} window */
  const shows = async (window) => {
    await window.waitForURL(/^(?!about:blank)/, { timeout, waitUntil: 'domcontentloaded' });
    return new URL(window.url()).pathname.endsWith(`/${page}`);
  };
  for (const window of app.windows()) if (await shows(window)) return window;
  return app.waitForEvent('window', { predicate: shows, timeout });
}

/**
 * The environment without what would change how the app behaves.
 * @returns {Record<string, string>}
 */
function inherited() {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined || /^(ELECTRON_|NODE_|VITEST)/.test(name) ? [] : [[name, value]],
    ),
  );
}

module.exports = { startApp };
