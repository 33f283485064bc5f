/** Passkey autofill in the real app: a page waits, a person comes to its field, and the small window beside it is theirs. */
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { testIds as t } from '../../renderer/test-ids';
import { screenshots } from '../support/appearance';
import { CeremonyPerson, DEVICE_PIN, Home } from '../support/ceremony-person';
import { JsonSite, type Registered } from '../support/json-site';
import { atRest, axe, tooWide } from '../support/page-faults';
import { PATIENCE } from '../support/person';
import { SocketBrowser } from '../support/socket-browser';

const site = new JsonSite('https://here.example');
const other = new JsonSite('https://other.example');
/** The name of another site stands in front, and 253 characters are all that DNS allows. */
const long = new JsonSite(`https://here.example.${`${'a'.repeat(55)}.`.repeat(4)}evil.example`);
const area = { x: 100, y: 100, width: 300, height: 40 };

let home: Home;
let ada: CeremonyPerson;
let browser: SocketBrowser;
let adas: Registered;
/** That of {@link SocketBrowser.asksFrom} is the first. */
let lastId = 1;

beforeAll(async () => {
  home = await Home.open();
  await home.setUp();
  ada = await CeremonyPerson.sitDown(home, [home.keys.make('Simulated left key', {})]);
  adas = await ada.savesOnDevice(site, 'ada');
  await ada.savesOnDevice(site, 'grace');
  await ada.savesOnDevice(long, 'ada');
  const folder = join(home.data, 'bridge');
  browser = await vi.waitFor(() => SocketBrowser.connect({ folder }), { timeout: PATIENCE });
  // Whoever wants something for the first time is asked about.
  const question = ada.person.app.windowNamed('connect.html');
  await browser.asksFrom(other.origin);
  const allow = (await question).locator(
    `[data-testid="${t.connect}"]:not([inert]) [data-testid="${t.connectAllow}"]`,
  );
  // The window goes while it is being clicked.
  await allow.click().catch(() => undefined);
  await ada.sees('choose-place');
  await ada.clicks(t.ceremonyBrowsersDialog);
  expect(await browser.hears('answer')).toMatchObject({ id: lastId, is: 'fall-through' });
});

afterAll(async () => {
  browser?.close();
  await ada?.standUp();
  await home?.close();
});

interface Windows {
  readonly visible: boolean;
  readonly focused: boolean;
  readonly onTop: boolean;
  readonly bounds: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  };
}

async function windows(): Promise<readonly Windows[]> {
  return ada.person.app.app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()
      .filter(({ webContents }) => webContents.getURL().endsWith('/autofill.html'))
      .map((window) => ({
        visible: window.isVisible(),
        focused: window.isFocused(),
        onTop: window.isAlwaysOnTop(),
        bounds: window.getBounds(),
      })),
  );
}

const visible = async (): Promise<boolean> => (await windows()).some((window) => window.visible);
const waitsUntil = async (isVisible: boolean): Promise<void> =>
  vi.waitFor(async () => expect(await visible()).toBe(isVisible), { timeout: PATIENCE });

async function waits(at: JsonSite = site): Promise<number> {
  const id = ++lastId;
  const options = JSON.parse(at.request()) as Record<string, unknown>;
  await browser.says({ type: 'autofill', id, origin: at.origin, options });
  return id;
}

/** The list, when it takes something. */
async function list(): Promise<Page> {
  // By then the window of the page before is gone.
  await waitsUntil(true);
  const page = await ada.person.app.windowNamed('autofill.html');
  page.setDefaultTimeout(PATIENCE);
  await page.locator(`[data-testid="${t.autofill}"]:not([inert])`).waitFor();
  return page;
}

/** Nobody was answered but whoever asks now. */
async function hearsNothing(): Promise<void> {
  const id = ++lastId;
  const options = { rpId: site.rpId, credentialId: 'AAAA' };
  await browser.says({ type: 'signal', id, signal: 'unknownCredential', origin: site.origin, options });
  expect(await browser.hears('answer')).toEqual({ type: 'answer', id, is: 'done' });
}

