/**
 * What the README promises: connect a browser, load the extension, and everything at the demo site works, by hand, in a real Chromium:
 * on this device and on a key, with several accounts, from the field, and what the site says of its passkeys is heard.
 */
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CHROMIUM_ID } from '../../main/bridge/extension-ids';
import { testIds as t } from '../../renderer/test-ids';
import { DemoSite } from '../../scripts/demo-site/demo-site';
import { clicksAway } from '../support/closing-click';
import { BrowserDesk } from '../support/browser-desk';
import { DEVICE_PIN, startsOverAfterFailure } from '../support/ceremony-person';
import { PIN as KEY_PIN } from '../support/desk';

let desk: BrowserDesk;
let page: Page;

beforeAll(async () => {
  desk = await BrowserDesk.sitDown({ connected: false, decision: 'none', browsing: false });
  const { sites } = desk;
  const demo = new DemoSite({ rpId: 'localhost', name: 'Demo', origins: [sites.local] });
  sites.give(sites.local, demo.handle);
});
startsOverAfterFailure(() => desk?.ada);
afterAll(() => desk?.standUp());

const status = (text: string): Promise<void> => page.getByRole('status').getByText(text).waitFor();

async function createsAccount(name: string, where = 'Let me choose'): Promise<void> {
  await page.getByLabel('New user name').fill(name);
  await page.getByLabel('Where to keep the passkey').selectOption({ label: where });
  await page.getByRole('button', { name: 'Create a passkey' }).click();
}

async function signedInAs(name: string): Promise<void> {
  await page.getByRole('heading', { name: `Signed in as ${name}` }).waitFor();
}

async function signsOut(): Promise<void> {
  await page.getByRole('button', { name: 'Sign out' }).click();
  await status('You are signed out');
}

async function signsIn(): Promise<void> {
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await status('asks you now');
}

it('Connect, and the extension finds Latchkey', async () => {
  const { person } = desk.ada;
  await person.goTo('browsers');
  const card = person.page.locator(`[data-testid="${t.browser}"][data-browser="chromium"]`);
  await card.getByTestId(t.browserAction).click();
  await card.and(person.page.locator('[data-state="waiting"]')).waitFor();
  await desk.opensTheBrowser();
  const options = await desk.browser.open(`chrome-extension://${CHROMIUM_ID}/options.html`);
  await options.getByText('Connected to Latchkey, which has not asked you about this browser yet.').waitFor();
  await card.and(person.page.locator('[data-state="connected"]')).waitFor();
  await options.close();
});

it('the first request asks whether this browser may; then the passkey is saved on this device', async () => {
  desk.ada.expectsToBeAsked();
  page = await desk.browser.open(desk.sites.local);
  await status('Create an account first');
  const question = desk.ada.person.app.windowNamed('connect.html');
  await createsAccount('ada');
  const window = await question;
  const text = await window.getByTestId(t.connect).innerText();
  expect(text).toContain('Chromium');
  expect(text).toContain(desk.sites.local);
  await clicksAway(window, t.connectAllow);
  await desk.ada.savesHere();
  await signedInAs('ada');
  await page.getByText('Latchkey, on this device').waitFor();
  await desk.ada.person.goTo('passkeys');
  await desk.ada.person.row('localhost', 'ada').waitFor();
});

it('signing in takes the PIN, and the site knows that the person was verified', async () => {
  await signsOut();
  await signsIn();
  await desk.ada.sees('device-pin');
  await desk.ada.typesPin(DEVICE_PIN);
  await signedInAs('ada');
  await page.getByText('last used').waitFor();
});

it('no second passkey of an account where there is one', async () => {
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await desk.ada.sees('choose-place');
  await desk.ada.entry('Place', 'Already has a passkey for this account').waitFor();
  await desk.ada.clicks(t.ceremonySubmit);
  await desk.ada.sees('device-pin');
  await desk.ada.typesPin(DEVICE_PIN);
  await desk.ada.seesTrouble('excluded');
  await desk.ada.clicks(t.ceremonyDone);
  await desk.ada.seesItGone();
  await status('There is a passkey of this account in that place already');
});

it('another one of the account goes on a security key', async () => {
  await page.getByLabel('Where to keep another one').selectOption({ label: 'On a security key' });
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await desk.ada.sees('key-pin', desk.key.name);
  await desk.ada.typesPin(KEY_PIN);
  await desk.ada.sees('touch-key');
  await desk.ada.person.touch(desk.key.name);
  await desk.ada.sees('saved', desk.key.name);
  await desk.ada.clicks(t.ceremonySubmit);
  await desk.ada.seesItGone();
  await page.getByText('A simulated security key').waitFor();
  expect(desk.key.passkeys()).toEqual(['localhost ada']);
  await signsOut();
});

