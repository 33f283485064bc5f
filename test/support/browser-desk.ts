/**
 * A person with the app, a Chromium that has Latchkey's extension, and all the web there is: the extension, the relay and the app are
 * the real ones, and so is what browsers read to find the relay.
 */
import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Frame, Page } from 'playwright';
import { expect } from 'vitest';
import { AllowedBrowsers, idOf } from '../../main/bridge/allowed-browsers';
import { CHROMIUM_ID } from '../../main/bridge/extension-ids';
import type { CeremonyState } from '../../main/ceremony/dialog-view';
import { DiskFolder } from '../../native/files/private-folder';
import { CeremonyPerson, Home, type Outcome } from './ceremony-person';
import type { JsonSite, Registered } from './json-site';
import { CHROMIUM_ITSELF } from './launch-chromium';
import { askedFor, type PageRequest } from './page-passkeys';
import type { SoftKeyFile } from './soft-key-file';
import { TestChromium } from './test-chromium';
import { WebSites } from './web-sites';

export interface DeskOptions {
  /** One at least. */
  readonly keys?: (home: Home) => readonly SoftKeyFile[];
  /** Besides those of every test. */
  readonly args?: readonly string[];
  /** Whether Chromium knows where the relay is. */
  readonly connected?: boolean;
  /** Whether its user has let it ask, or has not. */
  readonly decision?: 'allowed' | 'denied' | 'none';
  /** Whether Chromium is open from the beginning. */
  readonly browsing?: boolean;
}

export class BrowserDesk {
  readonly home: Home;
  readonly sites: WebSites;
  readonly key: SoftKeyFile;
  ada: CeremonyPerson;
  readonly #args: readonly string[] | undefined;
  #browser: TestChromium | undefined;
  readonly #others: TestChromium[] = [];
  readonly #profiles = mkdtempSync(join(tmpdir(), 'latchkey-profiles-'));

  private constructor(
    home: Home,
    sites: WebSites,
    key: SoftKeyFile,
    ada: CeremonyPerson,
    args: readonly string[] | undefined,
  ) {
    this.home = home;
    this.sites = sites;
    this.key = key;
    this.ada = ada;
    this.#args = args;
  }

  static async sitDown(options: DeskOptions = {}): Promise<BrowserDesk> {
    const { keys, args, connected = true, decision = 'allowed', browsing = true } = options;
    const [home, sites] = await Promise.all([Home.open(), WebSites.open()]);
    await home.setUp();
    if (decision !== 'none') await decided(home, decision);
    const there = keys?.(home) ?? [home.keys.make('Simulated drawer')];
    const ada = await startApp(home, there, args);
    if (connected) await connect(ada);
    const desk = new BrowserDesk(home, sites, there[0]!, ada, args);
    if (browsing) await desk.opensTheBrowser();
    return desk;
  }

  async standUp(): Promise<void> {
    for (const browser of [this.#browser, ...this.#others]) await browser?.close();
    await this.ada.standUp();
    await this.sites.close();
    await this.home.close();
    rmSync(this.#profiles, { recursive: true, force: true, maxRetries: 5 });
  }

  /** Where the app has put the relay. */
  get bridge(): string {
    return join(this.home.data, 'bridge');
  }

  /** As it was before, after it ended. */
  async startsTheAppAgain(): Promise<void> {
    this.ada = await startApp(this.home, [this.key], this.#args);
  }

  /** Also after it ended. */
  async opensTheBrowser(): Promise<void> {
    const { sites, home } = this;
    this.#browser = await TestChromium.launch({ sites, profile: profileOf(home), env: home.keychain.env });
  }

  get browser(): TestChromium {
    if (!this.#browser) throw new Error('no browser is open');
    return this.#browser;
  }

  /**
   * Another one, with a profile of its own, that knows where the relay is. Closed with the rest.
   * @param extensions folders; Latchkey's alone when absent
   */
  async anotherBrowser(extensions?: readonly string[]): Promise<TestChromium> {
    const profile = join(this.#profiles, randomBytes(4).toString('hex'));
    mkdirSync(profile);
    cpSync(join(profileOf(this.home), 'NativeMessagingHosts'), join(profile, 'NativeMessagingHosts'), {
      recursive: true,
    });
    const { sites, home } = this;
    const browser = await TestChromium.launch({
      sites,
      profile,
      env: home.keychain.env,
      ...(extensions && { extensions }),
    });
    this.#others.push(browser);
    return browser;
  }

  // --- pages and their requests --------------------------------------------------------------------------------------

  /** A page asks; resolves when the dialog is in this state. */
  askedFor(
    where: Page | Frame,
    request: PageRequest,
    state: CeremonyState['name'],
  ): Promise<{ readonly answer: Promise<Outcome> }> {
    return askedFor(this.ada, where, request, state);
  }

  /** Saves a passkey of this user on this device, for a page of the site. */
  async saves(page: Page, site: JsonSite, user: string): Promise<Registered> {
    const creation = { kind: 'create', options: site.creation(user) } as const;
    const { answer } = await this.askedFor(page, creation, 'choose-place');
    await this.ada.savesHere();
    return site.takes(await answer);
  }
}

function profileOf({ keychain }: Home): string {
  return join(keychain.env['XDG_CONFIG_HOME']!, 'chromium');
}

function startApp(
  home: Home,
  keys: readonly SoftKeyFile[],
  args: readonly string[] = ['--serve-simulated'],
): Promise<CeremonyPerson> {
  return CeremonyPerson.sitDown(home, keys, { args });
}

/** As the button beside Chromium does. */
async function connect({ person }: CeremonyPerson): Promise<void> {
  const result = await person.page.evaluate(() => window.latchkey.call('connectBrowser', 'chromium', false));
  expect(result).toMatchObject({ ok: true });
}

/** What the person said to this Chromium, some time ago. */
async function decided({ data }: Home, decision: 'allowed' | 'denied'): Promise<void> {
  const folder = new DiskFolder(join(data, 'bridge'));
  const unlock = await folder.lock();
  const browsers = new AllowedBrowsers(folder.file('allowed.json'), folder.file('allowed.json.unreadable'));
  await browsers.read();
  await browsers.decide({
    id: idOf({ program: CHROMIUM_ITSELF, extensionId: CHROMIUM_ID }),
    program: CHROMIUM_ITSELF,
    name: 'Chromium',
    decision,
    when: 1_800_000_000_000,
  });
  await unlock();
}
