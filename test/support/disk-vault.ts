/** A vault on a real disk. */
import { Vault, type VaultOptions } from '../../main/vault/vault';
import { SystemCalendar } from '../../native/calendar';
import { SystemClock } from '../../native/clock';
import { DiskFolder } from '../../native/files/private-folder';
import { SystemRandom } from '../../native/random';
import type { Keychain } from '../../native/ports';
import { CHEAP_SCRYPT, type MemoryKeychain } from './memory-vault';

export interface DiskPlace {
  readonly path: string;
  readonly keychain: MemoryKeychain;
}

/** Not opened yet. The time is the system's, and scrypt is cheap, unless `changes` say otherwise. */
export function diskVault(
  { path, keychain }: { readonly path: string; readonly keychain: Keychain },
  changes: Partial<VaultOptions> = {},
): Vault {
  return new Vault({
    folder: new DiskFolder(path),
    keychain,
    clock: new SystemClock(),
    calendar: new SystemCalendar(),
    random: new SystemRandom(),
    scrypt: CHEAP_SCRYPT,
    ...changes,
  });
}
