/** Puts the generation before back, or everything aside. Nothing is deleted: what was there is kept beside. */
import type { Keychain, PrivateFolder } from '../../native/ports';
import { KEYCHAIN_ACCOUNT } from './keychain-item';
import { FILE, PREVIOUS } from './file-names';
import { saving } from './pin-gate';
import { TRIES_FILE } from './pin-tries';
import { keychainProblem } from './vault-words';

/** The file becomes `content`; what it was is kept as `passkeys.vault.replaced-N`. Rejects with VaultError `file`. */
export async function putBack(folder: PrivateFolder, content: Uint8Array): Promise<void> {
  await saving(async () => {
    await keepBeside(folder, FILE);
    await folder.file(FILE).write(content);
  });
}

/**
 * For a new beginning: both generations are kept as `….replaced-N`, with the record of wrong PINs that belongs to
 * them, and the keychain's key as `vault-key.replaced-N`. Rejects with VaultError.
 * @param needsKeychain false: what is put aside does not wait for a keychain, so where none can be reached, none has
 * anything of it.
 */
export async function putAside(
  folder: PrivateFolder,
  keychain: Keychain,
  needsKeychain: boolean,
): Promise<void> {
  try {
    await setKeyAside(keychain);
  } catch (error) {
    const problem = keychainProblem(error);
    if (needsKeychain || problem.code !== 'keychain-unavailable') throw problem;
  }
  await saving(async () => {
    // A copy: taken away before the file is, it would lock the PIN.
    await keepBeside(folder, TRIES_FILE);
    for (const name of [PREVIOUS, FILE]) {
      await keepBeside(folder, name);
      await folder.remove(name);
    }
  });
}

async function keepBeside(folder: PrivateFolder, name: string): Promise<void> {
  const content = await folder.file(name).read();
  if (!content) return;
  const beside = await firstFree((number) => folder.file(`${name}.replaced-${number}`).read());
  await folder.file(`${name}.replaced-${beside}`).write(content);
}

async function setKeyAside(keychain: Keychain): Promise<void> {
  const text = await keychain.get(KEYCHAIN_ACCOUNT);
  if (text === undefined) return;
  const aside = (number: number): string => `${KEYCHAIN_ACCOUNT}.replaced-${number}`;
  const number = await firstFree((candidate) => keychain.get(aside(candidate)));
  await keychain.set(aside(number), text);
  await keychain.delete(KEYCHAIN_ACCOUNT);
}

/** The lowest number from 1 whose place is empty. */
async function firstFree(look: (number: number) => Promise<unknown>): Promise<number> {
  let number = 1;
  while ((await look(number)) !== undefined) number++;
  return number;
}
