/** Starts the built app in the real Electron, for end-to-end tests. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright';
import { findElectron } from '../../scripts/electron-runtime.mjs';
import { electronSwitches } from '../../scripts/electron-switches.mjs';
import { projectRoot } from '../../scripts/places.mjs';
import type { UnprivilegedStage } from './unprivileged.js';

export interface LaunchOptions {
  /** Values of `--soft-key`: `demo`, or the path of a state file. */
  readonly softKeys?: readonly string[];
  /** More arguments for the app. */
  readonly args?: readonly string[];
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Kept after `close`, so that a test can start the app again on the same data. */
  readonly userDataDir?: string;
  /** Another app than the one of this checkout. */
  readonly appPath?: string;
  /** Runs it as a user without privileges, with Chromium's sandbox on; see unprivileged.ts. */
  readonly stage?: UnprivilegedStage;
}

export interface LaunchedApp {
  readonly app: ElectronApplication;
  /** The main window, loaded. */
  readonly window: Page;
  /** What went wrong unseen: errors on the console and uncaught exceptions of every window. */
  readonly windowErrors: readonly string[];
  /** What the main process has written to its standard output and error so far. */
  output(): string;
  /** Waits for another window, by the end of its address: `simulator.html`. */
  windowNamed(page: string): Promise<Page>;
  /** Ends the app and removes what it left. Idempotent. */
  close(): Promise<void>;
}

/** Generous: two cores may be busy with a virtual machine. Nothing waits longer than it has to. */
const launchTimeoutMs = 120_000;

export async function launchApp(options: LaunchOptions = {}): Promise<LaunchedApp> {
  const { softKeys = [], args = [], env = {}, stage } = options;
  const userData = options.userDataDir ?? stage?.userData ?? (await mkdtemp(join(tmpdir(), 'latchkey-e2e-')));
  const temporary = options.userDataDir === undefined && stage === undefined;
  const executable = stage?.executable ?? (await findElectron()).executable;

  const app = await _electron.launch({
    executablePath: executable,
    args: [
      options.appPath ?? stage?.appPath ?? projectRoot,
      ...electronSwitches({
        virtualDisplay: process.env['LATCHKEY_VIRTUAL_DISPLAY'] === '1',
        root: stage === undefined && process.getuid?.() === 0,
      }),
      `--user-data-dir=${userData}`,
      ...softKeys.flatMap((key) => ['--soft-key', key]),
      ...args,
    ],
    // Left out, Playwright adds --no-sandbox. Only root needs it.
    chromiumSandbox: stage !== undefined || process.getuid?.() !== 0,
    cwd: stage?.home ?? projectRoot,
    env: { ...inherited(), ...stage?.env, ...env },
    timeout: launchTimeoutMs,
  });

  let output = '';
  const collect = (chunk: Buffer): void => {
    output += chunk.toString('utf8');
  };
  app.process().stdout?.on('data', collect);
  app.process().stderr?.on('data', collect);

  const windowErrors: string[] = [];
  const listen = (page: Page): void => {
    page.on('console', (message) => {
      if (message.type() === 'error') windowErrors.push(message.text());
    });
    page.on('pageerror', (error) => windowErrors.push(String(error)));
  };
  app.windows().forEach(listen);
  app.on('window', listen);

  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= end());
  const end = async (): Promise<void> => {
    await app.close();
    if (temporary) await rm(userData, { recursive: true, force: true, maxRetries: 5 });
  };

  try {
    const window = await windowOf(app, 'index.html');
    return {
      app,
      window,
      windowErrors,
      output: () => output,
      windowNamed: (page) => windowOf(app, page),
      close,
    };
  } catch (error) {
    await close();
    throw new Error(`The app opened no window. It wrote:\n${output}`, { cause: error });
  }
}

/** The window that shows `page`; not simply the first one, since a simulated key has a window too. */
async function windowOf(app: ElectronApplication, page: string): Promise<Page> {
  const shows = async (window: Page): Promise<boolean> => {
    await window.waitForURL(/^(?!about:blank)/, { timeout: launchTimeoutMs, waitUntil: 'domcontentloaded' });
    return new URL(window.url()).pathname.endsWith(`/${page}`);
  };
  for (const window of app.windows()) if (await shows(window)) return window;
  return app.waitForEvent('window', { predicate: shows, timeout: launchTimeoutMs });
}

/** The environment without what would change how the app behaves. */
function inherited(): Record<string, string> {
  const entries = Object.entries(process.env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && !/^(ELECTRON_|NODE_|VITEST)/.test(entry[0]),
  );
  return Object.fromEntries(entries);
}
