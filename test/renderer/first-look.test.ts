import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';

/** What a module imports when it is loaded; types are gone by then, and `import()` comes later. */
function importsOf(file: string): readonly string[] {
  const code = readFileSync(file, 'utf8');
  const found = code.matchAll(/^(?:import|export)\s(?!type\b)(?:[^;'"]*?\sfrom\s)?['"]([^'"]+)['"];/gm);
  return [...found].map(([, from = '']) => from);
}

function fileOf(importer: string, path: string): string | undefined {
  const stem = join(dirname(importer), path);
  return ['.ts', '.tsx'].map((end) => stem + end).find(existsSync);
}

/** The packages that are loaded with this module. */
function packagesOf(entry: string): ReadonlySet<string> {
  const seen = new Set([entry]);
  const packages = new Set<string>();
  for (const file of seen)
    for (const path of importsOf(file)) {
      const next = path.startsWith('.') ? fileOf(file, path) : undefined;
      if (next !== undefined) seen.add(next);
      else if (!path.startsWith('.')) packages.add(path);
    }
  return packages;
}

const ofFluent = (name: string): boolean => /fluentui|griffel/.test(name) && !name.includes('/headless/');

it('the first look at the passkeys does not wait for Fluent and its style engine', () => {
  const packages = packagesOf('renderer/app/mount.tsx');
  expect([...packages]).toContain('react-dom/client');
  expect([...packages].filter(ofFluent)).toEqual([]);
});

it.each(['autofill', 'connect'])('nor does the small window %s', (window) => {
  const packages = packagesOf(`renderer/${window}/main.tsx`);
  expect([...packages]).toContain('react-dom/client');
  expect([...packages].filter(ofFluent)).toEqual([]);
});

it('which the dialogs are drawn with', () => {
  expect([...packagesOf('renderer/app/later-parts.ts')].filter(ofFluent)).not.toEqual([]);
});
