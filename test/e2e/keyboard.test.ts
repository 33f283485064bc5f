/** A whole errand without a mouse, with the focus always to be seen and never lost. */
import type { Locator } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testIds as t } from '../../renderer/test-ids';
import { looksRight } from '../support/appearance';
import { PIN, somePasskeys } from '../support/desk';
import { atRest } from '../support/page-faults';
import { Person, startsOverAfterFailure } from '../support/person';
import { SoftKeyFolder, type SoftKeyFile } from '../support/soft-key-file';

let folder: SoftKeyFolder;
let key: SoftKeyFile;
let person: Person;

beforeAll(async () => {
  folder = new SoftKeyFolder();
  key = folder.make('Simulated key', { passkeys: somePasskeys(60) });
  person = await Person.sitDown([key]);
});

afterAll(async () => {
  await person?.standUp();
  folder.remove();
});

startsOverAfterFailure(() => person);

const press = (...keys: readonly string[]) =>
  keys.reduce((before, pressed) => before.then(() => person.keyboard.press(pressed)), Promise.resolve());

/** Presses Tab until the focus is there; not for ever. */
async function tabTo(testId: string): Promise<void> {
  for (let presses = 0; presses < 30; presses += 1) {
    if ((await person.focus()).testId === testId) return;
    await person.keyboard.press('Tab');
  }
  throw new Error(
    `${testId} cannot be reached with Tab; the focus is on ${JSON.stringify(await person.focus())}`,
  );
}

/** The lines around the element, around what frames it, and around what is drawn before and after both. */
async function linesAround(element: Locator): Promise<readonly string[]> {
  await atRest(person.page);
  return element.evaluate((own) =>
    [own, own.parentElement].flatMap((framed) =>
      ['', '::before', '::after'].map((part) => {
        const style = getComputedStyle(framed!, part);
        const outline = style.outlineStyle === 'none' ? 'none' : style.outline;
        return [outline, style.boxShadow, style.border, style.clipPath, style.transform].join(' / ');
      }),
    ),
  );
}

/** What has the focus has other lines around it than without: `away` takes the focus away, `back` brings it back. */
async function focusShows(away = 'Tab', back = 'Shift+Tab'): Promise<void> {
  const before = await person.focus();
  await person.page.evaluate(() => document.activeElement?.setAttribute('data-had-focus', ''));
  const element = person.page.locator('[data-had-focus]');
  const withFocus = await linesAround(element);
  await press(away);
  expect(await person.focus()).not.toEqual(before);
  expect(await linesAround(element)).not.toEqual(withFocus);
  await press(back);
  expect(await person.focus()).toEqual(before);
  expect(await linesAround(element)).toEqual(withFocus);
  await element.evaluate((own) => own.removeAttribute('data-had-focus'));
}

it('unlocks: Tab to the button, Enter, type the PIN, Enter', async () => {
  await tabTo(t.navPasskeys);
  await focusShows();
  await tabTo(t.keyCardUnlock);
  await focusShows();
  await press('Enter');
  await person.focusIsOn(t.pinCurrent);
  await person.keyboard.type(PIN);
  await press('Enter');
  await person.noDialog();
  await person.row('site0.example', 'user0').waitFor();
  // The button that had the focus is gone; the list has it now.
  await person.focusIsOn(t.row, 'user0');
});

it('searches: Ctrl+F, type, and the arrow down goes into the list', async () => {
  await press('Control+f');
  await person.focusIsOn(t.search);
  await focusShows();
  await person.keyboard.type('site3.');
  await person.sees(['site3.example user10', 'site3.example user11', 'site3.example user9']);
  await press('ArrowDown');
  await person.focusIsOn(t.row, 'user10');
  await press('ArrowDown');
  await person.focusIsOn(t.row, 'user11');
  await focusShows();
  await looksRight(person.app, 'keyboard-row');
});

it('opens the details with Enter and gives the focus back to the row', async () => {
  await press('Enter');
  await person.dialog(t.details, 'shown');
  await person.focusIsOn(t.detailsClose);
  await focusShows();
  await press('Escape');
  await person.noDialog();
  await person.focusIsOn(t.row, 'user11');
});

it('reaches everything in a row with the arrow keys, and its menu', async () => {
  await press('ArrowRight');
  await person.focusIsOn(t.rowMenu);
  await focusShows('ArrowLeft', 'ArrowRight');
  await press('Enter');
  await person.focusIsOn(t.menuDetails);
  await press('Escape');
  await person.hides(t.menuDetails);
  await person.focusIsOn(t.row, 'user11');
  await press('Shift+F10');
  await person.focusIsOn(t.menuDetails);
  await press('ArrowDown');
  await person.focusIsOn(t.menuEdit);
  await press('ArrowDown');
  await person.focusIsOn(t.menuDelete);
  await press('Escape');
  await person.hides(t.menuDetails);
});

it('deletes: Delete, Tab to the button, Enter; the focus goes to the row that took its place', async () => {
  await press('Delete');
  await person.dialog(t.delete, 'asking');
  await person.focusIsOn(t.deleteCancel);
  await focusShows();
  // Tab stays inside of the dialog.
  for (let presses = 0; presses < 6; presses += 1) {
    await press('Tab');
    expect(
      await person.page.evaluate(() => document.activeElement?.closest('[role="dialog"]') !== null),
    ).toBe(true);
  }
  await tabTo(t.deleteConfirm);
  await focusShows();
  await press('Enter');
  await person.noDialog();
  await person.sees(['site3.example user10', 'site3.example user9']);
  expect(key.passkeys()).not.toContain('site3.example user11');
  await person.focusIsOn(t.row, 'user9');
});

it('selects with Space and Shift+arrow, and deletes all of them', async () => {
  await press(' ', 'Shift+ArrowUp');
  await person.shows(t.selectionCount, '2 selected');
  await press('Delete');
  await person.dialog(t.delete, 'asking');
  await tabTo(t.deleteConfirm);
  await press('Enter');
  await person.noDialog();
  await person.shows(t.empty, 'No passkey matches your search');
  expect(key.passkeys().filter((name) => name.startsWith('site3.'))).toEqual([]);
  // No row is left to have it.
  await expect.poll(async () => (await person.focus()).testId).not.toBeNull();
});

it('clears the search with Escape and moves through a long list with Home, End and Page keys', async () => {
  await press('Control+f', 'Escape');
  await person.shows(t.count, '57 passkeys');
  await press('ArrowDown', 'End');
  await person.focusIsOn(t.row, 'site9.example');
  await press('PageUp');
  const after = (await person.focus()).text;
  expect(after).not.toContain('user29');
  await press('Home');
  await person.focusIsOn(t.row, 'site0.example');
  await focusShows();
});

it('locks from the Security keys page, without the focus getting lost', async () => {
  await tabTo(t.navSecurityKeys);
  await press('Enter');
  await person.find(t.securityKeysPage).waitFor();
  await tabTo(t.keyLock);
  await focusShows();
  await press('Enter');
  await person.find(t.keyUnlock).waitFor();
  // The button is gone, but Tab goes on from where it was.
  await press('Tab');
  expect((await person.focus()).testId).not.toBeNull();
});
