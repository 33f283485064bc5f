/** The app from the command line: `--soft-key` with files that are not good, `--screenshot`. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { STATE_VERSION } from '../../main/authenticator/state';
import { findElectron } from '../../scripts/electron-runtime.mjs';
import { electronSwitches } from '../../scripts/electron-switches.mjs';
import { projectRoot } from '../../scripts/places.mjs';
import { SoftKeyFolder, type SoftKeyFile } from '../support/soft-key-file';

let folder: string;
let keys: SoftKeyFolder;
let good: SoftKeyFile;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-command-line-'));
  keys = new SoftKeyFolder();
  good = keys.make('Simulated key', { passkeys: [{ rpId: 'a.example', userName: 'ada' }] });
});

afterAll(() => {
  keys.remove();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}

/** Electron with our switches, and arguments behind them; waits for its end. */
async function latchkey(...args: readonly string[]): Promise<Ended> {
  const { executable } = await findElectron();
  const virtualDisplay = process.env['LATCHKEY_VIRTUAL_DISPLAY'] === '1';
  return run(executable, [
    projectRoot,
    ...electronSwitches({ virtualDisplay }),
    `--user-data-dir=${join(folder, 'user-data')}`,
    ...args,
  ]);
}

/** Width and height of a PNG. */
function sizeOf(file: string): readonly number[] {
  const png = readFileSync(file);
  expect(png.subarray(1, 4).toString('latin1')).toBe('PNG');
  return [png.readUInt32BE(16), png.readUInt32BE(20)];
}

const whole = () => readFileSync(good.path, 'utf8');

it.each([
  ['is cut off', () => whole().slice(0, 300), 'is cut off or damaged'],
  ['is empty', () => '', 'is empty'],
  [
    'is from a newer Latchkey',
    () => whole().replace(`"version": ${STATE_VERSION}`, '"version": 99'),
    'from a newer Latchkey',
  ],
  ['is something else', () => '{"name": "latchkey"}', 'is not the state of a simulated key'],
  ['was mistyped', () => whole().replace('"capacity"', '"capacitee"'), 'damaged or was edited wrongly'],
])('refuses a state file that %s, in words, and leaves it as it is', async (_what, content, words) => {
  const file = join(folder, 'key.json');
  writeFileSync(file, content());
  const before = { content: readFileSync(file), changed: statSync(file).mtimeMs };
  const { code, output } = await latchkey('--soft-key', file, '--screenshot', join(folder, 'never.png'));
  expect(code).toBe(1);
  expect(output).toContain(file);
  expect(output).toContain(words);
  expect(output).toContain('It has not been changed.');
  expect(output).not.toContain('    at ');
  expect({ content: readFileSync(file), changed: statSync(file).mtimeMs }).toEqual(before);
  expect(existsSync(join(folder, 'never.png'))).toBe(false);
});

it('makes a state file that is missing', async () => {
  const file = join(folder, 'new-key.json');
  const { code } = await latchkey('--soft-key', file, '--screenshot', join(folder, 'new-key.png'));
  expect(code).toBe(0);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
    format: 'latchkey-simulated-key',
    version: STATE_VERSION,
  });
});

it('explains what is wrong with its arguments', async () => {
  expect(await latchkey('--screenshot', 'picture.jpg')).toMatchObject({
    code: 2,
    output: expect.stringContaining('give it a file name that ends in .png') as string,
  });
  expect(await latchkey('--soft-key')).toMatchObject({
    code: 2,
    output: expect.stringContaining('--soft-key wants a file behind it') as string,
  });
});

it('takes no simulated key where it is a released one', async () => {
  const { code, output } = await latchkey('--as-released', '--soft-key', 'demo');
  expect(code).toBe(2);
  expect(output).toContain('This is a released Latchkey: it knows no simulated keys');
});

it('says so when the picture cannot be saved', async () => {
  const { code, output } = await latchkey(
    '--soft-key',
    'demo',
    '--screenshot',
    join(folder, 'no', 'such', 'folder.png'),
  );
  expect(code).not.toBe(0);
  expect(output).toContain('folder.png');
});

it('saves a picture with one command, on a machine without a display, and exits', async () => {
  const { DISPLAY: _display, WAYLAND_DISPLAY: _wayland, XAUTHORITY: _authority, ...env } = process.env;
  const { code, output } = await run(
    process.execPath,
    [join(projectRoot, 'scripts', 'start.mjs'), '--soft-key', 'demo', '--screenshot', 'demo.png'],
    { ...env, INIT_CWD: folder },
  );
  expect(output).not.toMatch(/error/i);
  expect(code).toBe(0);
  expect(sizeOf(join(folder, 'demo.png'))).toEqual([1100, 760]);
});
