import { DEVICE } from '../device/device-id';
import type { WindowState } from '../store/state';

/** Whether the names of the passkeys that are kept there can be changed. */
export function canEditOn(state: WindowState, keyId: string): boolean {
  if (keyId === DEVICE) return state.device?.state === 'open';
  return state.keys.find(({ id }) => id === keyId)?.canEdit ?? false;
}
