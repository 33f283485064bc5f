/** Opens the dialogs about passkeys. */
import { DEVICE } from '../device/device-id';
import { words } from '../messages/en';
import type { PasskeyView } from '../../preload/contract';
import type { Places } from '../store/state';
import type { WindowStore } from '../store/window-store';
import { prepare, sortPasskeys } from './passkey-list';

export function openDelete(store: WindowStore, passkeys: readonly PasskeyView[]): void {
  if (passkeys.length === 0) return;
  const { keys, order } = store.getState();
  const places: Places = {
    [DEVICE]: { name: words.device.name, simulated: false },
    ...Object.fromEntries(keys.map(({ id, name, simulated }) => [id, { name, simulated }] as const)),
  };
  const sorted = sortPasskeys(passkeys.map(prepare), order).map((entry) => entry.passkey);
  store.setState({ dialog: { kind: 'delete', passkeys: sorted, places }, notice: null });
}

export function openDetails(store: WindowStore, passkey: PasskeyView): void {
  store.setState({ dialog: { kind: 'details', passkey } });
}

export function openEdit(store: WindowStore, passkey: PasskeyView): void {
  store.setState({ dialog: { kind: 'edit', passkey }, notice: null });
}

/** The selected ones that are there, in no particular order. */
export function selectedPasskeys(store: WindowStore): readonly PasskeyView[] {
  const { passkeys, selection } = store.getState();
  return Object.values(passkeys)
    .flat()
    .filter((passkey) => selection.has(passkey.id));
}