it('of several accounts the person chooses one', async () => {
  await desk.ada.person.keepsIn();
  await createsAccount('grace');
  await desk.ada.savesHere();
  await signedInAs('grace');
  await signsOut();
  await signsIn();
  await desk.ada.sees('choose-account');
  expect(await desk.ada.entries('Account')).toHaveLength(2);
  await desk.ada.chooses('Account', 'ada');
  await desk.ada.sees('device-pin', 'ada');
  await desk.ada.typesPin(DEVICE_PIN);
  await signedInAs('ada');
  await signsOut();
  // With a name the site asks for that account alone.
  await page.getByRole('textbox', { name: 'User name', exact: true }).fill('grace');
  await signsIn();
  await desk.ada.sees('device-pin', 'grace');
  await desk.ada.typesPin(DEVICE_PIN);
  await signedInAs('grace');
});

it('the field offers the passkeys of this device, and the page has none of them in it', async () => {
  await signsOut();
  const field = page.getByRole('textbox', { name: 'User name', exact: true });
  await field.click();
  const list = await desk.ada.person.app.windowNamed('autofill.html');
  await list.getByTestId(t.autofillAccount).filter({ hasText: 'ada' }).waitFor();
  expect(await list.getByTestId(t.autofillAccount).count()).toBe(2);
  expect(await page.locator('main').innerText()).not.toContain('ada');
  await list.getByTestId(t.autofillAccount).filter({ hasText: 'ada' }).click();
  await desk.ada.sees('device-pin', 'ada');
  await desk.ada.typesPin(DEVICE_PIN);
  await signedInAs('ada');
  await desk.ada.seesItGone();
});

it('the button is there all the same while the field waits', async () => {
  await signsOut();
  await page.getByRole('textbox', { name: 'User name', exact: true }).click();
  await signsIn();
  await desk.ada.sees('choose-account');
  await desk.ada.clicks(t.ceremonyCancel);
  await desk.ada.seesItGone();
  await status('No passkey came');
  await signsIn();
  await desk.ada.sees('choose-account');
  await desk.ada.chooses('Account', 'ada');
  await desk.ada.sees('device-pin');
  await desk.ada.typesPin(DEVICE_PIN);
  await signedInAs('ada');
  await desk.ada.seesItGone();
});

it('by the key alone', async () => {
  await signsOut();
  await desk.ada.person.plugIn(desk.key.name);
  await page.getByRole('textbox', { name: 'User name', exact: true }).fill('ada');
  await signsIn();
  await desk.ada.sees('choose-account');
  await desk.ada.chooses('Account', desk.key.name);
  await desk.ada.sees('key-pin');
  await desk.ada.typesPin(KEY_PIN);
  await desk.ada.sees('touch-key');
  await desk.ada.person.touch(desk.key.name);
  await signedInAs('ada');
  await desk.ada.seesItGone();
});

it('a new name of the account is the name of its passkey on this device', async () => {
  await page.getByRole('textbox', { name: 'User name', exact: true }).fill('ada.lovelace');
  await page.getByRole('button', { name: 'Save names' }).click();
  await signedInAs('ada.lovelace');
  await desk.ada.person.row('localhost', 'ada.lovelace').waitFor();
});

it('what is deleted at the site goes to Recently deleted', async () => {
  const { person } = desk.ada;
  await page.getByRole('button', { name: 'Delete Passkey 1' }).click();
  await status('Passkey 1 signs in no more. Whatever keeps it was told so.');
  await person.row('localhost', 'ada.lovelace').waitFor({ state: 'detached' });
  await person.find(t.deviceCardDeleted).click();
  await person.shows(t.deletedRow, 'ada.lovelace');
  await person.find(t.pageParent).click();
});

it('a passkey that the site does not know any more goes there, too, when it is used', async () => {
  await signsOut();
  await desk.ada.person.keepsIn();
  // As when it was started anew: no account is known.
  const { sites } = desk;
  const fresh = new DemoSite({ rpId: 'localhost', name: 'Demo', origins: [sites.local] });
  sites.give(sites.local, fresh.handle);
  await page.reload();
  await status('Create an account first');
  await signsIn();
  await desk.ada.sees('device-pin', 'grace');
  await desk.ada.typesPin(DEVICE_PIN);
  await status('This site does not know that passkey');
  await desk.ada.person.row('localhost', 'grace').waitFor({ state: 'detached' });
});