it('is beside the field, takes no keyboard, and the account that is clicked signs in', async () => {
  const id = await waits();
  await vi.waitFor(async () => expect(await windows()).toMatchObject([{ visible: false }]), {
    timeout: PATIENCE,
  });
  await browser.says({ type: 'field', id, is: 'entered', area });
  await waitsUntil(true);
  const [window] = await windows();
  expect(window).toMatchObject({ focused: false, onTop: true, bounds: { x: 100, y: 144, width: 340 } });
  const page = await list();
  expect(await page.getByTestId(t.autofillSite).innerText()).toBe(site.origin);
  const accounts = page.getByTestId(t.autofillAccount);
  expect((await accounts.allInnerTexts()).map((text) => text.replace(/[\u2066-\u2069]/g, '').trim())).toEqual(
    ['grace', 'ada'],
  );
  const faults: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await atRest(page);
    await page.screenshot({ path: join(screenshots, `autofill-${colorScheme}.png`) });
    faults.push(...(await axe(page)), ...(await tooWide(page)));
  }
  expect(faults).toEqual([]);
  // Wholly in sight: nothing of it is cut off.
  expect(
    await page.evaluate(() => document.querySelector('main')!.getBoundingClientRect().bottom),
  ).toBeLessThanOrEqual(window!.bounds.height);

  await accounts.filter({ hasText: 'ada' }).click();
  await waitsUntil(false);
  await ada.sees('device-pin', 'ada');
  await ada.typesPin(DEVICE_PIN);
  await ada.seesItGone();
  const answer = await browser.hears('answer');
  expect(answer.id).toBe(id);
  if (answer.is !== 'response') throw new Error(`the page got ${JSON.stringify(answer)}`);
  await site.letsIn({ response: JSON.stringify(answer.response) }, adas);
  expect(answer.response).toMatchObject({ response: { userHandle: expect.any(String) as string } });
  // Nobody waits any more: there is no window to be kept.
  await vi.waitFor(async () => expect(await windows()).toEqual([]), { timeout: PATIENCE });
});

it('by keyboard: arrows choose, Escape leaves it, and a dialog that is cancelled leaves the page waiting', async () => {
  const id = await waits();
  await browser.says({ type: 'field', id, is: 'entered', area });
  const page = await list();
  await browser.says({ type: 'field', id, is: 'wanted', area });
  const focused = (): Promise<string> => page.evaluate(() => document.activeElement?.textContent ?? '');
  await expect.poll(focused, { timeout: PATIENCE }).toContain('ada');
  await page.keyboard.press('ArrowDown');
  expect(await focused()).toContain('grace');
  await page.keyboard.press('ArrowDown');
  expect(await focused()).toContain('grace');
  await page.keyboard.press('Home');
  expect(await focused()).toContain('ada');
  await page.keyboard.press('Escape');
  await waitsUntil(false);
  await browser.says({ type: 'field', id, is: 'wanted', area });
  await waitsUntil(true);
  await list();
  await expect.poll(focused, { timeout: PATIENCE }).toContain('ada');
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await ada.sees('device-pin', 'grace');
  await ada.clicks(t.ceremonyCancel);
  await ada.seesItGone();
  await browser.says({ type: 'field', id, is: 'wanted', area });
  await waitsUntil(true);
  await browser.says({ type: 'cancel', id });
  await hearsNothing();
  await vi.waitFor(async () => expect(await windows()).toEqual([]), { timeout: PATIENCE });
});

it('shows nothing to a site without a passkey here, and costs no window', async () => {
  const none = await waits(other);
  await browser.says({ type: 'field', id: none, is: 'entered', area });
  const id = await waits();
  await browser.says({ type: 'field', id, is: 'entered', area });
  // What came before was dealt with before.
  const page = await list();
  expect(await page.getByTestId(t.autofillSite).innerText()).toBe(site.origin);
  await browser.says({ type: 'field', id, is: 'left' });
  await waitsUntil(false);
  await browser.says({ type: 'cancel', id });
  await vi.waitFor(async () => expect(await windows()).toEqual([]), { timeout: PATIENCE });
  await hearsNothing();
});

it('says in full who asks, however long that is: the end of a host counts', async () => {
  const id = await waits(long);
  await browser.says({ type: 'field', id, is: 'entered', area });
  const page = await list();
  expect(await page.getByTestId(t.autofillSite).innerText()).toBe(long.origin);
  await page.screenshot({ path: join(screenshots, 'autofill-long-origin.png') });
  const title = await page.locator('h1').evaluate((element) => ({
    isCut: element.scrollHeight > element.clientHeight,
    isInSight: element.getBoundingClientRect().bottom <= window.innerHeight,
  }));
  expect(title).toEqual({ isCut: false, isInSight: true });
  await browser.says({ type: 'cancel', id });
  await vi.waitFor(async () => expect(await windows()).toEqual([]), { timeout: PATIENCE });
});

it('goes with a browser that is killed', async () => {
  const id = await waits();
  await browser.says({ type: 'field', id, is: 'entered', area });
  await waitsUntil(true);
  browser.close();
  await vi.waitFor(async () => expect(await windows()).toEqual([]), { timeout: PATIENCE });
});
