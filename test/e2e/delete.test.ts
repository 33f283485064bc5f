/** Deleting passkeys: asked once, verified by listing again, and reported as it really went. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  CREDENTIAL_MANAGEMENT,
  CredentialManagementSubcommand,
} from '../../main/ctap/commands/credential-management';
import { Status } from '../../main/ctap/status';
import { testIds as t } from '../../renderer/test-ids';
import { looksRight } from '../support/appearance';
import { PIN } from '../support/desk';
import { Person, startsOverAfterFailure } from '../support/person';
import { SoftKeyFolder, type SoftKeyFile } from '../support/soft-key-file';

const deleting = {
  command: CREDENTIAL_MANAGEMENT,
  subCommand: CredentialManagementSubcommand.DELETE_CREDENTIAL,
};
const sites = (...names: readonly string[]) => names.map((name) => ({ rpId: name, userName: 'ada' }));

let folder: SoftKeyFolder;
let drawer: SoftKeyFile;
let other: SoftKeyFile;
let liar: SoftKeyFile;
let denier: SoftKeyFile;
let stuck: SoftKeyFile;
let person: Person;

beforeAll(async () => {
  folder = new SoftKeyFolder();
  drawer = folder.make('Simulated drawer', {
    passkeys: sites('a.example', 'b.example', 'c.example', 'd.example', 'e.example'),
  });
  other = folder.make('Simulated other key', { passkeys: sites('x.example', 'y.example') });
  liar = folder.make('Simulated liar', {
    passkeys: sites('1.example', '2.example', '3.example', '4.example', '5.example'),
    changes: {
      quirks: [
        { name: 'status', ...deleting, status: Status.OTHER, times: 1 },
        { name: 'delete-pretends', times: 1 },
      ],
    },
  });
  denier = folder.make('Simulated denier', {
    passkeys: sites('deny.example'),
    changes: { quirks: [{ name: 'delete-denies' }] },
  });
  stuck = folder.make('Simulated stuck key', {
    passkeys: sites('p.example', 'q.example'),
    changes: { quirks: [{ name: 'keepalives-for-ever', ...deleting }] },
  });
  person = await Person.sitDown([drawer, other, liar, denier, stuck]);
});

startsOverAfterFailure(() => person);

afterAll(async () => {
  await person?.standUp();
  folder.remove();
});

/** Only these keys, unlocked. */
async function withKeys(...keys: readonly SoftKeyFile[]): Promise<void> {
  await person.keepsIn(...keys.map(({ name }) => name));
  for (const { name } of keys)
    if ((await person.card(name, 'locked').count()) > 0) await person.unlock(name, PIN);
}

it('asks once, and names the site, the account and the key', async () => {
  await withKeys(drawer);
  await person.menu(person.row('b.example'), 'menuDelete');
  const dialog = await person.dialog(t.delete, 'asking');
  const text = await dialog.innerText();
  for (const said of ['Delete this passkey?', 'b.example', 'ada', drawer.name, 'This cannot be undone.'])
    expect(text).toContain(said);
  // One Enter too many must not delete.
  await person.focusIsOn(t.deleteCancel);
  await looksRight(person.app, 'delete-asking');
});

it('keeps the passkey when the question is answered with Cancel or Escape', async () => {
  await person.find(t.deleteCancel).click();
  await person.noDialog();
  await person.focusIsOn(t.row, 'b.example');
  await person.menu(person.row('b.example'), 'menuDelete');
  await person.dialog(t.delete, 'asking');
  await person.keyboard.press('Escape');
  await person.noDialog();
  await person.sees(['a.example ada', 'b.example ada', 'c.example ada', 'd.example ada', 'e.example ada']);
  expect(drawer.passkeys()).toHaveLength(5);
});

it('deletes one: it leaves the list and the key, and the focus goes to the row that took its place', async () => {
  await person.menu(person.row('b.example'), 'menuDelete');
  await person.find(t.deleteConfirm).click();
  await person.shows(t.notice, `The passkey for b.example (ada) was deleted from ${drawer.name}.`);
  await person.noDialog();
  await person.sees(['a.example ada', 'c.example ada', 'd.example ada', 'e.example ada']);
  expect(await person.text(t.count)).toBe('4 passkeys');
  expect(drawer.passkeys()).toEqual(['a.example ada', 'c.example ada', 'd.example ada', 'e.example ada']);
  await person.focusIsOn(t.row, 'c.example');
  await looksRight(person.app, 'delete-done');
});

it('deletes from the details too', async () => {
  await person.menu(person.row('c.example'), 'menuDetails');
  await person.find(t.detailsDelete).click();
  await person.dialog(t.delete, 'asking');
  await person.find(t.deleteConfirm).click();
  await person.noDialog();
  await person.sees(['a.example ada', 'd.example ada', 'e.example ada']);
  expect(drawer.passkeys()).toEqual(['a.example ada', 'd.example ada', 'e.example ada']);
});

