/** From the keychain to a passphrase and back: exactly one of them opens the vault, wherever it is cut off. */
import { describe, expect, test } from 'vitest';
import { formatKeychainItem } from '../../main/vault/keychain-item';
import { memoryVault, openMemoryVault, PIN, type MemoryVault } from '../support/memory-vault';
import { add } from '../support/vault-passkeys';

const FILE = 'passkeys.vault';
const PASSPHRASE = 'correct horse battery staple';
const OTHER = 'quite another sentence';

async function withPasskey(passphrase?: string): Promise<MemoryVault & { readonly recoveryKey: string }> {
  const made = await openMemoryVault(passphrase === undefined ? {} : { passphrase });
  await made.vault.verifyPin(PIN);
  await add(made.vault, 1);
  made.vault.endCeremony();
  return made;
}

async function restarted(made: MemoryVault, passphrase?: string): Promise<MemoryVault> {
  made.folder.isLocked = false;
  const again = memoryVault({ ...made });
  await again.vault.open(passphrase);
  return again;
}

describe('switching', () => {
  test('to a passphrase: it is asked for, the keychain is emptied, PIN and recovery key stay', async () => {
    const made = await withPasskey();
    await made.vault.switchSealing(PIN, { passphrase: PASSPHRASE });
    expect(made.vault.situation).toMatchObject({ is: 'open', sealing: 'passphrase' });
    expect(made.keychain.items.size).toBe(0);
    made.keychain.failure = 'unavailable'; // it is not needed any more
    expect((await restarted(made)).vault.situation).toEqual({ is: 'passphrase-needed' });
    const again = await restarted(made, PASSPHRASE);
    expect(again.vault.passkeys.length).toBe(1);
    await again.vault.verifyPin(PIN);
    await again.vault.recover(made.recoveryKey, 'other 17');
    expect(await again.vault.previous()).toMatchObject({ passkeys: 1 });
  });

  test('to the keychain: nothing is asked for any more, and the passphrase opens nothing', async () => {
    const made = await withPasskey(PASSPHRASE);
    await made.vault.switchSealing(PIN, { keychain: true });
    expect(made.vault.situation).toMatchObject({ is: 'open', sealing: 'keychain' });
    const again = await restarted(made);
    expect(again.vault.situation).toMatchObject({ is: 'open', sealing: 'keychain' });
    await again.vault.close();
    made.keychain.items.clear();
    expect((await restarted(made, PASSPHRASE)).vault.situation).toMatchObject({ problem: 'key-missing' });
  });

  test('to another passphrase', async () => {
    const made = await withPasskey(PASSPHRASE);
    await made.vault.switchSealing(PIN, { passphrase: OTHER });
    await expect(restarted(made, PASSPHRASE)).rejects.toMatchObject({ code: 'passphrase-wrong' });
    expect((await restarted(made, OTHER)).vault.situation.is).toBe('open');
  });

  test('needs the PIN, and a passphrase that is worth it', async () => {
    const made = await withPasskey();
    await expect(made.vault.switchSealing('000000', { passphrase: PASSPHRASE })).rejects.toMatchObject({
      code: 'pin-wrong',
    });
    for (const passphrase of ['too short', '1234567890', 'password 123'])
      await expect(made.vault.switchSealing(PIN, { passphrase }), passphrase).rejects.toMatchObject({
        code: 'passphrase-refused',
      });
    expect(made.vault.situation).toMatchObject({ sealing: 'keychain', tries: { left: 9 } });
  });

  test('to a keychain with the key of another vault overwrites nothing', async () => {
    const made = await withPasskey(PASSPHRASE);
    const other = formatKeychainItem({
      id: new Uint8Array(16),
      key: new Uint8Array(32),
      unfinished: false,
    });
    made.keychain.items.set('vault-key', other);
    await expect(made.vault.switchSealing(PIN, { keychain: true })).rejects.toMatchObject({
      code: 'two-vaults',
    });
    expect(made.keychain.items.get('vault-key')).toBe(other);
    expect((await restarted(made, PASSPHRASE)).vault.situation.is).toBe('open');
    expect(made.keychain.items.get('vault-key')).toBe(other);
  });

  test('to a keychain with what a set-up left that was cut off: that is nobody’s, and makes room', async () => {
    const made = await withPasskey(PASSPHRASE);
    made.keychain.items.set(
      'vault-key',
      formatKeychainItem({ id: new Uint8Array(16), key: new Uint8Array(32), unfinished: true }),
    );
    await made.vault.switchSealing(PIN, { keychain: true });
    expect((await restarted(made)).vault.situation).toMatchObject({ is: 'open', sealing: 'keychain' });
  });

  test('to a keychain that is locked leaves the passphrase in force', async () => {
    const made = await withPasskey(PASSPHRASE);
    made.keychain.failure = 'locked';
    await expect(made.vault.switchSealing(PIN, { keychain: true })).rejects.toMatchObject({
      code: 'keychain-locked',
    });
    expect((await restarted(made, PASSPHRASE)).vault.situation).toMatchObject({ sealing: 'passphrase' });
  });

  test('to a passphrase while the keychain does not answer: the next opening takes the old key out', async () => {
    const made = await withPasskey();
    made.keychain.onStep = () => {
      throw Object.assign(new Error('It hangs.'), { code: 'timed-out' });
    };
    await expect(made.vault.switchSealing(PIN, { passphrase: PASSPHRASE })).rejects.toMatchObject({
      code: 'keychain-timed-out',
      message: expect.stringContaining('passphrase holds from now on') as string,
    });
    expect(made.vault.situation).toMatchObject({ sealing: 'passphrase' });
    expect(made.keychain.items.size).toBe(1);
    made.keychain.onStep = undefined;
    await restarted(made, PASSPHRASE);
    expect(made.keychain.items.size).toBe(0);
    const steps = made.folder.steps.length;
    await restarted(made, PASSPHRASE);
    expect(made.folder.steps.length).toBe(steps); // done once and for all
  });
});

