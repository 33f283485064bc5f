/**
 * Moves the vault key between keychain and passphrase. Wherever it is cut off, exactly one of the two opens the vault:
 * the file decides which, and while `moving` stands in it, the keychain may have a key too many, which the next
 * opening takes away.
 *
 * Whatever changes what opens the vault is saved twice: the generation before must not open by what was given up.
 */
import type { Keychain } from '../../native/ports';
import type { Header, Slot } from './header';
import { KEYCHAIN_ACCOUNT, ownerOfKeychainItem } from './keychain-item';
import type { OpenVault } from './open-vault';
import { VaultError } from './vault-error';
import { sameBytes } from './vault-keys';
import { putIntoKeychain } from './vault-set-up';
import { keychainProblem, passphraseHolds, twoVaults } from './vault-words';

/**
 * Rejects with VaultError `file` when the first fails. The second may wait for the next save, whenever that is:
 * it does the same.
 */
export async function commitTwice(vault: OpenVault, header: Partial<Header>): Promise<void> {
  await vault.commit({ header });
  await vault.commit({}).catch(() => vault.saveLater());
}

/**
 * From whatever it is to a passphrase. Rejects with VaultError; `keychain-…` after the passphrase is in force, and says
 * so: only its old key remains for now.
 */
export async function toPassphrase(vault: OpenVault, keychain: Keychain, slot: Slot): Promise<void> {
  if (vault.header.passphrase && !vault.header.moving) return commitTwice(vault, { passphrase: slot });
  await commitTwice(vault, { passphrase: slot, moving: true });
  try {
    await takeOutOfKeychain(vault, keychain);
  } catch (error) {
    // Whoever takes this for a refusal would forget the passphrase.
    throw error instanceof VaultError ? passphraseHolds(error) : error;
  }
}

/**
 * From a passphrase to the keychain. Rejects with VaultError; `two-vaults` when the keychain has the key of
 * another vault.
 */
export async function toKeychain(vault: OpenVault, keychain: Keychain, path: string): Promise<void> {
  if (!vault.header.passphrase) return;
  if ((await ownerOf(keychain, vault)) === 'other') throw twoVaults(path);
  await vault.commit({ header: { moving: true } });
  await putIntoKeychain(keychain, vault.keys, false);
  await commitTwice(vault, { passphrase: undefined, moving: false });
}

/**
 * Removes what the keychain has no business with any more, but never the key of another vault. Rejects with
 * VaultError `keychain-…` or `file`.
 */
export async function takeOutOfKeychain(vault: OpenVault, keychain: Keychain): Promise<void> {
  try {
    if ((await ownerOf(keychain, vault)) === 'this') await keychain.delete(KEYCHAIN_ACCOUNT);
  } catch (error) {
    throw keychainProblem(error);
  }
  await vault.commit({ header: { moving: false } });
}

/** Whose key the keychain has. Rejects with VaultError `keychain-…`. */
async function ownerOf(keychain: Keychain, vault: OpenVault): Promise<'nobody' | 'this' | 'other'> {
  let text: string | undefined;
  try {
    text = await keychain.get(KEYCHAIN_ACCOUNT);
  } catch (error) {
    throw keychainProblem(error);
  }
  if (text === undefined) return 'nobody';
  const item = ownerOfKeychainItem(text);
  if (typeof item === 'string') return 'other';
  if (sameBytes(item.id, vault.keys.id)) return 'this';
  // That of a set-up that was cut off is nobody's: there never was a file.
  return item.unfinished ? 'nobody' : 'other';
}
