/**
 * A person with a real Firefox ESR, the extension, the relay and the app, from Connect to the app that the relay starts. This Firefox
 * ends a script of the extension that is idle far sooner than usual: no open request is lost by that.
 */
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page as AppPage } from 'playwright';
import type { Frame, Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { CeremonyState } from '../../main/ceremony/dialog-view';
import { testIds as t } from '../../renderer/test-ids';
import {
  CeremonyPerson,
  DEVICE_PIN,
  Home,
  startsOverAfterFailure,
  type Outcome,
} from '../support/ceremony-person';
import { PIN as KEY_PIN } from '../support/desk';
import { JsonSite, listOf, refusedWith, type Registered } from '../support/json-site';
import { askedFor as pageAskedFor, asks, givesUp, signals, type PageRequest } from '../support/page-passkeys';
import { PATIENCE } from '../support/person';
import type { SoftKeyFile } from '../support/soft-key-file';
import { processes } from '../support/test-chromium';
import { as, IDLE, lookAt, TestFirefox, type OwnAuthenticator } from '../support/test-firefox';
import { WebSites } from '../support/web-sites';

let user: string;
let home: Home;
let sites: WebSites;
let key: SoftKeyFile;
let ada: CeremonyPerson;
let firefox: TestFirefox;
let site: JsonSite;
let page: Page;
let onDevice: Registered;

const saving = (changes: Readonly<Record<string, unknown>> = {}): PageRequest => ({
  kind: 'create',
  options: site.creation('ada', changes),
});

beforeAll(async () => {
  user = mkdtempSync(join(tmpdir(), 'latchkey-firefox-'));
  [home, sites] = await Promise.all([Home.open(), WebSites.open()]);
  await home.setUp();
  key = home.keys.make('Simulated drawer');
  site = new JsonSite(sites.local);
  await startApp();
  // As the button beside Firefox does.
  const connected = await ada.person.page.evaluate(() =>
    window.latchkey.call('connectBrowser', 'firefox', false),
  );
  expect(connected).toMatchObject({ ok: true });
  firefox = await TestFirefox.launch({ home: user, env: home.keychain.env });
});
afterEach(async () => {
  if (!page.isClosed()) await page.close();
});
startsOverAfterFailure(() => ada);
afterAll(async () => {
  await firefox?.close();
  await ada?.standUp();
  await sites?.close();
  await home?.close();
  rmSync(user, { recursive: true, force: true, maxRetries: 5 });
});

async function startApp(): Promise<void> {
  ada = await CeremonyPerson.sitDown(home, [key], { env: { HOME: user } });
}

/** A page that somebody looks at asks; resolves when the dialog is in this state. */
async function askedFor(
  where: Page | Frame,
  request: PageRequest,
  state: CeremonyState['name'],
): Promise<{ readonly answer: Promise<Outcome> }> {
  await lookAt(page);
  return pageAskedFor(ada, as(where), request, state);
}

/** Milliseconds. */
const firefoxsTime = (): Promise<number> => page.evaluate(() => performance.now());

async function typesPin(): Promise<void> {
  await ada.sees('device-pin');
  await ada.typesPin(DEVICE_PIN);
}

async function cancels(): Promise<void> {
  await ada.clicks(t.ceremonyCancel);
  await ada.seesItGone();
}

describe('a page asks for passkeys', () => {
  it('first the person says whether this browser may; then one is saved on this device', async () => {
    page = await firefox.open(site.origin);
    ada.expectsToBeAsked();
    const question = ada.person.app.windowNamed('connect.html');
    const answer = asks(as(page), saving());
    const window = await question;
    const text = await window.getByTestId(t.connect).innerText();
    expect(text).toContain('Firefox');
    expect(text).toContain(site.origin);
    // The window goes while it is being clicked.
    await window
      .getByTestId(t.connectAllow)
      .click()
      .catch(() => undefined);
    await ada.savesHere();
    onDevice = await site.takes(await answer);
    expect(onDevice.attachment).toBe('platform');
    await ada.person.row('localhost', 'ada').waitFor();
  });

  it('and uses the one of this device, however long the dialog is open', async () => {
    page = await firefox.open(site.origin);
    const { answer } = await askedFor(page, { kind: 'get', options: site.request([onDevice]) }, 'device-pin');
    const relay = relays();
    const opened = await firefoxsTime();
    await expect.poll(firefoxsTime, { timeout: PATIENCE }).toBeGreaterThan(opened + 2 * IDLE);
    await typesPin();
    await ada.seesItGone();
    await site.letsIn(await answer, onDevice);
    expect(relays()).toEqual(relay);
    expect(relay).toHaveLength(1);
  });

  it('on a name of its own, with TLS: saves one on a security key, and uses it', async () => {
    const shop = new JsonSite(sites.named('shop.example'));
    page = await firefox.open(shop.origin);
    const authenticatorSelection = {
      authenticatorAttachment: 'cross-platform',
      residentKey: 'required',
      userVerification: 'required',
    };
    const { answer } = await askedFor(
      page,
      { kind: 'create', options: shop.creation('ada', { authenticatorSelection }) },
      'key-pin',
    );
    await ada.typesPin(KEY_PIN);
    await ada.sees('touch-key');
    await ada.person.touch(key.name);
    await ada.sees('saved', key.name);
    await ada.clicks(t.ceremonySubmit);
    await ada.seesItGone();
    const onKey = await shop.takes(await answer);
    expect(onKey.attachment).toBe('cross-platform');

    const signIn = await askedFor(page, { kind: 'get', options: shop.request([onKey]) }, 'key-pin');
    await ada.typesPin(KEY_PIN);
    await ada.sees('touch-key');
    await ada.person.touch(key.name);
    await ada.seesItGone();
    await shop.letsIn(await signIn.answer, onKey);
    // What is not on this device is nobody's from here on.
    await ada.person.keepsIn();
  });

  it('gets none where the account has one already', async () => {
    page = await firefox.open(site.origin);
    const { answer } = await askedFor(
      page,
      saving({ excludeCredentials: listOf([onDevice]) }),
      'choose-place',
    );
    await ada.clicks(t.ceremonySubmit);
    await typesPin();
    await ada.seesTrouble('excluded');
    await ada.clicks(t.ceremonyDone);
    await ada.seesItGone();
    refusedWith(await answer, 'InvalidStateError');
  });

  it('of several accounts the person chooses one', async () => {
    page = await firefox.open(site.origin);
    const made = await askedFor(page, { kind: 'create', options: site.creation('grace') }, 'choose-place');
    await ada.savesHere();
    await site.takes(await made.answer);
    const { answer } = await askedFor(page, { kind: 'get', options: site.request() }, 'choose-account');
    expect(await ada.entries('Account')).toHaveLength(2);
    await ada.chooses('Account', 'ada');
    await typesPin();
    await ada.seesItGone();
    await site.letsIn(await answer, onDevice);
  });

  it('at its field, where the person takes one of the list beside it', async () => {
    sites.write(`${site.origin}/sign-in`, { body: '<input autocomplete="username webauthn">' });
    page = await firefox.open(`${site.origin}/sign-in`);
    expect(await page.evaluate(() => PublicKeyCredential.isConditionalMediationAvailable())).toBe(true);
    ada.expectsToBeAsked();
    const answer = asks(as(page), { kind: 'get', options: site.request(), mediation: 'conditional' });
    await page.click('input');
    const list = await ada.person.app.windowNamed('autofill.html');
    await list.getByTestId(t.autofillAccount).filter({ hasText: 'ada' }).click();
    await typesPin();
    await ada.seesItGone();
    await site.letsIn(await answer, onDevice);
  });
});

describe('the dialog is gone when the page', () => {
  it('calls off what it asked for', async () => {
    page = await firefox.open(site.origin);
    const { answer } = await askedFor(page, saving(), 'choose-place');
    await givesUp(as(page));
    refusedWith(await answer, 'AbortError');
    await ada.seesItGone();
  });

  it('goes to another address, and not when it stays where it is', async () => {
    page = await firefox.open(site.origin);
    await askedFor(page, saving(), 'choose-place');
    await page.evaluate(() => {
      location.hash = 'further-down';
    });
    await ada.sees('choose-place');
    await page.goto(sites.named('elsewhere.example'));
    await ada.seesItGone();
  });

  it('is in a tab that is closed; the next page is served', async () => {
    page = await firefox.open(site.origin);
    await askedFor(page, saving(), 'choose-place');
    await page.close();
    await ada.seesItGone();
    page = await firefox.open(site.origin);
    const { answer } = await askedFor(page, saving(), 'choose-place');
    await cancels();
    refusedWith(await answer, 'NotAllowedError');
  });
});

describe('the browser’s own dialog answers', () => {
  let own: OwnAuthenticator;
  let made: Registered;
  beforeAll(async () => {
    own = await firefox.ownAuthenticator();
  });
  afterAll(() => own.unplug());

  it('where the person wants it, when the page has the focus again', async () => {
    page = await firefox.open(site.origin);
    const { answer } = await askedFor(page, saving(), 'choose-place');
    expect(await page.evaluate(() => document.hasFocus())).toBe(false);
    // Meanwhile they look at something else.
    await ada.person.app.app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()
        .find(({ webContents }) => webContents.getURL().endsWith('/index.html'))
        ?.focus(),
    );
    await ada.clicks(t.ceremonyBrowsersDialog);
    await ada.seesItGone();
    expect(await own.passkeys()).toEqual([]);
    await lookAt(page);
    made = await site.takes(await answer);
    expect(await own.passkeys()).toEqual(['localhost']);
  });

  it('in a frame of another site, whatever the page around it lets', async () => {
    const around = site.origin.replace('localhost', 'other.localhost');
    const embedded = new JsonSite(site.origin, 'localhost', around);
    const frame = await framed(around, 'allow="publickey-credentials-get *"');
    const outcome = await asks(as(frame), { kind: 'get', options: embedded.request([onDevice, made]) });
    await embedded.letsIn(outcome, made);
  });

  it('when the app is killed', async () => {
    page = await firefox.open(site.origin);
    const { answer } = await askedFor(page, saving(), 'choose-place');
    const { app } = ada.person.app;
    const closed = app.waitForEvent('close');
    app.process().kill('SIGKILL');
    await closed;
    await site.takes(await answer);
    expect(await own.passkeys()).toEqual(['localhost', 'localhost']);
    await startApp();
  });
});

