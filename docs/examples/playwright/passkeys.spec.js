/** Looking at passkeys and deleting them, with a simulated key. */
import { launchLatchkey, testIds } from 'latchkey-test-kit';
import { expect, test } from 'playwright/test';

const PIN = '123456';

/** CTAP: authenticatorCredentialManagement, deleteCredential. */
const DELETE = { command: 0x0a, subCommand: 0x06 };

/** @type {import('latchkey-test-kit').LaunchedLatchkey} */
let latchkey;
/** @type {import('latchkey-test-kit').SimulatedKey} */
let key;

test.beforeEach(async () => {
  latchkey = await launchLatchkey({
    keys: [
      {
        profile: '2.1',
        name: 'Simulated test key',
        pin: PIN,
        passkeys: [
          { rpId: 'github.com', userName: 'ada' },
          { rpId: 'github.com', userName: 'grace' },
          { rpId: 'example.org', userName: 'ada@example.org' },
        ],
      },
    ],
  });
  [key] = latchkey.keys;
});

test.afterEach(async () => {
  await latchkey.close();
  expect(latchkey.errors).toEqual([]);
});

/** @param {string} pin */
async function unlock(pin) {
  const { window } = latchkey;
  await window.getByTestId(testIds.keyCardUnlock).click();
  await window.getByTestId(testIds.pinCurrent).fill(pin);
  await window.getByTestId(testIds.pinSubmit).click();
}

function rows() {
  return latchkey.window.getByTestId(testIds.row);
}

/** @param {string} user */
async function askToDelete(user) {
  const { window } = latchkey;
  await rows().filter({ hasText: user }).getByTestId(testIds.rowMenu).click();
  await window.getByTestId(testIds.menuDelete).click();
  await window.getByTestId(testIds.deleteConfirm).click();
}

/** What is really on the key. */
async function usersOnKey() {
  const { credentials } = await key.state();
  return credentials.map(({ user }) => user.name);
}

test('lists the passkeys of a key after its PIN, and filters them', async () => {
  await unlock(PIN);
  await expect(rows()).toHaveCount(3);
  await latchkey.window.getByTestId(testIds.search).fill('git');
  await expect(rows()).toHaveCount(2);
  await expect(rows().filter({ hasText: 'grace' })).toBeVisible();
});

test('says that a PIN is wrong, and how many tries are left', async () => {
  await unlock('000000');
  await expect(latchkey.window.getByTestId(testIds.pinProblem)).toContainText('not right');
  await expect(latchkey.window.getByTestId(testIds.pinProblem)).toContainText('7');
  expect((await key.state()).pin.retries).toBe(7);
});

test('deletes a passkey', async () => {
  await unlock(PIN);
  await askToDelete('grace');
  await expect(rows()).toHaveCount(2);
  expect(await usersOnKey()).toEqual(['ada', 'ada@example.org']);
});

test('does not say that it deleted what is still there', async () => {
  await key.setQuirks(['delete-pretends']);
  await unlock(PIN);
  await askToDelete('grace');
  await expect(latchkey.window.getByTestId(testIds.deleteOutcome)).toBeVisible();
  expect(await usersOnKey()).toContain('grace');
});

test('says that the key was taken out in the middle of a deletion', async () => {
  await key.setQuirks([{ name: 'unplug-at-request', ...DELETE }]);
  await unlock(PIN);
  await askToDelete('grace');
  const dialog = latchkey.window.getByTestId(testIds.delete);
  await expect(dialog).toContainText('unplugged');
  expect((await key.view()).plugged).toBe(false);
  expect(await usersOnKey()).toContain('grace');

  await latchkey.window.getByTestId(testIds.deleteClose).click();
  await key.setQuirks([]);
  await key.plug();
  await unlock(PIN);
  await expect(rows()).toHaveCount(3);
});
