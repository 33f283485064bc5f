/** PINs: set one, change it, forget it, and come back from there. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testIds as t } from '../../renderer/test-ids';
import { looksRight } from '../support/appearance';
import { PIN } from '../support/desk';
import { Person, startsOverAfterFailure } from '../support/person';
import { SoftKeyFolder, type SoftKeyFile } from '../support/soft-key-file';

const passkeys = [{ rpId: 'a.example', userName: 'ada' }];

let folder: SoftKeyFolder;
let fresh: SoftKeyFile;
let used: SoftKeyFile;
let strict: SoftKeyFile;
let forced: SoftKeyFile;
let person: Person;

beforeAll(async () => {
  folder = new SoftKeyFolder();
  fresh = folder.make('Simulated new key', { pin: null, changes: { minPinLength: 6 } });
  used = folder.make('Simulated old key', { passkeys });
  strict = folder.make('Simulated strict key', { passkeys });
  forced = folder.make('Simulated forced key', { passkeys, forceChange: true });
  person = await Person.sitDown([fresh, used, strict, forced]);
});

startsOverAfterFailure(() => person);

afterAll(async () => {
  await person?.standUp();
  folder.remove();
});

/** What stands under a box of the PIN dialog. */
async function saysBelow(testId: string, text: string): Promise<void> {
  await person.page
    .locator('.fui-Field')
    .filter({ has: person.find(testId) })
    .getByText(text)
    .waitFor();
}

it('leads from a key without a PIN to setting one, and tells the rules beforehand', async () => {
  await person.keepsIn(fresh.name);
  const card = person.card(fresh.name, 'cannot-list');
  expect(await card.innerText()).toContain('This key has no PIN yet.');
  await looksRight(person.app, 'no-pin');
  await card.getByTestId(t.keyCardSetPin).click();
  await person.dialog(t.pin, 'entering');
  await saysBelow(t.pinNew, 'At least 6 characters, at most 63.');
  await person.focusIsOn(t.pinNew);
  await looksRight(person.app, 'set-pin');
});

it('says while the PIN is typed what is still missing, and sets nothing before it is right', async () => {
  await person.find(t.pinNew).pressSequentially('24');
  await saysBelow(t.pinNew, '4 characters more needed');
  await person.find(t.pinNew).pressSequentially('681🔑');
  await saysBelow(t.pinNew, 'Long enough');
  await person.find(t.pinAgain).pressSequentially('2468');
  await saysBelow(t.pinAgain, 'The two PINs are not the same yet');
  await person.find(t.pinSubmit).click();
  await person.dialog(t.pin, 'entering');
  await looksRight(person.app, 'set-pin-mismatch');
  expect(fresh.hasPin(null)).toBe(true);
});

it('says how much a PIN is too long for the key, in bytes', async () => {
  await person.find(t.pinNew).fill('🔑'.repeat(16));
  await saysBelow(t.pinNew, 'Too long for this key by 1 byte.');
});

it('hides what is typed until asked to show it', async () => {
  const types = () => Promise.all([t.pinNew, t.pinAgain].map((id) => person.find(id).getAttribute('type')));
  expect(await types()).toEqual(['password', 'password']);
  await person.find(t.pinShow).click();
  expect(await types()).toEqual(['text', 'text']);
  await person.find(t.pinShow).click();
  expect(await types()).toEqual(['password', 'password']);
});

it('sets the PIN, and the key can be unlocked with it', async () => {
  await person.find(t.pinNew).fill('24681🔑');
  await person.find(t.pinAgain).fill('24681🔑');
  await saysBelow(t.pinAgain, 'The two PINs are the same');
  await person.find(t.pinSubmit).click();
  await person.shows(t.notice, `${fresh.name} now has a PIN.`);
  await person.noDialog();
  expect(fresh.hasPin('24681🔑')).toBe(true);
  await person.unlock(fresh.name, '24681🔑');
  await person.shows(t.empty, 'No passkeys yet');
});

it('changes the PIN, after a wrong current one has cost a try', async () => {
  await person.keepsIn(used.name);
  const panel = await person.panel(used.name);
  await panel.getByTestId(t.keyChangePin).click();
  await person.dialog(t.pin, 'entering');
  await person.find(t.pinCurrent).fill(PIN);
  await person.find(t.pinNew).fill(PIN);
  await saysBelow(t.pinNew, 'The new PIN is the same as the old one.');
  await looksRight(person.app, 'change-pin');

  await person.find(t.pinCurrent).fill('wrong');
  await person.find(t.pinNew).fill('new one');
  await person.find(t.pinAgain).fill('new one');
  await person.find(t.pinSubmit).click();
  await person.shows(t.pinProblem, 'That PIN is not right. 7 tries left.');
  // The new PIN needs not be typed again.
  expect(await person.find(t.pinCurrent).inputValue()).toBe('');
  expect(await person.find(t.pinNew).inputValue()).toBe('new one');
  expect(used.hasPin(PIN)).toBe(true);

  await person.find(t.pinCurrent).fill(PIN);
  await person.find(t.pinSubmit).click();
  await person.shows(t.notice, `The PIN of ${used.name} was changed.`);
  await person.noDialog();
  expect(used.hasPin('new one')).toBe(true);
});

