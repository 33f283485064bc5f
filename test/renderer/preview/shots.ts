/** What look.mts draws: a scenario, and what is done in it before the picture. */
import type { Page } from 'playwright';
import { testIds as t } from '../../../renderer/test-ids';

export interface Shot {
  readonly name: string;
  readonly scenario?: string;
  readonly page?: string;
  /** Drawn as it is printed; what reads the screen has no part in it. */
  readonly paper?: true;
  readonly steps?: (page: Page) => Promise<void>;
}

const click = async (page: Page, id: string): Promise<void> => page.getByTestId(id).first().click();
const type = async (page: Page, id: string, text: string): Promise<void> => page.getByTestId(id).fill(text);
const state = async (page: Page, dialog: string, name: string): Promise<void> =>
  page.locator(`[data-testid="${dialog}"][data-state="${name}"]`).waitFor();

/** The details, with the answer about the bytes. */
const bytesShown = (page: Page): Promise<void> =>
  page.locator(`[data-testid="${t.detailsTechnical}"][data-state="known"]`).waitFor();
/** The end of the details. */
const scrollToBytes = (page: Page): Promise<void> =>
  page.locator(`[data-testid="${t.detailsTechnical}"] > dl > :last-child`).scrollIntoViewIfNeeded();

const openMenu = async (page: Page, row = 0): Promise<void> => {
  await page.getByTestId(t.rowMenu).nth(row).click();
  await page.getByTestId(t.menuDelete).waitFor();
};
const unlockDialog = (page: Page): Promise<void> => click(page, t.keyCardUnlock);
const wrongPin = async (page: Page): Promise<void> => {
  await type(page, t.pinCurrent, '9999');
  await click(page, t.pinSubmit);
};
const securityKeys = (page: Page): Promise<void> => click(page, t.navSecurityKeys);
const select = async (page: Page, count: number): Promise<void> => {
  for (let row = 0; row < count; row += 1) await page.getByTestId(t.rowCheckbox).nth(row).click();
};
const startReset = async (page: Page): Promise<void> => {
  await securityKeys(page);
  await click(page, t.keyReset);
  await page.getByTestId(t.reset).waitFor();
};
const armReset = async (page: Page): Promise<void> => {
  await startReset(page);
  await page.getByTestId(t.resetUnderstood).check();
  await click(page, t.resetStart);
  await state(page, t.reset, 'remove');
};
const unplug = (page: Page): Promise<void> => page.evaluate(() => window.fake.unplug('key-1'));
const replug = (page: Page): Promise<void> => page.evaluate(() => window.fake.replug('key-1'));

const advanced = (page: Page): Promise<void> => click(page, t.navAdvancedOptions);
const browsers = async (page: Page): Promise<void> => {
  await click(page, t.navBrowsers);
  await page.locator(`[data-testid="${t.browsersPage}"]:not(:has([role="progressbar"]))`).waitFor();
};
const recentlyDeleted = (page: Page): Promise<void> => click(page, t.deviceCardDeleted);
const setUpPin = async (page: Page): Promise<void> => {
  await click(page, t.deviceCardSetUp);
  await click(page, t.setUpNext);
  await state(page, t.setUp, 'pin');
};
const choosePin = async (page: Page): Promise<void> => {
  await setUpPin(page);
  await type(page, t.pinNew, 'k4tze auf dem Dach');
  await type(page, t.pinAgain, 'k4tze auf dem Dach');
  await click(page, t.setUpNext);
};
const task = async (page: Page, button: string): Promise<void> => {
  await advanced(page);
  await click(page, button);
  await page.getByTestId(t.deviceTask).waitFor();
};
const changeDevicePin = async (page: Page, current: string): Promise<void> => {
  await task(page, t.deviceChangePin);
  await type(page, t.pinCurrent, current);
  await type(page, t.pinNew, 'k4tze auf dem Dach');
  await type(page, t.pinAgain, 'k4tze auf dem Dach');
  await click(page, t.pinSubmit);
};
/** The row of a site on this device. */
const menuOf = async (page: Page, site: string): Promise<void> => {
  await type(page, t.search, site);
  await page.getByTestId(t.row).filter({ hasText: 'This device' }).first().getByTestId(t.rowMenu).click();
};

