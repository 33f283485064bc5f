/**
 * A person before the small window that saves and uses passkeys, in the real app, and a program of theirs that asks for it over the
 * control socket. They look at the window, click and type in it, as {@link Person} does in the main one.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright';
import { afterEach, expect, vi } from 'vitest';
import type { CeremonyState, Trouble } from '../../main/ceremony/dialog-view';
import { ControlClient } from '../../main/control/control-client';
import type { OperationResult } from '../../main/control/operations';
import type { Vault } from '../../main/vault/vault';
import { SystemClock } from '../../native/clock';
import { LocalSocket } from '../../native/control/local-socket';
import { DiskFolder } from '../../native/files/private-folder';
import { SystemRandom } from '../../native/random';
import { testIds as t } from '../../renderer/test-ids';
import { projectRoot } from '../../scripts/places.mjs';
import { screenshots } from './appearance';
import { atRest, axe, tooWide } from './page-faults';
import type { JsonSite, Registered } from './json-site';
import { PATIENCE, Person } from './person';
import { PrivateSecretService } from './secret-service';
import { SoftKeyFolder, type SoftKeyFile } from './soft-key-file';
import { withVaultOf } from './vault-of-data';

/** CSS pixels. */
const USUAL = { width: 460, height: 560 };
const SMALLEST = { width: 320, height: 360 };

const failures = join(projectRoot, 'test-results', 'failures');

/** The PIN of this device, once {@link Home.setUp} was called. */
export const DEVICE_PIN = '803517';

