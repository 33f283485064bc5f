/**
 * Who may ask for whose passkeys, in a real Chromium: hosts, frames, policies and other scripts. Where Latchkey does not serve, the
 * browser's own functions do as ever.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { testIds as t } from '../../renderer/test-ids';
import { BrowserDesk } from '../support/browser-desk';
import { DEVICE_PIN, startsOverAfterFailure, type Outcome } from '../support/ceremony-person';
import { JsonSite, refusedWith, type Registered } from '../support/json-site';
import { asks, signals } from '../support/page-passkeys';
import { EXTENSION, OwnAuthenticator } from '../support/test-chromium';

const ORIGIN = 'https://login.example.org';
const site = new JsonSite(ORIGIN, 'example.org');
const STRICT =
  "default-src 'none'; script-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

let desk: BrowserDesk;
let onDevice: Registered;
let page: Page;
const providers: string[] = [];

beforeAll(async () => {
  desk = await BrowserDesk.sitDown({ browsing: false });
  await leadsTheAppHere();
  await desk.opensTheBrowser();
  page = await desk.browser.open(ORIGIN);
  onDevice = await desk.saves(page, site, 'ada');
  await page.close();
  // What is not on this device is nobody's: keys would be offered for every site.
  await desk.ada.person.keepsIn();
});
afterEach(async () => page.close());
startsOverAfterFailure(() => desk?.ada);
afterAll(async () => {
  await desk?.standUp();
  for (const folder of providers) rmSync(folder, { recursive: true, force: true });
});

/** The person signs in at what is open now. */
async function signsIn(): Promise<void> {
  await desk.ada.sees('device-pin');
  await desk.ada.typesPin(DEVICE_PIN);
  await desk.ada.seesItGone();
}

/** The app's own way to the web ends at the sites of the test, too. Before it is asked for the first time. */
async function leadsTheAppHere(): Promise<void> {
  const { app } = desk.ada.person.app;
  await app.evaluate((_, local) => {
    const usual = globalThis.fetch;
    const led = (address: URL, init: RequestInit): Promise<Response> =>
      usual(`${local}/?${new URLSearchParams({ of: address.href }).toString()}`, init);
    Object.assign(globalThis, { fetch: led });
  }, desk.sites.local);
}

async function nothingWasShown(): Promise<void> {
  expect((await desk.ada.windows()).filter(({ visible }) => visible)).toEqual([]);
}

/** The ID of the passkey that signed in. */
function usedIn({ response }: Outcome): unknown {
  return (JSON.parse(response ?? '{}') as { readonly id?: unknown }).id;
}

describe('a page asks for passkeys of', () => {
  it('its own host, and of the domain above it', async () => {
    page = await desk.browser.open('https://example.org');
    const above = new JsonSite('https://example.org');
    const { answer } = await desk.askedFor(page, { kind: 'get', options: above.request() }, 'device-pin');
    expect(await desk.ada.find(t.ceremonyOrigin).innerText()).toBe('https://example.org');
    await signsIn();
    await above.letsIn(await answer, onDevice);
  });

  it.each([
    ['another domain', 'https://login.example.org', 'example.com'],
    ['a public suffix', 'https://login.example.org', 'org'],
    ['a host beside its own', 'https://login.example.org', 'shop.example.org'],
    ['the site that it looks like', 'https://examp1e.org', 'example.org'],
    ['the site that it begins like', 'https://example.org.evil.example', 'example.org'],
  ])('%s, and is refused before anybody is asked', async (_, origin, rpId) => {
    const hostile = new JsonSite(origin, rpId);
    page = await desk.browser.open(origin);
    refusedWith(await asks(page, { kind: 'get', options: hostile.request() }), 'SecurityError');
    refusedWith(await asks(page, { kind: 'create', options: hostile.creation('ada') }), 'SecurityError');
    await nothingWasShown();
  });

  it('its own host, which only looks like another: the browser answers, and the passkeys of the other stay where they are', async () => {
    page = await desk.browser.open('https://examp1e.org');
    const own = await OwnAuthenticator.of(page);
    const id = await own.has('examp1e.org', 'mallory');
    const lookAlike = new JsonSite('https://examp1e.org');
    expect(usedIn(await asks(page, { kind: 'get', options: lookAlike.request() }))).toBe(id);
    // Nor by naming them.
    const named = await asks(page, { kind: 'get', options: lookAlike.request([onDevice]) });
    refusedWith(named, 'NotAllowedError');
    await nothingWasShown();
  });

  it('a site that names it as related; not of one that does not', async () => {
    const { sites, ada } = desk;
    sites.write('https://example.org/.well-known/webauthn', {
      body: JSON.stringify({ origins: ['https://example.com'] }),
      headers: { 'Content-Type': 'application/json' },
    });

    page = await desk.browser.open('https://example.com');
    const related = new JsonSite('https://example.com', 'example.org');
    const { answer } = await desk.askedFor(page, { kind: 'get', options: related.request() }, 'device-pin');
    expect(await ada.find(t.ceremonyOrigin).innerText()).toBe('https://example.com');
    await signsIn();
    await related.letsIn(await answer, onDevice);

    await page.goto('https://example.net');
    const stranger = new JsonSite('https://example.net', 'example.org');
    refusedWith(await asks(page, { kind: 'get', options: stranger.request() }), 'SecurityError');
    await nothingWasShown();
  });
});

