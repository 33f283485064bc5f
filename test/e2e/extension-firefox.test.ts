/** The extension in a real Firefox ESR, with a stand-in for the relay and the app behind it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { extensionFolders } from '../../scripts/build-extension.mjs';
import { PATIENCE } from '../support/person';
import { CREATE, GET, REQUEST } from '../support/stand-in-bridge/page-calls';
import {
  assertion,
  FALLS_THROUGH,
  REFUSED,
  registration,
  SAVED,
  USED,
} from '../support/stand-in-bridge/responses';
import { StandInApp } from '../support/stand-in-bridge/stand-in-app';
import { WebSites } from '../support/web-sites';

/** Milliseconds after which this Firefox ends a worker that has nothing to do; usually 30,000. */
const IDLE = 300;

let app: StandInApp;
let sites: WebSites;
let browser: Browser;
let home: string;
let page: Page;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'latchkey-firefox-'));
  app = await StandInApp.listen();
  app.connectFirefox(home);
  sites = await WebSites.open();
  browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: '/usr/bin/firefox-esr',
    headless: false,
    env: { ...process.env, HOME: home },
    extraPrefsFirefox: {
      // No keys, and so an answer at once for what falls through.
      'security.webauth.webauthn_enable_softtoken': true,
      'security.webauth.webauthn_enable_usbtoken': false,
      'extensions.background.idle.timeout': IDLE,
    },
  });
  await browser.installExtension(extensionFolders.firefox);
});

afterAll(async () => {
  await browser.close();
  await app.close();
  await sites.close();
  await rm(home, { recursive: true, force: true, maxRetries: 5 });
});

beforeEach(async () => {
  await app.reset();
  page = await browser.newPage();
  await page.goto(sites.local);
  await page.bringToFront();
  return () => page.close();
});

/** What becomes of `script`, an expression. */
function call(script: string): Promise<unknown> {
  return page.evaluate(
    `(async () => ${script})().then(
      (value) => ({ value: JSON.parse(JSON.stringify(value ?? null)) }),
      ({ name, message }) => ({ error: { name, message } }))`,
  );
}

test('saves and uses passkeys', async () => {
  app.answer = (asked) => (asked.type === 'request' && asked.kind === 'create' ? SAVED : USED);
  expect(await call(CREATE)).toEqual({ value: registration });
  expect(await call(GET)).toEqual({ value: assertion });
  expect(app.heard[0]).toMatchObject({
    type: 'hello',
    browser: expect.stringMatching(/^Firefox \d+$/) as string,
  });
  expect(app.all('request')).toMatchObject([
    { kind: 'create', origin: sites.local, options: { user: { name: 'ada' } } },
    { kind: 'get', origin: sites.local, options: { challenge: 'AQID' } },
  ]);
});

test('tells errors as they are, and gives up with the page', async () => {
  app.answer = () => REFUSED;
  expect(await call(GET)).toMatchObject({ error: { name: 'NotAllowedError' } });
  app.answer = () => undefined;
  expect(
    await call(`(() => {
      const giveUp = new AbortController();
      setTimeout(() => giveUp.abort(new RangeError('mine')), 100);
      return navigator.credentials.get({ publicKey: ${REQUEST}, signal: giveUp.signal });
    })()`),
  ).toEqual({ error: { name: 'RangeError', message: 'mine' } });
  await app.hears('cancel');
});

test('what the app passes on arrives at the browser, which says no in its own words', async () => {
  app.answer = () => FALLS_THROUGH;
  expect(await call(CREATE)).toEqual({
    error: {
      name: 'NotAllowedError',
      message: expect.stringContaining('the user agent or the platform') as string,
    },
  });
  expect(app.all('request')).toHaveLength(1);
});

test('signals reach the app, though Firefox has none', async () => {
  app.answer = () => ({ is: 'done' });
  const gone = "PublicKeyCredential.signalUnknownCredential({ rpId: 'localhost', credentialId: 'AAAA' })";
  expect(await call(gone)).toEqual({ value: null });
  expect(app.all('signal')).toMatchObject([
    {
      signal: 'unknownCredential',
      options: { rpId: 'localhost', credentialId: 'AAAA' },
      origin: sites.local,
    },
  ]);
  expect(await call(gone.replace('AAAA', '='))).toMatchObject({ error: { name: 'TypeError' } });
});

test('a frame of another site is not served, for Firefox does not say whether it may', async () => {
  app.answer = () => USED;
  await page.evaluate(
    `new Promise((resolve) => {
      const frame = document.createElement('iframe');
      frame.allow = 'publickey-credentials-get *';
      frame.src = ${JSON.stringify(sites.local.replace('localhost', 'other.localhost'))};
      frame.onload = resolve;
      document.body.append(frame);
    })`,
  );
  const frame = await vi.waitFor(() => {
    const found = page.frames().find((one) => one.url().includes('other.localhost'));
    if (!found) throw new Error('no frame');
    return found;
  }, PATIENCE);
  await frame.evaluate(`void ${GET}.catch(() => undefined)`);
  // What comes after it, comes alone.
  expect(await call(GET)).toEqual({ value: assertion });
  expect(app.all('request')).toHaveLength(1);
});

test('passkeys of this device are offered', async () => {
  expect(await call('PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable()')).toEqual({
    value: true,
  });
});

test('what is asked in the very moment in which Firefox ends an idle worker is not lost', async () => {
  app.answer = () => USED;
  const outcomes = new Set<string>();
  for (let after = IDLE - 32; after <= IDLE + 32; after += 4) {
    // A worker with a host is never idle.
    app.drop();
    const asked = `new Promise((resolve) => setTimeout(resolve, ${after})).then(() => ${GET})`;
    outcomes.add(JSON.stringify(await call(asked)));
  }
  expect([...outcomes]).toEqual([JSON.stringify({ value: assertion })]);
});
