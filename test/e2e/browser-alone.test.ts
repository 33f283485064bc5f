/** A Chromium with the extension, and no Latchkey: the demo site works as if there were no extension at all. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CHROMIUM_ID } from '../../main/bridge/extension-ids';
import { DemoSite } from '../../scripts/demo-site/demo-site';
import { JsonSite } from '../support/json-site';
import { asks } from '../support/page-passkeys';
import { EXTENSION, OwnAuthenticator, TestChromium } from '../support/test-chromium';
import { WebSites } from '../support/web-sites';

let sites: WebSites;
let profile: string;
let browser: TestChromium;

beforeAll(async () => {
  sites = await WebSites.open();
  profile = mkdtempSync(join(tmpdir(), 'latchkey-profile-'));
  browser = await TestChromium.launch({ sites, profile, extensions: [EXTENSION] });
});
afterAll(async () => {
  await browser?.close();
  await sites?.close();
  rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
});

it('the extension says that it reaches nobody, and pages have what they have without it', async () => {
  const options = await browser.open(`chrome-extension://${CHROMIUM_ID}/options.html`);
  await options.getByText('Latchkey cannot be reached from this browser').waitFor();
  await options.close();
  const page = await browser.open('https://shop.example');
  const seen = await page.evaluate(async () => ({
    native: String(Object.getOwnPropertyDescriptor(CredentialsContainer.prototype, 'create')?.value),
    own: Object.keys(navigator.credentials),
    device: await PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable(),
  }));
  expect(seen).toEqual({
    native: expect.stringContaining('[native code]') as string,
    own: [],
    device: false,
  });
  await page.close();
});

it('passkeys are made and used with the browser’s own authenticator', async () => {
  const site = new JsonSite('https://shop.example');
  const page = await browser.open(site.origin);
  const own = await OwnAuthenticator.of(page);
  const made = await site.takes(await asks(page, { kind: 'create', options: site.creation('ada') }));
  expect(await own.passkeys()).toEqual(['shop.example ada']);
  await site.letsIn(await asks(page, { kind: 'get', options: site.request([made]) }), made);
  await page.close();
});

it('at the demo site, from the first account to the last passkey', async () => {
  const demo = new DemoSite({ rpId: 'localhost', name: 'Demo', origins: [sites.local] });
  sites.give(sites.local, demo.handle);
  const page = await browser.context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  await OwnAuthenticator.of(page);
  await page.goto(sites.local);
  const status = page.getByRole('status');
  await status.getByText('Create an account first').waitFor();
  await page.getByLabel('New user name').fill('ada');
  await page.getByRole('button', { name: 'Create a passkey' }).click();
  await page.getByRole('heading', { name: 'Signed in as ada' }).waitFor();
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await status.getByText('There is a passkey of this account in that place already').waitFor();

  await page.getByRole('button', { name: 'Rename Passkey 1' }).click();
  await page.getByLabel('New name of Passkey 1').fill('Laptop');
  await page.keyboard.press('Enter');
  await status.getByText('The passkey has a new name').waitFor();
  await page.getByRole('textbox', { name: 'User name', exact: true }).fill('ada.lovelace');
  await page.getByRole('button', { name: 'Save names' }).click();
  await page.getByRole('heading', { name: 'Signed in as ada.lovelace' }).waitFor();
  await page.getByRole('button', { name: 'Delete Laptop' }).click();
  await page.getByText('There is none left').waitFor();
  await status.getByText('Laptop signs in no more').waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('textbox', { name: 'User name', exact: true }).waitFor();
  expect(errors).toEqual([]);
  await page.close();
});
