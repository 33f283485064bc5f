/** The passkeys of this device over the life of the app: set up, quit, started again. No keychain is in reach. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { CallArguments, CallName, CallResults } from '../../preload/contract';
import type { DeviceView } from '../../preload/device-contract';
import { launchApp, type LaunchedApp } from '../support/launch-app';

const PIN = '803517';
const PASSPHRASE = 'seven sunny sparrows';

let folder: string;
let launched: LaunchedApp | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-device-'));
});
afterEach(async () => {
  await launched?.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** On the data of this test, with a session bus that nobody answers on. */
async function launch(): Promise<void> {
  launched = await launchApp({
    args: ['--data-folder', join(folder, 'data'), '--only-simulated'],
    userDataDir: join(folder, 'profile'),
    env: { DBUS_SESSION_BUS_ADDRESS: `unix:path=${join(folder, 'no-bus')}` },
  });
}

/** Calls as the page does. */
function call<N extends CallName>(name: N, ...args: CallArguments<N>): Promise<CallResults[N]> {
  if (!launched) throw new Error('not started');
  return launched.window.evaluate(
    ([called, given]) => {
      const { latchkey } = window as unknown as { latchkey: { call(...all: readonly unknown[]): unknown } };
      return latchkey.call(called, ...given);
    },
    [name, args as readonly unknown[]] as const,
  ) as Promise<CallResults[N]>;
}

/** When it was looked at. */
async function looked(): Promise<DeviceView> {
  const device = async (): Promise<DeviceView> => (await call('snapshot')).device;
  await expect.poll(async () => (await device()).state, { timeout: 60_000 }).not.toBe('closed');
  return device();
}

it('without a keychain they are kept under a passphrase, which is asked for after a restart', async () => {
  await launch();
  expect(await looked()).toMatchObject({
    state: 'absent',
    problem: { code: 'keychain-unavailable' },
    path: join(folder, 'data'),
  });
  const made = await call('setUpDevice', PIN, PASSPHRASE);
  expect(made).toMatchObject({ ok: true });
  await call('setDeviceOptions', { autoLockMinutes: 9 });
  await launched?.close();

  expect(statSync(join(folder, 'data')).mode & 0o777).toBe(0o700);
  for (const name of readdirSync(join(folder, 'data'))) {
    const file = join(folder, 'data', name);
    if (!statSync(file).isFile()) continue;
    expect([name, statSync(file).mode & 0o077]).toEqual([name, 0]);
    for (const secret of [PIN, PASSPHRASE]) expect(readFileSync(file).includes(secret)).toBe(false);
  }

  await launch();
  expect(await looked()).toMatchObject({ state: 'passphrase-needed', autoLockMinutes: 9 });
  const wrong = await call('openDeviceWithPassphrase', 'not the one');
  expect(wrong).toMatchObject({ ok: false, problem: { code: 'passphrase-wrong' } });
  const opened = await call('openDeviceWithPassphrase', PASSPHRASE);
  expect(opened).toEqual({ ok: true, value: null });
  expect(await looked()).toMatchObject({ state: 'open', sealing: 'passphrase', unlocked: false });
  for (const secret of [PIN, PASSPHRASE]) expect(launched?.output()).not.toContain(secret);
}, 240_000);

it('what the PIN opened is forgotten when the computer sleeps', async () => {
  await launch();
  await looked();
  await call('setUpDevice', PIN, PASSPHRASE);
  expect((await looked()).unlocked).toBe(true);
  await launched?.app.evaluate(({ powerMonitor }) => void powerMonitor.emit('suspend'));
  expect((await looked()).unlocked).toBe(false);
}, 240_000);

it('the recovery key is saved where the person says, for nobody else to read', async () => {
  await launch();
  const path = join(folder, 'recovery.txt');
  const save = () => call('saveRecoveryKey', 'ABCDE-FGHJK');
  await launched?.app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = async () => ({ canceled: filePath === '', filePath });
  }, path);
  expect(await save()).toEqual({ ok: true, value: { path } });
  expect(readFileSync(path, 'utf8')).toContain('ABCDE-FGHJK');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  await launched?.app.evaluate(({ dialog }) => {
    dialog.showSaveDialog = async () => ({ canceled: true, filePath: '' });
  });
  expect(await save()).toEqual({ ok: true, value: null });
  await launched?.app.evaluate(
    ({ dialog }, filePath) => {
      dialog.showSaveDialog = async () => ({ canceled: false, filePath });
    },
    join(path, 'not-a-folder.txt'),
  );
  expect(await save()).toMatchObject({
    ok: false,
    problem: { code: 'file', message: expect.stringMatching(/not a folder.*another place/) as unknown },
  });
}, 240_000);