describe('a frame', () => {
  /** A page of another site with a frame of ours in it. */
  async function framed(attributes: string, around = 'https://news.example'): Promise<void> {
    desk.sites.write(`${around}/`, { body: `<iframe ${attributes}></iframe>` });
    page = await desk.browser.open(around);
    await page.frames()[1]?.waitForLoadState();
    // A frame that nobody has been in has not the focus.
    await page.locator('iframe').click();
  }
  const inside = () => page.frames()[1]!;

  it('of the same origin asks as the page around it does', async () => {
    await framed(`src="${ORIGIN}/inside"`, ORIGIN);
    const { answer } = await desk.askedFor(inside(), { kind: 'get', options: site.request() }, 'device-pin');
    await signsIn();
    await site.letsIn(await answer, onDevice);
    desk.sites.write(`${ORIGIN}/`, {});
  });

  it('of another origin asks where the page around it lets it; the person sees both', async () => {
    await framed(`src="${ORIGIN}/inside" allow="publickey-credentials-get"`);
    const embedded = new JsonSite(ORIGIN, 'example.org', 'https://news.example');
    const { answer } = await desk.askedFor(
      inside(),
      { kind: 'get', options: embedded.request() },
      'device-pin',
    );
    expect(await desk.ada.page.locator('body').innerText()).toContain('news.example');
    await signsIn();
    await embedded.letsIn(await answer, onDevice);
    // That was for signing in alone.
    refusedWith(
      await asks(inside(), { kind: 'create', options: embedded.creation('eve') }),
      'NotAllowedError',
    );
    await nothingWasShown();
  });

  it('of another origin makes a passkey where that is let, too', async () => {
    await framed(`src="${ORIGIN}/inside" allow="publickey-credentials-create"`);
    const embedded = new JsonSite(ORIGIN, 'login.example.org', 'https://news.example');
    const creation = { kind: 'create', options: embedded.creation('framed') } as const;
    const { answer } = await desk.askedFor(inside(), creation, 'choose-place');
    await desk.ada.savesHere();
    const made = await embedded.takes(await answer);
    expect(made.attachment).toBe('platform');
  });

  it.each([
    ['of another origin that nothing is let', `src="${ORIGIN}/inside"`],
    ['without an origin', `src="${ORIGIN}/inside" sandbox="allow-scripts"`],
  ])('%s gets what the browser says, and nobody is asked', async (_, attributes) => {
    await framed(attributes);
    const { error } = await asks(inside(), { kind: 'get', options: site.request() });
    expect(error?.name).toMatch(/NotAllowedError|SecurityError/);
    await nothingWasShown();
  });

  it.each([
    ['about:blank', 'src="about:blank"'],
    ['of a text in its page', 'srcdoc="<p>hello"'],
  ])('%s belongs to the page around it', async (_, attributes) => {
    await framed(attributes, ORIGIN);
    const { answer } = await desk.askedFor(inside(), { kind: 'get', options: site.request() }, 'device-pin');
    await signsIn();
    await site.letsIn(await answer, onDevice);
    desk.sites.write(`${ORIGIN}/`, {});
  });
});

it('a page that allows no scripts and no code from anywhere is served as any other', async () => {
  desk.sites.write(`${ORIGIN}/strict`, { headers: { 'Content-Security-Policy': STRICT } });
  page = await desk.browser.open(`${ORIGIN}/strict`);
  const { answer } = await desk.askedFor(page, { kind: 'get', options: site.request() }, 'device-pin');
  await signsIn();
  await site.letsIn(await answer, onDevice);
});

it('a site that forbids passkeys in its pages has none', async () => {
  desk.sites.write(`${ORIGIN}/forbidden`, {
    headers: { 'Permissions-Policy': 'publickey-credentials-get=(), publickey-credentials-create=()' },
  });
  page = await desk.browser.open(`${ORIGIN}/forbidden`);
  refusedWith(await asks(page, { kind: 'get', options: site.request() }), 'NotAllowedError');
  await nothingWasShown();
});

