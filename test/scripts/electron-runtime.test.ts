/** Finding an Electron, as far as it needs no network. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { describeElectron, findElectron } from '../../scripts/electron-runtime.mjs';
import { electronSwitches } from '../../scripts/electron-switches.mjs';
import { SetupError } from '../../scripts/program.mjs';

let dist: string;
beforeEach(() => {
  dist = mkdtempSync(join(tmpdir(), 'latchkey-dist-'));
  vi.stubEnv('LATCHKEY_ELECTRON', dist);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(dist, { recursive: true });
});

describe('LATCHKEY_ELECTRON', () => {
  it('comes before everything else', async () => {
    const names: Partial<Record<NodeJS.Platform, string>> = {
      darwin: 'Electron.app/Contents/MacOS/Electron',
      win32: 'electron.exe',
    };
    const executable = join(dist, names[process.platform] ?? 'electron');
    mkdirSync(dirname(executable), { recursive: true });
    writeFileSync(executable, '');
    writeFileSync(join(dist, 'version'), 'v99.1.2\n');

    const runtime = await findElectron();
    expect(runtime).toMatchObject({ executable, dist, version: '99.1.2', source: 'environment' });
    expect(describeElectron(runtime)).toBe(`Electron 99.1.2: LATCHKEY_ELECTRON, ${dist}`);
  });

  it('is refused when there is no Electron in it, with a next step', async () => {
    const error: unknown = await findElectron().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(SetupError);
    expect(String(error)).toContain(dist);
    expect((error as SetupError).nextStep).toContain('unset');
  });
});

describe('switches', () => {
  it.runIf(process.platform === 'linux')('only root runs without the sandbox', () => {
    expect(electronSwitches({ virtualDisplay: false, root: true })).toEqual(['--no-sandbox']);
    expect(electronSwitches({ virtualDisplay: false, root: false })).toEqual([]);
    expect(electronSwitches({ virtualDisplay: true, root: false })).not.toContain('--no-sandbox');
  });
});
