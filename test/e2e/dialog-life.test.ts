/** The windows of dialogs come, go and break: nothing of it leaves a request without an answer, or the app without an end. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { CeremonyPerson, Home, type Request } from '../support/ceremony-person';
import { JsonSite, refusedWith } from '../support/json-site';
import { PATIENCE } from '../support/person';

const site = new JsonSite('https://a.example');
const { origin } = site;
const saving = (): Request => ({
  kind: 'create',
  origin,
  options: site.creation('eve'),
  only: 'device',
});

let home: Home;
let ada: CeremonyPerson;

beforeEach(async () => {
  home = await Home.open();
  await home.setUp();
  ada = await CeremonyPerson.sitDown(home, [home.keys.make('Simulated drawer')]);
});

afterEach(async () => {
  await ada?.standUp();
  await home?.close();
});

it('no window is shown, and none takes the keyboard, for what no site may ask', async () => {
  const { answer } = await ada.askedFor(saving(), 'device-pin');
  await ada.page.keyboard.press('Escape');
  await ada.seesItGone();
  refusedWith(await answer, 'NotAllowedError');
  const { app } = ada.person.app;
  await app.evaluate(({ BrowserWindow }) => {
    const shown: string[] = [];
    Object.assign(globalThis, { shown });
    for (const window of BrowserWindow.getAllWindows())
      window.on('show', () => shown.push(window.getTitle()));
  });
  const address = await ada.asks({ ...saving(), origin: 'https://192.0.2.1' });
  refusedWith(await address.answer, 'SecurityError');
  const absurd = await ada.asks({ ...saving(), options: '{"__proto__":{"challenge":"AA"}}' });
  refusedWith(await absurd.answer, 'TypeError');
  // One that is shown comes after both.
  const next = await ada.askedFor(saving(), 'device-pin');
  expect(await app.evaluate(() => (globalThis as unknown as { readonly shown: unknown }).shown)).toHaveLength(
    1,
  );
  next.giveUp();
  await ada.seesItGone();
});

it('a dialog whose process has died ends its request, and the next one gets a window of its own', async () => {
  const first = await ada.askedFor(saving(), 'device-pin');
  const second = await ada.asks({ ...saving(), origin: 'https://other.a.example' });
  const { app } = ada.person.app;
  const opened = app.waitForEvent('window', { timeout: PATIENCE });
  await app.evaluate(({ BrowserWindow }) => {
    for (const { webContents } of BrowserWindow.getAllWindows())
      if (webContents.getURL().endsWith('/ceremony.html')) webContents.forcefullyCrashRenderer();
  });
  refusedWith(await first.answer, 'AbortError');
  const page = await opened;
  await page.locator('[data-state="device-pin"]').filter({ hasText: 'https://other.a.example' }).waitFor();
  expect(await ada.windows()).toEqual([{ visible: true, onTop: true }]);
  await page.keyboard.press('Escape');
  refusedWith(await second.answer, 'NotAllowedError');
});

it('the app ends when somebody quits it, whatever dialog is open and whoever waits', async () => {
  const open = await ada.askedFor(saving(), 'device-pin');
  const waiting = await ada.asks(saving());
  const { app } = ada.person.app;
  const ended = app.waitForEvent('close', { timeout: PATIENCE });
  await app.evaluate(({ app: electron }) => electron.quit());
  await ended;
  for (const { answer } of [open, waiting]) {
    const outcome = await answer.catch((error: unknown) => error);
    expect(outcome).not.toHaveProperty('response');
  }
});
