/** Nothing secret in files, errors or debug output; and what was used is overwritten. */
import { inspect } from 'node:util';
import { beforeEach, describe, expect, test } from 'vitest';
import type { CredentialSecrets } from '../../main/authenticator/env';
import { parseKeychainItem } from '../../main/vault/keychain-item';
import { parseRecoveryKey } from '../../main/vault/recovery-key';
import { SigningKeys, VaultKeys } from '../../main/vault/vault-keys';
import { openMemoryVault, PIN, type MemoryVault } from '../support/memory-vault';
import { SeededRandom } from '../support/seeded-random';
import { add, credential, secrets } from '../support/vault-passkeys';

const PASSPHRASE = 'correct horse battery staple';

class RememberingRandom extends SeededRandom {
  readonly given: Uint8Array[] = [];

  override bytes(length: number): Uint8Array<ArrayBuffer> {
    const bytes = super.bytes(length);
    this.given.push(bytes);
    return bytes;
  }
}

/** Every way in which bytes may show in a text. */
function forms(bytes: Uint8Array): string[] {
  const piece = Buffer.from(bytes.subarray(0, 12));
  return [
    piece.toString('hex'),
    (piece.toString('hex').match(/../g) ?? []).join(' '),
    piece.toString('base64').slice(0, 15),
    piece.toString('base64url').slice(0, 15),
    [...piece].slice(0, 6).join(', '),
    [...piece].slice(0, 6).join(','),
  ];
}

let made: MemoryVault & { readonly recoveryKey: string };
let keys: Uint8Array[];

beforeEach(async () => {
  made = await openMemoryVault();
  await made.vault.verifyPin(PIN);
  await add(made.vault, 1, { rpId: 'very-private.example', userName: 'Annabel Lee' });
  await add(made.vault, 31, { rpId: 'gone.example' });
  await made.vault.remove([credential(31).id]);
  await made.vault.storage.save({
    largeBlobArray: Uint8Array.from(Buffer.from('a very large blob of mine')),
  });
  const item = parseKeychainItem(made.keychain.items.get('vault-key')!);
  if (typeof item === 'string') throw new Error(item);
  keys = [
    item.key,
    ...[1, 31].flatMap((number) => Object.values(secrets(number)) as Uint8Array[]),
    parseRecoveryKey(made.recoveryKey)!,
    await made.vault.storage.wrapKey(),
    await made.vault.storage.secretWrapKey(),
    made.vault.storage.record.persistentToken,
  ].filter(({ length }) => length >= 16); // a credBlob of one byte is anywhere
});

test('the files hold no key, no PIN, no site and no name in the clear', async () => {
  await made.vault.verifyPin('000111').catch(() => undefined);
  await made.vault.switchSealing(PIN, { passphrase: PASSPHRASE });
  await made.vault.close();
  expect(made.folder.contents.size).toBe(3);
  const all = Buffer.concat([...made.folder.contents.values()]);
  for (const key of keys) expect(all.includes(Buffer.from(key))).toBe(false);
  for (const text of [
    PIN,
    PASSPHRASE,
    'Annabel',
    'very-private',
    'gone.example',
    'User 1',
    'a very large blob',
  ])
    for (const encoding of ['utf8', 'utf16le'] as const)
      expect(all.includes(Buffer.from(text, encoding)), text).toBe(false);
  expect(all.includes(Buffer.from(credential(1).largeBlobKey!))).toBe(false);
  // The search would find what is there.
  expect(all.includes(Buffer.from(credential(1).id))).toBe(true);
});

test('the recovery key is kept nowhere', async () => {
  const letters = made.recoveryKey.replaceAll('-', '');
  const all = Buffer.concat([...made.folder.contents.values()]).toString('latin1');
  for (const text of [
    all,
    ...made.keychain.items.values(),
    inspect(made.vault, { depth: 20, showHidden: true }),
  ])
    for (const piece of [letters.slice(0, 8), made.recoveryKey.slice(0, 9)])
      expect(text).not.toContain(piece);
});

test('debug output of the vault, its storage, opened secrets and keys shows no key', async () => {
  const opened = await made.vault.storage.credentials.secretsOf(credential(1).id);
  const root = Uint8Array.from(keys[0]!);
  const derived = [new VaultKeys(new Uint8Array(16), root), new SigningKeys(new Uint8Array(16), keys[0]!)];
  for (const thing of [made.vault, made.vault.storage, made.vault.storage.credentials, opened, ...derived])
    for (const shown of [
      inspect(thing, { depth: 20, showHidden: true, maxArrayLength: null }),
      JSON.stringify(thing),
    ])
      for (const form of keys.flatMap(forms)) expect(shown).not.toContain(form);
  // The search would find what is there.
  const token = inspect(made.vault.storage.record.persistentToken, { maxArrayLength: null }).replace(
    /\s+/g,
    ' ',
  );
  expect(forms(made.vault.storage.record.persistentToken).some((form) => token.includes(form))).toBe(true);
});

