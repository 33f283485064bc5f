/**
 * A program that saves passkeys in a loop until it is killed, into several vaults at once. Arguments: the PIN, then
 * for each vault its folder and its keychain's item. Waits for a line on standard input: for each vault the number to
 * begin with. Standard output, each line at once:
 *
 *     found 0 1 2 3    what vault 0 had when it was opened
 *     saved 0 4        the promise of saving passkey 4 into vault 0 has resolved
 *     broken …         what should not have happened
 */
import { writeSync } from 'node:fs';
import { KEYCHAIN_ACCOUNT } from '../../main/vault/keychain-item';
import { diskVault } from './disk-vault';
import { MemoryKeychain } from './memory-vault';
import { add, numberOf } from './vault-passkeys';

async function save(index: number, path: string, item: string, pin: string, first: number): Promise<never> {
  const keychain = new MemoryKeychain();
  keychain.items.set(KEYCHAIN_ACCOUNT, item);
  const vault = diskVault({ path, keychain }, { pinWaits: [] });
  await vault.open();
  if (vault.situation.is !== 'open') throw new Error(JSON.stringify(vault.situation));
  say('found', index, ...vault.passkeys.map(({ credential }) => numberOf(credential)));
  await vault.verifyPin(pin);
  for (let number = first; ; number++) {
    await add(vault, number);
    say('saved', index, number);
  }
}

/** At once, and whole: what was said before a kill is in the pipe. */
function say(...words: readonly (string | number)[]): void {
  writeSync(1, `${words.join(' ')}\n`);
}

const [, , pin = '', ...places] = process.argv;
say('ready');
process.stdin.once('data', (line) => {
  line
    .toString()
    .split(' ')
    .forEach((first, index) => {
      const [path = '', item = ''] = places.slice(2 * index);
      save(index, path, item, pin, Number(first)).catch((error: unknown) => say('broken', String(error)));
    });
});
