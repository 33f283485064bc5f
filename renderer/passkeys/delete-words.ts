/** What deleting means for these passkeys, before and after: from a key they are gone, from this device they can be had back. */
import type { PasskeyView } from '../../preload/contract';
import { DEVICE } from '../device/device-id';
import { words } from '../messages/en';
import { accountName, siteName } from './names';

const w = words.passkeys.delete;

function onDevice(passkeys: readonly PasskeyView[]): number {
  return passkeys.filter(({ keyId }) => keyId === DEVICE).length;
}

export function consequence(passkeys: readonly PasskeyView[]): string {
  const device = onDevice(passkeys);
  const [first] = passkeys;
  if (passkeys.length === 1 && first !== undefined)
    return device === 1 ? w.consequenceOneDevice(siteName(first)) : w.consequenceOne(siteName(first));
  if (device === 0) return w.consequenceMany;
  return device === passkeys.length
    ? w.consequenceManyDevice
    : w.consequenceMixed(device, passkeys.length - device);
}

/** @param place the name of the key that the first of them was on. */
export function doneText(passkeys: readonly PasskeyView[], place: string): string {
  const device = onDevice(passkeys);
  const [first] = passkeys;
  if (passkeys.length === 1 && first !== undefined) {
    const [site, user] = [siteName(first), accountName(first)];
    return device === 1 ? w.doneOneDevice(site, user) : w.doneOne(site, user, place);
  }
  if (device === 0) return w.doneMany(passkeys.length);
  return device === passkeys.length ? w.doneManyDevice(device) : w.doneMixed(passkeys.length, device);
}
