/** Whoever goes away in the middle of a ceremony in a real Chromium: the page, its tab, the browser, the relay, the app, the person. */
import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { testIds as t } from '../../renderer/test-ids';
import { BrowserDesk } from '../support/browser-desk';
import { startsOverAfterFailure, type Outcome } from '../support/ceremony-person';
import { JsonSite, refusedWith } from '../support/json-site';
import { asks, givesUp, type PageRequest } from '../support/page-passkeys';
import { PATIENCE } from '../support/person';
import { OwnAuthenticator } from '../support/test-chromium';

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

/** A page has asked, and the dialog is open. */
async function asked(): Promise<{ readonly answer: Promise<Outcome> }> {
  page = await desk.browser.open(site.origin);
  return desk.askedFor(page, saving(), 'choose-place');
}

/** Whatever happened before: a page asks, and is served. */
async function servesAsEver(): Promise<void> {
  page = await desk.browser.open(site.origin);
  const { answer } = await desk.askedFor(page, saving(), 'choose-place');
  await desk.ada.clicks(t.ceremonyCancel);
  await desk.ada.seesItGone();
  refusedWith(await answer, 'NotAllowedError');
}

/** The only relay there is. */
async function relay(): Promise<number> {
  return vi.waitFor(
    () => {
      const [pid, ...others] = desk.browser.started(desk.bridge);
      expect(others).toEqual([]);
      expect(pid).toBeDefined();
      return pid!;
    },
    { timeout: PATIENCE },
  );
}

describe('the person', () => {
  it('cancels: the page is refused, and the browser is not asked', async () => {
    const { answer } = await asked();
    const own = await OwnAuthenticator.of(page);
    await desk.ada.clicks(t.ceremonyCancel);
    await desk.ada.seesItGone();
    refusedWith(await answer, 'NotAllowedError');
    expect(await own.passkeys()).toEqual([]);
  });

  it('wants the browser’s own dialog: it answers', async () => {
    const { answer } = await asked();
    const own = await OwnAuthenticator.of(page);
    await desk.ada.clicks(t.ceremonyBrowsersDialog);
    await desk.ada.seesItGone();
    const made = await site.takes(await answer);
    expect(made.transports).toEqual(['internal']);
    expect(await own.passkeys()).toEqual(['shop.example ada']);
  });
});

describe('the page', () => {
  it('calls it off: the dialog is gone, and the reason is the page’s own', async () => {
    const { answer } = await asked();
    await givesUp(page);
    refusedWith(await answer, 'AbortError');
    await desk.ada.seesItGone();
    await servesAsEver();
  });

  it('waits no longer: the person is told', async () => {
    page = await desk.browser.open(site.origin);
    const timeUp = await desk.ada.holdsTheTimeOfSites();
    const { answer } = await desk.askedFor(page, saving(), 'choose-place');
    await timeUp();
    await desk.ada.seesTrouble('timed-out');
    refusedWith(await answer, 'NotAllowedError');
    await desk.ada.clicks(t.ceremonyDone);
    await desk.ada.seesItGone();
  });

  it('asks again while the dialog is open: refused, as browsers do, and the dialog stays', async () => {
    const { answer } = await asked();
    refusedWith(await asks(page, saving()), 'OperationError');
    await desk.ada.sees('choose-place');
    await desk.ada.clicks(t.ceremonyCancel);
    await desk.ada.seesItGone();
    refusedWith(await answer, 'NotAllowedError');
  });

  it('goes to another address: the dialog is gone; not when it stays where it is', async () => {
    await asked();
    await page.evaluate(() => {
      location.hash = 'further-down';
    });
    await desk.ada.sees('choose-place');
    await page.goto('https://elsewhere.example');
    await desk.ada.seesItGone();
    await servesAsEver();
  });

  it('is loaded anew: the dialog is gone', async () => {
    await asked();
    await page.reload();
    await desk.ada.seesItGone();
  });

  it('takes its frame away: the dialog is gone', async () => {
    desk.sites.write('https://framing.example/', { body: '<iframe src="/inside"></iframe>' });
    page = await desk.browser.open('https://framing.example');
    await page.locator('iframe').click();
    const framing = new JsonSite('https://framing.example');
    await desk.askedFor(
      page.frames()[1]!,
      { kind: 'create', options: framing.creation('ada') },
      'choose-place',
    );
    await page.evaluate(() => document.querySelector('iframe')?.remove());
    await desk.ada.seesItGone();
  });

  it('is in a tab that is closed: the dialog is gone', async () => {
    await asked();
    await page.close();
    await desk.ada.seesItGone();
    await servesAsEver();
  });
});

describe('what is between them', () => {
  it('the relay is killed: the dialog is gone, the browser answers, and the next request has another relay', async () => {
    const { answer } = await asked();
    const own = await OwnAuthenticator.of(page);
    const killed = await relay();
    process.kill(killed, 'SIGKILL');
    await site.takes(await answer);
    expect(await own.passkeys()).toEqual(['shop.example ada']);
    await desk.ada.seesItGone();
    await page.close();
    await servesAsEver();
    expect(await relay()).not.toBe(killed);
  });

  it('the browser is killed: the dialog is gone, and so is the relay; the next browser is served', async () => {
    await asked();
    const orphan = await relay();
    await desk.browser.kill();
    await desk.ada.seesItGone();
    await vi.waitFor(() => expect(() => process.kill(orphan, 0)).toThrow(), { timeout: PATIENCE });
    await desk.opensTheBrowser();
    await servesAsEver();
  });

  it('the app is killed: the browser answers; when Latchkey is there again, it is asked again', async () => {
    const { answer } = await asked();
    const own = await OwnAuthenticator.of(page);
    const { app } = desk.ada.person.app;
    const closed = app.waitForEvent('close');
    app.process().kill('SIGKILL');
    await site.takes(await answer);
    expect(await own.passkeys()).toEqual(['shop.example ada']);
    await closed;
    await desk.startsTheAppAgain();
    await page.close();
    await servesAsEver();
  });
});