it('deletes several from two keys at once', async () => {
  await withKeys(drawer, other);
  await person.select(person.row('a.example'), person.row('d.example'), person.row('x.example'));
  expect(await person.text(t.selectionCount)).toBe('3 selected');
  await looksRight(person.app, 'selection');
  await person.find(t.deleteSelected).click();
  const text = await (await person.dialog(t.delete, 'asking')).innerText();
  for (const said of ['Delete 3 passkeys?', 'a.example', 'd.example', 'x.example', drawer.name, other.name])
    expect(text).toContain(said);
  await looksRight(person.app, 'delete-asking-many');
  await person.find(t.deleteConfirm).click();
  await person.shows(t.notice, '3 passkeys were deleted.');
  await person.sees(['e.example ada', 'y.example ada']);
  expect(drawer.passkeys()).toEqual(['e.example ada']);
  expect(other.passkeys()).toEqual(['y.example ada']);
});

it('does nothing when the key was locked while it asked, and offers to unlock', async () => {
  await withKeys(drawer);
  await person.menu(person.row('e.example'), 'menuDelete');
  await person.dialog(t.delete, 'asking');
  // As after five idle minutes.
  await person.page.evaluate(async () => {
    const [key] = (await window.latchkey.call('snapshot')).keys;
    await window.latchkey.call('lock', key!.id);
  });
  const dialog = await person.dialog(t.delete, 'locked');
  expect(await dialog.innerText()).toContain('nothing was deleted');
  await looksRight(person.app, 'delete-locked');
  await person.find(t.deleteUnlock).click();
  await person.typePin(PIN);
  await person.sees(['e.example ada']);
  expect(drawer.passkeys()).toEqual(['e.example ada']);
});

it('says that the key is empty after its last passkey was deleted', async () => {
  await person.menu(person.row('e.example'), 'menuDelete');
  await person.find(t.deleteConfirm).click();
  await person.noDialog();
  await person.shows(t.empty, 'No passkeys yet');
  expect(await person.find(t.empty).getAttribute('data-kind')).toBe('no-passkeys');
  expect(drawer.passkeys()).toEqual([]);
  await looksRight(person.app, 'no-passkeys');
});

it('reports each of five when two were not deleted, and tries those again', async () => {
  await withKeys(liar);
  await person.find(t.selectAll).check();
  await person.find(t.deleteSelected).click();
  expect(await person.find(t.deleteItem).count()).toBe(5);
  await person.find(t.deleteConfirm).click();
  const dialog = await person.dialog(t.delete, 'reported');
  expect(await dialog.innerText()).toContain('3 of 5 passkeys deleted');
  const outcomes = person.find(t.deleteOutcome);
  expect(
    await outcomes.evaluateAll((items) => items.map((item) => item.getAttribute('data-outcome'))),
  ).toEqual(['kept', 'kept', 'deleted', 'deleted', 'deleted']);
  const [refused, pretended] = await outcomes.allInnerTexts();
  expect(refused).toContain('Still on the key');
  expect(pretended).toContain('said that it deleted the passkey, but still lists it');
  expect(liar.passkeys()).toEqual(['1.example ada', '2.example ada']);
  await looksRight(person.app, 'delete-reported');

  await person.find(t.deleteAgain).click();
  await person.noDialog();
  await person.shows(t.empty, 'No passkeys yet');
  expect(liar.passkeys()).toEqual([]);
});

it('believes the list, not a key that denies a deletion which has happened', async () => {
  await withKeys(denier);
  await person.menu(person.row('deny.example'), 'menuDelete');
  await person.find(t.deleteConfirm).click();
  await person.shows(t.notice, 'The passkey for deny.example (ada) was deleted');
  expect(denier.passkeys()).toEqual([]);
});

it('says so when the key is taken out while it asks, and has deleted nothing', async () => {
  await withKeys(stuck);
  await person.menu(person.row('p.example'), 'menuDelete');
  await person.dialog(t.delete, 'asking');
  await person.unplug(stuck.name);
  const dialog = await person.dialog(t.delete, 'removed');
  expect(await dialog.innerText()).toContain('The key was taken out');
  expect(await dialog.innerText()).toContain('Nothing was deleted.');
  await looksRight(person.app, 'delete-removed');
  await person.find(t.deleteClose).click();
  await person.noDialog();
  expect(stuck.passkeys()).toHaveLength(2);
});

it('does not hang when the key is taken out in the middle of deleting, and says what is not certain', async () => {
  await person.plugIn(stuck.name);
  await person.unlock(stuck.name, PIN);
  await person.find(t.selectAll).check();
  await person.find(t.deleteSelected).click();
  await person.find(t.deleteConfirm).click();
  await person.dialog(t.delete, 'deleting');
  await person.find(t.deleteProgress).waitFor();
  await looksRight(person.app, 'delete-running');
  await person.unplug(stuck.name);
  const dialog = await person.dialog(t.delete, 'reported');
  const outcomes = await person
    .find(t.deleteOutcome)
    .evaluateAll((items) => items.map((item) => item.getAttribute('data-outcome')));
  // The first may or may not be gone; the second was never tried.
  expect([...outcomes].sort()).toEqual(['kept', 'unknown']);
  expect(await dialog.innerText()).toContain('1 of 2 passkeys could not be checked');
  expect(await dialog.innerText()).toContain('unplugged');
  await looksRight(person.app, 'delete-removed-while-running');
  await person.find(t.deleteClose).click();
  await person.noDialog();
  expect(stuck.passkeys()).toHaveLength(2);
});
