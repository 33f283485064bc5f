/** The conversation with reg.exe, with a stand-in that does what Windows' documentation says of it. */
import { writeFileSync } from 'node:fs';
import { beforeEach, expect, it } from 'vitest';
import { WindowsRegistry } from '../../../native/browsers/windows-registry';

const KEY = 'HKEY_CURRENT_USER\\Software\\Mozilla\\NativeMessagingHosts\\org.latchkey.bridge';

let values: Map<string, string>;
let launched: { readonly program: string; readonly args: readonly string[] }[];
/** Of `add`: what a policy of the administrator makes of it. */
let refuses: boolean;
let forgets: boolean;
let registry: WindowsRegistry;

/** As regedit writes it: UTF-16 with a mark in front, lines of Windows, keys below the one that was asked for behind it. */
function exported(key: string): string {
  const value = values.get(key);
  const escaped = value?.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
  const own = value === undefined ? [] : [`@="${escaped}"`];
  return `\ufeff${[
    'Windows Registry Editor Version 5.00',
    '',
    `[${key}]`,
    '"Another"="not this"',
    ...own,
    '',
    `[${key}\\below]`,
    '@="nor this"',
    '',
    '',
  ].join('\r\n')}`;
}

beforeEach(() => {
  values = new Map();
  launched = [];
  refuses = false;
  forgets = false;
  registry = new WindowsRegistry({
    environment: { SystemRoot: 'D:\\Win' },
    launch: async (program, args) => {
      launched.push({ program, args });
      const [verb, key = '', ...rest] = args;
      if (verb === 'export') {
        if (!values.has(key) && key !== 'EMPTY') throw new Error('exit code 1');
        writeFileSync(rest[0] ?? '', exported(key), 'utf16le');
      } else if (verb === 'add') {
        if (refuses) throw new Error('exit code 1');
        if (!forgets) values.set(key, rest[4] ?? '');
      } else if (verb === 'delete' && (refuses || !values.delete(key))) throw new Error('exit code 1');
      return '';
    },
  });
});

it('starts the reg.exe of Windows itself, and no other of that name', async () => {
  await registry.read(KEY);
  expect(launched[0]?.program).toBe('D:\\Win\\System32\\reg.exe');
});

it('reads the value without a name of the key itself', async () => {
  expect(await registry.read(KEY)).toBeUndefined();
  values.set(KEY, 'C:\\Users\\Änne Żółw\\a "b"\\manifest.json');
  expect(await registry.read(KEY)).toBe('C:\\Users\\Änne Żółw\\a "b"\\manifest.json');
});

it('knows a key that has no such value', async () => {
  expect(await registry.read('EMPTY')).toBeUndefined();
});

it('writes a value, quietly and over what was there, and looks whether it stayed', async () => {
  values.set(KEY, 'before');
  await registry.write(KEY, 'C:\\x y\\m.json');
  expect(launched[0]?.args).toEqual(['add', KEY, '/ve', '/t', 'REG_SZ', '/d', 'C:\\x y\\m.json', '/f']);
  expect(values.get(KEY)).toBe('C:\\x y\\m.json');
});

it('says so when Windows refuses, and when it only pretends', async () => {
  refuses = true;
  await expect(registry.write(KEY, 'x')).rejects.toThrow(/refused to write .*org\.latchkey\.bridge/);
  refuses = false;
  forgets = true;
  await expect(registry.write(KEY, 'x')).rejects.toThrow(/did not keep/);
});

it('removes the key', async () => {
  values.set(KEY, 'x');
  expect(await registry.remove(KEY)).toBe(true);
  expect(launched.at(-1)?.args).toEqual(['delete', KEY, '/f']);
  expect(await registry.remove(KEY)).toBe(false);
  values.set(KEY, 'x');
  refuses = true;
  await expect(registry.remove(KEY)).rejects.toThrow(/refused to remove/);
});