describe('beside another provider', () => {
  /** What such a script does: it looks at every call, and passes on what it has no answer to. */
  const onPrototype = `{
    const { get, create } = CredentialsContainer.prototype;
    window.seen = [];
    CredentialsContainer.prototype.get = function (options) { seen.push('get'); return get.call(this, options); };
    CredentialsContainer.prototype.create = function (options) { seen.push('create'); return create.call(this, options); };
  }`;
  const onObject = `{
    const get = navigator.credentials.get.bind(navigator.credentials);
    window.seen = [];
    navigator.credentials.get = (options) => { seen.push('get'); return get(options); };
  }`;
  const seen = () => page.evaluate(() => (window as unknown as { seen: string[] }).seen);

  async function signsInWithLatchkey(): Promise<void> {
    const { answer } = await desk.askedFor(page, { kind: 'get', options: site.request() }, 'device-pin');
    await signsIn();
    await site.letsIn(await answer, onDevice);
  }

  async function handsOverToTheBrowser(): Promise<void> {
    const { answer } = await desk.askedFor(page, { kind: 'get', options: site.request() }, 'device-pin');
    const own = await OwnAuthenticator.of(page);
    const id = await own.has('example.org', 'ada');
    await desk.ada.clicks(t.ceremonyBrowsersDialog);
    expect(usedIn(await answer)).toBe(id);
    await desk.ada.seesItGone();
  }

  it.each([
    ['that came later, on the prototype', onPrototype],
    ['that came later, on the object', onObject],
  ])('%s: it is asked first, and then Latchkey', async (_, script) => {
    desk.sites.write(`${ORIGIN}/provider`, { body: `<script>${script}</script>` });
    page = await desk.browser.open(`${ORIGIN}/provider`);
    await signsInWithLatchkey();
    expect(await seen()).toEqual(['get']);
  });

  it('in extensions before and after Latchkey’s: Latchkey serves, and what it hands over passes each of them once', async () => {
    const provider = (name: string): string => {
      const folder = mkdtempSync(join(tmpdir(), `latchkey-provider-${name}-`));
      providers.push(folder);
      const script = { matches: ['https://*/*'], js: ['page.js'], world: 'MAIN', run_at: 'document_start' };
      const manifest = { manifest_version: 3, name, version: '1', content_scripts: [script] };
      writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
      writeFileSync(
        join(folder, 'page.js'),
        `{
           const { get } = CredentialsContainer.prototype;
           CredentialsContainer.prototype.get = function (options) {
             (window.seen ??= []).push('${name}');
             return get.call(this, options);
           };
         }`,
      );
      return folder;
    };
    const browser = await desk.anotherBrowser([provider('first'), EXTENSION, provider('last')]);
    page = await browser.open(ORIGIN);
    await signsInWithLatchkey();

    await page.evaluate(() => Object.assign(window, { seen: [] }));
    await handsOverToTheBrowser();
    expect([...(await seen())].sort()).toEqual(['first', 'last']);
    await browser.close();
  });

  it('that came earlier, on the prototype: Latchkey is asked first, and passes on to it what is not its own', async () => {
    page = await desk.browser.context.newPage();
    await page.addInitScript(onPrototype);
    await page.goto(ORIGIN);
    await signsInWithLatchkey();
    expect(await seen()).toEqual([]);

    await handsOverToTheBrowser();
    expect(await seen()).toEqual(['get']);
  });

  it('that came earlier, on the object: it goes its own way to the browser, and Latchkey is not in it', async () => {
    page = await desk.browser.context.newPage();
    await page.addInitScript(onObject);
    await page.goto(ORIGIN);
    const own = await OwnAuthenticator.of(page);
    const id = await own.has('example.org', 'ada');
    expect(usedIn(await asks(page, { kind: 'get', options: site.request() }))).toBe(id);
    expect(await seen()).toEqual(['get']);
    await nothingWasShown();
  });
});

describe('what a page says has become of passkeys', () => {
  const userId = Buffer.from('ada').toString('base64url');
  const row = () => desk.ada.person.row('example.org', 'ada');

  it('of another site is refused, and changes nothing', async () => {
    page = await desk.browser.open('https://examp1e.org');
    const hostile = { rpId: 'example.org', userId, allAcceptedCredentialIds: [] };
    expect(await signals(page, 'signalAllAcceptedCredentials', hostile)).toBe('SecurityError');
    const credentialId = onDevice.id;
    expect(await signals(page, 'signalUnknownCredential', { rpId: 'example.org', credentialId })).toBe(
      'SecurityError',
    );
    const named = { rpId: 'example.org', userId, name: 'mallory', displayName: 'Mallory' };
    expect(await signals(page, 'signalCurrentUserDetails', named)).toBe('SecurityError');
    await page.close();
    // What came before was dealt with before.
    page = await desk.browser.open(ORIGIN);
    const own = { rpId: 'example.org', userId, name: 'ada.l', displayName: '' };
    expect(await signals(page, 'signalCurrentUserDetails', own)).toBeUndefined();
    await desk.ada.person.row('example.org', 'ada.l').waitFor();
  });

  it('of its own site: what it leaves out goes to Recently deleted, and comes back when it is named again', async () => {
    page = await desk.browser.open(ORIGIN);
    const accepts = (...allAcceptedCredentialIds: readonly string[]) =>
      signals(page, 'signalAllAcceptedCredentials', {
        rpId: 'example.org',
        userId,
        allAcceptedCredentialIds,
      });
    expect(await accepts()).toBeUndefined();
    await row().waitFor({ state: 'detached' });
    expect(await accepts(onDevice.id)).toBeUndefined();
    await row().waitFor();
  });
});
