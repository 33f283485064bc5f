/** The vault of a data folder as the program has it, with the keychain of the system. */
import { join } from 'node:path';
import type { Vault } from '../../main/vault/vault';
import { SystemCalendar } from '../../native/calendar';
import { SystemClock } from '../../native/clock';
import { dataPlaces } from '../../native/files/data-places';
import { ChildKeychain } from '../../native/keychain/child-keychain';
import { nodeKeychainLauncher } from '../../native/keychain/node-child';
import { projectRoot } from '../../scripts/places.mjs';
import { diskVault } from './disk-vault';

const HOUR = 3_600_000;

/** @param data the folder, as after `--data-folder`. The keychain is the caller's to close. */
export function placeOfData(data: string): { readonly path: string; readonly keychain: ChildKeychain } {
  const { vault, keychainService } = dataPlaces({ platform: process.platform, env: {}, home: '/' }, data);
  const program = join(projectRoot, 'native/keychain/keychain-process.ts');
  const keychain = new ChildKeychain({
    launch: nodeKeychainLauncher(program, ['--import', 'tsx']),
    clock: new SystemClock(),
    service: keychainService,
  });
  return { path: vault, keychain };
}

/**
 * Opens the vault, which nobody else may have open, does this, and closes it. Wrong PINs do not wait.
 * @param data the folder, as after `--data-folder`
 * @param hoursAgo when it is in there
 */
export async function withVaultOf(
  data: string,
  hoursAgo: number,
  work: (vault: Vault) => Promise<void>,
): Promise<void> {
  const place = placeOfData(data);
  const today = new SystemCalendar();
  const vault = diskVault(place, { calendar: { now: () => today.now() - hoursAgo * HOUR }, pinWaits: [] });
  try {
    await vault.open();
    await work(vault);
  } finally {
    await vault.close();
    place.keychain.close();
  }
}
