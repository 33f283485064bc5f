/** Answers the window's calls about the passkeys of this device. Knows nothing of Electron. */
import type { DevicePlace } from '../inventory/device-place';
import { problem } from '../inventory/problems';
import type { CallArguments } from '../../preload/contract';
import type { DeviceCallResults } from '../../preload/device-contract';
import { outcome, result } from './answers';
import { recoverySheet } from './recovery-sheet';

export type DeviceHandlers = {
  readonly [N in keyof DeviceCallResults]: (...args: CallArguments<N>) => Promise<DeviceCallResults[N]>;
};

export interface DeviceServices {
  readonly device: DevicePlace;
  /** Asks the person where to, and saves; undefined when they thought better of it. Answers with the path. */
  readonly saveText: (suggestedName: string, text: string) => Promise<string | undefined>;
  /** Prints the page of the window; false when the person thought better of it. */
  readonly print: () => Promise<boolean>;
  /** Opens a folder in the file manager of the system. */
  readonly showFolder: (path: string) => Promise<void>;
}

export function deviceHandlers({ device, saveText, print, showFolder }: DeviceServices): DeviceHandlers {
  const recoveryKey = (made: () => Promise<string>) => outcome(async () => ({ recoveryKey: await made() }));
  return {
    setUpDevice: (pin, passphrase) => recoveryKey(() => device.setUp(pin, passphrase ?? undefined)),
    openDevice: () => result(() => device.open()),
    openDeviceWithPassphrase: (passphrase) => result(() => device.open(passphrase)),
    changeDevicePin: (current, next) => result(() => device.changePin(current, next)),
    recoverDevice: (key, newPin) => recoveryKey(() => device.recover(key, newPin)),
    newRecoveryKey: (pin) => recoveryKey(() => device.newRecoveryKey(pin)),
    saveRecoveryKey: (key) =>
      outcome(async () => {
        const path = await saveText('latchkey-recovery-key.txt', recoverySheet(key));
        return path === undefined ? null : { path };
      }),
    printRecoveryKey: () =>
      result(async () => {
        if (!(await print())) throw problem('cancelled', 'Nothing was printed.');
      }),
    lockDevice: () => result(() => device.lock()),
    restorePasskeys: (ids) => result(() => device.restore(ids)),
    purgePasskeys: (ids) => result(() => device.purge(ids)),
    emptyDeleted: () => result(() => device.emptyDeleted()),
    setProtected: (id, on) => result(() => device.setProtected(id, on)),
    switchSealing: (pin, to) => result(() => device.switchSealing(pin, to)),
    previousGeneration: () => outcome(async () => (await device.previous()) ?? null),
    restorePrevious: () => result(() => device.restorePrevious()),
    startDeviceAnew: () => result(() => device.startAnew()),
    setDeviceOptions: ({ enabled, autoLockMinutes }) =>
      result(() =>
        device.setOptions({
          ...(enabled !== undefined && { enabled }),
          ...(autoLockMinutes !== undefined && { autoLockMinutes }),
        }),
      ),
    showDeviceFolder: () => result(() => showFolder(device.status.path)),
  };
}
