/** Files that are not what was written. Whatever was done to them: refused with words, or restored, never opened. */
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { memoryVault, openMemoryVault, PIN, type MemoryVault } from '../support/memory-vault';
import { SeededRandom } from '../support/seeded-random';
import { add, credential, hex, ids } from '../support/vault-passkeys';

const FILE = 'passkeys.vault';
const PREVIOUS = 'passkeys.vault.previous';
const REFUSALS = ['damaged', 'empty-file'];

let made: MemoryVault;
/** With passkeys 1 and 2. */
let current: Uint8Array;
/** With passkey 1. */
let previous: Uint8Array;
/** Of another vault. */
let foreign: Uint8Array;

beforeAll(async () => {
  made = await openMemoryVault();
  await made.vault.verifyPin(PIN);
  await add(made.vault, 1);
  await add(made.vault, 2);
  await made.vault.close();
  current = made.folder.content(FILE)!;
  previous = made.folder.content(PREVIOUS)!;
  const other = await openMemoryVault({ random: new SeededRandom('other') });
  await other.vault.verifyPin(PIN);
  await add(other.vault, 1);
  foreign = other.folder.content(FILE)!;
});

/** What becomes of the vault with this file; it is closed again. */
async function outcome(file: Uint8Array): Promise<string> {
  made.folder.put(FILE, file);
  made.folder.put(PREVIOUS, previous);
  const { vault } = memoryVault({ ...made });
  await vault.open();
  const { situation } = vault;
  const listed = ids(vault.passkeys).length;
  await vault.close();
  if (Buffer.compare(made.folder.content(FILE)!, file) !== 0) return 'the file was changed';
  if (situation.is === 'open') return `open with ${listed}`;
  if (situation.is !== 'unusable') return situation.is;
  return situation.previous && listed === 0 ? situation.problem : `${situation.problem}, not restorable`;
}

test('as it was written it opens', async () => {
  expect(await outcome(current)).toBe('open with 2');
});

test('every flipped bit of the file is noticed, and the generation before is offered', async () => {
  const outcomes = new Map<string, number>();
  for (let bit = 0; bit < current.length * 8; bit++) {
    const file = current.slice();
    file[bit >> 3]! ^= 1 << (bit & 7);
    const became = await outcome(file);
    outcomes.set(became, (outcomes.get(became) ?? 0) + 1);
  }
  expect([...outcomes]).toEqual([['damaged', current.length * 8]]);
});

test('so is every flipped bit of the generation before: it is not offered', async () => {
  const step = 7; // all bytes, every bit position
  for (let bit = 0; bit < previous.length * 8; bit += step) {
    const file = previous.slice();
    file[bit >> 3]! ^= 1 << (bit & 7);
    made.folder.put(FILE, new Uint8Array());
    made.folder.put(PREVIOUS, file);
    const { vault } = memoryVault({ ...made });
    await vault.open();
    expect(vault.situation, `bit ${bit}`).toMatchObject({ is: 'unusable', previous: false });
    await vault.close();
  }
});

describe('10,000 truncations and splices', () => {
  /** Where a piece begins or ends. */
  const place = fc.nat({ max: 4000 });
  const files = fc.oneof(
    // Cut short.
    place.map((end) => current.slice(0, end % current.length)),
    // A piece taken out, doubled, or moved.
    fc
      .tuple(place, place, fc.constantFrom('out', 'doubled', 'moved' as const))
      .map(([from, length, how]) => spliced(from, length, how)),
    // The beginning of one generation or vault and the end of another.
    fc
      .tuple(place, place, fc.boolean())
      .map(([end, from, isForeign]) =>
        Uint8Array.from([...cut(current, end), ...rest(isForeign ? foreign : previous, from)]),
      ),
    // Bytes written over.
    fc.tuple(place, fc.uint8Array({ minLength: 1, maxLength: 64 })).map(([at, bytes]) => {
      const file = current.slice();
      file.set(bytes.subarray(0, file.length - (at % file.length)), at % file.length);
      return file;
    }),
  );

  function cut(file: Uint8Array, end: number): Uint8Array {
    return file.subarray(0, end % (file.length + 1));
  }

  function rest(file: Uint8Array, from: number): Uint8Array {
    return file.subarray(from % (file.length + 1));
  }

  function spliced(from: number, length: number, how: string): Uint8Array {
    const start = from % current.length;
    const end = Math.min(current.length, start + 1 + (length % 300));
    const [head, piece, tail] = [
      current.subarray(0, start),
      current.subarray(start, end),
      current.subarray(end),
    ];
    if (how === 'out') return Uint8Array.from([...head, ...tail]);
    return Uint8Array.from(
      how === 'doubled' ? [...head, ...piece, ...piece, ...tail] : [...head, ...tail, ...piece],
    );
  }

  test('are refused, the file left as it is and the generation before offered', async () => {
    await fc.assert(
      fc.asyncProperty(files, async (file) => {
        const same = [current, previous].find((whole) => Buffer.compare(whole, file) === 0);
        // An older generation of the vault as a whole is no damage that a file can show by itself.
        if (same) return;
        if (Buffer.compare(foreign, file) === 0) return;
        expect(REFUSALS).toContain(await outcome(file));
      }),
      { numRuns: 10_000, seed: 20_260_115 },
    );
  }, 120_000);

  test('an entry of an older generation, in a file that is otherwise new, is noticed', async () => {
    // The entry of passkey 1 is there in both, sealed alike; that of a renamed one is not.
    const again = memoryVault({ ...made, folder: made.folder.copy() });
    again.folder.put(FILE, current);
    await again.vault.open();
    await again.vault.rename(credential(1).id, { name: 'user9@example.com' }); // as long as before
    await again.vault.close();
    const renamed = again.folder.content(FILE)!;
    expect(renamed.length).toBe(current.length);
    const at = Buffer.from(current).indexOf(Buffer.from(credential(1).id));
    const end = Buffer.from(current).indexOf(Buffer.from(credential(2).id));
    const mixed = renamed.slice();
    mixed.set(current.subarray(at, end), at);
    expect(Buffer.compare(mixed, renamed)).not.toBe(0);
    expect(await outcome(mixed)).toBe('damaged');
  });
});

test('what was damaged is restored with all that the generation before had, and can be saved again', async () => {
  made.folder.put(FILE, current.slice(0, 700));
  made.folder.put(PREVIOUS, previous);
  const { vault } = memoryVault({ ...made });
  await vault.open();
  await vault.restorePrevious();
  expect(ids(vault.passkeys)).toEqual([hex(credential(1).id)]);
  await vault.verifyPin(PIN);
  await add(vault, 3);
  expect(await vault.storage.credentials.secretsOf(credential(1).id)).toBeDefined();
  await vault.close();
});
