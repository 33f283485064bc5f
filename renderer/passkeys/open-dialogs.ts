/** Opens the dialogs about passkeys. */
import type { PasskeyView } from '../../preload/contract';
import type { KeyNames } from '../store/state';
import type { WindowStore } from '../store/window-store';

export function openDelete(store: WindowStore, passkeys: readonly PasskeyView[]): void {
  if (passkeys.length === 0) return;
  const keyNames: KeyNames = Object.fromEntries(store.getState().keys.map((key) => [key.id, key.name]));
  store.setState({ dialog: { kind: 'delete', passkeys, keyNames }, notice: null });
}

export function openDetails(store: WindowStore, passkey: PasskeyView): void {
  store.setState({ dialog: { kind: 'details', passkey } });
}

/** The selected ones that are there, in no particular order. */
export function selectedPasskeys(store: WindowStore): readonly PasskeyView[] {
  const { passkeys, selection } = store.getState();
  return Object.values(passkeys)
    .flat()
    .filter((passkey) => selection.has(passkey.id));
}