/** Scenarios that need no steps. */
const still = [
  'no-key',
  'locked',
  'one-locked-one-open',
  'listing',
  'listing-start',
  'opening',
  'no-permission',
  'no-permission-windows',
  'in-use',
  'no-pin',
  'u2f-only',
  'no-credential-management',
  'no-passkeys',
  'pin-reinsert',
  'pin-blocked',
  'pin-change',
  'list-cut',
  'full',
  'hostile',
  'failed',
  'thousand',
  'device',
  'device-only',
  'device-empty',
  'device-off',
  'device-off-open',
  'device-closed',
  'device-passphrase',
  'device-damaged',
  'device-two-vaults',
  'device-keychain-locked',
  'device-pin-locked',
] as const;

export const shots: readonly Shot[] = [
  { name: 'passkeys' },
  ...still.map((scenario) => ({ name: scenario, scenario })),
  { name: 'search', steps: (page) => type(page, t.search, 'google sam') },
  { name: 'no-hit', steps: (page) => type(page, t.search, 'nothing like it') },
  { name: 'menu', steps: (page) => openMenu(page, 2) },
  { name: 'selected', steps: (page) => select(page, 3) },
  {
    name: 'scrolled',
    scenario: 'thousand',
    steps: async (page) => {
      await page.getByTestId(t.row).first().focus();
      await page.keyboard.press('End');
    },
  },
  {
    name: 'row-focus',
    steps: async (page) => {
      await page.getByTestId(t.row).first().focus();
      await page.keyboard.press('ArrowDown');
    },
  },
  {
    name: 'nav-open',
    steps: async (page) => {
      const toggle = page.getByTestId(t.navToggle);
      if (await toggle.isVisible()) await toggle.click();
    },
  },
  {
    name: 'details',
    steps: async (page) => {
      await openMenu(page);
      await click(page, t.menuDetails);
      await bytesShown(page);
    },
  },
  {
    name: 'details-bytes',
    steps: async (page) => {
      await openMenu(page);
      await click(page, t.menuDetails);
      await bytesShown(page);
      await scrollToBytes(page);
    },
  },
  {
    name: 'details-asking',
    steps: async (page) => {
      await page.evaluate(() => void window.fake.hold('passkeyDetails'));
      await openMenu(page);
      await click(page, t.menuDetails);
      await page.getByTestId(t.details).getByText('Reading…').first().waitFor();
      await scrollToBytes(page);
    },
  },
  {
    name: 'details-failed',
    scenario: 'details-failed',
    steps: async (page) => {
      await openMenu(page);
      await click(page, t.menuDetails);
      await state(page, t.detailsTechnical, 'failed');
      await scrollToBytes(page);
    },
  },
  {
    name: 'details-hostile',
    scenario: 'hostile',
    steps: async (page) => {
      await page.locator('[data-passkey-id="key-1:2"]').dblclick();
      await bytesShown(page);
    },
  },
  {
    name: 'details-odd',
    scenario: 'hostile',
    steps: async (page) => {
      await page.locator('[data-passkey-id="key-1:5"]').dblclick();
      await bytesShown(page);
    },
  },
  {
    name: 'details-removed',
    steps: async (page) => {
      await page.locator('[data-passkey-id="key-1:5"]').dblclick();
      await bytesShown(page);
      await unplug(page);
      await state(page, t.details, 'removed');
    },
  },
  {
    name: 'edit',
    steps: async (page) => {
      await openMenu(page);
      await click(page, t.menuEdit);
      await page
        .getByTestId(t.editUserName)
        .fill('a name that is much longer than what a key with little memory keeps of it');
      await page.getByTestId(t.editDisplayName).fill('');
    },
  },
  { name: 'own-names', scenario: 'own-names' },
  { name: 'own-names-hostile', scenario: 'own-names-hostile' },
  { name: 'own-names-deleted', scenario: 'own-names', steps: recentlyDeleted },
  {
    name: 'own-names-details',
    scenario: 'own-names',
    steps: async (page) => {
      await page.getByTestId(t.row).first().dblclick();
      await bytesShown(page);
    },
  },
  {
    name: 'own-names-delete',
    scenario: 'own-names',
    steps: async (page) => {
      await select(page, 2);
      await click(page, t.deleteSelected);
      await page.getByTestId(t.delete).waitFor();
    },
  },
  {
    name: 'edit-own-name',
    scenario: 'own-name-only',
    steps: async (page) => {
      await openMenu(page);
      await click(page, t.menuEdit);
      await page.getByTestId(t.editOwnName).fill('Work');
    },
  },
  {
    name: 'edit-own-name-failed',
    scenario: 'own-name-only',
    steps: async (page) => {
      await openMenu(page);
      await click(page, t.menuEdit);
      await page.getByTestId(t.editOwnName).fill('Work');
      await click(page, t.editSave);
      await state(page, t.edit, 'failed');
    },
  },
  {
    name: 'edit-shortened',
    scenario: 'edit-short',
    steps: async (page) => {
      await openMenu(page);
      await click(page, t.menuEdit);
      await page.getByTestId(t.editUserName).fill('somebody-else');
      await click(page, t.editSave);
      await state(page, t.edit, 'shortened');
    },
  },
  {
    name: 'edit-removed',
    steps: async (page) => {
      await openMenu(page);
      await click(page, t.menuEdit);
      await page.getByTestId(t.edit).waitFor();
      await unplug(page);
      await state(page, t.edit, 'removed');
    },
  },
  {
    name: 'unlock-finger',
    scenario: 'finger',
    steps: async (page) => {
      await page.evaluate(() => void window.fake.hold('unlockWithUv'));
      await click(page, t.keyCardUnlock);
      await state(page, t.pin, 'sensor');
    },
  },
  {
    name: 'unlock-finger-blocked',
    scenario: 'finger-wrong',
    steps: async (page) => {
      await click(page, t.keyCardUnlock);
      await state(page, t.pin, 'entering');
    },
  },
  {
    name: 'delete-one',
    steps: async (page) => {
      await openMenu(page, 1);
      await click(page, t.menuDelete);
      await state(page, t.delete, 'asking');
    },
  },
  {
    name: 'delete-hostile',
    scenario: 'hostile',
    steps: async (page) => {
      await click(page, t.selectAll);
      await click(page, t.deleteSelected);
      await state(page, t.delete, 'asking');
    },
  },
  {
    name: 'delete-many',
    steps: async (page) => {
      await click(page, t.selectAll);
      await click(page, t.deleteSelected);
      await state(page, t.delete, 'asking');
    },
  },
  {
    name: 'delete-running',
    steps: async (page) => {
      await select(page, 3);
      await page.evaluate(() => void window.fake.hold('deletePasskeys'));
      await click(page, t.deleteSelected);
      await click(page, t.deleteConfirm);
      await state(page, t.delete, 'deleting');
    },
  },
  {
    name: 'delete-running-removed',
    steps: async (page) => {
      await select(page, 3);
      await page.evaluate(() => void window.fake.hold('deletePasskeys'));
      await click(page, t.deleteSelected);
      await click(page, t.deleteConfirm);
      await state(page, t.delete, 'deleting');
      await page.evaluate(() => {
        window.fake.unplug('key-1');
        window.fake.unplug('key-2');
      });
      await page.getByTestId(t.deleteClose).waitFor();
    },
  },
  {
    name: 'delete-report',
    scenario: 'delete-some',
    steps: async (page) => {
      await click(page, t.selectAll);
      await click(page, t.deleteSelected);
      await click(page, t.deleteConfirm);
      await state(page, t.delete, 'reported');
    },
  },
  {
    name: 'delete-done',
    steps: async (page) => {
      await openMenu(page, 1);
      await click(page, t.menuDelete);
      await click(page, t.deleteConfirm);
      await page.getByTestId(t.notice).waitFor();
    },
  },
  {
    name: 'delete-removed',
    steps: async (page) => {
      await openMenu(page, 1);
      await click(page, t.menuDelete);
      await state(page, t.delete, 'asking');
      await page.evaluate(() => {
        window.fake.unplug('key-1');
        window.fake.unplug('key-2');
      });
      await state(page, t.delete, 'removed');
    },
  },
  {
    name: 'delete-locked',
    scenario: 'delete-some',
    steps: async (page) => {
      await openMenu(page, 1);
      await click(page, t.menuDelete);
      await state(page, t.delete, 'asking');
      await page.evaluate(() => void window.fake.call('lock', 'key-1'));
      await state(page, t.delete, 'locked');
    },
  },
  { name: 'unplugged', scenario: 'delete-some', steps: unplug },
  { name: 'pin-unlock', scenario: 'locked', steps: unlockDialog },
  {
    name: 'pin-wrong',
    scenario: 'locked',
    steps: async (page) => {
      await unlockDialog(page);
      await wrongPin(page);
      await page.getByTestId(t.pinProblem).waitFor();
    },
  },
  {
    name: 'pin-sending',
    scenario: 'locked',
    steps: async (page) => {
      await unlockDialog(page);
      await page.evaluate(() => void window.fake.hold('unlock'));
      await wrongPin(page);
      await state(page, t.pin, 'sending');
    },
  },
  { name: 'pin-last-try-dialog', scenario: 'pin-last-try', steps: unlockDialog },
  {
    name: 'pin-reinsert-dialog',
    scenario: 'locked',
    steps: async (page) => {
      await unlockDialog(page);
      for (let attempt = 1; attempt <= 3; attempt += 1) {
        await wrongPin(page);
        if (attempt < 3) await page.getByTestId(t.pinProblem).waitFor();
      }
      await state(page, t.pin, 'reinsert');
    },
  },
  {
    name: 'pin-removed',
    scenario: 'locked',
    steps: async (page) => {
      await unlockDialog(page);
      await unplug(page);
      await state(page, t.pin, 'removed');
    },
  },
  {
    name: 'pin-blocked-dialog',
    scenario: 'pin-last-try',
    steps: async (page) => {
      await unlockDialog(page);
      await wrongPin(page);
      await state(page, t.pin, 'blocked');
    },
  },
  {
    name: 'pin-change-required',
    scenario: 'locked',
    steps: async (page) => {
      await unlockDialog(page);
      await page.evaluate(() =>
        window.fake.change('key-1', {
          pin: { supported: true, set: true, changeRequired: true, minLength: 6, maxBytes: 63 },
        }),
      );
      await type(page, t.pinCurrent, '1234');
      await click(page, t.pinSubmit);
      await state(page, t.pin, 'change-required');
    },
  },
  { name: 'pin-forced', scenario: 'pin-change', steps: (page) => click(page, t.keyCardChangePin) },
  { name: 'pin-set', scenario: 'no-pin', steps: (page) => click(page, t.keyCardSetPin) },
  {
    name: 'pin-set-typing',
    scenario: 'no-pin',
    steps: async (page) => {
      await click(page, t.keyCardSetPin);
      await type(page, t.pinNew, '12345678');
      await type(page, t.pinAgain, '1289');
      await click(page, t.pinShow);
    },
  },
  {
    name: 'pin-set-mistakes',
    scenario: 'no-pin',
    steps: async (page) => {
      await click(page, t.keyCardSetPin);
      await type(page, t.pinNew, '123');
      await click(page, t.pinSubmit);
    },
  },
  {
    name: 'pin-change-typing',
    steps: async (page) => {
      await securityKeys(page);
      await page.getByTestId(t.keyHeader).first().click();
      await click(page, t.keyChangePin);
      await type(page, t.pinCurrent, '1234');
      await type(page, t.pinNew, '1234');
    },
  },
  {
    name: 'pin-done',
    scenario: 'no-pin',
    steps: async (page) => {
      await click(page, t.keyCardSetPin);
      await type(page, t.pinNew, '12345678');
      await type(page, t.pinAgain, '12345678');
      await page.keyboard.press('Enter');
      await page.getByTestId(t.notice).waitFor();
    },
  },
  { name: 'reset-warning', scenario: 'locked', steps: startReset },
  { name: 'reset-remove', scenario: 'locked', steps: armReset },
  {
    name: 'reset-insert',
    scenario: 'locked',
    steps: async (page) => {
      await armReset(page);
      await unplug(page);
      await state(page, t.reset, 'insert');
    },
  },
  {
    name: 'reset-touch',
    scenario: 'locked',
    steps: async (page) => {
      await armReset(page);
      await unplug(page);
      await replug(page);
      await state(page, t.reset, 'touch');
    },
  },
  {
    name: 'reset-done',
    scenario: 'locked',
    steps: async (page) => {
      await armReset(page);
      await unplug(page);
      await replug(page);
      await page.evaluate(() => window.fake.touch());
      await state(page, t.reset, 'done');
    },
  },
  {
    name: 'reset-failed',
    scenario: 'locked',
    steps: async (page) => {
      await armReset(page);
      await page.evaluate(() =>
        window.fake.setReset({
          keyId: 'key-1',
          keyName: 'YubiKey 5 NFC',
          step: 'failed',
          longTouch: false,
          problem: {
            code: 'reset-too-late',
            message: 'The key was touched too late. Start again and touch it within ten seconds.',
          },
        }),
      );
      await state(page, t.reset, 'failed');
    },
  },
  {
    name: 'reset-removed',
    scenario: 'locked',
    steps: async (page) => {
      await startReset(page);
      await unplug(page);
      await state(page, t.reset, 'removed');
    },
  },
  {
    name: 'keys',
    steps: async (page) => {
      await securityKeys(page);
      await page.getByTestId(t.keyHeader).first().click();
    },
  },
  { name: 'keys-none', scenario: 'no-key', steps: securityKeys },
  { name: 'keys-odd', scenario: 'odd', steps: securityKeys },
  { name: 'keys-hostile', scenario: 'hostile', steps: securityKeys },
  { name: 'keys-no-permission', scenario: 'no-permission', steps: securityKeys },
  { name: 'keys-blocked', scenario: 'pin-blocked', steps: securityKeys },
  { name: 'keys-no-pin', scenario: 'no-pin', steps: securityKeys },
  {
    name: 'device-menu',
    scenario: 'device',
    steps: (page) => menuOf(page, 'amazon.de'),
  },
  {
    name: 'device-menu-protected',
    scenario: 'device-only',
    steps: (page) => menuOf(page, 'rivers@gmail.com'),
  },
  { name: 'device-menu-kept', scenario: 'device-only', steps: (page) => menuOf(page, 'pam:') },
  {
    name: 'device-details',
    scenario: 'device-only',
    steps: async (page) => {
      await menuOf(page, 'gitlab');
      await click(page, t.menuDetails);
      await bytesShown(page);
    },
  },
  {
    name: 'device-delete',
    scenario: 'device-only',
    steps: async (page) => {
      await menuOf(page, 'amazon.de');
      await click(page, t.menuDelete);
      await state(page, t.delete, 'asking');
    },
  },
  {
    name: 'device-delete-mixed',
    scenario: 'device',
    steps: async (page) => {
      await click(page, t.selectAll);
      await click(page, t.deleteSelected);
      await state(page, t.delete, 'asking');
    },
  },
  {
    name: 'device-delete-kept',
    scenario: 'device-only',
    steps: async (page) => {
      await type(page, t.search, 'pam:');
      await page.getByTestId(t.rowSite).click();
      await page.keyboard.press('Delete');
      await state(page, t.delete, 'not-removable');
    },
  },
  {
    name: 'device-delete-done',
    scenario: 'device-only',
    steps: async (page) => {
      await menuOf(page, 'amazon.de');
      await click(page, t.menuDelete);
      await click(page, t.deleteConfirm);
      await page.getByTestId(t.notice).waitFor();
    },
  },
  {
    name: 'device-delete-closed',
    scenario: 'device-only',
    steps: async (page) => {
      await menuOf(page, 'amazon.de');
      await click(page, t.menuDelete);
      await state(page, t.delete, 'asking');
      await page.evaluate(() => window.fake.device.change({ state: 'passphrase-needed' }));
      await state(page, t.delete, 'device-closed');
    },
  },
  {
    name: 'device-edit-closed',
    scenario: 'device-only',
    steps: async (page) => {
      await menuOf(page, 'amazon.de');
      await click(page, t.menuEdit);
      await page.getByTestId(t.edit).waitFor();
      await page.evaluate(() => window.fake.device.change({ state: 'passphrase-needed' }));
      await state(page, t.edit, 'removed');
    },
  },
  { name: 'deleted', scenario: 'device', steps: recentlyDeleted },
  { name: 'deleted-none', scenario: 'deleted-none', steps: recentlyDeleted },
  { name: 'deleted-thousand', scenario: 'deleted-thousand', steps: recentlyDeleted },
  { name: 'deleted-hostile', scenario: 'deleted-hostile', steps: recentlyDeleted },
  {
    name: 'deleted-restored',
    scenario: 'device',
    steps: async (page) => {
      await recentlyDeleted(page);
      await click(page, t.deletedRestore);
      await page.getByTestId(t.notice).waitFor();
    },
  },
  {
    name: 'deleted-purge',
    scenario: 'device',
    steps: async (page) => {
      await recentlyDeleted(page);
      await click(page, t.deletedPurge);
      await state(page, t.purge, 'asking');
    },
  },
  {
    name: 'deleted-empty',
    scenario: 'device',
    steps: async (page) => {
      await recentlyDeleted(page);
      await click(page, t.deletedEmpty);
      await state(page, t.purge, 'asking');
    },
  },
  {
    name: 'deleted-closed',
    scenario: 'device',
    steps: async (page) => {
      await recentlyDeleted(page);
      await page.evaluate(() => window.fake.device.change({ state: 'passphrase-needed' }));
      await page.getByTestId(t.deletedNothing).waitFor();
    },
  },
  { name: 'set-up-intro', scenario: 'no-key', steps: (page) => click(page, t.deviceCardSetUp) },
  { name: 'set-up-pin', scenario: 'no-key', steps: setUpPin },
  {
    name: 'set-up-pin-obvious',
    scenario: 'no-key',
    steps: async (page) => {
      await setUpPin(page);
      await type(page, t.pinNew, '12345678');
      await type(page, t.pinAgain, '1289');
      await click(page, t.pinShow);
    },
  },
  {
    name: 'set-up-working',
    scenario: 'no-key',
    steps: async (page) => {
      await page.evaluate(() => void window.fake.hold('setUpDevice'));
      await choosePin(page);
      await state(page, t.setUp, 'working');
    },
  },
  {
    name: 'set-up-no-keychain',
    scenario: 'device-no-keychain',
    steps: async (page) => {
      await choosePin(page);
      await state(page, t.setUp, 'no-keychain');
    },
  },
  {
    name: 'set-up-passphrase',
    scenario: 'device-no-keychain',
    steps: async (page) => {
      await choosePin(page);
      await click(page, t.setUpUsePassphrase);
      await state(page, t.setUp, 'passphrase');
      await type(page, t.passphraseNew, 'short');
    },
  },
  {
    name: 'set-up-failed',
    scenario: 'device-set-up-fails',
    steps: async (page) => {
      await choosePin(page);
      await state(page, t.setUp, 'failed');
    },
  },
  {
    name: 'set-up-cancelled',
    scenario: 'no-key',
    steps: async (page) => {
      await setUpPin(page);
      await click(page, t.setUpCancel);
      await page.getByTestId(t.notice).waitFor();
    },
  },
  {
    name: 'recovery-key',
    scenario: 'no-key',
    steps: async (page) => {
      await choosePin(page);
      await state(page, t.recovery, 'showing');
    },
  },
  {
    name: 'recovery-key-saved',
    scenario: 'no-key',
    steps: async (page) => {
      await choosePin(page);
      await click(page, t.recoverySave);
      await page.getByTestId(t.recoveryKept).waitFor();
    },
  },
  {
    name: 'recovery-key-check',
    scenario: 'no-key',
    steps: async (page) => {
      await choosePin(page);
      await click(page, t.recoveryNext);
      await type(page, t.recoveryGroup, '1234');
      await click(page, t.recoveryFinish);
    },
  },
  {
    name: 'recovery-key-leaving',
    scenario: 'no-key',
    steps: async (page) => {
      await choosePin(page);
      await state(page, t.recovery, 'showing');
      await page.keyboard.press('Escape');
      await state(page, t.recovery, 'leaving');
    },
  },
  {
    name: 'recovery-key-paper',
    paper: true,
    scenario: 'no-key',
    steps: async (page) => {
      await choosePin(page);
      await state(page, t.recovery, 'showing');
      await page.emulateMedia({ media: 'print' });
    },
  },
  { name: 'task-change-pin', scenario: 'device-only', steps: (page) => task(page, t.deviceChangePin) },
  { name: 'task-pin-wrong', scenario: 'device-only', steps: (page) => changeDevicePin(page, 'wrong1') },
  {
    name: 'task-pin-delayed',
    scenario: 'device-pin-few',
    steps: async (page) => {
      await task(page, t.deviceChangePin);
      await state(page, t.deviceTask, 'delayed');
    },
  },
  {
    name: 'task-sending',
    scenario: 'device-only',
    steps: async (page) => {
      await page.evaluate(() => void window.fake.hold('changeDevicePin'));
      await changeDevicePin(page, 'correct horse');
      await state(page, t.deviceTask, 'sending');
    },
  },
  {
    name: 'task-pin-locked',
    scenario: 'device-only',
    steps: async (page) => {
      await task(page, t.deviceChangePin);
      await page.evaluate(() =>
        window.fake.device.change({ pin: { triesLeft: 0, waitMilliseconds: 0, locked: true } }),
      );
      await state(page, t.deviceTask, 'pin-locked');
    },
  },
  { name: 'task-recover', scenario: 'device-pin-locked', steps: (page) => click(page, t.deviceCardRecover) },
  {
    name: 'task-new-recovery-key',
    scenario: 'device-only',
    steps: (page) => task(page, t.deviceNewRecoveryKey),
  },
  { name: 'task-to-passphrase', scenario: 'device-only', steps: (page) => task(page, t.deviceSwitchSealing) },
  {
    name: 'task-to-keychain',
    scenario: 'device-passphrase-open',
    steps: (page) => task(page, t.deviceSwitchSealing),
  },
  {
    name: 'task-passphrase-wrong',
    scenario: 'device-passphrase',
    steps: async (page) => {
      await click(page, t.deviceCardPassphrase);
      await type(page, t.passphrase, 'open barley');
      await click(page, t.pinSubmit);
      await page.getByTestId(t.pinProblem).waitFor();
    },
  },
  {
    name: 'task-closed',
    scenario: 'device-only',
    steps: async (page) => {
      await task(page, t.deviceChangePin);
      await page.evaluate(() => window.fake.device.change({ state: 'passphrase-needed' }));
      await state(page, t.deviceTask, 'closed');
    },
  },
  {
    name: 'previous-asking',
    scenario: 'device-damaged',
    steps: async (page) => {
      await click(page, t.deviceCardRestore);
      await state(page, t.previous, 'asking');
    },
  },
  {
    name: 'previous-none',
    scenario: 'device-only',
    steps: async (page) => {
      await advanced(page);
      await click(page, t.deviceRestorePrevious);
      await state(page, t.previous, 'none');
    },
  },
  {
    name: 'previous-failed',
    scenario: 'device-previous',
    steps: async (page) => {
      await advanced(page);
      await click(page, t.deviceRestorePrevious);
      await click(page, t.previousConfirm);
      await state(page, t.previous, 'failed');
    },
  },
  {
    name: 'anew-asking',
    scenario: 'device-passphrase',
    steps: async (page) => {
      await click(page, t.deviceCardPassphrase);
      await click(page, t.passphraseForgotten);
      await state(page, t.anew, 'asking');
    },
  },
  { name: 'advanced-device', scenario: 'device-unlocked', steps: advanced },
  { name: 'advanced-device-locked', scenario: 'device-pin-locked', steps: advanced },
  { name: 'advanced-device-notice', scenario: 'device-notice', steps: advanced },
  { name: 'advanced-device-closed', scenario: 'device-passphrase', steps: advanced },
  { name: 'browsers', steps: browsers },
  {
    name: 'browsers-others',
    steps: async (page) => {
      await browsers(page);
      await page.getByTestId(t.browsersOthers).locator('summary').click();
    },
  },
  { name: 'browsers-connected', scenario: 'browsers-connected', steps: browsers },
  {
    name: 'browsers-connected-end',
    scenario: 'browsers-connected',
    steps: async (page) => {
      await browsers(page);
      await page.getByTestId(t.request).last().scrollIntoViewIfNeeded();
    },
  },
  ...['states', 'troubles', 'snap-only', 'none', 'windows', 'hostile', 'full-log', 'failed'].map((name) => ({
    name: `browsers-${name}`,
    scenario: `browsers-${name}`,
    steps: browsers,
  })),
  {
    name: 'browsers-hostile-end',
    scenario: 'browsers-hostile',
    steps: async (page) => {
      await browsers(page);
      await page.getByTestId(t.request).last().scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'browsers-refused',
    scenario: 'browsers-refused',
    steps: async (page) => {
      await browsers(page);
      await click(page, t.browserAction);
      await page.getByTestId(t.notice).waitFor();
    },
  },
  {
    name: 'browsers-replace',
    scenario: 'browsers-states',
    steps: async (page) => {
      await browsers(page);
      await page.locator('[data-action="replace"]').click();
      await state(page, t.replaceManifest, 'asking');
    },
  },
  {
    name: 'browsers-empty',
    scenario: 'browsers-refused',
    steps: async (page) => {
      await browsers(page);
      await click(page, t.requestsEmpty);
      await state(page, t.emptyRequests, 'asking');
    },
  },
  {
    name: 'browsers-empty-failed',
    scenario: 'browsers-refused',
    steps: async (page) => {
      await browsers(page);
      await click(page, t.requestsEmpty);
      await click(page, t.browsersConfirm);
      await state(page, t.emptyRequests, 'failed');
    },
  },
  { name: 'advanced', steps: (page) => click(page, t.navAdvancedOptions) },
  { name: 'simulator', page: 'simulator.html' },
];
