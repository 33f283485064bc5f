/** The passkeys of this device as a person has them: set up, saved, deleted, had back, locked. The keychain is a real one. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TRIES_FILE } from '../../main/vault/pin-tries';
import { testIds as t } from '../../renderer/test-ids';
import { looksRight } from '../support/appearance';
import { PIN as KEY_PIN } from '../support/desk';
import { PATIENCE, Person, startsOverAfterFailure } from '../support/person';
import { builtProgram, runProgram } from '../support/program';
import { PrivateSecretService } from '../support/secret-service';
import { SoftKeyFolder, type SoftKeyFile } from '../support/soft-key-file';

const KEY = 'Simulated drawer';
const PIN = '803517';
const NEXT_PIN = 'k4tze auf dem Dach';
const LAST_PIN = '918264';
const PASSPHRASE = 'seven sunny sparrows';

let folder: string;
let keys: SoftKeyFolder;
let key: SoftKeyFile;
let keychain: PrivateSecretService;
let program: string;
let person: Person;
let recoveryKey = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-device-'));
  keys = new SoftKeyFolder();
  key = keys.make(KEY, { passkeys: [{ rpId: 'key.example', userName: 'ada' }] });
  [keychain, program] = await Promise.all([PrivateSecretService.start(), builtProgram()]);
  await sitDown();
});

startsOverAfterFailure(() => person);

afterAll(async () => {
  await person?.standUp();
  await keychain?.stop();
  keys.remove();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

async function sitDown(): Promise<void> {
  person = await Person.sitDown([key], {
    args: ['--data-folder', join(folder, 'data')],
    env: keychain.env,
    userDataDir: join(folder, 'profile'),
  });
}

const deviceCard = (kind: string) =>
  person.page.locator(`[data-testid="${t.deviceCard}"][data-kind="${kind}"]`);

/** As a browser would, at the command line; the app owns the vault and does it. */
async function save(site: string, user: string, pin = PIN): Promise<void> {
  const outcome = await runProgram(
    program,
    ['--data-folder', join(folder, 'data'), 'device', 'add-test', site, '--user', user],
    { input: `${pin}\n`, env: keychain.env },
  );
  expect(outcome).toMatchObject({ code: 0 });
}

async function fillNewPin(pin: string): Promise<void> {
  await person.find(t.pinNew).fill(pin);
  await person.find(t.pinAgain).fill(pin);
}

/** Reads the recovery key from the dialog and types its last group back. */
async function keepRecoveryKey(): Promise<string> {
  await person.dialog(t.recovery, 'showing');
  const shown = (await person.text(t.recoveryKey)).replaceAll(' ', '-');
  await person.find(t.recoveryNext).click();
  await person.find(t.recoveryGroup).fill(shown.split('-').at(-1)?.toLowerCase() ?? '');
  await person.find(t.recoveryFinish).click();
  await person.noDialog();
  return shown;
}

async function changePin(current: string, next: string): Promise<void> {
  await person.find(t.pinCurrent).fill(current);
  await fillNewPin(next);
  await person.find(t.pinSubmit).click();
}

it('is set up: a PIN that nobody guesses, and a recovery key that was kept', async () => {
  await deviceCard('set-up').waitFor();
  await person.find(t.deviceCardSetUp).click();
  await person.dialog(t.setUp, 'intro');
  await looksRight(person.app, 'device-set-up');
  await person.find(t.setUpNext).click();
  await person.dialog(t.setUp, 'pin');
  await fillNewPin('123456');
  await person.find(t.setUpNext).click();
  await person.shows(t.setUp, 'Choose something less obvious');
  await fillNewPin(PIN);
  await person.keyboard.press('Enter');
  await person.dialog(t.recovery, 'showing');
  await looksRight(person.app, 'device-recovery-key');
  // Closing now has a price, and the dialog names it.
  await person.keyboard.press('Escape');
  await person.dialog(t.recovery, 'leaving');
  await person.shows(t.recovery, 'Without one, ten wrong PINs lock these passkeys for good.');
  await person.find(t.recoveryStay).click();
  await person.find(t.recoveryNext).click();
  await person.find(t.recoveryGroup).fill('nope');
  await person.find(t.recoveryFinish).click();
  await person.shows(t.recovery, 'That is not the last group');
  await person.find(t.recoveryBack).click();
  recoveryKey = await keepRecoveryKey();
  expect(recoveryKey).toMatch(/^([0-9A-Z]{4}-){8}[0-9A-Z]{4}$/);
  await person.shows(t.notice, 'This device is set up');
  await deviceCard('open').waitFor();
});

