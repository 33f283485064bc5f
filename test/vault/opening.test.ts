/** What the vault makes of what it finds when it is opened; nothing that it finds is changed by that. */
import { describe, expect, test } from 'vitest';
import { encodeCbor } from '../../main/ctap/cbor';
import { formatKeychainItem, parseKeychainItem } from '../../main/vault/keychain-item';
import { encodeEntry, readFrame, writeFrame } from '../../main/vault/vault-file';
import { VaultKeys } from '../../main/vault/vault-keys';
import { memoryVault, openMemoryVault, PIN, type MemoryVault } from '../support/memory-vault';
import { SeededRandom } from '../support/seeded-random';
import { add, credential, hex, ids } from '../support/vault-passkeys';
import { createHash } from 'node:crypto';
import { closedVault, FILE, flipped, looksAt, PASSPHRASE, PREVIOUS } from './closed-vault';

describe('what is found at the start', () => {
  test('nothing: it can be set up, and only then', async () => {
    const made = memoryVault();
    expect(made.vault.situation).toEqual({ is: 'closed' });
    await expect(made.vault.setUp({ pin: PIN })).rejects.toMatchObject({ code: 'not-open' });
    expect(await looksAt(made)).toEqual({ is: 'absent' });
    expect(made.folder.contents.size).toBe(0);
    await made.vault.setUp({ pin: PIN });
    await expect(made.vault.setUp({ pin: PIN })).rejects.toMatchObject({ code: 'not-open' });
  });

  test('a vault and its key: open, with the list but not the secrets', async () => {
    const made = await closedVault();
    expect(await looksAt(made)).toEqual({
      is: 'open',
      sealing: 'keychain',
      verified: false,
      tries: { left: 10, wait: 0 },
    });
    expect(made.vault.passkeys.length).toBe(2);
    await expect(made.vault.storage.credentials.secretsOf(credential(1).id)).rejects.toMatchObject({
      code: 'not-open',
    });
  });

  test('a newer version is left as it is', async () => {
    const made = await closedVault();
    // What every version begins with, in another version and with more behind it.
    const start = Buffer.concat([
      encodeCbor('latchkey passkeys'),
      encodeCbor(2),
      encodeCbor(Uint8Array.of(0xf4)),
    ]);
    const checksum = createHash('sha256').update(start).digest();
    made.folder.put(
      FILE,
      Buffer.concat([Uint8Array.of(0x85), start, encodeCbor(Uint8Array.from(checksum)), encodeCbor('more')]),
    );
    expect(await looksAt(made)).toMatchObject({
      is: 'unusable',
      problem: 'newer-version',
      previous: false,
      message: expect.stringMatching(/newer Latchkey. Update Latchkey/) as string,
    });
  });

  test('a key of a newer version, too', async () => {
    const made = await closedVault();
    made.keychain.items.set('vault-key', 'latchkey-vault-key.2.AAAA');
    expect(await looksAt(made)).toMatchObject({ problem: 'newer-version' });
  });

  test('another key of the same vault does not open it', async () => {
    const made = await closedVault();
    const [, , id] = made.keychain.items.get('vault-key')!.split('.');
    made.keychain.items.set(
      'vault-key',
      formatKeychainItem({
        id: Uint8Array.from(Buffer.from(id!, 'base64url')),
        key: new Uint8Array(32).fill(1),
        unfinished: false,
      }),
    );
    expect(await looksAt(made)).toMatchObject({ is: 'unusable', problem: 'wrong-key', previous: false });
  });

  test('what is no key at all', async () => {
    const made = await closedVault();
    made.keychain.items.set('vault-key', 'my cat is called Tom');
    expect(await looksAt(made)).toMatchObject({ is: 'unusable', problem: 'wrong-key' });
  });

  test('two vaults: the key is of another one than the file', async () => {
    const [made, other] = [await closedVault(), await closedVault('another')];
    made.folder.put(FILE, other.folder.content(FILE));
    const situation = await looksAt(made);
    expect(situation).toMatchObject({ is: 'unusable', problem: 'two-vaults', previous: true });
    // The generation before is of the key's vault: it can be put back, and the strange file is kept.
    await made.vault.restorePrevious();
    expect(ids(made.vault.passkeys)).toEqual([hex(credential(1).id)]);
    expect(made.folder.content(`${FILE}.replaced-1`)).toEqual(other.folder.content(FILE));
  });

  test('a vault whose key is missing', async () => {
    const made = await closedVault();
    made.keychain.items.clear();
    expect(await looksAt(made)).toMatchObject({
      is: 'unusable',
      problem: 'key-missing',
      // Where to put it back: a folder of one's own has a service of its own.
      message: expect.stringContaining('"vault-key" of "Latchkey of a test"') as string,
      previous: false,
    });
  });

  test('a key whose vault is missing, with and without the generation before', async () => {
    const made = await closedVault();
    made.folder.put(FILE, undefined);
    expect(await looksAt(made)).toMatchObject({ is: 'unusable', problem: 'file-missing', previous: true });
    made.folder.put(PREVIOUS, undefined);
    expect(await looksAt(made)).toMatchObject({ is: 'unusable', problem: 'file-missing', previous: false });
    await expect(made.vault.setUp({ pin: PIN })).rejects.toMatchObject({ code: 'file-missing' });
  });

  test.each([
    ['an empty file', 'empty-file', () => new Uint8Array()],
    ['a flipped bit at the beginning', 'damaged', (file: Uint8Array) => flipped(file, 3)],
    ['a flipped bit at the end', 'damaged', (file: Uint8Array) => flipped(file, -1)],
    ['a file cut short', 'damaged', (file: Uint8Array) => file.slice(0, -100)],
    ['another file altogether', 'damaged', () => Uint8Array.from(Buffer.from('{"some": "JSON"}'))],
  ])('%s: said, and the generation before is offered and can be restored', async (_, problem, damage) => {
    const made = await closedVault();
    const damagedFile = damage(made.folder.content(FILE)!);
    made.folder.put(FILE, damagedFile);
    expect(await looksAt(made)).toMatchObject({ is: 'unusable', problem, previous: true });
    expect(made.vault.passkeys).toEqual([]);
    await expect(made.vault.remove([credential(1).id])).rejects.toMatchObject({ code: 'not-open' });
    expect(await made.vault.previous()).toMatchObject({ passkeys: 1 });
    await made.vault.restorePrevious();
    expect(made.vault.situation).toMatchObject({ is: 'open' });
    expect(ids(made.vault.passkeys)).toEqual([hex(credential(1).id)]);
    expect(made.folder.content(`${FILE}.replaced-1`)).toEqual(damagedFile);
  });

  test('what is genuine and yet no list of passkeys is damaged, and the generation before is offered', async () => {
    const made = await closedVault();
    const item = parseKeychainItem(made.keychain.items.get('vault-key')!);
    if (typeof item === 'string') throw new Error(item);
    const keys = new VaultKeys(item.id, item.key);
    const { header, record } = readFrame(made.folder.content(FILE)!, FILE);
    const entry = encodeEntry({
      id: credential(1).id,
      card: new Uint8Array(40),
      secrets: new Uint8Array(40),
    });
    const random = new SeededRandom('strange');
    for (const content of [
      writeFrame(header, record, [entry], keys),
      writeFrame(header, record, [encodeCbor(1)], keys),
      writeFrame(header, keys.sealRecord(encodeCbor(1), random), [], keys),
      writeFrame(header, new Uint8Array(40), [], keys),
    ]) {
      made.folder.put(FILE, content);
      const { vault } = memoryVault({ ...made, folder: made.folder.copy() });
      await vault.open();
      expect(vault.situation).toMatchObject({ is: 'unusable', problem: 'damaged', previous: true });
      await vault.restorePrevious();
      expect(ids(vault.passkeys)).toEqual([hex(credential(1).id)]);
    }
  });

  test('when the generation before is damaged as well, it is not offered', async () => {
    const made = await closedVault();
    for (const name of [FILE, PREVIOUS]) made.folder.put(name, flipped(made.folder.content(name)!, -40));
    expect(await looksAt(made)).toMatchObject({ problem: 'damaged', previous: false });
    expect(await made.vault.previous()).toBeUndefined();
    await expect(made.vault.restorePrevious()).rejects.toMatchObject({ code: 'not-found' });
  });

  test.each([
    ['unavailable', 'keychain-unavailable'],
    ['locked', 'keychain-locked'],
    ['timed-out', 'keychain-timed-out'],
    ['failed', 'keychain-failed'],
  ] as const)('a keychain that is %s; it opens once that is put right', async (failure, problem) => {
    const made = await closedVault();
    made.keychain.failure = failure;
    expect(await looksAt(made)).toMatchObject({ is: 'unusable', problem });
    made.keychain.failure = undefined;
    expect(await looksAt(made)).toMatchObject({ is: 'open' });
  });

  test('no keychain and no vault: only a passphrase will do', async () => {
    const made = memoryVault();
    made.keychain.failure = 'unavailable';
    expect(await looksAt(made)).toEqual({ is: 'absent', keychain: 'keychain-unavailable' });
    await expect(made.vault.setUp({ pin: PIN })).rejects.toMatchObject({ code: 'keychain-unavailable' });
    await made.vault.setUp({ pin: PIN, passphrase: PASSPHRASE });
    expect(made.vault.situation).toMatchObject({ is: 'open', sealing: 'passphrase' });
  });

  test('a locked keychain and no vault: a passphrase may be chosen, but the keychain does not count as empty', async () => {
    const made = memoryVault();
    made.keychain.failure = 'locked';
    expect(await looksAt(made)).toMatchObject({ is: 'unusable', problem: 'keychain-locked' });
    await expect(made.vault.setUp({ pin: PIN })).rejects.toMatchObject({ code: 'keychain-locked' });
    await made.vault.setUp({ pin: PIN, passphrase: PASSPHRASE });
    expect(made.vault.situation).toMatchObject({ is: 'open', sealing: 'passphrase' });
  });

  test('another Latchkey that has it', async () => {
    const first = await openMemoryVault();
    const second = memoryVault({ ...first });
    await expect(second.vault.open()).rejects.toMatchObject({ code: 'in-use' });
    expect(second.vault.situation).toMatchObject({ is: 'unusable', problem: 'in-use', previous: false });
    await expect(second.vault.putAside()).rejects.toMatchObject({ code: 'in-use' });
    await second.vault.close();
    expect(first.folder.isLocked).toBe(true); // not the second's to let go
    await first.vault.close();
    await second.vault.open();
    expect(second.vault.situation.is).toBe('open');
  });

  test('a file that cannot be read', async () => {
    const made = await closedVault();
    made.folder.files.get(FILE)!.read = () =>
      Promise.reject(new Error('Cannot read /vault/passkeys.vault: permission denied.'));
    expect(await looksAt(made)).toMatchObject({
      is: 'unusable',
      problem: 'file',
      message: expect.stringContaining('permission denied') as string,
      // It may be whole, so nothing is to be put in its place.
      previous: false,
    });
  });

  test('every sentence differs and ends in a next step', async () => {
    const messages = new Set<string>();
    for (const spoil of [
      (made: MemoryVault) => made.keychain.items.clear(),
      (made: MemoryVault) => made.folder.put(FILE, new Uint8Array()),
      (made: MemoryVault) => made.folder.put(FILE, flipped(made.folder.content(FILE)!, -1)),
      (made: MemoryVault) => made.folder.put(FILE, undefined),
      (made: MemoryVault) => made.keychain.items.set('vault-key', 'x'),
      (made: MemoryVault) => (made.keychain.failure = 'unavailable'),
      (made: MemoryVault) => (made.keychain.failure = 'locked'),
      (made: MemoryVault) => (made.keychain.failure = 'timed-out'),
      (made: MemoryVault) => (made.keychain.failure = 'failed'),
    ]) {
      const made = await closedVault();
      spoil(made);
      const situation = await looksAt(made);
      messages.add(situation.is === 'unusable' ? situation.message : '');
    }
    expect(messages.size).toBe(9);
    for (const message of messages) expect(message).toMatch(/\b(try again|start|restore|put)\b.*\.$/i);
  });
});

