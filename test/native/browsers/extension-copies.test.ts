/** The folders that people load the extension from. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ExtensionCopies } from '../../../native/browsers/extension-copies';

let folder: string;
let source: string;
let keep: string;

const build = (version: string): void => {
  for (const family of ['chromium', 'firefox']) {
    mkdirSync(join(source, family, 'icons'), { recursive: true });
    writeFileSync(join(source, family, 'manifest.json'), JSON.stringify({ family, version }));
    writeFileSync(join(source, family, 'icons', 'a.svg'), version);
  }
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-extension-'));
  source = join(folder, 'mounted');
  keep = join(folder, 'kept');
  build('1');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('are those of the program where it stays in its place', async () => {
  expect(await new ExtensionCopies(source).paths()).toEqual({
    chromium: join(source, 'chromium'),
    firefox: join(source, 'firefox'),
  });
});

it('are copies that stay where the program is mounted elsewhere each time', async () => {
  const { chromium, firefox } = await new ExtensionCopies(source, keep).paths();
  rmSync(source, { recursive: true });
  expect(chromium).toBe(join(keep, 'chromium'));
  expect(readFileSync(join(chromium, 'icons', 'a.svg'), 'utf8')).toBe('1');
  expect(JSON.parse(readFileSync(join(firefox, 'manifest.json'), 'utf8'))).toMatchObject({
    family: 'firefox',
  });
});

it('are brought up to date with a new version, and nothing of the old one stays', async () => {
  const { chromium } = await new ExtensionCopies(source, keep).paths();
  writeFileSync(join(chromium, 'old.js'), 'old');
  build('2');
  await new ExtensionCopies(source, keep).paths();
  expect(readFileSync(join(chromium, 'icons', 'a.svg'), 'utf8')).toBe('2');
  expect(() => readFileSync(join(chromium, 'old.js'))).toThrow('ENOENT');
});

it('are left alone while they are of this version: a browser may be reading them', async () => {
  const { chromium } = await new ExtensionCopies(source, keep).paths();
  writeFileSync(join(chromium, 'icons', 'a.svg'), 'touched');
  await new ExtensionCopies(source, keep).paths();
  expect(readFileSync(join(chromium, 'icons', 'a.svg'), 'utf8')).toBe('touched');
});

it('are the program’s own where no copy can be made', async () => {
  writeFileSync(keep, 'in the way');
  expect((await new ExtensionCopies(source, keep).paths()).chromium).toBe(join(source, 'chromium'));
});

it('are copied once where several ask at the same time', async () => {
  const copies = new ExtensionCopies(source, keep);
  for (let version = 2; version < 6; version++) {
    build(`${version}`);
    const all = await Promise.all([copies.paths(), copies.paths(), copies.paths()]);
    expect(all.map(({ chromium }) => chromium)).toEqual(all.map(() => join(keep, 'chromium')));
    expect(readFileSync(join(keep, 'firefox', 'icons', 'a.svg'), 'utf8')).toBe(`${version}`);
  }
});