it('passkeys made elsewhere appear at once, beside those of keys, and can be told apart', async () => {
  await save('github.example', 'ada');
  await save('mail.example', 'ada');
  await person.unlock(KEY, KEY_PIN);
  await person.sees(['github.example ada', 'key.example ada', 'mail.example ada']);
  await person.row('github.example', 'This device', 'Only on this device').waitFor();
  expect(await person.row('key.example').innerText()).not.toContain('This device');
  await looksRight(person.app, 'device-list');

  await person.find(t.place).selectOption({ label: 'This device' });
  await person.sees(['github.example ada', 'mail.example ada']);
  await person.find(t.place).selectOption({ label: 'Everywhere' });

  await person.menu(person.row('github.example'), 'menuDetails');
  const field = (name: string) =>
    person.page.locator(`[data-testid="${t.detailsField}"][data-field="${name}"]`);
  expect(await field('key').innerText()).toBe('This device');
  expect(await field('backup').innerText()).toMatch(/^Device-bound/);
  expect(await field('algorithm').innerText()).toContain('ES256');
  expect(await field('created').innerText()).toContain(String(new Date().getFullYear()));
  expect(await field('lastUsed').innerText()).toBe('Never');
  await person.find(t.detailsClose).click();
  await person.noDialog();
});

it('names are changed, and what is protected cannot be deleted', async () => {
  await person.menu(person.row('mail.example'), 'menuEdit');
  await person.find(t.editUserName).fill('ada.lovelace');
  await person.find(t.editSave).click();
  await person.noDialog();
  await person.row('mail.example', 'ada.lovelace').waitFor();

  await person.menu(person.row('mail.example'), 'menuProtect');
  await person.row('mail.example', 'Cannot be deleted').waitFor();
  await person.row('mail.example').getByTestId(t.rowMenu).click();
  await person.find(t.menuKept).waitFor();
  expect(await person.find(t.menuDelete).count()).toBe(0);
  await person.keyboard.press('Escape');
  await person.menu(person.row('mail.example'), 'menuProtect');
  await person.row('mail.example', 'Cannot be deleted').waitFor({ state: 'detached' });
});

it('a deleted passkey goes to Recently deleted, and comes back or goes for good', async () => {
  await person.menu(person.row('mail.example'), 'menuDelete');
  await person.shows(t.delete, 'Recently deleted for 30 days');
  await person.find(t.deleteConfirm).click();
  await person.noDialog();
  await person.sees(['github.example ada', 'key.example ada']);

  await person.find(t.deviceCardDeleted).click();
  await person.shows(t.deletedRow, '30 days left');
  expect(await person.text(t.pageTitle)).toBe('Accounts Passkeys Recently deleted');
  await looksRight(person.app, 'recently-deleted');
  await person.find(t.deletedRestore).click();
  await person.find(t.deletedNothing).waitFor();
  await person.find(t.pageParent).click();
  await person.sees(['github.example ada', 'key.example ada', 'mail.example ada.lovelace · ada']);

  await person.menu(person.row('mail.example'), 'menuDelete');
  await person.find(t.deleteConfirm).click();
  await person.noDialog();
  await person.find(t.deviceCardDeleted).click();
  await person.find(t.deletedPurge).click();
  await person.dialog(t.purge, 'asking');
  await person.find(t.purgeConfirm).click();
  await person.noDialog();
  await person.find(t.deletedNothing).waitFor();
  await person.goTo('passkeys');
  await person.sees(['github.example ada', 'key.example ada']);
});

it('the PIN is changed by who knows it; wrong ones are counted', async () => {
  await person.goTo('advanced-options');
  await looksRight(person.app, 'device-options');
  await person.find(t.deviceChangePin).click();
  await changePin('000001', NEXT_PIN);
  await person.shows(t.pinProblem, 'That PIN is not right. 9 tries left.');
  await changePin(PIN, NEXT_PIN);
  await person.noDialog();
  await person.shows(t.notice, 'The PIN of this device was changed.');
  await save('pin.example', 'ada', NEXT_PIN);
});

it('locks when asked to, and says so', async () => {
  await person.goTo('advanced-options');
  await person.shows(t.deviceLockText, 'Your PIN was entered');
  await person.find(t.deviceLock).click();
  await person.shows(t.deviceLockText, 'Locked: the next sign-in asks for your PIN.');
});

