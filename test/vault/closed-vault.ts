/** A vault that was closed, and how tests look at it. */
import { expect } from 'vitest';
import { memoryVault, openMemoryVault, PIN, type MemoryVault } from '../support/memory-vault';
import { SeededRandom } from '../support/seeded-random';
import { add } from '../support/vault-passkeys';

export const FILE = 'passkeys.vault';
export const PREVIOUS = 'passkeys.vault.previous';
export const PASSPHRASE = 'correct horse battery staple';

/** A vault with passkeys 1 and 2, of which the generation before has only 1; closed. */
export async function closedVault(seed = 'latchkey', passphrase?: string): Promise<MemoryVault> {
  const made = await openMemoryVault({
    random: new SeededRandom(seed),
    ...(passphrase !== undefined && { passphrase }),
  });
  await made.vault.verifyPin(PIN);
  await add(made.vault, 1);
  await add(made.vault, 2);
  await made.vault.close();
  return memoryVault({ ...made });
}

/** Opens it, and expects that not a byte of it changes by that. */
export async function looksAt(
  made: MemoryVault,
  passphrase?: string,
): Promise<MemoryVault['vault']['situation']> {
  const files = made.folder.copy().contents;
  const items = new Map(made.keychain.items);
  await made.vault.open(passphrase);
  expect(made.folder.contents).toEqual(files);
  expect(made.keychain.items).toEqual(items);
  return made.vault.situation;
}

export function flipped(content: Uint8Array, at: number): Uint8Array {
  const copy = content.slice();
  copy[at < 0 ? copy.length + at : at]! ^= 1;
  return copy;
}
