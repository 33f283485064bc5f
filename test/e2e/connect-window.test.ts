/** The question whether a browser may ask for passkeys: what it says, what it takes, and that it is asked once. */
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { testIds as t } from '../../renderer/test-ids';
import { screenshots } from '../support/appearance';
import { clicksAway } from '../support/closing-click';
import { CeremonyPerson, Home } from '../support/ceremony-person';
import { atRest, axe, tooWide } from '../support/page-faults';
import { PATIENCE } from '../support/person';
import { SocketBrowser } from '../support/socket-browser';

let home: Home;
let ada: CeremonyPerson;
let browser: SocketBrowser;

beforeAll(async () => {
  home = await Home.open();
  await home.setUp();
  ada = await CeremonyPerson.sitDown(home, [home.keys.make('Simulated drawer')]);
});
afterAll(async () => {
  browser?.close();
  await ada?.standUp();
  await home?.close();
});

const connect = (program: string, name?: string): Promise<SocketBrowser> =>
  vi.waitFor(
    () =>
      SocketBrowser.connect({
        folder: join(home.data, 'bridge'),
        program,
        ...(name !== undefined && { name }),
      }),
    { timeout: PATIENCE },
  );

const questions = (): readonly Page[] =>
  ada.person.app.app.windows().filter((page) => page.url().endsWith('/connect.html'));

/** The window that the request of this page opens, when the one before it has gone. */
async function questionFrom(origin: string): Promise<Page> {
  await vi.waitFor(() => expect(questions()).toEqual([]), { timeout: PATIENCE });
  const opened = ada.person.app.windowNamed('connect.html');
  await browser.asksFrom(origin);
  const page = await opened;
  page.setDefaultTimeout(PATIENCE);
  await page.getByTestId(t.connect).waitFor();
  return page;
}

/** What was meant for the page decides nothing: it is deaf at first. */
const hears = (page: Page): Promise<void> =>
  page.locator(`[data-testid="${t.connect}"]:not([inert])`).waitFor();

it('says who asks, in its own words, and looks right in light, dark and small', async () => {
  browser = await connect('/opt/browser/browser', 'Chromium \u202e651');
  const page = await questionFrom('https://login.example.org');
  await hears(page);
  const text = await page.getByTestId(t.connect).innerText();
  for (const word of ['/opt/browser/browser', 'https://login.example.org', '0.1.0'])
    expect(text).toContain(word);
  // No name turns the words around it.
  expect(text).not.toContain('\u202e');
  const faults: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await atRest(page);
    await page.screenshot({ path: join(screenshots, `connect-${colorScheme}.png`) });
    faults.push(...(await axe(page)));
  }
  await ada.person.app.app.evaluate(({ BrowserWindow }) => {
    for (const window of BrowserWindow.getAllWindows())
      if (window.webContents.getURL().endsWith('/connect.html')) window.setContentSize(320, 360);
  });
  await page.waitForFunction(() => window.innerWidth === 320);
  await atRest(page);
  await page.screenshot({ path: join(screenshots, 'connect-small.png') });
  expect([...faults, ...(await axe(page)), ...(await tooWide(page))]).toEqual([]);
});

it('Escape decides nothing: the page goes on by itself, and the next one asks again', async () => {
  // It is gone before the key is up again.
  await questions()[0]?.keyboard.down('Escape');
  expect(await browser.hears('answer')).toMatchObject({ id: 1, is: 'fall-through' });
  const again = await questionFrom('https://example.org');
  await hears(again);
  await clicksAway(again, t.connectLater);
  expect(await browser.hears('answer')).toMatchObject({ id: 2, is: 'fall-through' });
});

it('is deaf at first, and its heading has the focus: nobody who types on allows anything', async () => {
  const page = await questionFrom('https://example.org');
  expect(await page.getByTestId(t.connect).getAttribute('inert')).not.toBeNull();
  await page.keyboard.press('Enter');
  await hears(page);
  await page.waitForFunction(() => document.activeElement?.tagName === 'H1');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Space');
  expect(await page.getByTestId(t.connect).isVisible()).toBe(true);
});

it('goes away when the page that asked has gone', async () => {
  const closed = questions()[0]?.waitForEvent('close');
  await browser.givesUp();
  await closed;
});

it('closed with its window decides nothing, too', async () => {
  await questionFrom('https://example.org');
  await ada.person.app.app.evaluate(({ BrowserWindow }) => {
    for (const window of BrowserWindow.getAllWindows())
      if (window.webContents.getURL().endsWith('/connect.html')) window.close();
  });
  expect(await browser.hears('answer')).toMatchObject({ is: 'fall-through' });
});

it('not allowed is remembered for this browser; another is asked about, and allowed gets its dialog', async () => {
  const page = await questionFrom('https://example.org');
  await hears(page);
  await clicksAway(page, t.connectDeny);
  expect(await browser.hears('answer')).toMatchObject({ is: 'fall-through' });
  await browser.asksFrom('https://example.org');
  expect(await browser.hears('answer')).toMatchObject({ is: 'fall-through' });
  browser.close();
  browser = await connect('/opt/other/browser');
  const other = await questionFrom('https://example.org');
  await hears(other);
  ada.expectsToBeAsked();
  await clicksAway(other, t.connectAllow);
  await ada.sees('choose-place', 'example.org');
  await ada.clicks(t.ceremonyBrowsersDialog);
  expect(await browser.hears('answer')).toMatchObject({ is: 'fall-through' });
});
