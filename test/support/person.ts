/**
 * A person at the computer: looks at the window, clicks and types in it, and has a hand on the simulated keys through the
 * simulator window. Everything waits for what it needs, nothing sleeps.
 */
import { join } from 'node:path';
import type { Locator, Page } from 'playwright';
import { afterEach, expect } from 'vitest';
import { safeText } from '../../renderer/display/safe-text';
import { testIds as t } from '../../renderer/test-ids';
import { projectRoot } from '../../scripts/places.mjs';
import { launchApp, type LaunchedApp, type LaunchOptions } from './launch-app';
import type { SoftKeyFile } from './soft-key-file';

/** Long enough for a machine that is busy with something else. */
export const PATIENCE = 30_000;

const failures = join(projectRoot, 'test-results', 'failures');

type PageName = 'passkeys' | 'security-keys' | 'browsers' | 'advanced-options';

const navigation: Readonly<Record<PageName, { readonly entry: string; readonly page: string }>> = {
  passkeys: { entry: t.navPasskeys, page: t.passkeysPage },
  'security-keys': { entry: t.navSecurityKeys, page: t.securityKeysPage },
  browsers: { entry: t.navBrowsers, page: t.browsersPage },
  'advanced-options': { entry: t.navAdvancedOptions, page: t.advancedPage },
};

export class Person {
  readonly app: LaunchedApp;
  readonly page: Page;
  readonly simulator: Page;
  readonly keyboard: Page['keyboard'];

  private constructor(app: LaunchedApp, simulator: Page) {
    this.app = app;
    this.page = app.window;
    this.simulator = simulator;
    this.keyboard = app.window.keyboard;
  }

  /** Starts the app with these keys plugged in and waits until every one of them has said who it is. */
  static async sitDown(
    keys: readonly (SoftKeyFile | 'demo')[],
    options: Pick<LaunchOptions, 'args' | 'env' | 'userDataDir'> = {},
  ): Promise<Person> {
    const app = await launchApp({
      ...options,
      softKeys: keys.map((key) => (key === 'demo' ? key : key.path)),
    });
    try {
      const simulator = await app.windowNamed('simulator.html');
      for (const page of [app.window, simulator]) page.setDefaultTimeout(PATIENCE);
      const person = new Person(app, simulator);
      await simulator
        .getByTestId(t.simulatedKey)
        .nth(keys.length - 1)
        .waitFor();
      await person.settled();
      return person;
    } catch (error) {
      await app.close();
      throw error;
    }
  }

  /** Ends the app. Throws when a window has reported an error that nobody saw. */
  async standUp(): Promise<void> {
    await this.app.close();
    expect(this.app.windowErrors).toEqual([]);
  }

  // --- what is in the window -------------------------------------------------------------------------------------

  find(testId: string): Locator {
    return this.page.getByTestId(testId);
  }

  /** Nothing is about to change by itself. */
  async settled(): Promise<void> {
    await this.page.locator(`[data-testid="${t.shell}"][data-settled]`).waitFor();
  }

  async shows(testId: string, text: string | RegExp): Promise<void> {
    await this.find(testId).filter({ hasText: text }).first().waitFor();
  }

  async hides(testId: string): Promise<void> {
    await this.find(testId).first().waitFor({ state: 'detached' });
  }

  /** The visible text of what is there, waiting for it. */
  async text(testId: string): Promise<string> {
    return clean(await this.find(testId).first().innerText());
  }

  /** Waits until a dialog is in this state. */
  async dialog(testId: string, state: string): Promise<Locator> {
    const dialog = this.page.locator(`[data-testid="${testId}"][data-state="${state}"]`);
    await dialog.waitFor();
    return dialog;
  }

  /** Waits until no dialog is open. */
  async noDialog(): Promise<void> {
    await this.page.locator('[role="dialog"], [role="alertdialog"]').waitFor({ state: 'detached' });
  }

  async goTo(name: PageName): Promise<void> {
    await this.find(navigation[name].entry).click();
    await this.find(navigation[name].page).waitFor();
  }

  /** The card of a key on the Passkeys page; `name` is its whole name. */
  card(name: string, kind?: string): Locator {
    const attribute = kind === undefined ? '' : `[data-kind="${kind}"]`;
    return this.page
      .locator(`[data-testid="${t.keyCard}"]${attribute}`)
      .filter({ has: this.page.getByText(nameIn(name)) });
  }

  /** The panel of a key on the Security keys page, opened. */
  async panel(name: string): Promise<Locator> {
    await this.goTo('security-keys');
    const panel = this.find(t.key).filter({ has: this.page.getByText(name, { exact: true }) });
    const header = panel.getByTestId(t.keyHeader);
    if ((await header.getAttribute('aria-expanded')) !== 'true') await header.click();
    return panel;
  }

  /** The row whose text holds all of these. */
  row(...texts: readonly string[]): Locator {
    return texts.reduce((rows, hasText) => rows.filter({ hasText }), this.find(t.row));
  }

  /** `site user` of every row that is drawn, from top to bottom. */
  async rows(): Promise<readonly string[]> {
    const rows = await this.find(t.row).evaluateAll(
      (elements, [site, user]) =>
        elements
          .map((element) => ({
            index: Number(element.getAttribute('data-index')),
            text: [site, user]
              .map((id) => element.querySelector(`[data-testid="${id}"]`)?.textContent ?? '')
              .join(' '),
          }))
          .sort((a, b) => a.index - b.index)
          .map(({ text }) => text),
      [t.rowSite, t.rowUser] as const,
    );
    return rows;
  }

  /** Waits until exactly these rows are shown, in this order. */
  async sees(rows: readonly string[]): Promise<void> {
    await expect.poll(() => this.rows(), { timeout: PATIENCE }).toEqual(rows);
  }