it('is there after a restart, without anybody typing anything', async () => {
  await person.standUp();
  await sitDown();
  await person.unlock(KEY, KEY_PIN);
  await person.sees(['github.example ada', 'key.example ada', 'pin.example ada']);
});

it('makes wrong PINs wait, longer and longer', async () => {
  await person.goTo('advanced-options');
  await person.find(t.deviceNewRecoveryKey).click();
  for (const left of ['9', '8', '7']) {
    await person.find(t.pinCurrent).fill('000002');
    await person.find(t.pinSubmit).click();
    await person.shows(t.pinProblem, `${left} tries left.`);
  }
  await person.dialog(t.deviceTask, 'delayed');
  await person.shows(t.pinWait, /You can try again in \d+ seconds?\./);
  expect(await person.find(t.pinSubmit).isDisabled()).toBe(true);
  await person.dialog(t.deviceTask, 'entering');
  await person.find(t.pinCurrent).fill(NEXT_PIN);
  await person.find(t.pinSubmit).click();
  recoveryKey = await keepRecoveryKey();
});

it('a lost record of wrong PINs is a lock, which the recovery key opens', async () => {
  await person.standUp();
  rmSync(join(folder, 'data', TRIES_FILE));
  await sitDown();
  await deviceCard('pin-locked').waitFor();
  await person.row('github.example').waitFor();
  await looksRight(person.app, 'device-pin-locked');
  await person.find(t.deviceCardRecover).click();
  await person.find(t.recoveryTyped).fill(recoveryKey.replace(/^..../, '0000'));
  await fillNewPin(LAST_PIN);
  await person.find(t.pinSubmit).click();
  await person.find(t.pinProblem).waitFor();
  await person.find(t.recoveryTyped).fill(recoveryKey.toLowerCase());
  await person.find(t.pinSubmit).click();
  const fresh = await keepRecoveryKey();
  expect(fresh).not.toBe(recoveryKey);
  await deviceCard('open').waitFor();
  await save('recovered.example', 'ada', LAST_PIN);
});

it('goes back to the version before, after showing what that is', async () => {
  await person.goTo('advanced-options');
  await person.find(t.deviceRestorePrevious).click();
  await person.dialog(t.previous, 'asking');
  await person.shows(t.previous, 'holds 2 passkeys');
  await person.find(t.previousConfirm).click();
  await person.noDialog();
  await person.goTo('passkeys');
  await person.row('pin.example').waitFor();
  await person.row('recovered.example').waitFor({ state: 'detached' });
});

it('is under a passphrase when somebody wants that, which is asked for after a restart', async () => {
  await person.goTo('advanced-options');
  await person.find(t.deviceSwitchSealing).click();
  await person.find(t.pinCurrent).fill(LAST_PIN);
  await person.find(t.passphraseNew).fill(PASSPHRASE);
  await person.find(t.passphraseAgain).fill(PASSPHRASE);
  await person.find(t.pinSubmit).click();
  await person.noDialog();
  await person.shows(t.deviceSealing, 'With a passphrase');

  await person.standUp();
  await sitDown();
  await deviceCard('passphrase').waitFor();
  await person.find(t.deviceCardPassphrase).click();
  await person.find(t.passphrase).fill('not that one');
  await person.find(t.pinSubmit).click();
  await person.find(t.pinProblem).waitFor();
  await person.find(t.passphrase).fill(PASSPHRASE);
  await person.find(t.pinSubmit).click();
  await person.noDialog();
  await person.row('github.example').waitFor();
});

it('no secret is in the page, nor in what the program printed', async () => {
  const page = await person.page.content();
  const printed = person.app.output();
  for (const secret of [PIN, NEXT_PIN, LAST_PIN, PASSPHRASE, recoveryKey]) {
    expect(page).not.toContain(secret);
    expect(printed).not.toContain(secret);
  }
});

it('nothing is saved here when that is turned off; what is here stays', async () => {
  await person.goTo('advanced-options');
  await person.find(t.deviceEnabled).click();
  await expect.poll(() => person.find(t.deviceEnabled).isChecked(), { timeout: PATIENCE }).toBe(false);
  await person.goTo('passkeys');
  await person.shows(t.deviceCard, 'New ones are not saved here');
  await person.row('github.example').waitFor();
});
