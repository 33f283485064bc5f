/** What electron-builder asks before it packs, as far as it packs nothing. The packages themselves: test/e2e/packages.test.ts. */
import { expect, it } from 'vitest';
import beforePack from '../../scripts/before-pack.mjs';
import { SetupError } from '../../scripts/program.mjs';

/** builder-util's `Arch`. */
const X64 = 1;
const ARM64 = 3;

const here = { name: process.platform, arch: process.arch === 'arm64' ? ARM64 : X64 };

it.each([
  ['another system', process.platform === 'win32' ? 'linux' : 'win32', here.arch],
  ['another processor', here.name, here.arch === X64 ? ARM64 : X64],
  ['two processors at once', here.name, 4],
])('makes no package for %s, whose relay could not be compiled', (_, electronPlatformName, arch) => {
  const filter = ['package.json'];
  let refused: unknown;
  try {
    beforePack({ electronPlatformName, arch, packager: { config: { files: [{ filter }] } } });
  } catch (error) {
    refused = error;
  }
  expect(refused).toBeInstanceOf(SetupError);
  expect(String(refused)).toContain(`A package for ${electronPlatformName} (`);
  expect((refused as SetupError).nextStep).toContain('compiled');
  expect(filter).toEqual(['package.json']);
});
