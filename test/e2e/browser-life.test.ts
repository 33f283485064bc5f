/** The app beside a real Chromium: not running when a page asks, asked by two browsers at once, and told not to answer one. */
import { appendFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { testIds as t } from '../../renderer/test-ids';
import { BrowserDesk } from '../support/browser-desk';
import { DEVICE_PIN, startsOverAfterFailure } from '../support/ceremony-person';
import { JsonSite, refusedWith } from '../support/json-site';
import { asks, type PageRequest } from '../support/page-passkeys';
import { PATIENCE } from '../support/person';
import { OwnAuthenticator, processes } from '../support/test-chromium';

const site = new JsonSite('https://shop.example');
const saving = (): PageRequest => ({ kind: 'create', options: site.creation('ada') });

let desk: BrowserDesk;
let page: Page;

beforeAll(async () => {
  desk = await BrowserDesk.sitDown();
});
afterEach(async () => {
  if (!page.isClosed()) await page.close();
});
startsOverAfterFailure(() => desk?.ada);
afterAll(() => desk?.standUp());

const canSaveHere = () =>
  page.evaluate(() => PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable());

describe('two browsers', () => {
  it('ask at the same time: each has a dialog of its own', async () => {
    const other = await desk.anotherBrowser();
    page = await desk.browser.open(site.origin);
    const second = new JsonSite('https://bank.example');
    const otherPage = await other.open(second.origin);
    const { answer } = await desk.askedFor(page, saving(), 'choose-place');
    const otherAnswer = asks(otherPage, { kind: 'create', options: second.creation('eve') });
    const otherDialog = await dialogOf(second.origin);
    await desk.ada.sees('choose-place', site.origin);
    await desk.ada.clicks(t.ceremonyCancel);
    refusedWith(await answer, 'NotAllowedError');
    await otherDialog.getByTestId(t.ceremonySubmit).click();
    await otherDialog.getByTestId(t.pinCurrent).fill(DEVICE_PIN);
    await otherDialog.keyboard.press('Enter');
    await otherDialog.locator('[role="dialog"][data-state="saved"]').waitFor();
    await second.takes(await otherAnswer);
    await otherDialog.getByTestId(t.ceremonySubmit).click();
    await desk.ada.seesItGone();
    // Two connections of one browser that was allowed once.
    const { connections, decisions } = await links();
    expect(connections.map(({ state }) => state)).toEqual(['connected', 'connected']);
    expect(decisions).toHaveLength(1);
    await other.close();
    await expect.poll(async () => (await links()).connections.length, { timeout: PATIENCE }).toBe(1);
  });
});

async function links() {
  const result = await desk.ada.person.page.evaluate(() => window.latchkey.call('browsers'));
  if (!result.ok) throw new Error(result.problem.message);
  return result.value.links;
}

describe('a browser that is not allowed', () => {
  it('has its own dialogs, is not asked about again, and offers nothing; until it is allowed', async () => {
    const [decision] = (await links()).decisions;
    page = await desk.browser.open(site.origin);
    expect(await canSaveHere()).toBe(true);
    const decide = (what: 'denyBrowser' | 'allowBrowser') =>
      desk.ada.person.page.evaluate(([call, id]) => window.latchkey.call(call, id), [
        what,
        decision!.id,
      ] as const);
    await decide('denyBrowser');
    await expect.poll(canSaveHere, { timeout: PATIENCE }).toBe(false);
    const own = await OwnAuthenticator.of(page);
    await site.takes(await asks(page, saving()));
    expect(await own.passkeys()).toEqual(['shop.example ada']);
    expect((await desk.ada.windows()).filter(({ visible }) => visible)).toEqual([]);
    await page.close();

    await decide('allowBrowser');
    page = await desk.browser.open(site.origin);
    const { answer } = await desk.askedFor(page, saving(), 'choose-place');
    await desk.ada.clicks(t.ceremonyCancel);
    await desk.ada.seesItGone();
    refusedWith(await answer, 'NotAllowedError');
  });
});

describe('when Latchkey is not running', () => {
  it('questions do not start it, a request does; it serves, and ends with the browser', async () => {
    page = await desk.browser.open(site.origin);
    expect(await canSaveHere()).toBe(true);
    await desk.ada.standUp();
    const { bridge, home } = desk;
    // So that a test can look into what it has not started itself.
    const port = await freePort();
    appendFileSync(join(bridge, 'start'), `--remote-debugging-port=${port}\n`);

    // As it said last.
    expect(await canSaveHere()).toBe(true);
    expect(apps(home.data)).toEqual([]);

    const answer = asks(page, saving());
    const dialog = await dialogAt(port);
    expect(apps(home.data)).toHaveLength(1);
    await dialog.locator('[role="dialog"][data-state="choose-place"]').waitFor();
    await dialog.getByTestId(t.ceremonySubmit).click();
    await dialog.getByTestId(t.pinCurrent).fill(DEVICE_PIN);
    await dialog.keyboard.press('Enter');
    await dialog.locator('[role="dialog"][data-state="saved"]').waitFor();
    const made = await site.takes(await answer);
    await dialog.getByTestId(t.ceremonySubmit).click();

    // And it goes on serving.
    const again = asks(page, { kind: 'get', options: site.request([made]) });
    await dialog.locator('[role="dialog"][data-state="device-pin"]').waitFor();
    await dialog.getByTestId(t.pinCurrent).fill(DEVICE_PIN);
    await dialog.keyboard.press('Enter');
    await site.letsIn(await again, made);

    await desk.browser.close();
    await expect.poll(() => apps(home.data), { timeout: PATIENCE }).toEqual([]);
    await desk.startsTheAppAgain();
    await desk.ada.person.row('shop.example', 'ada').waitFor();
    await desk.opensTheBrowser();
  });

  it('and cannot be started, the browser answers', async () => {
    await desk.ada.standUp();
    rmSync(join(desk.bridge, 'start'));
    page = await desk.browser.open(site.origin);
    const own = await OwnAuthenticator.of(page);
    await site.takes(await asks(page, saving()));
    expect(await own.passkeys()).toEqual(['shop.example ada']);
    await desk.startsTheAppAgain();
  });
});

/** The window of the dialog that names this origin. */
async function dialogOf(origin: string): Promise<Page> {
  const { app } = desk.ada.person.app;
  return vi.waitFor(
    async () => {
      for (const each of app.windows())
        if (each.url().endsWith('/ceremony.html') && (await each.getByText(origin).count()) > 0) return each;
      throw new Error(`no dialog names ${origin}`);
    },
    { timeout: PATIENCE },
  );
}

/** First processes of the app with this data folder. What the system calls them has their arguments in an order of its own. */
function apps(data: string): readonly number[] {
  return processes().flatMap(({ pid, command }) =>
    command.includes(data) && command.includes('--data-folder') && !command.includes('--type=') ? [pid] : [],
  );
}

async function dialogAt(port: number): Promise<Page> {
  const app = await vi.waitFor(() => chromium.connectOverCDP(`http://127.0.0.1:${port}`), {
    timeout: PATIENCE,
  });
  return vi.waitFor(
    () => {
      const found = app
        .contexts()
        .flatMap((context) => context.pages())
        .find((each) => each.url().endsWith('/ceremony.html'));
      if (!found) throw new Error('there is no dialog');
      found.setDefaultTimeout(PATIENCE);
      return found;
    },
    { timeout: PATIENCE },
  );
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
