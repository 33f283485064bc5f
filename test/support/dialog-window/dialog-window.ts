/** The window of the dialogs as it was built, in the real Electron, without the program behind it: a test says what it shows. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Locator, type Page } from 'playwright';
import type { CeremonyEvent } from '../../../preload/ceremony-contract';
import { findElectron } from '../../../scripts/electron-runtime.mjs';
import { electronSwitches } from '../../../scripts/electron-switches.mjs';
import { testIds as t } from '../../../renderer/test-ids';

/** What main.cjs leaves in its process. */
declare global {
  var standIn: {
    readonly show: (view: CeremonyEvent) => void;
    readonly take: () => readonly Asked[];
    readonly setGone: (gone: boolean) => void;
  };
}

/** `act` with the id of the ceremony and the act, or `showLatchkey`. */
export interface Asked {
  readonly call: string;
  readonly values: readonly unknown[];
}

/** Generous: the machine may be busy. */
const timeout = 120_000;

export class DialogWindow {
  readonly page: Page;
  /** Errors on the console, which a breach of the content security policy is, and uncaught exceptions. */
  readonly errors: string[] = [];
  readonly #app: ElectronApplication;
  readonly #userData: string;

  private constructor(app: ElectronApplication, page: Page, userData: string) {
    this.#app = app;
    this.page = page;
    this.#userData = userData;
    page.on('console', (message) => {
      if (message.type() === 'error') this.errors.push(message.text());
    });
    page.on('pageerror', (error) => this.errors.push(String(error)));
  }

  static async open(): Promise<DialogWindow> {
    const userData = await mkdtemp(join(tmpdir(), 'latchkey-dialog-'));
    const app = await _electron.launch({
      executablePath: (await findElectron()).executable,
      args: [
        import.meta.dirname,
        ...electronSwitches({ virtualDisplay: process.env['LATCHKEY_VIRTUAL_DISPLAY'] === '1' }),
        `--user-data-dir=${userData}`,
      ],
      chromiumSandbox: process.getuid?.() !== 0,
      timeout,
    });
    const page = await app.firstWindow({ timeout });
    await page.locator('main').waitFor({ state: 'attached', timeout });
    return new DialogWindow(app, page, userData);
  }

  /** Resolves when it is drawn. */
  async show(view: CeremonyEvent): Promise<void> {
    await this.#app.evaluate((_electron, next) => standIn.show(next), view);
    const { name } = view?.state ?? { name: 'closed' };
    const isHidden = name === 'closed' || name === 'waiting';
    if (isHidden) await this.dialog.waitFor({ state: 'detached' });
    else await this.page.locator(`[data-testid="${t.ceremony}"][data-state="${name}"]`).waitFor();
  }

  /** What was asked for since the last time. */
  async asked(): Promise<readonly Asked[]> {
    return this.#app.evaluate(() => standIn.take());
  }

  /** What was done, without in which ceremony. */
  async acts(): Promise<readonly unknown[]> {
    return (await this.asked()).map(({ values: [, act] }) => act);
  }

  async setGone(gone: boolean): Promise<void> {
    await this.#app.evaluate((_electron, is) => standIn.setGone(is), gone);
  }

  get dialog(): Locator {
    return this.at(t.ceremony);
  }

  at(testId: string): Locator {
    return this.page.getByTestId(testId);
  }

  /** The test id or the name of the element that has the focus. */
  async focused(): Promise<string> {
    return this.page.evaluate(() => {
      const { activeElement } = document;
      const { testid = '', id = '' } = activeElement instanceof HTMLElement ? activeElement.dataset : {};
      return testid === '' ? (activeElement?.tagName ?? '') : id === '' ? testid : `${testid} ${id}`;
    });
  }

  async close(): Promise<void> {
    await this.#app.close();
    await rm(this.#userData, { recursive: true, force: true, maxRetries: 5 });
  }
}
