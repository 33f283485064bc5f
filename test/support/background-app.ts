/** The built app as a browser starts it: in the real Electron, without its window. What is started with it again is a program of its own. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright';
import { expect, vi } from 'vitest';
import { ControlClient } from '../../main/control/control-client';
import type { OperationArguments, OperationResult } from '../../main/control/operations';
import { SystemClock } from '../../native/clock';
import { LocalSocket } from '../../native/control/local-socket';
import { DiskFolder } from '../../native/files/private-folder';
import { SystemRandom } from '../../native/random';
import { findElectron } from '../../scripts/electron-runtime.mjs';
import { electronSwitches } from '../../scripts/electron-switches.mjs';
import { projectRoot } from '../../scripts/places.mjs';
import { PATIENCE } from './person';

export interface BackgroundOptions {
  /** Besides `--background`. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** As after `--data-folder`; that of the profile when absent, as for everybody who starts the app without it. */
  readonly data?: string;
}

/** Names of pages: `index`, `ceremony`, `simulator`. */
export interface OpenWindow {
  readonly page: string;
  readonly visible: boolean;
}

export class BackgroundApp {
  readonly app: ElectronApplication;
  /** The process has ended. */
  readonly ended: Promise<void>;
  readonly profile: string;
  readonly data: string;
  readonly #command: readonly string[];
  readonly #env: Record<string, string>;

  private constructor(
    app: ElectronApplication,
    profile: string,
    data: string,
    command: readonly string[],
    env: Record<string, string>,
  ) {
    this.app = app;
    this.profile = profile;
    this.data = data;
    this.#command = command;
    this.#env = env;
    this.ended = new Promise((resolve) => app.process().once('exit', () => resolve()));
  }

  /** Resolves when its main process runs. */
  static async start({ args = [], env = {}, data }: BackgroundOptions = {}): Promise<BackgroundApp> {
    const profile = mkdtempSync(join(tmpdir(), 'latchkey-background-'));
    const command = [
      projectRoot,
      ...electronSwitches({ virtualDisplay: process.env['LATCHKEY_VIRTUAL_DISPLAY'] === '1' }),
      `--user-data-dir=${profile}`,
      ...(data === undefined ? [] : ['--data-folder', data]),
      ...args,
    ];
    const whole = { ...inherited(), ...env };
    const { executable } = await findElectron();
    const app = await _electron.launch({
      executablePath: executable,
      args: [...command, '--background'],
      chromiumSandbox: process.getuid?.() !== 0,
      env: whole,
      timeout: 120_000,
    });
    return new BackgroundApp(
      app,
      profile,
      data ?? join(profile, 'Latchkey data'),
      [executable, ...command],
      whole,
    );
  }

  async close(): Promise<void> {
    await this.app.close();
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }

  /** Every window with a page. */
  async windows(): Promise<readonly OpenWindow[]> {
    return this.app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows().flatMap((window) => {
        const page = /\/(\w+)\.html$/.exec(window.webContents.getURL())?.[1];
        return page === undefined ? [] : [{ page, visible: window.isVisible() }];
      }),
    );
  }

  /** The page of this name, once it is there and its window is seen. */
  async seesWindow(page: string): Promise<Page> {
    const shown = await vi.waitFor(
      async () => {
        expect(await this.windows()).toContainEqual({ page, visible: true });
        const found = this.app.windows().find((window) => window.url().endsWith(`/${page}.html`));
        if (!found) throw new Error(`there is no page ${page}.html`);
        return found;
      },
      { timeout: PATIENCE, interval: 100 },
    );
    shown.setDefaultTimeout(PATIENCE);
    return shown;
  }

  /** Somebody, or something, starts it once more. Resolves to the exit code of that start. */
  async startedAgain(...args: readonly string[]): Promise<number | null> {
    const [executable = '', ...rest] = this.#command;
    const child = spawn(executable, [...rest, ...args], { env: this.#env, stdio: 'ignore' });
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', resolve);
    });
  }

  /** Asks as a program of this user does. */
  async asks(
    request: OperationArguments<'webauthn'>,
  ): Promise<{ readonly answer: Promise<OperationResult<'webauthn'>> }> {
    const client = await this.connect();
    const answer = client.service.webauthn(request).finally(() => client.close());
    answer.catch(() => undefined); // a test may end before it looks
    return { answer };
  }

  /** The app serves as soon as the vault is its own. */
  async connect(): Promise<ControlClient> {
    const connect = (): Promise<ControlClient> =>
      ControlClient.connect({
        folder: new DiskFolder(this.data),
        socket: new LocalSocket(this.data),
        clock: new SystemClock(),
        random: new SystemRandom(),
      });
    return vi.waitFor(connect, { timeout: PATIENCE });
  }
}

/** The environment without what would change how the app behaves. */
function inherited(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined || /^(ELECTRON_|NODE_|VITEST)/.test(name) ? [] : [[name, value]],
    ),
  );
}
