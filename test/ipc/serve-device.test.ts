/** The window's calls about this device, with their validators, and the events it gets. */
import { beforeEach, describe, expect, it } from 'vitest';
import * as v from 'valibot';
import { problem } from '../../main/inventory/problems';
import { forwardChanges, windowHandlers, type WindowServices } from '../../main/ipc/serve-window';
import { callArguments, type EventName, type Result } from '../../preload/contract';
import { DEVICE_PIN, DeviceDesk } from '../support/device-desk';
import { windowServices } from '../support/window-services';

let desk: DeviceDesk;
let saved: { readonly name: string; readonly text: string }[];
let printed: boolean;
let shown: string[];
let services: WindowServices;

beforeEach(() => {
  desk = new DeviceDesk();
  saved = [];
  printed = true;
  shown = [];
  services = windowServices(desk, {
    saveText: async (name, text) => {
      saved.push({ name, text });
      return `/home/ana/${name}`;
    },
    print: async () => printed,
    showFolder: async (path) => void shown.push(path),
  });
});

const window = () => windowHandlers(services);

async function valueOf<T>(answer: Promise<Result<T>>): Promise<T> {
  const result = await answer;
  if (!result.ok) throw new Error(result.problem.message);
  return result.value;
}

describe('the snapshot', () => {
  it('of a machine without passkeys says that they can be set up', async () => {
    await desk.place.start();
    expect(await window().snapshot()).toMatchObject({
      passkeys: { device: '[]' },
      device: { state: 'absent', enabled: true },
      deleted: [],
    });
  });

  it('holds the passkeys of this device, in words, and nothing secret', async () => {
    await desk.withPasskeys('a.example', 'b.example');
    await desk.place.deletePasskeys([desk.id('b.example')]);
    const snapshot = await window().snapshot();
    expect(JSON.parse(snapshot.passkeys['device']!)).toMatchObject([
      {
        id: desk.id('a.example'),
        keyId: 'device',
        rpId: 'a.example',
        userName: 'ada',
        backup: 'device-bound',
        created: desk.calendar.now(),
        protected: false,
        oddities: [],
      },
    ]);
    expect(snapshot.deleted).toMatchObject([
      { rpId: 'b.example', deleted: desk.calendar.now(), goes: desk.calendar.now() + 2_592_000_000 },
    ]);
    expect(structuredClone(snapshot)).toEqual(snapshot);
    const told = JSON.stringify(snapshot);
    for (const secret of [...desk.secrets, desk.recoveryKey, DEVICE_PIN]) expect(told).not.toContain(secret);
  });
});

describe('the wizard', () => {
  it('gives the recovery key once, and the passkeys are open', async () => {
    await desk.place.start();
    const { recoveryKey } = await valueOf(window().setUpDevice(DEVICE_PIN, null));
    expect(recoveryKey.length).toBeGreaterThan(20);
    expect((await window().snapshot()).device).toMatchObject({ state: 'open', sealing: 'keychain' });
    expect(await window().setUpDevice(DEVICE_PIN, null)).toMatchObject({ ok: false });
  });

  it('refuses a PIN that is too obvious, with the reason', async () => {
    await desk.place.start();
    const answer = await window().setUpDevice('123456', null);
    expect(answer).toMatchObject({ ok: false, problem: { code: 'pin-refused' } });
    expect((await window().snapshot()).device.state).toBe('absent');
  });

  it('saves the recovery key with words around it that say what it is', async () => {
    expect(await valueOf(window().saveRecoveryKey('ABCDE-FGHJK'))).toEqual({
      path: '/home/ana/latchkey-recovery-key.txt',
    });
    expect(saved).toHaveLength(1);
    expect(saved[0]?.text).toMatch(/^Latchkey recovery key\n\n {4}ABCDE-FGHJK\n\nIt opens the passkeys/);
  });

  it('tells that it was not saved: cancelled, or the reason', async () => {
    services = { ...services, saveText: async () => undefined };
    expect(await valueOf(window().saveRecoveryKey('ABCDE'))).toBeNull();
    services = {
      ...services,
      saveText: () => Promise.reject(problem('file', 'There is no room left. Choose another place for it.')),
    };
    expect(await window().saveRecoveryKey('ABCDE')).toMatchObject({ ok: false, problem: { code: 'file' } });
  });

  it('prints it, or says that nothing was printed', async () => {
    expect(await window().printRecoveryKey()).toEqual({ ok: true, value: null });
    printed = false;
    expect(await window().printRecoveryKey()).toMatchObject({ ok: false, problem: { code: 'cancelled' } });
  });
});

it('a wrong PIN comes back with the tries that are left and the time to wait', async () => {
  await desk.withPasskeys();
  expect(await window().changeDevicePin('wrong horse', 'correct donkey')).toMatchObject({
    ok: false,
    problem: { code: 'pin-wrong', retriesLeft: 9, waitMilliseconds: expect.any(Number) as unknown },
  });
  expect(await window().changeDevicePin(DEVICE_PIN, 'correct donkey')).toEqual({ ok: true, value: null });
  expect(await window().newRecoveryKey('correct donkey')).toMatchObject({ ok: true });
});

