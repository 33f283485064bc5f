import { describe, expect, it } from 'vitest';
import { problemOf } from '../../main/inventory/problems';
import { SettingsStore, usualSettings } from '../../main/inventory/settings';
import { MemoryFile } from '../support/memory-file';

interface Desk {
  readonly file: MemoryFile;
  readonly aside: MemoryFile;
  readonly store: SettingsStore;
}

async function settings(content?: string | Uint8Array): Promise<Desk> {
  const file = new MemoryFile('/home/ana/settings.json', content);
  const aside = new MemoryFile('/home/ana/settings.json.unreadable');
  const store = new SettingsStore({ file, aside });
  await store.read();
  return { file, aside, store };
}

const problemFrom = (operation: Promise<unknown>) =>
  operation.then(
    () => Promise.reject(new Error('it worked')),
    (error: unknown) => problemOf(error),
  );

it('are the usual ones where none were saved, and reading makes no file', async () => {
  const { file, store } = await settings();
  expect(store.current).toEqual({ enabled: true, autoLockMinutes: 5 });
  expect(store.notice).toBeUndefined();
  expect(file.content).toBeUndefined();
});

it('are there after a restart', async () => {
  const { file, store } = await settings();
  await store.change({ enabled: false });
  await store.change({ autoLockMinutes: 30 });
  const again = new SettingsStore({ file, aside: new MemoryFile('/aside') });
  await again.read();
  expect(again.current).toEqual({ enabled: false, autoLockMinutes: 30 });
});

it('that window and command line change at the same time are both kept', async () => {
  const { file, aside, store } = await settings();
  const other = new SettingsStore({ file, aside });
  await other.read();
  await store.change({ enabled: false });
  await other.change({ autoLockMinutes: 1 });
  await store.change({});
  expect(store.current).toEqual({ enabled: false, autoLockMinutes: 1 });
});

it('changed twice at once are both kept', async () => {
  const { file, store } = await settings();
  await Promise.all([store.change({ enabled: false }), store.change({ autoLockMinutes: 9 })]);
  expect(JSON.parse(file.text)).toEqual({ version: 1, enabled: false, autoLockMinutes: 9 });
});

it('of a Latchkey that knows more of them stay in the file', async () => {
  const { file, store } = await settings('{"version":1,"theme":"dark"}');
  expect(store.notice).toBeUndefined();
  await store.change({ enabled: false });
  expect(JSON.parse(file.text)).toMatchObject({ theme: 'dark', enabled: false });
});

describe('a file that cannot be understood', () => {
  const cases: readonly (readonly [string, string | Uint8Array, RegExp])[] = [
    ['no JSON', '{"version":1,', /damaged/],
    ['no UTF-8', Uint8Array.of(0x22, 0xff, 0x22), /damaged/],
    ['empty', '', /damaged/],
    ['a list', '[]', /damaged/],
    ['without version', '{"enabled":true}', /damaged/],
    ['of version 0', '{"version":0}', /damaged/],
    ['a word in place of a number', '{"version":1,"autoLockMinutes":"5"}', /damaged/],
    ['a time that cannot be', '{"version":1,"autoLockMinutes":0}', /damaged/],
    ['a number in place of yes or no', '{"version":1,"enabled":1}', /damaged/],
    ['of a newer Latchkey', '{"version":2,"enabled":false}', /newer Latchkey.*Update Latchkey/],
  ];

  it.each(cases)(
    '%s: the usual settings, a notice, and the file as it was',
    async (_name, content, words) => {
      const { file, store } = await settings(content);
      expect(store.current).toEqual(usualSettings);
      expect(store.notice).toMatch(words);
      expect(store.notice).toContain(file.path);
      expect(file.writes).toBe(0);
    },
  );

  it('is kept aside when settings are chosen anew, and the user is told', async () => {
    const { file, aside, store } = await settings('nonsense');
    await store.change({ autoLockMinutes: 7 });
    expect(aside.text).toBe('nonsense');
    expect(JSON.parse(file.text)).toEqual({ version: 1, enabled: true, autoLockMinutes: 7 });
    expect(store.notice).toContain(aside.path);
  });

  it('does not take the place of another that is kept already', async () => {
    const { file, aside, store } = await settings('nonsense');
    aside.content = Uint8Array.of(1);
    expect(await problemFrom(store.change({ enabled: false }))).toMatchObject({
      code: 'file',
      message: expect.stringContaining(aside.path) as unknown,
    });
    expect(file.text).toBe('nonsense');
    expect(store.current.enabled).toBe(true);
  });
});

it('that cannot be saved stay as they are, with the reason', async () => {
  const { file, store } = await settings();
  file.failure = 'full';
  const failure = await problemFrom(store.change({ enabled: false }));
  expect(failure.code).toBe('file');
  expect(failure.message).toMatch(/not saved.*no room left.*try again/);
  expect(store.current.enabled).toBe(true);
});

it('that cannot be read are the usual ones, with the reason, and are not overwritten', async () => {
  const { file, store } = await settings('{"version":1,"enabled":false}');
  file.read = () => Promise.reject(new Error('Cannot read /home/ana/settings.json: permission denied.'));
  await store.read();
  expect(store.notice).toMatch(/permission denied/);
  expect((await problemFrom(store.change({ autoLockMinutes: 9 }))).message).toMatch(/permission denied/);
  expect(file.text).toBe('{"version":1,"enabled":false}');
});

it('refuse a time that cannot be', async () => {
  const { store } = await settings();
  for (const autoLockMinutes of [0, 481, 1.5, Number.NaN])
    expect((await problemFrom(store.change({ autoLockMinutes }))).code).toBe('invalid-argument');
});
