/** The guided reset: take out, put back, touch. Any doubt or second thought leaves the key as it was. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testIds as t } from '../../renderer/test-ids';
import { looksRight } from '../support/appearance';
import { PIN } from '../support/desk';
import { Person, startsOverAfterFailure } from '../support/person';
import { SoftKeyFolder, type SoftKeyFile } from '../support/soft-key-file';

/** getInfo member (CTAP 2.2 §6.4). */
const LONG_TOUCH_FOR_RESET = 0x18;
const passkeys = [
  { rpId: 'a.example', userName: 'ada' },
  { rpId: 'b.example', userName: 'bob' },
];

let folder: SoftKeyFolder;
let key: SoftKeyFile;
let stranger: SoftKeyFile;
let longTouch: SoftKeyFile;
let person: Person;

beforeAll(async () => {
  folder = new SoftKeyFolder();
  key = folder.make('Simulated key', { passkeys });
  stranger = folder.make('Simulated stranger', { passkeys });
  longTouch = folder.make('Simulated long-touch key', {
    profile: '2.3',
    passkeys,
    changes: { extraInfo: new Map([[LONG_TOUCH_FOR_RESET, true]]) },
  });
  person = await Person.sitDown([key, stranger, longTouch]);
  await person.keepsIn(key.name);
});

startsOverAfterFailure(() => person);

afterAll(async () => {
  await person?.standUp();
  folder.remove();
});

async function warning(of: SoftKeyFile): Promise<void> {
  const panel = await person.panel(of.name);
  await panel.getByTestId(t.keyReset).click();
  await person.dialog(t.reset, 'warning');
}

/** Up to the step that asks to take the key out. */
async function armed(of: SoftKeyFile): Promise<void> {
  await warning(of);
  await person.find(t.resetUnderstood).check();
  await person.find(t.resetStart).click();
  await person.dialog(t.reset, 'remove');
}

/** The dialog has ended without a reset: it says so, and the key is as it was. */
async function failed(saying: string): Promise<void> {
  const dialog = await person.dialog(t.reset, 'failed');
  const text = await dialog.innerText();
  expect(text).toContain('The key was not reset');
  expect(text).toContain(saying);
}

function untouched(file: SoftKeyFile): void {
  expect(file.passkeys()).toEqual(['a.example ada', 'b.example bob']);
  expect(file.hasPin(PIN)).toBe(true);
}

it('says what is lost, and starts only after that was understood', async () => {
  await warning(key);
  const text = await person.find(t.reset).innerText();
  for (const said of [
    'erases the key for good',
    'This cannot be undone.',
    'all passkeys on this key',
    'its PIN',
  ])
    expect(text).toContain(said);
  await person.focusIsOn(t.resetCancel);
  expect(await person.find(t.resetStart).isDisabled()).toBe(true);
  await looksRight(person.app, 'reset-warning');
  await person.find(t.resetCancel).click();
  await person.noDialog();
  await person.focusIsOn(t.keyReset);
});

it('can be cancelled before the key was taken out, and while it is out', async () => {
  await armed(key);
  await looksRight(person.app, 'reset-remove');
  await person.find(t.resetCancel).click();
  await person.noDialog();
  // Taken out and put back in now, it must not be reset.
  await person.reinsert(key.name);
  expect(await person.simulated(key.name).getByTestId(t.simulatedTouch).isDisabled()).toBe(true);

  await armed(key);
  await person.unplug(key.name);
  await person.dialog(t.reset, 'insert');
  await looksRight(person.app, 'reset-insert');
  await person.keyboard.press('Escape');
  await person.noDialog();
  await person.plugIn(key.name);
  await person.settled();
  expect(await person.simulated(key.name).getByTestId(t.simulatedTouch).isDisabled()).toBe(true);
  untouched(key);
});

it('can be cancelled while it waits for the touch', async () => {
  await armed(key);
  await person.unplug(key.name);
  await person.plugIn(key.name);
  await person.dialog(t.reset, 'touch');
  await person.simulated(key.name).getByText('Waiting for your touch').waitFor();
  await looksRight(person.app, 'reset-touch');
  await person.find(t.resetCancel).click();
  await person.noDialog();
  await person.simulated(key.name).getByText('Idle').waitFor();
  untouched(key);
});

it('says so when the touch is refused', async () => {
  await armed(key);
  await person.unplug(key.name);
  await person.plugIn(key.name);
  await person.dialog(t.reset, 'touch');
  await person.refuse(key.name);
  await failed('touch it when it blinks');
  await looksRight(person.app, 'reset-failed');
  await person.find(t.resetClose).click();
  untouched(key);
});

it('says so when the key is taken out instead of touched', async () => {
  await armed(key);
  await person.unplug(key.name);
  await person.plugIn(key.name);
  await person.dialog(t.reset, 'touch');
  await person.unplug(key.name);
  await failed('unplugged');
  await person.find(t.resetClose).click();
  untouched(key);
  await person.plugIn(key.name);
  await person.settled();
});

it('resets no other key that is put in instead', async () => {
  await armed(key);
  await person.unplug(key.name);
  await person.dialog(t.reset, 'insert');
  await person.plugIn(stranger.name);
  await failed('Nothing was reset');
  await person.find(t.resetClose).click();
  untouched(key);
  untouched(stranger);
  await person.keepsIn(key.name);
});

it('waits when the key is taken out before the start, and can be started when it is back', async () => {
  await warning(key);
  await person.unplug(key.name);
  const dialog = await person.dialog(t.reset, 'removed');
  expect(await dialog.innerText()).toContain('nothing was erased');
  await looksRight(person.app, 'reset-removed');
  await person.plugIn(key.name);
  await person.dialog(t.reset, 'warning');
  await person.find(t.resetCancel).click();
});

it('erases the key after it was taken out, put back in and touched, and offers to set a PIN', async () => {
  await person.goTo('passkeys');
  await person.unlock(key.name, PIN);
  await person.sees(['a.example ada', 'b.example bob']);
  await armed(key);
  await person.unplug(key.name);
  await person.dialog(t.reset, 'insert');
  await person.plugIn(key.name);
  await person.dialog(t.reset, 'touch');
  untouched(key);
  await person.touch(key.name);
  const dialog = await person.dialog(t.reset, 'done');
  expect(await dialog.innerText()).toContain(`${key.name} is now like new.`);
  expect(key.passkeys()).toEqual([]);
  expect(key.hasPin(null)).toBe(true);
  await looksRight(person.app, 'reset-done');
  await person.find(t.resetSetPin).click();
  await person.dialog(t.pin, 'entering');
  await person.find(t.pinNew).fill('9876');
  await person.find(t.pinAgain).fill('9876');
  await person.find(t.pinSubmit).click();
  await person.noDialog();
  expect(key.hasPin('9876')).toBe(true);
  await person.goTo('passkeys');
  await person.unlock(key.name, '9876');
  await person.shows(t.empty, 'No passkeys yet');
});

it('asks to hold a key that wants a long touch', async () => {
  await person.keepsIn(longTouch.name);
  await armed(longTouch);
  await person.unplug(longTouch.name);
  await person.plugIn(longTouch.name);
  const dialog = await person.dialog(t.reset, 'long-touch');
  expect(await dialog.innerText()).toContain('Touch and hold the key now');
  await person.simulated(longTouch.name).getByText('Waiting for a long touch').waitFor();
  await person.touch(longTouch.name);
  await person.dialog(t.reset, 'done');
  await person.find(t.resetClose).click();
  expect(longTouch.passkeys()).toEqual([]);
});