  /** Where the focus is: the test id of the element or of the nearest one around it, and the passkey of a row. */
  async focus(): Promise<{ readonly testId: string | null; readonly text: string }> {
    return this.page.evaluate(() => {
      const element = document.activeElement;
      return {
        testId: element?.closest('[data-testid]')?.getAttribute('data-testid') ?? null,
        text: element instanceof HTMLElement && element !== document.body ? element.innerText : '',
      };
    });
  }

  /** Waits until the focus is there; `text` has to be in what is focused. */
  async focusIsOn(testId: string, text = ''): Promise<void> {
    await expect
      .poll(() => this.focus(), { timeout: PATIENCE })
      .toMatchObject({ testId, text: expect.stringContaining(text) as string });
  }

  // --- what a person does ----------------------------------------------------------------------------------------

  /** Opens the dialog by the card of the key, types the PIN and submits it. */
  async enterPin(name: string, pin: string): Promise<void> {
    await this.card(name).getByTestId(t.keyCardUnlock).click();
    await this.typePin(pin);
  }

  /** Types into the open dialog that asks for the PIN, and submits. */
  async typePin(pin: string): Promise<void> {
    await this.find(t.pinCurrent).fill(pin);
    await this.find(t.pinSubmit).click();
  }

  /** Unlocks and waits until the passkeys are listed. */
  async unlock(name: string, pin: string): Promise<void> {
    await this.enterPin(name, pin);
    await this.noDialog();
    await this.card(name, 'locked').waitFor({ state: 'detached' });
    await this.settled();
  }

  async menu(row: Locator, entry: 'menuDelete' | 'menuDetails' | 'menuEdit' | 'menuProtect'): Promise<void> {
    await row.getByTestId(t.rowMenu).click();
    await this.find(t[entry]).click();
  }

  async select(...rows: readonly Locator[]): Promise<void> {
    for (const row of rows) await row.getByTestId(t.rowCheckbox).check();
  }

  // --- the hand on the keys --------------------------------------------------------------------------------------

  /** A key in the simulator window; `nth` where several have the same name. */
  simulated(name: string, nth = 0): Locator {
    return this.simulator
      .getByTestId(t.simulatedKey)
      .filter({ has: this.simulator.getByRole('heading', { name: shownName(name), exact: true }) })
      .nth(nth);
  }

  async unplug(name: string, nth = 0): Promise<void> {
    await this.#setPlugged(name, nth, 'Unplug');
  }

  async plugIn(name: string, nth = 0): Promise<void> {
    await this.#setPlugged(name, nth, 'Plug in');
  }

  /** Takes the key out and puts it back in, and waits until the window knows it again. */
  async reinsert(name: string, nth = 0): Promise<void> {
    await this.unplug(name, nth);
    await this.plugIn(name, nth);
    await this.settled();
  }

  /** Leaves only these keys plugged in; names may stand more than once. */
  async keepsIn(...names: readonly string[]): Promise<void> {
    const keys = this.simulator.getByTestId(t.simulatedKey);
    const wanted = names.map(shownName);
    const texts = await keys.getByRole('heading').allInnerTexts();
    for (const [index, name] of texts.entries()) {
      const at = wanted.indexOf(name);
      if (at >= 0) wanted.splice(at, 1);
      const button = keys.nth(index).getByTestId(t.simulatedPlug);
      const plugged = (await button.innerText()) === 'Unplug';
      if (plugged === at >= 0) continue;
      await button.click();
      await button.getByText(plugged ? 'Plug in' : 'Unplug').waitFor();
    }
    await this.page.waitForFunction(async (expected) => {
      const { keys } = await window.latchkey.call('snapshot');
      return (
        keys.length === expected.length && expected.every((name) => keys.some((key) => key.name === name))
      );
    }, names);
    await this.settled();
  }

  /** Waits until the key waits for a finger, and touches it. */
  async touch(name: string): Promise<void> {
    await this.simulated(name).getByTestId(t.simulatedTouch).click();
  }

  /** Another finger than one that the key knows. */
  async touchWithWrongFinger(name: string): Promise<void> {
    await this.simulated(name).getByTestId(t.simulatedWrongFinger).click();
  }

  async refuse(name: string): Promise<void> {
    await this.simulated(name).getByTestId(t.simulatedRefuse).click();
  }

  async #setPlugged(name: string, nth: number, label: 'Unplug' | 'Plug in'): Promise<void> {
    const button = this.simulated(name, nth).getByTestId(t.simulatedPlug);
    await button.filter({ hasText: label }).click();
    await button.filter({ hasNotText: label }).waitFor();
  }

  /** What is on the clipboard of the system. */
  async clipboard(): Promise<string> {
    return this.app.app.evaluate(({ clipboard }) => clipboard.readText());
  }
}

/**
 * Tests of one file share the app. After one that failed, saves a picture and loads the page again, so that a dialog
 * which stayed open does not make all the others fail too.
 */
export function startsOverAfterFailure(person: () => Person | undefined): void {
  afterEach(async ({ task }) => {
    const page = person()?.page;
    if (task.result?.state !== 'fail' || page === undefined) return;
    await page.screenshot({ path: join(failures, `${task.name.replace(/[^a-z0-9]+/gi, '-')}.png`) });
    await page.reload();
  });
}

/** As the windows show the name of a key. */
function shownName(name: string): string {
  return safeText(name, 60).text;
}

/** The name at the beginning of a title, and not a longer name that begins alike. */
function nameIn(name: string): RegExp {
  const escaped = shownName(name).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(^|Reading )${escaped}( —|$)`);
}

function clean(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
