/** Pictures of what is done to this device: set up, recovery key, PIN and passphrase. */
import type { Page } from 'playwright';
import { testIds as t } from '../../../renderer/test-ids';
import { advanced, click, state, type, type Shot } from './shot';

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

export const deviceTasksShots: readonly Shot[] = [
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
];