it('no longer takes the old PIN, and takes the new one', async () => {
  await person.goTo('passkeys');
  await person.enterPin(used.name, PIN);
  await person.shows(t.pinProblem, '7 tries left.');
  await person.typePin('new one');
  await person.noDialog();
  await person.sees(['a.example ada']);
  const panel = await person.panel(used.name);
  expect(await panel.getByTestId(t.keyPin).innerText()).toBe('Set, 8 tries left');
  await person.goTo('passkeys');
});

it('leads through the PIN change that a key demands', async () => {
  await person.keepsIn(forced.name);
  await person.card(forced.name, 'change-pin').getByTestId(t.keyCardChangePin).click();
  const dialog = await person.dialog(t.pin, 'entering');
  expect(await dialog.innerText()).toContain('This key asks for a new PIN before it does anything else.');
  await looksRight(person.app, 'forced-change');
  await person.find(t.pinCurrent).fill(PIN);
  await person.find(t.pinNew).fill('654321');
  await person.find(t.pinAgain).fill('654321');
  await person.find(t.pinSubmit).click();
  await person.noDialog();
  expect(forced.read().pin).toMatchObject({ forceChange: false });
  await person.unlock(forced.name, '654321');
  await person.sees(['a.example ada']);
});

it('counts the tries after wrong PINs, and after three wants the key re-inserted', async () => {
  await person.keepsIn(strict.name);
  await person.enterPin(strict.name, '0001');
  await person.shows(t.pinProblem, 'That PIN is not right. 7 tries left.');
  expect(await person.find(t.pinCurrent).inputValue()).toBe('');
  await looksRight(person.app, 'wrong-pin');
  await person.typePin('0002');
  await person.shows(t.pinProblem, '6 tries left.');
  await person.typePin('0003');
  const dialog = await person.dialog(t.pin, 'reinsert');
  expect(await dialog.innerText()).toContain('Take the key out and put it back in');
  expect(await dialog.innerText()).toContain('You then have 5 tries left.');
  await person.focusIsOn(t.pinNextStep);
  await looksRight(person.app, 'reinsert');
});

it('is not fooled by "I have done that" without it, and goes on by itself when it is done', async () => {
  await person.find(t.pinNextStep).click();
  await person.dialog(t.pin, 'reinsert');
  await person.unplug(strict.name);
  const dialog = await person.dialog(t.pin, 'removed');
  expect(await dialog.innerText()).toContain('Plug it in again to go on, or close this.');
  await looksRight(person.app, 'unlock-removed');
  await person.plugIn(strict.name);
  await person.dialog(t.pin, 'entering');
  await person.typePin(PIN);
  await person.noDialog();
  await person.sees(['a.example ada']);
  expect(strict.read().pin.retries).toBe(8);
});

it('leads to a reset when no try is left', async () => {
  const panel = await person.panel(strict.name);
  await panel.getByTestId(t.keyLock).click();
  await panel.getByTestId(t.keyUnlock).click();
  for (const tries of [7, 6]) {
    await person.typePin('wrong');
    await person.shows(t.pinProblem, `${tries} tries left.`);
  }
  await person.typePin('wrong');
  await person.dialog(t.pin, 'reinsert');
  await person.reinsert(strict.name);
  await person.dialog(t.pin, 'entering');
  for (const tries of [4, 3]) {
    await person.typePin('wrong');
    await person.shows(t.pinProblem, `${tries} tries left.`);
  }
  await person.typePin('wrong');
  await person.dialog(t.pin, 'reinsert');
  await person.reinsert(strict.name);
  await person.dialog(t.pin, 'entering');
  // Few enough that the consequence is told before the next mistake.
  await person.shows(t.pinProblem, '2 tries left. After that the PIN is blocked and only a reset helps');
  await person.typePin('wrong');
  await person.shows(t.pinProblem, 'Only one try left.');
  await looksRight(person.app, 'last-try');
  await person.typePin('wrong');
  const dialog = await person.dialog(t.pin, 'blocked');
  expect(await dialog.innerText()).toContain('nobody can unblock it');
  await looksRight(person.app, 'blocked');
  await person.find(t.pinNextStep).click();
  await person.dialog(t.reset, 'warning');
  await person.find(t.resetCancel).click();
  await person.noDialog();
});

it('keeps offering the reset where a blocked key shows', async () => {
  await person.goTo('passkeys');
  await person.card(strict.name, 'blocked').getByTestId(t.keyCardReset).waitFor();
  await looksRight(person.app, 'blocked-card');
  const panel = await person.panel(strict.name);
  expect(await panel.getByTestId(t.keyPin).innerText()).toBe('Blocked: only a reset helps');
  await panel.getByTestId(t.keyReset).click();
  await person.find(t.resetUnderstood).check();
  await person.find(t.resetStart).click();
  await person.dialog(t.reset, 'remove');
  await person.unplug(strict.name);
  await person.dialog(t.reset, 'insert');
  await person.plugIn(strict.name);
  await person.dialog(t.reset, 'touch');
  await person.touch(strict.name);
  await person.dialog(t.reset, 'done');
  await person.find(t.resetClose).click();
  expect(strict.hasPin(null)).toBe(true);
  expect(strict.read().pin.retries).toBe(8);
  await person.goTo('passkeys');
  await person.card(strict.name, 'cannot-list').getByTestId(t.keyCardSetPin).waitFor();
});
