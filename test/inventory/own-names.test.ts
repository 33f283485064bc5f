/** Names of one's own for passkeys: the file, and what it survives. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OwnNames, SavedPasskey } from '../../main/ceremony/ports';
import {
  MAX_OWN_NAMES,
  OWN_NAME_LENGTH,
  ownNameOf,
  type OwnNamesStore,
} from '../../main/inventory/own-names';
import { problemOf } from '../../main/inventory/problems';
import { safeText } from '../../main/inventory/safe-text';
import { MemoryFile } from '../support/memory-file';
import { ownNamesIn } from '../support/own-names';

const a = { credentialId: Uint8Array.of(1, 2, 3) };
const b = { credentialId: Uint8Array.of(1, 2, 4) };

async function names(content?: string | Uint8Array) {
  const file = new MemoryFile('/home/ana/names.json', content);
  const aside = new MemoryFile('/home/ana/names.json.unreadable');
  const store = ownNamesIn(file, aside);
  await store.read();
  return { file, aside, store };
}

const problemFrom = (operation: Promise<unknown>) =>
  operation.then(
    () => Promise.reject(new Error('it worked')),
    (error: unknown) => problemOf(error),
  );

const both = (store: OwnNamesStore): readonly unknown[] => [
  store.nameOf(a.credentialId),
  store.nameOf(b.credentialId),
];

it('there are none where nothing was named, and reading makes no file', async () => {
  const { file, store } = await names();
  expect(both(store)).toEqual([undefined, undefined]);
  expect(store.notice).toBeUndefined();
  expect(file.content).toBeUndefined();
});

it('a name is there after a restart, for an equal credential ID', async () => {
  const { file, store } = await names();
  await store.keep(a, 'Work');
  const again = ownNamesIn(file);
  await again.read();
  expect(again.nameOf(a.credentialId.slice())).toBe('Work');
  expect(again.nameOf(b.credentialId)).toBeUndefined();
});

it('serves the dialog that has saved a passkey', async () => {
  const { store } = await names();
  const port: OwnNames = store;
  const saved: SavedPasskey = { rpId: 'example.org', place: 'key', ...a };
  await port.keep(saved, 'Work');
  expect(store.nameOf(a.credentialId)).toBe('Work');
});

it('the file tells no credential ID and no site, but the hash that the documentation names', async () => {
  const { file, store } = await names();
  await store.keep({ rpId: 'example.org', place: 'key', ...a } as SavedPasskey, 'Work');
  // printf 'Latchkey: a name of one’s own for the passkey\0\x01\x02\x03' | sha256sum
  expect(JSON.parse(file.text)).toEqual({
    version: 1,
    names: { OYqBFY3vHq500gUGg_GJEobpc8R8LPOKzicGnrLwCDs: 'Work' },
  });
});

it('an empty name removes the one that was there', async () => {
  const { file, store } = await names();
  await store.keep(a, 'Work');
  await store.keep(b, 'Home');
  await store.keep(a, ' \t');
  expect(both(store)).toEqual([undefined, 'Home']);
  expect(file.text).not.toContain('Work');
});

it('nothing is written where nothing changes', async () => {
  const { file, store } = await names();
  await store.keep(a, '');
  await store.keep(a, 'Work');
  await store.keep(a, 'Work ');
  await store.forget([b.credentialId]);
  expect(file.writes).toBe(1);
});

it('what is forgotten is no longer in the file', async () => {
  const { file, store } = await names();
  await store.keep(a, 'Work');
  await store.keep(b, 'Home');
  await store.forget([a.credentialId]);
  expect(both(store)).toEqual([undefined, 'Home']);
  expect(file.text).not.toContain('Work');
});

it('names given at the same time are all kept', async () => {
  const { file, store } = await names();
  await Promise.all([store.keep(a, 'Work'), store.keep(b, 'Home'), store.read()]);
  expect(both(store)).toEqual(['Work', 'Home']);
  expect(Object.keys((JSON.parse(file.text) as { names: object }).names)).toHaveLength(2);
});

it('window and command line do not lose each other’s names', async () => {
  const { file, aside, store } = await names();
  const other = ownNamesIn(file, aside);
  await other.read();
  await store.keep(a, 'Work');
  await other.keep(b, 'Home');
  expect(both(other)).toEqual(['Work', 'Home']);
  await store.read();
  expect(both(store)).toEqual(['Work', 'Home']);
});

it('tells who listens which passkeys are concerned, and nothing when nothing changed', async () => {
  const { file, store } = await names();
  const told: (readonly boolean[])[] = [];
  store.onChange((concerns) => told.push([concerns(a.credentialId), concerns(b.credentialId)]));
  await store.keep(a, 'Work');
  await store.keep(a, 'Work');
  await ownNamesIn(file).keep(b, 'Home');
  await store.read();
  await store.read();
  expect(told).toEqual([
    [true, false],
    [false, true],
  ]);
});

it('what a Latchkey that knows more keeps in the file stays there', async () => {
  const { file, store } = await names('{"version":1,"names":{},"colours":[1]}');
  expect(store.notice).toBeUndefined();
  await store.keep(a, 'Work');
  expect(JSON.parse(file.text)).toMatchObject({ colours: [1] });
});

describe('a file that cannot be understood', () => {
  const key = 'A'.repeat(43);
  const cases: readonly (readonly [string, string | Uint8Array, RegExp])[] = [
    ['no JSON', '{"version":1,', /damaged/],
    ['no UTF-8', Uint8Array.of(0x22, 0xff, 0x22), /damaged/],
    ['empty', '', /damaged/],
    ['a list', '[]', /damaged/],
    ['without version', '{"names":{}}', /damaged/],
    ['of version 0', '{"version":0,"names":{}}', /damaged/],
    ['without names', '{"version":1}', /damaged/],
    ['a list of names', '{"version":1,"names":["x"]}', /damaged/],
    ['a number as a name', `{"version":1,"names":{"${key}":5}}`, /damaged/],
    ['an empty name', `{"version":1,"names":{"${key}":""}}`, /damaged/],
    ['an endless name', `{"version":1,"names":{"${key}":"${'x'.repeat(10_000)}"}}`, /damaged/],
    ['a site in place of a hash', '{"version":1,"names":{"example.org":"Work"}}', /damaged/],
    ['a member that is everybody’s', '{"version":1,"names":{"__proto__":"Work"}}', /damaged/],
    ['of a newer Latchkey', '{"version":2,"names":7}', /newer Latchkey.*Update Latchkey/],
  ];

  it.each(cases)('%s: no names, a notice, and the file as it was', async (_name, content, words) => {
    const { file, store } = await names(content);
    expect(both(store)).toEqual([undefined, undefined]);
    expect(store.notice).toMatch(words);
    expect(store.notice).toContain(file.path);
    await store.forget([a.credentialId]);
    expect(file.writes).toBe(0);
    expect(store.notice).toMatch(words);
  });

  it('is kept aside when a passkey is named anew, and the user is told', async () => {
    const { file, aside, store } = await names('nonsense');
    await store.keep(a, 'Work');
    expect(aside.text).toBe('nonsense');
    expect(store.nameOf(a.credentialId)).toBe('Work');
    expect(store.notice).toContain(aside.path);
    expect(file.text).toContain('Work');
  });

  it('does not take the place of another that is kept already', async () => {
    const { file, aside, store } = await names('nonsense');
    aside.content = Uint8Array.of(1);
    expect(await problemFrom(store.keep(a, 'Work'))).toMatchObject({
      code: 'file',
      message: expect.stringContaining(aside.path) as unknown,
    });
    expect(file.text).toBe('nonsense');
    expect(store.nameOf(a.credentialId)).toBeUndefined();
  });
});

describe('on a disk that does not serve', () => {
  it('a name that does not fit is refused with the reason, and the one before is still there', async () => {
    const { file, store } = await names();
    await store.keep(a, 'Work');
    file.failure = 'full';
    const failure = await problemFrom(store.keep(a, 'Home'));
    expect(failure.code).toBe('file');
    expect(failure.message).toMatch(/not saved.*no room left.*try again/);
    expect(store.nameOf(a.credentialId)).toBe('Work');
    file.failure = 'none';
    await store.keep(b, 'Home');
    expect(both(store)).toEqual(['Work', 'Home']);
  });

  it('a name that is in the file all the same is shown', async () => {
    const { file, store } = await names();
    file.failure = 'after-replacing';
    expect((await problemFrom(store.keep(a, 'Work'))).code).toBe('file');
    expect(file.text).toContain('Work');
    expect(store.nameOf(a.credentialId)).toBe('Work');
  });

  it('a name of a deleted passkey that cannot be removed is told, and nothing fails', async () => {
    const { file, store } = await names();
    await store.keep(a, 'Work');
    file.failure = 'full';
    await store.forget([a.credentialId]);
    expect(store.notice).toMatch(/no room left.*still in it/);
    file.failure = 'none';
    await store.forget([a.credentialId]);
    expect(store.notice).toBeUndefined();
    expect(file.text).not.toContain('Work');
  });

  it('a file that cannot be read is not overwritten, and the reason is told', async () => {
    const { file, store } = await names();
    await store.keep(a, 'Work');
    const readable = file.read.bind(file);
    file.read = () => Promise.reject(new Error('Cannot read /home/ana/names.json: permission denied.'));
    expect((await problemFrom(store.keep(b, 'Home'))).message).toMatch(/permission denied/);
    expect(store.notice).toMatch(/permission denied.*not shown/);
    expect(both(store)).toEqual([undefined, undefined]);
    file.read = readable;
    await store.read();
    expect(both(store)).toEqual(['Work', undefined]);
  });
});

it('more names than anybody gives by hand are refused, and those that are there stay', async () => {
  const many = Object.fromEntries(
    Array.from({ length: MAX_OWN_NAMES }, (_, index) => [String(index).padStart(43, '0'), 'x']),
  );
  const { file, store } = await names(JSON.stringify({ version: 1, names: many }));
  expect((await problemFrom(store.keep(a, 'Work'))).message).toContain(String(MAX_OWN_NAMES));
  expect(file.writes).toBe(0);
});

describe('what is typed', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['is trimmed, and on one line', '  My\twork\r\naccount ', 'My work account'],
    ['is in NFC', 'Zoe\u0308', 'Zo\u00eb'],
    ['has no characters that turn the direction around', 'a\u202egro.elpmaxe', 'agro.elpmaxe'],
    ['has no invisible characters', 'a\u200bb\u2060c\u{e0041}\u3164', 'abc'],
    ['has no control characters', '\u001b[31mred\u0000\u0007', '[31mred'],
    ['has no half characters', 'a\ud800b', 'ab'],
    ['has no towers of accents', `a${'\u0330'.repeat(50)}`, `a${'\u0330'.repeat(6)}`],
    ['may be written right to left', 'حساب العمل', 'حساب العمل'],
    ['may be of joined emoji', '👩‍🚀 space', '👩‍🚀 space'],
    ['is cut at 64 characters', '😀'.repeat(70), '😀'.repeat(64)],
    ['does not end in what joined it to what was cut off', `${'x'.repeat(62)}👩‍🚀`, `${'x'.repeat(62)}👩`],
    ['is nothing when nothing of it shows', '\u200b\u202e', ''],
  ];
  it.each(cases)('%s', (_name, typed, kept) => expect(ownNameOf(typed)).toBe(kept));

  it('is shown as it is kept, whatever it is, and kept again the same', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (typed) => {
        const kept = ownNameOf(typed);
        expect(Array.from(kept).length).toBeLessThanOrEqual(OWN_NAME_LENGTH);
        expect(safeText(kept)).toEqual({ text: kept, altered: false, cut: false });
        expect(ownNameOf(kept)).toBe(kept);
      }),
      { seed: 1, numRuns: 2000 },
    );
  });
});
