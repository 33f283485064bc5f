/** What the card of this device on the Passkeys page shows. */
import type { ProblemCode } from '../../preload/contract';
import type { DeviceView } from '../../preload/device-contract';

export type DeviceCardKind =
  | 'opening'
  | 'set-up'
  /** Nothing is saved here, and nothing is here. */
  | 'off'
  | 'passphrase'
  | 'problem'
  | 'pin-locked'
  | 'open';

export function deviceCard(device: DeviceView): DeviceCardKind {
  switch (device.state) {
    case 'closed':
      return 'opening';
    case 'absent':
      return device.enabled ? 'set-up' : 'off';
    case 'passphrase-needed':
      return 'passphrase';
    case 'unusable':
      return 'problem';
    case 'open':
      return device.pin?.locked === true ? 'pin-locked' : 'open';
  }
}

/** What is there will not open by trying again: keychain and file do not belong together, or one of them is lost. */
const HOPELESS: ReadonlySet<ProblemCode> = new Set([
  'damaged',
  'empty-file',
  'wrong-key',
  'two-vaults',
  'key-missing',
  'file-missing',
]);

/** Starting anew is a way on. A passphrase that nobody knows is as good as none. */
export function mayStartAnew({ state, problem }: DeviceView): boolean {
  if (state === 'passphrase-needed') return true;
  return state === 'unusable' && problem !== undefined && HOPELESS.has(problem.code);
}