test('errors say nothing that was typed, and no key', async () => {
  const errors: unknown[] = [];
  const keep = (error: unknown): void => void errors.push(error);
  await made.vault.verifyPin('Sesame 815').catch(keep);
  await made.vault.changePin('Sesame 815', 'qwertyuiop').catch(keep);
  await made.vault.changePin('Sesame 815', 'Sesame 816').catch(keep);
  await made.vault.recover(made.recoveryKey.replace(/^./, 'U'), 'Sesame 816').catch(keep);
  await made.vault.switchSealing('Sesame 815', { passphrase: 'Sesame Sesame Sesame' }).catch(keep);
  await made.vault.switchSealing('Sesame 815', { passphrase: 'Sesame' }).catch(keep);
  made.folder.fail('pin-tries', 'full');
  await made.vault.verifyPin('Sesame 815').catch(keep);
  made.folder.fail('passkeys.vault', 'full');
  await add(made.vault, 2).catch(keep);
  expect(errors.length).toBe(8);
  for (const error of errors) {
    const shown = inspect(error, { depth: 20, showHidden: true });
    expect(shown).not.toMatch(/Sesame|qwerty/);
    expect(shown).not.toContain(made.recoveryKey.slice(2, 9));
    for (const form of keys.flatMap(forms)) expect(shown).not.toContain(form);
  }
});

describe('overwritten', () => {
  async function opened(): Promise<CredentialSecrets> {
    return (await made.vault.storage.credentials.secretsOf(credential(1).id))!;
  }

  function isOverwritten({
    privateKey,
    credRandomWithUv,
    credRandomWithoutUv,
    credBlob,
  }: CredentialSecrets): boolean {
    return [privateKey, credRandomWithUv, credRandomWithoutUv, credBlob!].every((bytes) =>
      bytes.every((byte) => byte === 0),
    );
  }

  test.each([
    ['the ceremony ends', () => made.vault.endCeremony()],
    ['the vault is locked', () => made.vault.lock()],
    ['the vault is closed', () => made.vault.close()],
    ['the generation before is restored', () => made.vault.restorePrevious()],
  ])('are the secrets of a passkey when %s', async (_, end: () => void | Promise<void>) => {
    const [first, second] = [await opened(), await opened()];
    expect(isOverwritten(first)).toBe(false);
    await end();
    expect(isOverwritten(first)).toBe(true);
    expect(isOverwritten(second)).toBe(true);
  });

  test('are the roots after the set-up, wherever they were made', async () => {
    const random = new RememberingRandom();
    await openMemoryVault({ random, passphrase: PASSPHRASE });
    // The ID, the vault key, the signing key; then salts and nonces, and the recovery key.
    const [id, vaultKey, signingKey] = random.given;
    expect(id!.some((byte) => byte !== 0)).toBe(true);
    for (const key of [vaultKey!, signingKey!, ...random.given.filter(({ length }) => length === 20)])
      expect([...key]).toEqual([...new Uint8Array(key.length)]);
    expect(random.given.filter(({ length }) => length === 20).length).toBe(1);
  });

  test('are all keys of a vault that is closed: nothing can be opened with them', () => {
    const vaultKeys = new VaultKeys(new Uint8Array(16), new Uint8Array(32).fill(7));
    const box = vaultKeys.sealCard(new Uint8Array(4), Uint8Array.of(1), new SeededRandom());
    expect(vaultKeys.openCard(new Uint8Array(4), box)).toEqual(Uint8Array.of(1));
    vaultKeys.forget();
    expect(vaultKeys.openCard(new Uint8Array(4), box)).toBeUndefined();
    expect(vaultKeys.root()).toEqual(new Uint8Array(32));
    expect(vaultKeys.outerWrapKey()).toEqual(new Uint8Array(32));
    const signingKeys = new SigningKeys(new Uint8Array(16), new Uint8Array(32).fill(7));
    signingKeys.forget();
    expect(signingKeys.innerWrapKey()).toEqual(new Uint8Array(32));
  });
});

test('a closed vault gives nothing', async () => {
  const { vault } = made;
  await vault.close();
  expect(vault.passkeys).toEqual([]);
  expect(vault.deleted).toEqual([]);
  const { storage } = vault;
  for (const ask of [
    () => storage.wrapKey(),
    () => storage.secretWrapKey(),
    () => storage.credentials.list(),
    () => storage.credentials.secretsOf(credential(1).id),
    () => vault.verifyPin(PIN),
    () => vault.remove([credential(1).id]),
  ])
    await expect(ask()).rejects.toMatchObject({ code: 'not-open' });
  expect(() => storage.record).toThrow(expect.objectContaining({ code: 'not-open' }));
});

test('no two boxes are sealed with the same nonce', async () => {
  const nonces = new Set<string>();
  const random = new RememberingRandom();
  const { vault } = await openMemoryVault({ random });
  await vault.verifyPin(PIN);
  await add(vault, 1);
  for (let round = 0; round < 5; round++) await vault.rename(credential(1).id, { name: 'the same' });
  const twelve = random.given.filter(({ length }) => length === 12);
  for (const nonce of twelve) nonces.add(Buffer.from(nonce).toString('hex'));
  expect(nonces.size).toBe(twelve.length);
  expect(twelve.length).toBeGreaterThan(10);
});
