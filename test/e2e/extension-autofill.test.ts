/** Passkey autofill (conditional get) in a real Chromium: its list and ours wait side by side. */
import type { Page } from 'playwright';
import { afterEach, expect, test } from 'vitest';
import { OwnAuthenticator } from '../support/test-chromium';
import { extensionRig } from '../support/stand-in-bridge/extension-rig';
import { begin, call, CONDITIONAL_GET, CREATE, settled } from '../support/stand-in-bridge/page-calls';
import {
  assertion,
  FALLS_THROUGH,
  REFUSED,
  registration,
  SAVED,
  USED,
} from '../support/stand-in-bridge/responses';

const rig = extensionRig();
const SIGN_IN = 'https://example.org/sign-in';

let page: Page;

async function openSignIn(): Promise<Page> {
  rig.sites.write(SIGN_IN, {
    body: `<input id="other"><input id="name" autocomplete="section-a Username  WebAuthn" style="position: absolute; left: 40px; top: 60px; width: 200px; height: 30px; box-sizing: border-box">`,
  });
  // With no authenticator of its own, the browser waits for one; with one that has no passkey of the site, it would not.
  page = await rig.browser.open(SIGN_IN);
  return page;
}

afterEach(async () => {
  await page.close();
});

const fields = () => rig.app.all('field').map(({ is }) => is);

test('a person takes a passkey of this device at the field', async () => {
  const page = await openSignIn();
  await page.click('#name');
  await page.click('#other');
  await begin(page, CONDITIONAL_GET);
  const autofill = await rig.app.hears('autofill');
  expect(autofill).toEqual({
    type: 'autofill',
    id: 1,
    origin: 'https://example.org',
    options: { challenge: 'AQID' },
  });
  expect(rig.app.all('field')).toEqual([]);

  await page.click('#name');
  const entered = await rig.app.hears('field');
  expect(entered).toMatchObject({ id: 1, is: 'entered', area: { width: 200, height: 30 } });
  const { area } = entered;
  // Chromium's window has its corner at 0, 0 or so, and its bars above the page.
  expect(area!.x).toBeGreaterThanOrEqual(40);
  expect(area!.y).toBeGreaterThan(100);
  await page.keyboard.press('ArrowDown');
  expect(await rig.app.hears('field', 2)).toMatchObject({ id: 1, is: 'wanted', area });
  await page.click('#other');
  expect(await rig.app.hears('field', 3)).toEqual({ type: 'field', id: 1, is: 'left' });

  rig.app.say({ type: 'answer', id: 1, ...USED });
  expect(await settled(page)).toEqual({ value: assertion });
  // Nobody waits at the field any more.
  await page.click('#name');
  rig.app.answer = () => SAVED;
  expect(await call(page, CREATE)).toEqual({ value: registration });
  expect(fields()).toEqual(['entered', 'wanted', 'left']);
  // The browser's list has ended, too: it takes the next request, which would be one too many otherwise.
  rig.app.answer = () => undefined;
  await begin(page, CONDITIONAL_GET);
  await rig.app.hears('autofill', 2);
  await page.evaluate(() => window.giveUp!.abort(new RangeError('enough')));
  expect(await settled(page)).toEqual({ error: { name: 'RangeError', message: 'enough' } });
});

test('a person who is in the field when the page begins to wait is there', async () => {
  const page = await openSignIn();
  await page.click('#name');
  await begin(page, CONDITIONAL_GET);
  expect(await rig.app.hears('field')).toMatchObject({ id: 1, is: 'entered' });
});

test('what scripts of the page make up is nobody', async () => {
  const page = await openSignIn();
  await begin(page, CONDITIONAL_GET);
  await rig.app.hears('autofill');
  await page.evaluate(() => {
    const field = document.querySelector('#name')!;
    field.dispatchEvent(new FocusEvent('focusin', { bubbles: true, composed: true }));
    field.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true }));
  });
  await page.click('#name');
  await rig.app.hears('field');
  expect(fields()).toEqual(['entered']);
});

test("a passkey of the browser's own ends our wait", async () => {
  const page = await openSignIn();
  const own = await OwnAuthenticator.of(page);
  await begin(page, CONDITIONAL_GET);
  const { id } = await rig.app.hears('autofill');
  // It looks at its authenticators when a request begins, and this one had no passkey; ours waits on alone.
  await own.has('example.org', 'ada');
  await page.evaluate(() => window.giveUp!.abort());
  expect(await settled(page)).toMatchObject({ error: { name: 'AbortError' } });
  expect(await rig.app.hears('cancel')).toEqual({ type: 'cancel', id });
  await begin(page, CONDITIONAL_GET);
  expect(await settled(page)).toMatchObject({ value: { type: 'public-key' } });
});

test.each([
  ['nothing was chosen', REFUSED],
  ['the app does not serve it', FALLS_THROUGH],
])('it does not fail because %s: the browser waits on', async (_, answer) => {
  const page = await openSignIn();
  rig.app.answer = () => answer;
  await begin(page, CONDITIONAL_GET);
  await rig.app.hears('autofill');
  await page.evaluate(() => window.giveUp!.abort(new RangeError('enough')));
  expect(await settled(page)).toEqual({ error: { name: 'RangeError', message: 'enough' } });
});

test('a wrong request fails at once', async () => {
  const page = await openSignIn();
  const wrong = CONDITIONAL_GET.replace('publicKey: {', "publicKey: { rpId: 'example.com',");
  expect(await call(page, wrong)).toMatchObject({ error: { name: 'SecurityError' } });
});

test('the app is started when somebody who has used it comes to the field, and not before', async () => {
  const page = await openSignIn();
  rig.app.answer = (asked) => (asked.type === 'request' ? SAVED : undefined);
  // So the browser knows that there are passkeys here.
  await call(page, CREATE);
  await rig.app.reset();
  rig.app.relay = 'not-running';
  await begin(page, CONDITIONAL_GET);
  await page.click('#other');
  expect(rig.app.starts).toBe(0);
  await page.click('#name');
  expect(await rig.app.hears('autofill')).toMatchObject({ origin: 'https://example.org' });
  expect(await rig.app.hears('field')).toMatchObject({ is: 'entered' });
  expect(rig.app.starts).toBe(1);
});
