/** Setting a vault up, for the first time or anew: what is already there is not overwritten, also when it is cut off. */
import { describe, expect, test } from 'vitest';
import { formatKeychainItem } from '../../main/vault/keychain-item';
import { memoryVault, PIN } from '../support/memory-vault';
import { SeededRandom } from '../support/seeded-random';
import { closedVault, FILE, flipped, PASSPHRASE, PREVIOUS } from './closed-vault';

describe('a vault that was put there after nothing was found', () => {
  test.each([FILE, PREVIOUS])('is not overwritten by a set-up: %s', async (name) => {
    const old = await closedVault();
    const made = memoryVault({ random: new SeededRandom('another') });
    await made.vault.open();
    expect(made.vault.situation.is).toBe('absent');
    made.folder.put(name, old.folder.content(name));
    const files = made.folder.contents;
    await expect(made.vault.setUp({ pin: PIN })).rejects.toMatchObject({
      code: 'not-open',
      message: expect.stringContaining('was not overwritten') as string,
    });
    expect(made.folder.contents).toEqual(files);
    expect(made.keychain.items.size).toBe(0);
    expect(made.vault.situation).toMatchObject({ is: 'unusable', problem: 'key-missing' });
  });

  test('opens instead where its key is there', async () => {
    const old = await closedVault();
    const made = memoryVault();
    await made.vault.open();
    made.folder.put(FILE, old.folder.content(FILE));
    made.keychain.items.set('vault-key', old.keychain.items.get('vault-key')!);
    await expect(made.vault.setUp({ pin: PIN, passphrase: PASSPHRASE })).rejects.toMatchObject({
      code: 'not-open',
    });
    expect(made.vault.situation.is).toBe('open');
    expect(made.vault.passkeys.length).toBe(2);
  });
});

test('a key that came into the keychain after nothing was found is not overwritten by a set-up', async () => {
  const made = memoryVault();
  await made.vault.open();
  const key = formatKeychainItem({ id: new Uint8Array(16), key: new Uint8Array(32), unfinished: false });
  for (const [item, code] of [
    [key, 'file-missing'],
    ['latchkey-vault-key.2.something', 'newer-version'],
    ['something else', 'wrong-key'],
  ] as const) {
    made.keychain.items.set('vault-key', item);
    await expect(made.vault.setUp({ pin: PIN })).rejects.toMatchObject({ code });
    expect(made.keychain.items.get('vault-key')).toBe(item);
  }
  expect(made.folder.contents.size).toBe(0);
});

describe('a new beginning', () => {
  test('puts files and key aside and deletes nothing', async () => {
    const made = await closedVault();
    const before = {
      file: made.folder.content(FILE),
      previous: made.folder.content(PREVIOUS),
      tries: made.folder.content('pin-tries'),
    };
    const key = made.keychain.items.get('vault-key');
    await made.vault.open();
    await expect(made.vault.putAside()).rejects.toMatchObject({ code: 'not-open' }); // it opens
    await made.vault.close();
    made.folder.put(FILE, flipped(before.file!, -1));
    await made.vault.open();
    await made.vault.putAside();
    expect(made.vault.situation).toEqual({ is: 'absent' });
    expect(made.folder.content(`${FILE}.replaced-1`)).toEqual(flipped(before.file!, -1));
    expect(made.folder.content(`${PREVIOUS}.replaced-1`)).toEqual(before.previous);
    expect(made.keychain.items.get('vault-key.replaced-1')).toBe(key);
    // Put back without it, the PIN would count as locked.
    expect(made.folder.content('pin-tries.replaced-1')).toEqual(before.tries);
    await made.vault.setUp({ pin: PIN });
    expect(made.vault.passkeys).toEqual([]);
    expect(made.keychain.items.get('vault-key.replaced-1')).toBe(key);
  });

  test.each([false, true])(
    'is the way out where the passphrase is forgotten (a machine without a keychain: %s)',
    async (without) => {
      const made = await closedVault('latchkey', PASSPHRASE);
      if (without) made.keychain.failure = 'unavailable';
      await made.vault.open();
      await made.vault.putAside();
      expect(made.vault.situation).toMatchObject({ is: 'absent' });
      expect(made.folder.content(`${FILE}.replaced-1`)).toBeDefined();
    },
  );

  test('a damaged passphrase vault, too', async () => {
    const made = await closedVault('latchkey', PASSPHRASE);
    made.keychain.failure = 'unavailable';
    made.folder.put(FILE, flipped(made.folder.content(FILE)!, -1));
    await made.vault.open(PASSPHRASE);
    expect(made.vault.situation).toMatchObject({ is: 'unusable', problem: 'damaged' });
    await made.vault.putAside();
    expect(made.vault.situation).toMatchObject({ is: 'absent' });
  });

  test.each(['unavailable', 'locked', 'timed-out'] as const)(
    'waits for a keychain that is %s and may have the key',
    async (failure) => {
      const made = await closedVault();
      const files = made.folder.copy().contents;
      made.keychain.failure = failure;
      await made.vault.open();
      await expect(made.vault.putAside()).rejects.toMatchObject({ code: `keychain-${failure}` });
      expect(made.folder.contents).toEqual(files);
    },
  );
});

describe('a set-up that is cut off', () => {
  test('at any step can begin again, and one that is through is not begun again', async () => {
    // Two keychain writes and two file writes: killed before the first, …, before the last, and behind it.
    const outcomes: string[] = [];
    for (let dies = 0; dies <= 4; dies++) {
      const made = memoryVault();
      let steps = 0;
      const step = (): void => {
        if (steps++ === dies) throw new Error('killed');
      };
      made.folder.onStep = step;
      made.keychain.onStep = step;
      await made.vault.open();
      await made.vault.setUp({ pin: PIN }).catch(() => undefined);
      made.folder.onStep = undefined;
      made.folder.isLocked = false;
      made.keychain.onStep = undefined;
      const again = memoryVault({ ...made, random: new SeededRandom(`again ${dies}`) });
      await again.vault.open();
      outcomes.push(again.vault.situation.is);
      if (again.vault.situation.is === 'absent') await again.vault.setUp({ pin: PIN });
      await again.vault.verifyPin(PIN);
      expect(made.keychain.items.get('vault-key')).not.toContain('unfinished');
    }
    expect(outcomes).toEqual(['absent', 'absent', 'absent', 'open', 'open']);
  });
});
