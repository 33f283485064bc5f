/** What the person lets a real Chromium do, and what no page gets Latchkey to do on its own: to save on the quiet, and to ask without end. */
import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { testIds as t } from '../../renderer/test-ids';
import { BrowserDesk } from '../support/browser-desk';
import { startsOverAfterFailure, type Outcome } from '../support/ceremony-person';
import { clicksAway } from '../support/closing-click';
import { JsonSite, refusedWith } from '../support/json-site';
import { asks, type PageRequest } from '../support/page-passkeys';
import { PATIENCE } from '../support/person';
import { OwnAuthenticator } from '../support/test-chromium';

const site = new JsonSite('https://shop.example');
const saving = (): PageRequest => ({ kind: 'create', options: site.creation('ada') });

let desk: BrowserDesk;
let page: Page;

beforeAll(async () => {
  desk = await BrowserDesk.sitDown({ decision: 'none' });
});
afterEach(async () => page.close());
startsOverAfterFailure(() => desk?.ada);
afterAll(() => desk?.standUp());

async function nothingWasShown(): Promise<void> {
  expect((await desk.ada.windows()).filter(({ visible }) => visible)).toEqual([]);
  const shown = desk.ada.person.app.app.windows().map((window) => window.url());
  expect(shown.filter((url) => url.endsWith('/connect.html'))).toEqual([]);
}

/** What the app knows of browsers. */
async function links() {
  const result = await desk.ada.person.page.evaluate(() => window.latchkey.call('browsers'));
  if (!result.ok) throw new Error(result.problem.message);
  return result.value.links;
}

describe('a browser that asks for the first time', () => {
  /** A page asks, and so Latchkey asks about its browser. */
  async function isAskedAbout(): Promise<{
    readonly question: Page;
    readonly answer: Promise<Outcome>;
    readonly own: OwnAuthenticator;
  }> {
    page = await desk.browser.open(site.origin);
    const own = await OwnAuthenticator.of(page);
    const opened = desk.ada.person.app.windowNamed('connect.html');
    const answer = asks(page, saving());
    return { question: await opened, answer, own };
  }

  it('not now: its own dialog comes, and the next time the person is asked again', async () => {
    const { question, answer, own } = await isAskedAbout();
    await clicksAway(question, t.connectLater);
    await site.takes(await answer);
    expect(await own.passkeys()).toEqual(['shop.example ada']);
    expect((await links()).decisions).toEqual([]);
  });

  it('not allowed: its own dialog comes, now and from then on, and nobody is asked again', async () => {
    const { question, answer, own } = await isAskedAbout();
    await clicksAway(question, t.connectDeny);
    await site.takes(await answer);
    const grace = { kind: 'create', options: site.creation('grace') } as const;
    await site.takes(await asks(page, grace));
    expect([...(await own.passkeys())].sort()).toEqual(['shop.example ada', 'shop.example grace']);
    await nothingWasShown();
    expect((await links()).decisions).toMatchObject([{ decision: 'denied' }]);
  });

  it('its pages are told what can be done here only while it is allowed', async () => {
    const capabilities = () => page.evaluate(() => PublicKeyCredential.getClientCapabilities());
    page = await desk.browser.open(site.origin);
    const without = await capabilities();
    expect(without).toMatchObject({
      userVerifyingPlatformAuthenticator: false,
      passkeyPlatformAuthenticator: false,
    });
    const [known] = (await links()).decisions;
    await desk.ada.person.page.evaluate((id) => window.latchkey.call('allowBrowser', id), known!.id);
    await expect.poll(capabilities, { timeout: PATIENCE }).toEqual({
      ...without,
      conditionalGet: true,
      userVerifyingPlatformAuthenticator: true,
      passkeyPlatformAuthenticator: true,
    });
  });
});

it('a passkey that a page makes on the quiet is left to the browser', async () => {
  page = await desk.browser.context.newPage();
  // Comes before Latchkey's, and so hears what that passes on.
  await page.addInitScript(`{
    const { create } = CredentialsContainer.prototype;
    window.passedOn = [];
    CredentialsContainer.prototype.create = function (options) {
      passedOn.push(options.mediation);
      return create.call(this, options);
    };
  }`);
  await page.goto(site.origin);
  const { length: before } = (await links()).requests;
  const answer = asks(page, { ...saving(), mediation: 'conditional' });
  await page.waitForFunction('passedOn.length > 0');
  expect(await page.evaluate('passedOn')).toEqual(['conditional']);
  // Nobody has just signed in there with a password that the browser keeps.
  refusedWith(await answer, 'NotAllowedError');
  await nothingWasShown();
  expect((await links()).requests).toHaveLength(before);
});

it('a page that asks again and again in vain is left to the browser, and another page is served', async () => {
  const flooding = new JsonSite('https://flood.example');
  page = await desk.browser.open(flooding.origin);
  const own = await OwnAuthenticator.of(page);
  const id = await own.has(flooding.rpId, 'ada');
  await page.evaluate(async (options) => {
    const json = JSON.parse(options) as PublicKeyCredentialRequestOptionsJSON;
    for (let count = 0; count < 100; count++) {
      const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(json);
      const giveUp = new AbortController();
      const asked = navigator.credentials.get({ publicKey, signal: giveUp.signal });
      giveUp.abort();
      await asked.catch(() => undefined);
    }
  }, flooding.request());
  await page.waitForFunction(() => document.hasFocus());
  const { response } = await asks(page, { kind: 'get', options: flooding.request() });
  expect(JSON.parse(response ?? '{}')).toMatchObject({ id });
  const heard = (await links()).requests.filter(
    ({ site: of, result }) => of === flooding.rpId && result !== 'refused',
  );
  expect(heard.length).toBeGreaterThan(0);
  expect(heard.length).toBeLessThanOrEqual(20);
  await page.close();

  page = await desk.browser.open(site.origin);
  const { answer } = await desk.askedFor(page, saving(), 'choose-place');
  await desk.ada.clicks(t.ceremonyCancel);
  await desk.ada.seesItGone();
  refusedWith(await answer, 'NotAllowedError');
});