/** Somebody's data folder, their keychain, and the drawer with their keys. */
export class Home {
  readonly #folder = mkdtempSync(join(tmpdir(), 'latchkey-ceremony-'));
  readonly data = join(this.#folder, 'data');
  readonly profile = join(this.#folder, 'profile');
  readonly keys = new SoftKeyFolder();
  readonly keychain: PrivateSecretService;

  private constructor(keychain: PrivateSecretService) {
    this.keychain = keychain;
  }

  static async open(): Promise<Home> {
    return new Home(await PrivateSecretService.start());
  }

  /** This device gets its PIN. Resolves to its recovery key. */
  async setUp(): Promise<string> {
    let recoveryKey = '';
    await this.withVault(0, async (vault) => {
      ({ recoveryKey } = await vault.setUp({ pin: DEVICE_PIN }));
    });
    return recoveryKey;
  }

  /** Does this with the vault itself, while no app has it open. */
  async withVault(hoursAgo: number, work: (vault: Vault) => Promise<void>): Promise<void> {
    for (const [name, value] of Object.entries(this.keychain.env)) vi.stubEnv(name, value);
    try {
      await withVaultOf(this.data, hoursAgo, work);
    } finally {
      vi.unstubAllEnvs();
    }
  }

  async close(): Promise<void> {
    await this.keychain.stop();
    this.keys.remove();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

export interface Request {
  readonly kind: 'create' | 'get';
  readonly origin: string;
  /** JSON */
  readonly options: string;
  readonly only?: 'device' | 'key';
}

/** What the program is told. */
export type Outcome = OperationResult<'webauthn'>;

export interface Asked {
  /** Rejects when the app ends before it has answered, and when the program gives up. */
  readonly answer: Promise<Outcome>;
  /** The program waits no longer. */
  readonly giveUp: () => void;
}

export class CeremonyPerson {
  readonly person: Person;
  readonly #home: Home;
  readonly #clients = new Set<ControlClient>();
  #window: Promise<Page> | undefined;
  #page: Page | undefined;

  private constructor(person: Person, home: Home) {
    this.person = person;
    this.#home = home;
  }

  /** Starts the app on the data of this home. Its simulated keys serve sites unless told otherwise. */
  static async sitDown(
    home: Home,
    keys: readonly SoftKeyFile[],
    {
      args = ['--serve-simulated'],
      env = {},
    }: { readonly args?: readonly string[]; readonly env?: Readonly<Record<string, string>> } = {},
  ): Promise<CeremonyPerson> {
    const person = await Person.sitDown(keys, {
      args: ['--only-simulated', '--data-folder', home.data, ...args],
      env: { ...home.keychain.env, ...env },
      userDataDir: home.profile,
    });
    return new CeremonyPerson(person, home);
  }

  async standUp(): Promise<void> {
    for (const client of this.#clients) client.close();
    await this.person.standUp();
  }

  // --- the program that asks ---------------------------------------------------------------------------------------

  /** Asks as a program of this user does; resolves when the request is on its way. */
  async asks({ kind, origin, options, only }: Request): Promise<Asked> {
    this.expectsToBeAsked();
    const client = await this.#connect();
    const gaveUp = new AbortController();
    const request = { kind, origin, options, ...(only && { only }) };
    const answer = client.service.webauthn(request, gaveUp.signal).then(async (outcome) => {
      // It was answered once: what comes next on this connection is the answer to the next question.
      expect(await client.service.status({})).toMatchObject({ path: this.#home.data });
      client.close();
      this.#clients.delete(client);
      return outcome;
    });
    // A test may end before it looks.
    answer.catch(() => undefined);
    return { answer, giveUp: () => gaveUp.abort(new Error('the program gave up')) };
  }

  /** Something will ask: its dialog is not to be missed, so this comes first. */
  expectsToBeAsked(): void {
    this.#window ??= this.#dialogWindow();
    this.#window.catch(() => undefined); // where no dialog opens
  }

  /** Asks and waits until the dialog is in this state. */
  async askedFor(request: Request, state: CeremonyState['name']): Promise<Asked> {
    const asked = await this.asks(request);
    await this.sees(state);
    return asked;
  }

  /** The app serves as soon as the vault is its own. */
  async #connect(): Promise<ControlClient> {
    const { data } = this.#home;
    const connect = (): Promise<ControlClient> =>
      ControlClient.connect({
        folder: new DiskFolder(data),
        socket: new LocalSocket(data),
        clock: new SystemClock(),
        random: new SystemRandom(),
      });
    const client = await vi.waitFor(connect, { timeout: PATIENCE });
    this.#clients.add(client);
    return client;
  }

  async #dialogWindow(): Promise<Page> {
    const page = await this.person.app.windowNamed('ceremony.html');
    page.setDefaultTimeout(PATIENCE);
    this.#page = page;
    return page;
  }

  // --- what is in the window ---------------------------------------------------------------------------------------

  /** The window of the dialogs, once something was asked for. */
  get page(): Page {
    if (!this.#page) throw new Error('no dialog was opened yet');
    return this.#page;
  }

  find(testId: string): Locator {
    return this.page.getByTestId(testId);
  }

  /** Waits until the dialog is in this state. */
  async sees(state: CeremonyState['name'], text?: string | RegExp): Promise<Locator> {
    await this.#window;
    return this.#shown(this.page.locator(`[data-testid="${t.ceremony}"][data-state="${state}"]`), text);
  }

  /** Waits until the dialog tells of this trouble. */
  async seesTrouble(is: Trouble['is'], text?: string | RegExp): Promise<Locator> {
    await this.#window;
    return this.#shown(this.page.locator(`[data-testid="${t.ceremony}"][data-trouble="${is}"]`), text);
  }

  async #shown(dialog: Locator, text: string | RegExp = ''): Promise<Locator> {
    const wanted = dialog.filter({ hasText: text });
    try {
      await wanted.waitFor();
    } catch (error) {
      const there = await this.page.locator('body').innerText();
      throw new Error(`the dialog shows something else: ${there}`, { cause: error });
    }
    return wanted;
  }

  /** Waits until the dialog is gone: the window is hidden, and nothing is left in it. */
  async seesItGone(): Promise<void> {
    await this.find(t.ceremony).waitFor({ state: 'detached' });
    await vi.waitFor(
      async () => expect((await this.windows()).filter(({ visible }) => visible)).toEqual([]),
      {
        timeout: PATIENCE,
      },
    );
  }

  /** The windows of dialogs. */
  async windows(): Promise<readonly { readonly visible: boolean; readonly onTop: boolean }[]> {
    return this.person.app.app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()
        .filter(({ webContents }) => webContents.getURL().endsWith('/ceremony.html'))
        .map((window) => ({ visible: window.isVisible(), onTop: window.isAlwaysOnTop() })),
    );
  }

  /** A place, an account or a key in the list that is shown. */
  entry(what: 'Place' | 'Account' | 'Key', text: string): Locator {
    return this.find(t[`ceremony${what}`]).filter({ hasText: text });
  }

  /** The text of each entry, from top to bottom, without the marks that keep the direction of names to themselves. */
  async entries(what: 'Place' | 'Account' | 'Key'): Promise<readonly string[]> {
    const texts = await this.find(t[`ceremony${what}`]).allInnerTexts();
    return texts.map((text) =>
      text
        .replace(/[\u2066-\u2069]/g, '')
        .replace(/\s+/g, ' ')
        .trim(),
    );
  }

  /** Nothing is wrong with what the window shows now, at its own size and at its smallest. Pictures are with those of the main window. */
  async looksRight(name: string): Promise<void> {
    const faults: string[] = [];
    for (const size of [undefined, SMALLEST]) {
      if (size) await this.#resize(size);
      await atRest(this.page);
      await this.page.screenshot({ path: join(screenshots, `${name}${size ? '-small' : ''}.png`) });
      faults.push(...(await axe(this.page)), ...(await tooWide(this.page)));
    }
    await this.#resize(USUAL);
    expect(faults).toEqual([]);
  }

  async #resize(size: { readonly width: number; readonly height: number }): Promise<void> {
    await this.person.app.app.evaluate(({ BrowserWindow }, { width, height }) => {
      for (const window of BrowserWindow.getAllWindows())
        if (window.webContents.getURL().endsWith('/ceremony.html')) window.setContentSize(width, height);
    }, size);
    await this.page.waitForFunction((width) => window.innerWidth === width, size.width);
  }

  // --- what a person does ------------------------------------------------------------------------------------------

  async clicks(testId: string): Promise<void> {
    await this.find(testId).click();
  }

  async chooses(what: 'Place' | 'Account', text: string): Promise<void> {
    await this.entry(what, text).click();
  }

  /** Types the PIN that is asked for, and submits it. */
  async typesPin(pin: string): Promise<void> {
    await this.find(t.pinCurrent).fill(pin);
    await this.page.keyboard.press('Enter');
  }

  /** A passkey of this user, on this device. */
  async savesOnDevice(site: JsonSite, user: string): Promise<Registered> {
    const { origin } = site;
    const options = site.creation(user);
    const { answer } = await this.askedFor({ kind: 'create', origin, options, only: 'device' }, 'device-pin');
    await this.#savesWithPin();
    return site.takes(await answer);
  }

  /** Takes this device where it is the one that is proposed, to the end. */
  async savesHere(): Promise<void> {
    await this.sees('choose-place');
    await this.clicks(t.ceremonySubmit);
    await this.sees('device-pin');
    await this.#savesWithPin();
  }

  async #savesWithPin(): Promise<void> {
    await this.typesPin(DEVICE_PIN);
    await this.sees('saved');
    await this.clicks(t.ceremonySubmit);
    await this.seesItGone();
  }

  async typesNewPin(pin: string, current?: string): Promise<void> {
    if (current !== undefined) await this.find(t.pinCurrent).fill(current);
    await this.find(t.pinNew).fill(pin);
    await this.find(t.pinAgain).fill(pin);
    await this.page.keyboard.press('Enter');
  }

  /** Presses Tab until the focus is on what this finds. */
  async tabsTo(target: Locator): Promise<void> {
    await target.waitFor();
    for (let pressed = 0; pressed < 20; pressed++) {
      if (await target.evaluate((element) => element === document.activeElement)) return;
      await this.page.keyboard.press('Tab');
    }
    throw new Error('Tab does not lead there');
  }

  /**
   * The shortest time that a site has is five minutes (WebAuthn Level 3 §15.1): the app's next timer of that length goes off by hand.
   * Resolves to that hand.
   */
  async holdsTheTimeOfSites(): Promise<() => Promise<void>> {
    const { app } = this.person.app;
    await app.evaluate(() => {
      const { setTimeout: usual } = globalThis;
      const held = (callback: () => void, milliseconds?: number) => {
        if (milliseconds !== 300_000) return usual(callback, milliseconds);
        Object.assign(globalThis, { setTimeout: usual, timeUp: callback });
        return usual(() => undefined);
      };
      Object.assign(globalThis, { setTimeout: held });
    });
    return () => app.evaluate(() => (globalThis as unknown as { timeUp: () => void }).timeUp());
  }

  /** Closes it as the window manager does when its own button is pressed. */
  async closesTheWindow(): Promise<void> {
    await this.person.app.app.evaluate(({ BrowserWindow }) => {
      for (const window of BrowserWindow.getAllWindows())
        if (window.webContents.getURL().endsWith('/ceremony.html')) window.close();
    });
  }

  /** Pictures of what is there, and then as if nothing had been asked: for the tests that come after one that failed. */
  async startsOver(name: string): Promise<void> {
    const file = join(failures, name.replace(/[^a-z0-9]+/gi, '-'));
    // A hidden window has no picture.
    if ((await this.windows()).some(({ visible }) => visible))
      await this.page.screenshot({ path: `${file}-dialog.png` });
    await this.person.page.screenshot({ path: `${file}.png` });
    for (const client of this.#clients) client.close();
    this.#clients.clear();
    await this.person.page.reload();
  }
}

/** Tests of one file share the app: a dialog that stayed open does not make the others fail too. */
export function startsOverAfterFailure(person: () => CeremonyPerson | undefined): void {
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await person()?.startsOver(task.name);
  });
}
