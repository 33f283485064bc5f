/** The options page of the extension in a real Chromium: what it says, and the sites that are switched off there. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Page } from 'playwright';
import { afterEach, expect, test } from 'vitest';
import { CHROMIUM_ID } from '../../main/bridge/extension-ids';
import { projectRoot } from '../../scripts/places.mjs';
import { extensionRig } from '../support/stand-in-bridge/extension-rig';
import { call, GET } from '../support/stand-in-bridge/page-calls';
import { assertion, USED } from '../support/stand-in-bridge/responses';

const rig = extensionRig();
const pictures = join(projectRoot, 'test-results', 'screenshots');
let options: Page;

async function openOptions(): Promise<Page> {
  options = await rig.browser.open(`chrome-extension://${CHROMIUM_ID}/options.html`);
  return options;
}

afterEach(() => options.close());

/** What the page says of the connection, as soon as it is `state`. */
async function says(state: string): Promise<string> {
  await options.getByText(state).waitFor();
  return options.locator('main').innerText();
}

test('says that Latchkey is reached, with both versions, and for whom', async () => {
  await openOptions();
  const said = await says('Connected to Latchkey.');
  expect(said).toMatch(/This extension\s+0\.1\.0/);
  expect(said).toMatch(/Latchkey\s+0\.1\.0/);
  expect(said).toMatch(/This browser\s+allowed/);
});

test.each([
  ['yes', false, 'Connected to Latchkey.', 'set up its Passkeys page'],
  ['not-yet', true, 'has not asked you about this browser', 'Latchkey asks you'],
  ['no', true, 'you did not allow it', 'choose Browsers, and allow'],
] as const)('says what follows when this browser is allowed: %s', async (allowed, device, state, next) => {
  rig.app.state = { allowed, device };
  await openOptions();
  expect(await says(state)).toContain(next);
  // And follows what changes.
  rig.app.say({ type: 'state', state: { allowed: 'yes', device: true } });
  await says('Connected to Latchkey.');
});

test('says why Latchkey is not reached, and what helps, and tries again', async () => {
  rig.app.relay = 'not-running';
  await openOptions();
  expect(await says('Latchkey is not running.')).toContain('it is started when a web site asks');
  expect(rig.app.starts).toBe(0);
  rig.app.relay = { failed: 'not-trusted' };
  await options.getByRole('button', { name: 'Try again' }).click();
  expect(await says('could not prove that it is Latchkey')).toContain('connect this browser again');
  rig.app.relay = 'connected';
  rig.app.unwelcome = 'older-extension';
  await options.getByRole('button', { name: 'Try again' }).click();
  expect(await says('This extension is older than Latchkey.')).toContain('Update this extension');
  rig.app.unwelcome = undefined;
  await options.getByRole('button', { name: 'Try again' }).click();
  await says('Connected to Latchkey.');
});

test('a site is switched off with everything under it, and on again', async () => {
  await openOptions();
  rig.app.answer = () => USED;
  const site = options.getByLabel('Site', { exact: true });
  await site.fill('not a site');
  await site.press('Enter');
  await options.getByText('Type the name of a site').waitFor();
  await site.fill('https://LOCALHOST/some/page');
  await site.press('Enter');
  await options.getByText('Latchkey is off on localhost.').waitFor();
  await site.fill('example.org');
  await site.press('Enter');
  await options.getByText('Latchkey is off on example.org.').waitFor();
  expect(await options.getByRole('listitem').allInnerTexts()).toEqual([
    expect.stringContaining('example.org'),
    expect.stringContaining('localhost'),
  ]);

  await rig.own.has('localhost', 'ada');
  await rig.page.bringToFront();
  expect(await call(rig.page, GET)).toMatchObject({ value: { authenticatorAttachment: 'platform' } });
  const below = await rig.browser.open('https://login.example.org/');
  await call(
    below,
    `Promise.race([${GET}.catch(() => undefined), new Promise((resolve) => setTimeout(resolve, 200))])`,
  );
  await below.close();
  expect(rig.app.all('request')).toEqual([]);

  await options.bringToFront();
  await options.getByRole('button', { name: 'Remove localhost' }).click();
  await options.getByText('Latchkey is on again on localhost.').waitFor();
  await options.getByRole('button', { name: 'Remove example.org' }).click();
  await options.getByText('No site is switched off.').waitFor();
  await rig.page.bringToFront();
  expect(await call(rig.page, GET)).toEqual({ value: assertion });
});

test.each(['light', 'dark'] as const)('is accessible, %s', async (colorScheme) => {
  await openOptions();
  await options.emulateMedia({ colorScheme });
  await says('Connected to Latchkey.');
  await options.getByLabel('Site', { exact: true }).fill('example.org');
  await options.keyboard.press('Enter');
  await options.getByText(/Latchkey is off on|is off already/).waitFor();
  await mkdir(pictures, { recursive: true });
  await options.screenshot({ path: join(pictures, `extension-options-${colorScheme}.png`) });
  const session = await options.context().newCDPSession(options);
  // The page lets no script in that is not its own; the debugger's comes all the same.
  await session.send('Runtime.evaluate', { expression: axe.source });
  const { result } = await session.send('Runtime.evaluate', {
    expression:
      'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html)}`))',
    awaitPromise: true,
    returnByValue: true,
  });
  expect(result.value).toEqual([]);
});
