/** What the card of this device on the Passkeys page shows. */
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
