/** Changing the names of a passkey, and unlocking with a finger, in the real app. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testIds as t } from '../../renderer/test-ids';
import { looksRight } from '../support/appearance';
import { Person, startsOverAfterFailure } from '../support/person';
import { PIN } from '../support/desk';
import { SoftKeyFolder, type SoftKeyFile } from '../support/soft-key-file';

let keys: SoftKeyFolder;
let key: SoftKeyFile;
let old: SoftKeyFile;
let finger: SoftKeyFile;
let person: Person;

const passkeys = [{ rpId: 'a.example', userName: 'ada', displayName: 'Ada' }];

beforeAll(async () => {
  keys = new SoftKeyFolder();
  key = keys.make('Simulated key', { passkeys });
  old = keys.make('Simulated preview key', { profile: '2.1-preview', passkeys });
  finger = keys.make('Simulated fingerprint key', {
    profile: 'fingerprint',
    fingers: [{ friendlyName: 'right index' }],
    passkeys,
  });
  person = await Person.sitDown([key, old, finger]);
});

afterAll(async () => {
  await person.standUp();
  keys.remove();
});

startsOverAfterFailure(() => person);

const names = (): readonly unknown[] =>
  key.read().credentials.map(({ credential: { user } }) => [user.name, user.displayName]);

it('changes both names on the key, says so, and shows them in the list', async () => {
  await person.keepsIn(key.name);
  await person.unlock(key.name, PIN);
  await person.menu(person.row('a.example'), 'menuEdit');
  await person.dialog(t.edit, 'entering');
  await looksRight(person.app, 'edit');
  await person.find(t.editUserName).fill('countess');
  await person.find(t.editDisplayName).fill('Ada, Countess of Lovelace');
  await person.find(t.editSave).click();
  await person.noDialog();
  await person.shows(t.notice, 'The names of the passkey for a.example were changed.');
  await person.sees(['a.example countess · Ada, Countess of Lovelace']);
  expect(names()).toEqual([['countess', 'Ada, Countess of Lovelace']]);
});

it('removes a name that is left empty', async () => {
  await person.menu(person.row('a.example'), 'menuEdit');
  await person.find(t.editDisplayName).fill('');
  await person.keyboard.press('Enter');
  await person.noDialog();
  await person.sees(['a.example countess']);
  expect(names()).toEqual([['countess', undefined]]);
});

it('sends nothing when nothing was changed, or on Escape', async () => {
  const before = key.read();
  await person.menu(person.row('a.example'), 'menuEdit');
  await person.find(t.editUserName).fill('somebody else');
  await person.keyboard.press('Escape');
  await person.noDialog();
  await person.menu(person.row('a.example'), 'menuEdit');
  await person.find(t.editSave).click();
  await person.noDialog();
  expect(key.read()).toEqual(before);
});

it('says that nothing was changed when the key is taken out', async () => {
  await person.menu(person.row('a.example'), 'menuEdit');
  await person.find(t.editUserName).fill('too late');
  await person.unplug(key.name);
  await person.dialog(t.edit, 'removed');
  await person.find(t.editClose).click();
  await person.plugIn(key.name);
  await person.settled();
  expect(names()).toEqual([['countess', undefined]]);
});

it('gives a passkey a name of one’s own, which the key does not learn and which is found by', async () => {
  const before = key.read();
  await person.unlock(key.name, PIN);
  await person.menu(person.row('a.example'), 'menuEdit');
  await person.find(t.editOwnName).fill('  Für die Arbeit ');
  await person.find(t.editSave).click();
  await person.noDialog();
  await person.shows(t.notice, 'Your own name for the passkey for a.example was saved.');
  await person.sees(['a.example Für die Arbeit · countess']);
  expect(key.read().credentials).toEqual(before.credentials);
  await person.find(t.search).fill('fur arbeit');
  await person.sees(['a.example Für die Arbeit · countess']);
  await person.find(t.search).fill('');
});

it('still knows that name after the key was taken out and put back in, and forgets it when it is emptied', async () => {
  await person.reinsert(key.name);
  await person.unlock(key.name, PIN);
  await person.sees(['a.example Für die Arbeit · countess']);
  await person.menu(person.row('a.example'), 'menuEdit');
  await person.find(t.editOwnName).fill('');
  await person.keyboard.press('Enter');
  await person.noDialog();
  await person.shows(t.notice, 'Your own name for the passkey for a.example was removed.');
  await person.sees(['a.example countess']);
});

it('offers nothing but a name of one’s own on a key that cannot change names', async () => {
  await person.keepsIn(old.name);
  await person.unlock(old.name, PIN);
  await person.menu(person.row('a.example'), 'menuEdit');
  await person.dialog(t.edit, 'entering');
  expect(await person.find(t.editUserName).count()).toBe(0);
  await person.find(t.editOwnName).fill('Spare');
  await looksRight(person.app, 'edit-own-name');
  await person.find(t.editSave).click();
  await person.noDialog();
  await person.sees(['a.example Spare · ada · Ada']);
  await looksRight(person.app, 'own-name');
});

it('unlocks with a finger that the key knows, after one that it does not know', async () => {
  await person.keepsIn(finger.name);
  await person.card(finger.name).getByTestId(t.keyCardUnlock).click();
  await person.dialog(t.pin, 'sensor');
  await person.touchWithWrongFinger(finger.name);
  await person.shows(t.pinProblem, 'That finger was not recognised.');
  await looksRight(person.app, 'unlock-finger');
  await person.touch(finger.name);
  await person.noDialog();
  await person.sees(['a.example ada · Ada']);
});

it('falls back to the PIN when it is asked to, and when the sensor is blocked', async () => {
  await person.reinsert(finger.name);
  await person.card(finger.name).getByTestId(t.keyCardUnlock).click();
  await person.dialog(t.pin, 'sensor');
  await person.find(t.pinUsePin).click();
  await person.dialog(t.pin, 'entering');
  await person.find(t.pinUseSensor).click();
  for (let tries = 0; tries < 3; tries++) {
    await person.dialog(t.pin, 'sensor');
    await person.touchWithWrongFinger(finger.name);
  }
  await person.dialog(t.pin, 'entering');
  await person.typePin(PIN);
  await person.noDialog();
  await person.sees(['a.example ada · Ada']);
});