it('a frame of the page’s own site asks as the page does', async () => {
  const frame = await framed(site.origin);
  const { answer } = await askedFor(frame, { kind: 'get', options: site.request([onDevice]) }, 'device-pin');
  await typesPin();
  await ada.seesItGone();
  await site.letsIn(await answer, onDevice);
});

/** A page here with a frame of the site, in which somebody has been. */
async function framed(around: string, attributes = ''): Promise<Frame> {
  sites.write(`${around}/framing`, { body: `<iframe ${attributes} src="${site.origin}/inside"></iframe>` });
  page = await firefox.open(`${around}/framing`);
  await page.click('iframe');
  return vi.waitFor(() => {
    const frame = page.frames().find((one) => one.url().endsWith('/inside'));
    if (!frame) throw new Error('there is no frame');
    return frame;
  }, PATIENCE);
}

it('a passkey that the site does not know goes to Recently deleted', async () => {
  page = await firefox.open(site.origin);
  const options = { rpId: site.rpId, credentialId: onDevice.id };
  expect(await signals(as(page), 'signalUnknownCredential', options)).toBeUndefined();
  const { person } = ada;
  await person.row('localhost', 'ada').waitFor({ state: 'detached' });
  await person.find(t.deviceCardDeleted).click();
  await person.shows(t.deletedRow, 'ada');
});

