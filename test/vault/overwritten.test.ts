/**
 * Keys are overwritten when they are done with: every key that is derived, stretched, unwrapped or copied on the way is
 * watched where it is made.
 */
import type * as crypto from 'node:crypto';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { memoryVault, openMemoryVault, PIN, type MemoryVault } from '../support/memory-vault';
import { SeededRandom } from '../support/seeded-random';
import { add } from '../support/vault-passkeys';

interface Made {
  readonly what: string;
  readonly bytes: Uint8Array;
}

type Crypto = typeof crypto;

const watched = vi.hoisted(() => [] as Made[]);

vi.mock('node:crypto', async (importOriginal) => {
  const real = await importOriginal<Crypto>();
  const hkdfSync = ((...given: Parameters<typeof real.hkdfSync>) => {
    const key = real.hkdfSync(...given);
    watched.push({ what: given[3] as string, bytes: new Uint8Array(key) });
    return key;
  }) satisfies typeof real.hkdfSync;
  const scrypt = (...given: Parameters<typeof real.scrypt>): void => {
    const callback = given[4];
    real.scrypt(given[0], given[1], given[2], given[3], (error, key) => {
      watched.push({ what: 'scrypt', bytes: key });
      callback(error, key);
    });
  };
  const createDecipheriv = ((...given: Parameters<typeof real.createDecipheriv>) => {
    const decipher = real.createDecipheriv(...given);
    const update = decipher.update.bind(decipher) as (box: Uint8Array) => Buffer<ArrayBuffer>;
    const watching = (box: Uint8Array): Buffer<ArrayBuffer> => {
      const plain = update(box);
      // The length of a key, which no card and no record has.
      if (plain.length === 32) watched.push({ what: 'unsealed', bytes: plain });
      return plain;
    };
    return Object.assign(decipher, { update: watching });
  }) as typeof real.createDecipheriv;
  return { ...real, hkdfSync, scrypt, createDecipheriv };
});

const PASSPHRASE = 'correct horse battery staple';
const KEY_LENGTH = 32;

beforeEach(() => {
  watched.length = 0;
  const real = Uint8Array.from.bind(Uint8Array) as (...given: unknown[]) => Uint8Array<ArrayBuffer>;
  const spy = vi.spyOn(Uint8Array, 'from').mockImplementation((...given: unknown[]) => {
    const copy = real(...given);
    // Other rooms copy what is no secret: checksums, as they are read.
    const [, room, where] = /main\/(\w+)\/([\w-]+)\.ts/.exec(new Error().stack ?? '') ?? [];
    if (copy.length === KEY_LENGTH && room === 'vault')
      watched.push({ what: `copy in ${where}`, bytes: copy });
    return copy;
  });
  onTestFinished(() => spy.mockRestore());
});

/**
 * What still holds a key. `check` is none: it stands in the file. Nor is what the account record has: like the list, it is what a
 * key opens.
 */
function left(): readonly string[] {
  return watched
    .filter(({ what, bytes }) => !/ check$|account-record$/.test(what) && bytes.some((byte) => byte !== 0))
    .map(({ what }) => what);
}

async function closed(passphrase?: string): Promise<MemoryVault & { readonly recoveryKey: string }> {
  const made = await openMemoryVault({ ...(passphrase !== undefined && { passphrase }) });
  await made.vault.verifyPin(PIN);
  await add(made.vault, 1);
  await made.vault.close();
  return made;
}

const again = (made: MemoryVault): MemoryVault => memoryVault({ ...made, random: new SeededRandom('again') });

test.each([undefined, PASSPHRASE])(
  'after it was set up, used and closed (passphrase: %s)',
  async (passphrase) => {
    await closed(passphrase);
    expect(watched.length).toBeGreaterThan(10);
    expect(left()).toEqual([]);
  },
);

const uses: readonly (readonly [string, (made: MemoryVault, recoveryKey: string) => Promise<unknown>])[] = [
  ['the PIN, twice', async ({ vault }) => vault.verifyPin(PIN).then(() => vault.verifyPin(PIN))],
  ['a wrong PIN', ({ vault }) => vault.verifyPin('000000').catch(() => undefined)],
  ['another PIN', ({ vault }) => vault.changePin(PIN, '290583')],
  ['the recovery key', ({ vault }, recoveryKey) => vault.recover(recoveryKey, '290583')],
  ['a new recovery key', ({ vault }) => vault.newRecoveryKey(PIN)],
  ['the generation before', ({ vault }) => vault.restorePrevious()],
  ['a passphrase', ({ vault }) => vault.switchSealing(PIN, { passphrase: 'another long passphrase' })],
  ['the keychain', ({ vault }) => vault.switchSealing(PIN, { keychain: true })],
  [
    'a record of tries that cannot be cleared',
    async ({ vault, folder }) => {
      let writes = 0;
      folder.onStep = () => {
        if (++writes === 2) throw new Error('full');
      };
      await expect(vault.verifyPin(PIN)).rejects.toMatchObject({ code: 'file' });
      folder.onStep = undefined;
    },
  ],
];

test.each(uses)('after %s was used, and the vault was closed', async (_, use) => {
  for (const passphrase of [undefined, PASSPHRASE]) {
    const before = await closed(passphrase);
    watched.length = 0;
    const made = again(before);
    await made.vault.open(passphrase);
    await use(made, before.recoveryKey);
    await made.vault.close();
    expect(watched.length).toBeGreaterThan(3);
    expect(left()).toEqual([]);
  }
});

test.each<[string, string | undefined, (made: MemoryVault) => void]>([
  ['a damaged file', undefined, ({ folder }) => folder.put('passkeys.vault', Uint8Array.of(1))],
  [
    'no file',
    undefined,
    ({ folder }) => [...folder.contents.keys()].forEach((name) => folder.put(name, undefined)),
  ],
  ['a wrong passphrase', PASSPHRASE, () => undefined],
])('after %s was met', async (_, passphrase, spoil) => {
  const before = await closed(passphrase);
  spoil(before);
  watched.length = 0;
  const made = again(before);
  await made.vault.open('not the passphrase').catch(() => undefined);
  expect(made.vault.situation.is).not.toBe('open');
  expect(watched.length).toBeGreaterThan(0);
  expect(left()).toEqual([]);
});

test.each(['the keychain', 'pin-tries', 'passkeys.vault'])(
  'after a set-up that %s has stopped',
  async (what) => {
    const made = memoryVault();
    await made.vault.open();
    if (what === 'the keychain') {
      made.keychain.onStep = () => {
        throw new Error('It fails.');
      };
    } else made.folder.fail(what, 'full');
    await expect(made.vault.setUp({ pin: PIN })).rejects.toThrow();
    expect(watched.length).toBeGreaterThan(3);
    expect(left()).toEqual([]);
  },
);

test('the watch sees a key that stays', async () => {
  const { vault } = await openMemoryVault();
  await vault.verifyPin(PIN);
  expect(left()).toContain('latchkey vault card');
  expect(left()).toContain('copy in ceremony');
  expect(watched.map(({ what }) => what)).toContain('unsealed');
});