describe('a passphrase vault', () => {
  test('asks, refuses a wrong one, and opens by the right one however it is composed', async () => {
    const made = await closedVault('latchkey', 'caf\u00e9 au lait at seven');
    expect(await looksAt(made)).toEqual({ is: 'passphrase-needed' });
    await expect(made.vault.open('cafe au lait at seven')).rejects.toMatchObject({
      code: 'passphrase-wrong',
    });
    expect(made.vault.situation).toEqual({ is: 'passphrase-needed' });
    expect(await looksAt(made, 'cafe\u0301 au lait at seven')).toMatchObject({
      is: 'open',
      sealing: 'passphrase',
    });
    expect(made.keychain.items.size).toBe(0);
  });

  test('that is damaged: the generation before is found once the passphrase is there', async () => {
    for (const at of [3, -1]) {
      const made = await closedVault('latchkey', PASSPHRASE);
      made.folder.put(FILE, flipped(made.folder.content(FILE)!, at));
      expect(await looksAt(made)).toEqual({ is: 'passphrase-needed' });
      expect(await looksAt(made, PASSPHRASE)).toMatchObject({ problem: 'damaged', previous: true });
      await made.vault.restorePrevious();
      expect(made.vault.situation).toEqual({ is: 'passphrase-needed' });
      await made.vault.open(PASSPHRASE);
      expect(ids(made.vault.passkeys)).toEqual([hex(credential(1).id)]);
    }
  });

  test('with an absurd cost of scrypt in its header is damaged, not computed', async () => {
    const { isTolerable } = await import('../../main/vault/scrypt');
    for (const cost of [
      { n: 2 ** 21, r: 1, p: 1 },
      { n: 2 ** 20, r: 9, p: 1 },
      { n: 3, r: 1, p: 1 },
      { n: 1, r: 1, p: 1 },
      { n: 2, r: 0, p: 1 },
      { n: 2, r: 1, p: 17 },
      { n: 2, r: 1, p: 0 },
    ])
      expect(isTolerable(cost), JSON.stringify(cost)).toBe(false);
    expect(isTolerable({ n: 2 ** 20, r: 8, p: 16 })).toBe(true);
    const { decodeHeader, encodeHeader } = await import('../../main/vault/header');
    const { readFrame } = await import('../../main/vault/vault-file');
    const made = await closedVault('latchkey', PASSPHRASE);
    const { header } = readFrame(made.folder.content(FILE)!, '');
    const greedy = { ...header, passphrase: { ...header.passphrase!, n: 2 ** 21 } };
    expect(() => decodeHeader(encodeHeader(greedy))).toThrow(RangeError);
    expect(() => decodeHeader(encodeHeader(header))).not.toThrow();
  });
});