it('a request starts Latchkey when it is not running, and it ends with the browser', async () => {
  await ada.standUp();
  expect(apps()).toEqual([]);
  // So that a test can look into what it has not started itself.
  appendFileSync(join(home.data, 'bridge', 'start'), '--remote-debugging-port=0\n');
  rmSync(join(home.profile, 'DevToolsActivePort'), { force: true });
  page = await firefox.open(site.origin);
  const answer = asks(as(page), saving());
  const dialog = await startedDialog();
  expect(apps()).toHaveLength(1);
  await dialog.getByTestId(t.ceremonySubmit).click();
  await dialog.getByTestId(t.pinCurrent).fill(DEVICE_PIN);
  await dialog.keyboard.press('Enter');
  await dialog.locator('[role="dialog"][data-state="saved"]').waitFor();
  await site.takes(await answer);
  await dialog.getByTestId(t.ceremonySubmit).click();

  await firefox.close();
  await expect.poll(apps, { timeout: PATIENCE }).toEqual([]);
});

/** The window of the dialogs of an app that the relay has started. */
async function startedDialog(): Promise<AppPage> {
  const dialog = await vi.waitFor(
    async () => {
      const [port] = readFileSync(join(home.profile, 'DevToolsActivePort'), 'utf8').split('\n');
      const app = await chromium.connectOverCDP(`http://127.0.0.1:${port ?? ''}`);
      const pages = app.contexts().flatMap((context) => context.pages());
      const found = pages.find((each) => each.url().endsWith('/ceremony.html'));
      if (!found) throw new Error('there is no dialog');
      return found;
    },
    { timeout: PATIENCE, interval: 200 },
  );
  dialog.setDefaultTimeout(PATIENCE);
  await dialog.locator('[role="dialog"][data-state="choose-place"]').waitFor();
  return dialog;
}

/** Relays of this home that run. */
function relays(): readonly number[] {
  const folder = join(home.data, 'bridge');
  return processes().flatMap(({ pid, command }) => (command.startsWith(folder) ? [pid] : []));
}

/** First processes of the app of this home. */
function apps(): readonly number[] {
  const profile = `--user-data-dir=${home.profile}`;
  return processes().flatMap(({ pid, command }) =>
    command.includes(profile) && !command.includes('--type=') ? [pid] : [],
  );
}
