/**
 * A vault of every version that there ever was opens for ever. `test/vectors/vault/` has samples, written by the
 * Latchkey of then; their JSON says what is in them. They are never written anew.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { memoryVault, type MemoryVault } from '../support/memory-vault';
import { add, hex, ids } from '../support/vault-passkeys';

interface Sample {
  readonly keychain?: string;
  readonly passphrase?: string;
  readonly pin: string;
  readonly recoveryKey: string;
  readonly date: number;
  readonly triesLeft: number;
  readonly largeBlobArray: string;
  readonly passkeys: readonly {
    readonly id: string;
    readonly site: string;
    readonly user: string;
    readonly protected: boolean;
    readonly used: boolean;
    readonly privateKey: string;
  }[];
  readonly deleted: readonly string[];
}

const folder = join(import.meta.dirname, '..', 'vectors', 'vault');

function sampleOf(name: string): MemoryVault & { readonly sample: Sample } {
  const sample = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as Sample;
  const made = memoryVault();
  made.folder.put('passkeys.vault', readFileSync(join(folder, `${name}.vault`)));
  made.folder.put('pin-tries', readFileSync(join(folder, `${name}.pin-tries`)));
  if (sample.keychain !== undefined) made.keychain.items.set('vault-key', sample.keychain);
  made.calendar.date = sample.date;
  return { ...made, sample };
}

test.each(['version-1', 'version-1-passphrase'])('%s opens, with all that was in it', async (name) => {
  const made = sampleOf(name);
  const { vault, sample } = made;
  await vault.open(sample.passphrase);
  expect(vault.situation).toMatchObject({
    is: 'open',
    sealing: sample.passphrase === undefined ? 'keychain' : 'passphrase',
    tries: { left: sample.triesLeft },
  });
  expect(
    vault.passkeys.map(({ credential, protected: byHand, lastUsed, created }) => ({
      id: hex(credential.id),
      site: credential.rp.id,
      user: credential.user.name,
      protected: byHand,
      used: lastUsed !== undefined,
      created,
    })),
  ).toEqual(sample.passkeys.map(({ privateKey: _, ...passkey }) => ({ ...passkey, created: sample.date })));
  expect(ids(vault.deleted)).toEqual(sample.deleted);
  expect(hex(vault.storage.record.largeBlobArray)).toBe(sample.largeBlobArray);
  await vault.verifyPin(sample.pin);
  for (const { id, privateKey } of sample.passkeys) {
    const found = await vault.storage.credentials.secretsOf(Uint8Array.from(Buffer.from(id, 'hex')));
    expect(hex(found!.privateKey)).toBe(privateKey);
  }
  // And goes on from there.
  await add(vault, 9);
  await vault.recover(sample.recoveryKey, 'other 17');
  await vault.close();
  const again = memoryVault({ ...made });
  await again.vault.open(sample.passphrase);
  expect(again.vault.passkeys.length).toBe(sample.passkeys.length + 1);
});

test('the version-1 sample is read by what its header says, not by what is usual today', async () => {
  const { readFrame } = await import('../../main/vault/vault-file');
  const { header } = readFrame(Uint8Array.from(readFileSync(join(folder, 'version-1.vault'))), '');
  expect(header.pin).toMatchObject({ n: 1024, r: 8, p: 1 });
});