it('passkeys of this device are deleted, restored, renamed and protected by the calls of the list', async () => {
  await desk.withPasskeys('a.example');
  const id = desk.id('a.example');
  expect(await valueOf(window().editPasskey(id, { userName: 'grace' }))).toEqual({ userName: 'grace' });
  await valueOf(window().setProtected(id, true));
  expect(await valueOf(window().deletePasskeys([id]))).toMatchObject([{ outcome: 'kept' }]);
  await valueOf(window().setProtected(id, false));
  expect(await valueOf(window().deletePasskeys([id]))).toEqual([{ passkeyId: id, outcome: 'deleted' }]);
  await valueOf(window().restorePasskeys([id]));
  expect(JSON.parse((await window().snapshot()).passkeys['device']!)).toMatchObject([{ userName: 'grace' }]);
  await valueOf(window().deletePasskeys([id]));
  await valueOf(window().purgePasskeys([id]));
  await valueOf(window().emptyDeleted());
  expect(await window().restorePasskeys([id])).toMatchObject({ ok: false, problem: { code: 'not-found' } });
});

it('options, lock, folder and the generation before', async () => {
  await desk.withPasskeys('a.example');
  await desk.verify();
  await valueOf(window().setDeviceOptions({ enabled: false, autoLockMinutes: 30 }));
  expect(desk.place.status).toMatchObject({ enabled: false, autoLockMinutes: 30, unlocked: true });
  await valueOf(window().lockDevice());
  expect(desk.place.status.unlocked).toBe(false);
  await valueOf(window().showDeviceFolder());
  expect(shown).toEqual([desk.place.status.path]);
  expect(await valueOf(window().previousGeneration())).toEqual({
    written: desk.calendar.now(),
    passkeys: 0,
  });
  await valueOf(window().switchSealing(DEVICE_PIN, { passphrase: 'seven sunny sparrows' }));
  expect(desk.place.status.sealing).toBe('passphrase');
  await valueOf(window().openDevice());
});

describe('events', () => {
  it('come for the status, the list and Recently deleted, as the snapshot has them', async () => {
    await desk.withPasskeys('a.example');
    const events = new Map<EventName, unknown>();
    const stop = forwardChanges(services, (name, event) => void events.set(name, event));
    await desk.place.deletePasskeys([desk.id('a.example')]);
    const snapshot = await window().snapshot();
    expect(events.get('device')).toEqual(snapshot.device);
    expect(events.get('passkeys')).toEqual({ keyId: 'device', passkeys: '[]' });
    expect(events.get('deleted')).toEqual(snapshot.deleted);
    stop();
    events.clear();
    await desk.place.restore([desk.id('a.example')]);
    expect(events.size).toBe(0);
  });
});

describe('arguments', () => {
  const accepts = (call: keyof typeof callArguments, ...args: readonly unknown[]) =>
    v.safeParse(callArguments[call], args).success;

  it('that fit are taken', () => {
    expect(accepts('setUpDevice', 'a PIN', null)).toBe(true);
    expect(accepts('setUpDevice', 'a PIN', 'a passphrase')).toBe(true);
    expect(accepts('restorePasskeys', ['device:00ff'])).toBe(true);
    expect(accepts('restorePasskeys', [`device:${'ab'.repeat(1023)}`])).toBe(true);
    expect(accepts('switchSealing', 'a PIN', 'keychain')).toBe(true);
    expect(accepts('switchSealing', 'a PIN', { passphrase: 'x' })).toBe(true);
    expect(accepts('setDeviceOptions', {})).toBe(true);
    expect(accepts('setDeviceOptions', { enabled: true, autoLockMinutes: 480 })).toBe(true);
  });

  it.each<[keyof typeof callArguments, ...unknown[]]>([
    ['setUpDevice', ''],
    ['setUpDevice', 'a PIN'],
    ['setUpDevice', 'a PIN', ''],
    ['setUpDevice', 'x'.repeat(257), null],
    ['openDeviceWithPassphrase', 'x'.repeat(1025)],
    ['changeDevicePin', 'a PIN'],
    ['recoverDevice', 'x'.repeat(257), 'a PIN'],
    ['restorePasskeys', []],
    ['restorePasskeys', ['key-1:00ff']],
    ['restorePasskeys', ['device:']],
    ['restorePasskeys', ['device:0']],
    ['restorePasskeys', ['device:FF']],
    ['restorePasskeys', [`device:${'ab'.repeat(1024)}`]],
    ['purgePasskeys', Array.from({ length: 10_001 }, () => 'device:00')],
    ['setProtected', 'device:00', 'yes'],
    ['switchSealing', 'a PIN', 'passphrase'],
    ['switchSealing', 'a PIN', { passphrase: 'x', keychain: true }],
    ['setDeviceOptions', { autoLockMinutes: 0 }],
    ['setDeviceOptions', { autoLockMinutes: 481 }],
    ['setDeviceOptions', { autoLockMinutes: 1.5 }],
    ['setDeviceOptions', { path: '/etc' }],
    ['showDeviceFolder', '/etc'],
    ['saveRecoveryKey', 'x'.repeat(257)],
    ['printRecoveryKey', 'x'],
  ])('of %s that do not fit are refused: %j', (call, ...args) => {
    expect(accepts(call, ...args)).toBe(false);
  });
});
