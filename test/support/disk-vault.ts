/** A vault on a real disk, with a keychain in memory. */
import { Vault, type VaultOptions } from '../../main/vault/vault';
import { SystemCalendar } from '../../native/calendar';
import { SystemClock } from '../../native/clock';
import { DiskFolder } from '../../native/files/private-folder';
import { SystemRandom } from '../../native/random';
import { CHEAP_SCRYPT, type MemoryKeychain } from './memory-vault';

export interface DiskPlace {
  readonly path: string;
  readonly keychain: MemoryKeychain;
}

/** Not opened yet. The time is the system's, and scrypt is cheap, unless `changes` say otherwise. */
export function diskVault({ path, keychain }: DiskPlace, changes: Partial<VaultOptions> = {}): Vault {
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