describe('a key that was left in the keychain', () => {
  async function left(): Promise<MemoryVault> {
    const made = await withPasskey();
    made.keychain.onStep = () => {
      throw Object.assign(new Error('It hangs.'), { code: 'timed-out' });
    };
    await made.vault.switchSealing(PIN, { passphrase: PASSPHRASE }).catch(() => undefined);
    made.keychain.onStep = undefined;
    expect(made.keychain.items.size).toBe(1);
    return made;
  }

  test('goes with the next passphrase, too', async () => {
    const made = await left();
    await made.vault.switchSealing(PIN, { passphrase: OTHER });
    expect(made.keychain.items.size).toBe(0);
    expect((await restarted(made, OTHER)).vault.situation).toMatchObject({ is: 'open' });
  });

  test('and was replaced by that of another vault stays', async () => {
    const made = await left();
    const other = formatKeychainItem({ id: new Uint8Array(16), key: new Uint8Array(32), unfinished: false });
    made.keychain.items.set('vault-key', other);
    expect((await restarted(made, PASSPHRASE)).vault.situation).toMatchObject({ is: 'open' });
    expect(made.keychain.items.get('vault-key')).toBe(other);
  });
});

describe('a switch that is cut off', () => {
  type Switch = (made: MemoryVault) => Promise<void>;
  const switches: readonly (readonly [string, string | undefined, Switch, string])[] = [
    [
      'to a passphrase',
      undefined,
      ({ vault }) => vault.switchSealing(PIN, { passphrase: PASSPHRASE }),
      PASSPHRASE,
    ],
    ['to the keychain', PASSPHRASE, ({ vault }) => vault.switchSealing(PIN, { keychain: true }), PASSPHRASE],
    [
      'to another passphrase',
      PASSPHRASE,
      ({ vault }) => vault.switchSealing(PIN, { passphrase: OTHER }),
      OTHER,
    ],
  ];

  test.each(switches)('%s, at any step: the vault opens by one of the two', async (_, before, run, after) => {
    const seen = new Set<string>();
    for (let dies = 0; dies < 20; dies++) {
      const made = await withPasskey(before);
      let steps = 0;
      made.keychain.onStep = made.folder.onStep = () => {
        if (steps++ === dies) throw new Error('killed');
      };
      const ended = await run(made).then(
        () => true,
        () => false,
      );
      made.keychain.onStep = made.folder.onStep = undefined;
      const again = await restarted(made);
      if (again.vault.situation.is === 'passphrase-needed') {
        const passphrases = [after, before].filter((passphrase) => passphrase !== undefined);
        for (const passphrase of passphrases)
          await again.vault.open(passphrase).catch((error: unknown) => {
            expect(error).toMatchObject({ code: 'passphrase-wrong' });
          });
      }
      const { situation } = again.vault;
      expect(situation, `killed before step ${dies}`).toMatchObject({ is: 'open' });
      expect(again.vault.passkeys.length).toBe(1);
      const sealing = situation.is === 'open' ? situation.sealing : '';
      // The keychain has the key if and only if it is what opens the vault.
      expect(made.keychain.items.size).toBe(sealing === 'keychain' ? 1 : 0);
      seen.add(sealing);
      await again.vault.close();
      if (ended && steps <= dies) break;
    }
    expect(seen).toEqual(
      new Set(before === undefined || after === PASSPHRASE ? ['keychain', 'passphrase'] : ['passphrase']),
    );
  });
});

test('the file says which of the two it is, and has no key of its own with the keychain', async () => {
  const { readFrame } = await import('../../main/vault/vault-file');
  const [keychain, passphrase] = [await withPasskey(), await withPasskey(PASSPHRASE)];
  expect(readFrame(keychain.folder.content(FILE)!, '').header.passphrase).toBeUndefined();
  expect(readFrame(passphrase.folder.content(FILE)!, '').header.passphrase).toMatchObject({
    n: 2,
    r: 1,
    p: 1,
  });
  expect(passphrase.keychain.items.size).toBe(0);
});