describe('the generation before', () => {
  test('is what was there before the last save, and comes back from an open vault too', async () => {
    const made = await closedVault();
    await made.vault.open();
    expect(await made.vault.previous()).toEqual({ written: made.calendar.date, passkeys: 1 });
    const current = made.folder.content(FILE);
    await made.vault.restorePrevious();
    expect(ids(made.vault.passkeys)).toEqual([hex(credential(1).id)]);
    expect(made.folder.content(`${FILE}.replaced-1`)).toEqual(current);
    // Once more: nothing that was kept is overwritten.
    await made.vault.setProtected(credential(1).id, true);
    await made.vault.restorePrevious();
    expect(made.vault.passkeys[0]!.protected).toBe(false);
    expect(made.folder.content(`${FILE}.replaced-1`)).toEqual(current);
    expect(made.folder.content(`${FILE}.replaced-2`)).toBeDefined();
    await made.vault.verifyPin(PIN);
    await add(made.vault, 3);
  });

  test('has the number before', async () => {
    const { folder } = await closedVault();
    const numberOf = (name: string): number => readFrame(folder.content(name)!, name).header.generation;
    expect(numberOf(FILE)).toBe(numberOf(PREVIOUS) + 1);
  });

  test('of an open passphrase vault comes back without asking again', async () => {
    const made = await closedVault('latchkey', PASSPHRASE);
    await made.vault.open(PASSPHRASE);
    await made.vault.restorePrevious();
    expect(ids(made.vault.passkeys)).toEqual([hex(credential(1).id)]);
  });

  test('does not bring back what opened the vault once: PIN, recovery key, passphrase', async () => {
    const made = await openMemoryVault({ passphrase: PASSPHRASE });
    const { vault } = made;
    await vault.changePin(PIN, 'other 17');
    await vault.restorePrevious();
    await expect(vault.verifyPin(PIN)).rejects.toMatchObject({ code: 'pin-wrong' });
    await vault.verifyPin('other 17');
    await vault.newRecoveryKey('other 17');
    await vault.restorePrevious();
    await expect(vault.recover(made.recoveryKey, PIN)).rejects.toMatchObject({ code: 'recovery-wrong' });
    await vault.switchSealing('other 17', { passphrase: 'quite another one' });
    await vault.close();
    made.folder.put(FILE, made.folder.content(PREVIOUS));
    const again = memoryVault({ ...made });
    await expect(again.vault.open(PASSPHRASE)).rejects.toMatchObject({ code: 'passphrase-wrong' });
    await again.vault.open('quite another one');
    expect(again.vault.situation.is).toBe('open');
  });
});
