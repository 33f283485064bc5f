/** Pictures of security keys: PIN, reset, and their page. */
import type { Page } from 'playwright';
import { testIds as t } from '../../../renderer/test-ids';
import { click, state, type, unplug, type Shot } from './shot';

const unlockDialog = async (page: Page): Promise<void> => {
  await click(page, t.keyCardUnlock);
  await page.getByTestId(t.pin).waitFor();
};
const wrongPin = async (page: Page): Promise<void> => {
  await type(page, t.pinCurrent, '9999');
  await click(page, t.pinSubmit);
};
const securityKeys = (page: Page): Promise<void> => click(page, t.navSecurityKeys);
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
const replug = (page: Page): Promise<void> => page.evaluate(() => window.fake.replug('key-1'));

export const securityKeysShots: readonly Shot[] = [
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
];
