/** Keys that can show nothing, keys that misbehave, and names that somebody has made to deceive. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { hostileTexts } from '../../main/authenticator/quirks';
import { GET_INFO } from '../../main/ctap/commands/get-info';
import { UDEV_RULE } from '../../native/hid/udev-rule';
import type { KeyView } from '../../preload/contract';
import { testIds as t } from '../../renderer/test-ids';
import { looksRight } from '../support/appearance';
import { PIN } from '../support/desk';
import { Person, startsOverAfterFailure } from '../support/person';
import { SoftKeyFolder, type SoftKeyFile } from '../support/soft-key-file';

/** Characters that are not seen, or that move those around them; no text that is shown may hold one. */
const DECEIVING =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u200b\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/u;

let folder: SoftKeyFolder;
let old: SoftKeyFile;
let second: SoftKeyFile;
let babbler: SoftKeyFile;
let billions: SoftKeyFile;
let hostile: SoftKeyFile;
let person: Person;

beforeAll(async () => {
  folder = new SoftKeyFolder();
  old = folder.make('Simulated 2.0 key', { profile: '2.0', passkeys: [{ rpId: 'a.example' }] });
  second = folder.make('Simulated second factor', { pin: null, changes: { discoverable: false } });
  babbler = folder.make('Simulated babbler', {
    changes: { quirks: [{ name: 'truncated-cbor', command: GET_INFO, drop: 3 }] },
  });
  billions = folder.make('Simulated boaster', {
    passkeys: [
      { rpId: 'a.example', userName: 'ada' },
      { rpId: 'b.example', userName: 'bob' },
    ],
    changes: { quirks: [{ name: 'four-billion' }] },
  });
  hostile = folder.make(`Simulated key \u202Eyek eurt eht\u0007`, {
    changes: { maxMsgSize: 7609 },
    passkeys: Object.entries(hostileTexts).map(([name, text]) => ({
      rpId: `${name.toLowerCase()}.example`,
      rpName: text,
      userName: text,
      // One message carries one name of that length.
      ...(name !== 'long' && { displayName: `${text} again` }),
    })),
  });
  person = await Person.sitDown([old, second, babbler, billions, hostile]);
});

afterAll(async () => {
  await person?.standUp();
  folder.remove();
});

startsOverAfterFailure(() => person);

/** Whether it is visible, in a name for screen readers, or in a tooltip. */
async function deceivesNobody(): Promise<void> {
  expect(await person.page.evaluate(() => document.documentElement.outerHTML)).not.toMatch(DECEIVING);
}

it('says in plain words why a key cannot list its passkeys', async () => {
  await person.keepsIn(old.name, second.name);
  const oldCard = person.card(old.name, 'cannot-list');
  expect(await oldCard.innerText()).toContain('can hold passkeys but cannot list them');
  const secondCard = person.card(second.name, 'cannot-list');
  expect(await secondCard.innerText()).toContain('it cannot hold passkeys');
  await looksRight(person.app, 'cannot-list');
  await oldCard.getByTestId(t.keyCardAbout).click();
  await person.find(t.securityKeysPage).waitFor();
  await person.goTo('passkeys');
});

it('shows a key whose answers make no sense as such, with a way to try again', async () => {
  await person.keepsIn(babbler.name);
  const card = person.card(babbler.name, 'problem');
  expect(await card.innerText()).toContain('not available');
  await card.getByTestId(t.keyCardRetry).click();
  await person.card(babbler.name, 'problem').waitFor();
  await looksRight(person.app, 'key-problem');
});

it('shows what is really there when a key claims billions of passkeys', async () => {
  await person.keepsIn(billions.name);
  await person.unlock(billions.name, PIN);
  await person.sees(['a.example ada', 'b.example bob']);
  const panel = await person.panel(billions.name);
  expect((await panel.getByTestId(t.keyOddity).allInnerTexts()).join(' ')).toContain('4294967295');
  await looksRight(person.app, 'oddities');
  await person.goTo('passkeys');
});

it('shows hostile names so that they deceive nobody and break no layout', async () => {
  await person.keepsIn(hostile.name);
  await person.unlock(hostile.name, PIN);
  await expect.poll(async () => (await person.rows()).length).toBe(Object.keys(hostileTexts).length);
  await looksRight(person.app, 'hostile');
  await deceivesNobody();
  const heights = await person
    .find(t.row)
    .evaluateAll((rows) => [...new Set(rows.map((row) => row.getBoundingClientRect().height))]);
  expect(heights).toHaveLength(1);
  // As text, not as a part of the page.
  expect(await person.page.locator('main img').count()).toBe(0);
  await person.row('markup.example').getByText('<img src=x onerror=alert(1)>').first().waitFor();
});

it.each(['righttoleftoverride.example', 'controlcharacters.example', 'long.example'])(
  'shows the details of %s in full and says that something in them does not show',
  async (site) => {
    await person.menu(person.row(site), 'menuDetails');
    const dialog = await person.dialog(t.details, 'shown');
    await person.dialog(t.detailsTechnical, 'known');
    await deceivesNobody();
    const name = dialog.locator(`[data-testid="${t.detailsField}"][data-field="userName"]`);
    if (site === 'long.example') {
      expect((await name.textContent())?.trim()).toBe(hostileTexts.long.trim());
    } else expect(await dialog.textContent()).toContain('Contains characters that do not show.');
    await looksRight(person.app, `details-${site.split('.')[0]!}`);
    await person.find(t.detailsClose).click();
    await person.noDialog();
  },
);

it('asks about hostile names without being deceived', async () => {
  await person.find(t.selectAll).check();
  await person.find(t.deleteSelected).click();
  await person.dialog(t.delete, 'asking');
  await deceivesNobody();
  await looksRight(person.app, 'delete-hostile');
  await person.find(t.deleteCancel).click();
  await person.noDialog();
  await person.find(t.clearSelection).click();
});

it('says in safe words that a key with a hostile name was taken out', async () => {
  await person.unplug(hostile.name);
  await person.shows(t.notice, 'was taken out, so its passkeys are no longer shown.');
  await deceivesNobody();
  await person.find(t.noticeDismiss).click();
  await person.hides(t.notice);
});

it('says how to get permission, when the system does not let it use a key', async () => {
  await person.keepsIn();
  // No test can take a permission away from a simulated key (the kernel tests do it with a real device node), so this is
  // what the main process says then.
  const denied: KeyView = {
    id: 'denied',
    name: 'Some key',
    manufacturer: 'Somebody',
    serial: '',
    simulated: false,
    state: 'unusable',
    problem: { code: 'access-denied', message: 'This system does not let you use the security key.' },
    facts: [],
    versions: [],
    pin: { supported: false, set: false, changeRequired: false, minLength: 4, maxBytes: 63 },
    canReset: false,
    canEdit: false,
    builtInUv: 'none',
    passkeys: 'locked',
    slots: {},
    oddities: [],
  };
  await person.app.app.evaluate(
    ({ webContents }, keys) => {
      for (const contents of webContents.getAllWebContents()) contents.send('event:keys', keys);
    },
    [denied],
  );
  const card = person.card(denied.name, 'no-permission');
  expect(await card.innerText()).toContain('An administrator can allow it with this rule:');
  expect((await card.getByTestId(t.udevRule).innerText()).trim()).toBe(UDEV_RULE.trim());
  await card.getByTestId(t.udevCopy).click();
  await expect.poll(() => person.clipboard()).toBe(UDEV_RULE);
  await looksRight(person.app, 'no-permission');
});
