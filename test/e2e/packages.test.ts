/** What electron-builder makes: a release without simulated keys, and a build for testers that the kit drives. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findElectron } from '../../scripts/electron-runtime.mjs';
import { electronSwitches } from '../../scripts/electron-switches.mjs';
import { projectRoot } from '../../scripts/places.mjs';
import { AsarFile } from '../support/asar-file';
import type * as Kit from '../kit/index.cjs';

let folder: string;

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

function run(program: string, ...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: projectRoot, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}

/** Packages with the Electron that is here, which no release is made with; returns the folder of the program. */
async function packaged(config: string): Promise<string> {
  const { dist, version } = await findElectron();
  const output = join(folder, config);
  const ended = await run(
    process.execPath,
    join(projectRoot, 'node_modules/electron-builder/cli.js'),
    ...['--linux', 'dir', '--config', config],
    `-c.electronDist=${dist}`,
    `-c.electronVersion=${version}`,
    `-c.directories.output=${output}`,
  );
  expect(ended.code, ended.output).toBe(0);
  return join(output, 'linux-unpacked');
}

function asarOf(program: string): AsarFile {
  return new AsarFile(join(program, 'resources/app.asar'));
}

/** The bundles in it; what there is to load, without maps of its source. */
function bundlesIn(asar: AsarFile): readonly string[] {
  return asar.paths.filter((path) => path.startsWith('out/')).sort();
}

/** What the build made. */
function bundles(): readonly string[] {
  return ['out/main', 'out/preload', 'out/renderer']
    .flatMap((place) =>
      readdirSync(join(projectRoot, place), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && !entry.name.endsWith('.map'))
        .map((entry) => relative(projectRoot, join(entry.parentPath, entry.name))),
    )
    .sort();
}

async function holdsTheRelayAndTheExtension(program: string): Promise<void> {
  const { code, output } = await run(join(program, 'resources/bridge/latchkey-bridge'));
  // A native message: its length, 4 bytes, and JSON. Standard input is empty.
  expect(output).toBe('\x17\0\0\0{"relay":"not-running"}');
  expect(code).toBe(0);
  for (const browser of ['chromium', 'firefox'])
    expect(readdirSync(join(program, 'resources/extension', browser))).toContain('manifest.json');
}

function holdsNothingForWindowsAlone(asar: AsarFile): void {
  expect(asar.paths.filter((path) => /koffi|koromix/.test(path))).toEqual([]);
  expect(asar.paths).toContain('node_modules/node-hid/package.json');
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-packages-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

// electron-builder makes the packages of a system on that system.
describe.runIf(process.platform === 'linux')('a release', () => {
  let program: string;
  let asar: AsarFile;

  beforeAll(async () => {
    program = await packaged('electron-builder.yml');
    asar = asarOf(program);
  });

  it('holds the window, and nothing of the simulator', () => {
    const own = bundlesIn(asar);
    expect(own).toEqual(
      expect.arrayContaining(['out/main/index.js', 'out/preload/index.js', 'out/renderer/index.html']),
    );
    expect(own.filter((path) => /simulator|testers/.test(path))).toEqual([]);
    expect(own.filter((path) => !/^out\/(main|preload|renderer)\//.test(path))).toEqual([]);
    expect(asar.text('package.json')).not.toContain('forTesters');
  });

  it('lacks nothing of what was built but the simulator', () => {
    const own = bundlesIn(asar);
    const lacking = bundles().filter((path) => !own.includes(path));
    // Without the hashes of their contents.
    expect(lacking.map((path) => path.replace(/-[\w-]{8}(?=\.\w+$)/, ''))).toEqual([
      'out/main/chunks/key-recipe.js',
      'out/main/chunks/simulator.js',
      'out/main/chunks/simulator-window.js',
      'out/main/chunks/testers-authenticator.js',
      'out/preload/simulator.js',
      'out/preload/testers.js',
      'out/renderer/assets/simulator.css',
      'out/renderer/assets/simulator.js',
      'out/renderer/simulator.html',
    ]);
  });

  it('holds the relay, which runs, and the extension for both kinds of browsers', async () => {
    await holdsTheRelayAndTheExtension(program);
  });

  it('holds nothing that is for Windows alone', () => {
    holdsNothingForWindowsAlone(asar);
  });

  it('refuses a simulated key in words', async () => {
    const { code, output } = await run(
      join(program, 'latchkey'),
      ...electronSwitches({ virtualDisplay: true }),
      `--user-data-dir=${join(folder, 'user-data')}`,
      '--soft-key',
      'demo',
    );
    expect(output).toContain('This is a released Latchkey: it knows no simulated keys');
    expect(code).toBe(2);
  });
});

describe.runIf(process.platform === 'linux')('a build for testers', () => {
  let program: string;

  beforeAll(async () => {
    program = await packaged('electron-builder.testers.yml');
  });

  it('holds all that was built, also the simulator, and knows what it is', () => {
    const asar = asarOf(program);
    expect(bundlesIn(asar)).toEqual(bundles());
    expect(JSON.parse(asar.text('package.json'))).toMatchObject({ latchkey: { forTesters: true } });
    holdsNothingForWindowsAlone(asar);
  });

  it('holds the relay and the extension, as a release does', async () => {
    await holdsTheRelayAndTheExtension(program);
  });

  it('holds the kit, which starts it', async () => {
    const inside = pathToFileURL(join(program, 'resources/test-kit/index.cjs')).href;
    const { launchLatchkey, testIds } = (await import(/* @vite-ignore */ inside)) as typeof Kit;
    const latchkey = await launchLatchkey({ keys: [{ pin: '123456', samplePasskeys: 1 }], timeout: 120_000 });
    try {
      expect(await latchkey.app.evaluate(({ app }) => [app.isPackaged, app.getName()])).toEqual([
        true,
        'Latchkey for testers',
      ]);
      await latchkey.window.getByTestId(testIds.navAdvancedOptions).click();
      await latchkey.window
        .getByTestId(testIds.testersKey)
        .filter({ hasText: latchkey.keys[0]!.name })
        .waitFor();
    } finally {
      await latchkey.close();
    }
    expect(latchkey.errors).toEqual([]);
  });
});
