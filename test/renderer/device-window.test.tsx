/** What a person sees of the passkeys of this device: cards, rows, options, the words of deleting. */
import { FluentProvider } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import type { PasskeyView } from '../../preload/contract';
import type { DeviceView } from '../../preload/device-contract';
import { autoLockChoices } from '../../renderer/advanced-options/auto-lock-choices';
import { DeviceOptions } from '../../renderer/advanced-options/DeviceOptions';
import { deviceCard, mayStartAnew } from '../../renderer/device/device-card';
import { DeviceCard } from '../../renderer/device/DeviceCard';
import {
  againMessage,
  freshMessage,
  freshPassphraseMessage,
  isGoodNewPin,
  isGoodPassphrase,
} from '../../renderer/device/new-pin';
import { troubleText } from '../../renderer/device/PinTrouble';
import { words } from '../../renderer/messages/en';
import { daysLeft } from '../../renderer/passkeys/days-left';
import { consequence, doneText } from '../../renderer/passkeys/delete-words';
import { beforeDeleting, nextDelete, splitRemovable } from '../../renderer/passkeys/delete-machine';
import { backupName } from '../../renderer/passkeys/names';
import { emptyKind } from '../../renderer/passkeys/page-state';
import { PasskeyRow } from '../../renderer/passkeys/PasskeyRow';
import { LatchkeyProvider } from '../../renderer/store/context';
import { connect } from '../../renderer/store/connect';
import { createWindowStore, type WindowStore } from '../../renderer/store/window-store';
import { testIds as t } from '../../renderer/test-ids';
import { devicePasskeys, fakeKey, fakePasskey } from '../support/fake-keys';
import { FakeLatchkey, type FakeOptions } from '../support/fake-latchkey';

const absent = new FakeLatchkey().device.view;
const open = new FakeLatchkey({ device: { pin: 'correct horse' } }).device.view;
const here = devicePasskeys();
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

interface Window {
  readonly store: WindowStore;
  readonly api: FakeLatchkey;
  readonly draw: (part: ReactNode) => string;
}

async function windowOn(options: FakeOptions): Promise<Window> {
  const api = new FakeLatchkey(options);
  const store = createWindowStore();
  const { retry } = connect(store, api);
  await settled();
  // Drawn without a browser, a component sees what the store began with: that is now.
  const drawn: WindowStore = { ...store, getInitialState: store.getState };
  const draw = (part: ReactNode): string =>
    renderToStaticMarkup(
      <FluentProvider>
        <LatchkeyProvider value={{ store: drawn, api, reconnect: retry }}>{part}</LatchkeyProvider>
      </FluentProvider>,
    );
  return { store, api, draw };
}

describe('the card of this device', () => {
  it.each<[string, Partial<DeviceView>, string]>([
    ['being opened', { state: 'closed' }, 'opening'],
    ['nothing there', { state: 'absent' }, 'set-up'],
    ['nothing there, and not wanted', { state: 'absent', enabled: false }, 'off'],
    ['under a passphrase', { state: 'passphrase-needed' }, 'passphrase'],
    ['something wrong', { state: 'unusable' }, 'problem'],
    ['ten wrong PINs', { pin: { triesLeft: 0, waitMilliseconds: 0, locked: true } }, 'pin-locked'],
    ['open', {}, 'open'],
    ['open, saving is off', { enabled: false }, 'open'],
  ])('%s', (_name, change, kind) => {
    expect(deviceCard({ ...open, ...change })).toBe(kind);
  });

  it('says how many passkeys there are, and leads to those that were deleted', async () => {
    const deleted = here.slice(0, 2).map((passkey) => ({ ...passkey, deleted: 1, goes: 2 }));
    const { draw } = await windowOn({ device: { pin: 'correct horse', passkeys: here, deleted } });
    const card = draw(<DeviceCard />);
    expect(card).toContain('12 passkeys, protected by your PIN.');
    expect(card).toContain('Recently deleted (2)');
  });

  it('says what is wrong in the words of the vault, and leads on', async () => {
    const problem = {
      code: 'damaged',
      message: 'The file is damaged. Restore the previous version.',
    } as const;
    const draw = async (canRestorePrevious: boolean) => {
      const view = { state: 'unusable', problem, canRestorePrevious } as const;
      return (await windowOn({ device: { view } })).draw(<DeviceCard />);
    };
    const restorable = await draw(true);
    expect(restorable).toContain(problem.message);
    for (const id of [t.deviceCardRestore, t.deviceCardRetry]) expect(restorable).toContain(id);
    expect(restorable).not.toContain(t.deviceCardStartAnew);
    expect(await draw(false)).toContain(t.deviceCardStartAnew);
  });

  it.each([
    ['damaged', true],
    ['two-vaults', true],
    ['key-missing', true],
    ['keychain-locked', false],
    ['in-use', false],
    ['newer-version', false],
    ['file', false],
  ] as const)('%s: starting anew is offered: %s', (code, offered) => {
    expect(mayStartAnew({ ...absent, state: 'unusable', problem: { code, message: '' } })).toBe(offered);
  });
});

describe('an empty list', () => {
  const page = { keys: [], device: open, all: 0, shown: 0, query: '', place: 'all' };
  const device = (state: DeviceView['state']) => ({ ...open, state });

  it.each([
    ['this device is open and empty', {}, 'no-passkeys'],
    ['it is being opened', { device: device('closed') }, 'waiting'],
    ['it is not set up', { device: absent }, 'no-key'],
    ['it needs its passphrase', { device: device('passphrase-needed') }, 'nothing'],
    ['something is wrong with it', { device: device('unusable') }, 'nothing'],
    ['a key beside it is locked', { keys: [fakeKey()] }, 'locked'],
    ['nothing is on this device, but elsewhere', { all: 3, place: 'device' }, 'empty-place'],
    ['nothing matches', { all: 3, query: 'x' }, 'no-hit'],
  ] as const)('%s', (_name, change, kind) => {
    expect(emptyKind({ ...page, ...change })).toBe(kind);
  });
});

describe('a row', () => {
  const draw = async (passkey: PasskeyView) =>
    (await windowOn({})).draw(
      <PasskeyRow
        passkey={passkey}
        index={0}
        top={0}
        selected={false}
        active
        placeName={words.device.name}
        simulated={false}
      />,
    );

  it('says in plain words whether the passkey exists anywhere else', async () => {
    const [passkey] = here;
    if (passkey === undefined) throw new Error('no passkey');
    expect(await draw(passkey)).toContain('Only on this device');
    expect(await draw({ ...passkey, backup: 'synced' })).toContain('Synced between devices');
    expect(await draw(fakePasskey('key-1', 1))).not.toContain(t.rowBackup);
    expect(backupName(fakePasskey('key-1', 1, { backup: 'device-bound' }))).toBe('Only on this key');
  });

  it('says that it cannot be deleted, and why', async () => {
    const reason = 'This passkey signs you in to this computer itself.';
    const row = await draw(fakePasskey('device', 1, { notRemovable: reason }));
    expect(row).toContain('Cannot be deleted');
    expect(row).toContain(reason);
  });
});

describe('deleting', () => {
  const [a, b] = here as readonly [PasskeyView, PasskeyView];
  const onKey = fakePasskey('key-1', 1);
  const kept = { ...b, notRemovable: 'You protected this passkey.' };

  it('says of this device that it can be undone for 30 days, of a key that it cannot, of both both', () => {
    expect(consequence([a])).toMatch(/Recently deleted for 30 days/);
    expect(consequence([a])).not.toMatch(/cannot be undone/);
    expect(consequence([a, b])).toMatch(/Recently deleted for 30 days/);
    expect(consequence([onKey])).toMatch(/cannot be undone/);
    expect(consequence([onKey])).not.toMatch(/Recently deleted/);
    expect(consequence([a, onKey])).toMatch(/Recently deleted for 30 days.*cannot be undone/);
  });

  it('says afterwards where they are', () => {
    expect(doneText([a], '')).toMatch(/Recently deleted/);
    expect(doneText([a, b], '')).toMatch(/^2 passkeys are in Recently deleted/);
    expect(doneText([a, b, onKey], '')).toMatch(/^3 passkeys were deleted. 2 of them/);
    expect(doneText([onKey], 'YubiKey')).toMatch(/deleted from YubiKey/);
  });

  it('leaves out what cannot be deleted, and asks nothing where none can', () => {
    const places = { keys: [], deviceIsOpen: true };
    expect(splitRemovable([a, kept])).toEqual({ removable: [a], kept: [kept] });
    expect(beforeDeleting(places, [a, kept]).name).toBe('asking');
    expect(beforeDeleting(places, [kept]).name).toBe('not-removable');
  });

  it('stops when this device is closed in the meantime, and goes on when it is open again', () => {
    const closed = { keys: [], deviceIsOpen: false };
    expect(beforeDeleting(closed, [a]).name).toBe('device-closed');
    const again = nextDelete(
      { name: 'device-closed' },
      { type: 'places', places: { ...closed, deviceIsOpen: true }, asked: [a] },
    );
    expect(again.name).toBe('asking');
    const answer = nextDelete(
      { name: 'deleting' },
      { type: 'answered', result: { ok: false, problem: { code: 'not-open', message: '' } }, asked: [a] },
    );
    expect(answer.name).toBe('device-closed');
  });
});

describe('Recently deleted', () => {
  const DAY = 24 * 60 * 60_000;

  it.each([
    [30 * DAY, 30],
    [29.2 * DAY, 30],
    [1.5 * DAY, 2],
    [DAY, 0],
    [1, 0],
    [-DAY, 0],
  ])('%s ms before it goes it has %i days left', (left, days) => {
    expect(daysLeft(1_000_000 + left, 1_000_000)).toBe(days);
  });

  it('follows what is deleted and restored', async () => {
    const { store, api } = await windowOn({ device: { pin: 'correct horse', passkeys: here } });
    const [first] = here;
    if (first === undefined) throw new Error('no passkey');
    await api.call('deletePasskeys', [first.id]);
    expect(store.getState().deleted.map(({ id }) => id)).toEqual([first.id]);
    expect(store.getState().passkeys['device']).toHaveLength(11);
    await api.call('restorePasskeys', [first.id]);
    expect(store.getState().deleted).toEqual([]);
    expect(store.getState().passkeys['device']).toHaveLength(12);
  });
});

describe('the store', () => {
  it('keeps the passkeys of this device when a key is taken out', async () => {
    const view = fakeKey({ passkeys: 'unlocked' });
    const { store, api } = await windowOn({
      keys: [{ view, passkeys: [fakePasskey('key-1', 1)] }],
      device: { pin: 'correct horse', passkeys: here },
    });
    store.setState({ place: 'device' });
    api.unplug('key-1');
    expect(store.getState().passkeys['device']).toHaveLength(12);
    expect(store.getState().place).toBe('device');
    api.device.change({ state: 'passphrase-needed' });
    expect(store.getState().passkeys['device']).toEqual([]);
    expect(store.getState().place).toBe('all');
  });

  it('knows until when the next PIN has to wait', async () => {
    const { store, api } = await windowOn({ device: { pin: 'correct horse' } });
    const before = performance.now();
    api.device.change({ pin: { triesLeft: 4, waitMilliseconds: 60_000, locked: false } });
    const { pinWaitsUntil } = store.getState();
    expect(pinWaitsUntil - before).toBeGreaterThanOrEqual(60_000);
    expect(pinWaitsUntil - performance.now()).toBeLessThanOrEqual(60_000);
  });

  it('never holds a PIN, a passphrase or a recovery key', async () => {
    const { store, api } = await windowOn({});
    const seen: string[] = [];
    store.subscribe((state) => seen.push(JSON.stringify(state)));
    const answer = await api.call('setUpDevice', 'secret pin 1', 'secret phrase 2');
    await api.call('changeDevicePin', 'secret pin 1', 'secret pin 3');
    const again = await api.call('newRecoveryKey', 'secret pin 3');
    if (!answer.ok || !again.ok) throw new Error('refused');
    expect(seen.length).toBeGreaterThan(3);
    const secrets = [/secret p/, new RegExp(answer.value.recoveryKey), new RegExp(again.value.recoveryKey)];
    for (const text of seen) for (const secret of secrets) expect(text).not.toMatch(secret);
  });
});

describe('a new PIN or passphrase, while it is typed', () => {
  it('says what is missing, what is obvious, and when it is fine', () => {
    expect(freshMessage({ fresh: '', again: '' }, false)).toBeUndefined();
    expect(freshMessage({ fresh: 'k4t', again: '' }, false)).toMatchObject({ state: 'none' });
    expect(freshMessage({ fresh: 'k4t', again: '' }, true)).toMatchObject({ state: 'error' });
    expect(freshMessage({ fresh: '123456', again: '' }, false)?.text).toMatch(/follow each other/);
    expect(freshMessage({ fresh: 'k4tzen', again: '' }, false)).toMatchObject({ state: 'success' });
    expect(freshMessage({ fresh: 'k4tzen', again: '' }, false, 'k4tzen')).toMatchObject({ state: 'error' });
    expect(freshPassphraseMessage({ fresh: 'short', again: '' }, false)).toMatchObject({ state: 'none' });
    expect(freshPassphraseMessage({ fresh: 'short', again: '' }, true)).toMatchObject({ state: 'error' });
    expect(freshPassphraseMessage({ fresh: 'blue horses sleep', again: '' }, false)?.state).toBe('success');
  });

  it('wants it twice, and takes two ways to type one letter for the same', () => {
    expect(isGoodNewPin({ fresh: 'caf\u00E9 au lait', again: 'cafe\u0301 au lait' })).toBe(true);
    expect(isGoodNewPin({ fresh: 'k4tzen', again: 'k4tze' })).toBe(false);
    expect(isGoodNewPin({ fresh: 'k4tzen', again: 'k4tzen' }, 'k4tzen')).toBe(false);
    expect(isGoodPassphrase({ fresh: 'blue horses sleep', again: 'blue horses' })).toBe(false);
    expect(againMessage({ fresh: 'k4tzen', again: 'k4' }, false)).toMatchObject({ state: 'none' });
    expect(againMessage({ fresh: 'k4tzen', again: 'k5' }, false)).toMatchObject({ state: 'error' });
    expect(againMessage({ fresh: 'k4tzen', again: 'k4tzen' }, false)).toMatchObject({ state: 'success' });
  });

  it('says how many tries are left, and spells out what the last ones mean', () => {
    const wrong = { code: 'pin-wrong', message: '', retriesLeft: 8 } as const;
    expect(troubleText(wrong, 8)).toBe('That PIN is not right. 8 tries left.');
    expect(troubleText({ ...wrong, retriesLeft: 2 }, 2)).toMatch(
      /2 tries left. After that, only your recovery key/,
    );
    expect(troubleText(undefined, 10)).toBe('');
    expect(troubleText(undefined, 1)).toMatch(/Only one try left/);
    expect(troubleText({ code: 'recovery-wrong', message: 'Not the key.' }, undefined)).toBe('Not the key.');
  });

  it('says how long to wait', () => {
    const { duration } = words.deviceDialogs;
    expect([duration(1), duration(59), duration(245), duration(7800)]).toEqual([
      '1 second',
      '59 seconds',
      '4 min 5 s',
      '2 h 10 min',
    ]);
  });
});

describe('Advanced options', () => {
  const draw = async (device: FakeOptions['device']) =>
    (await windowOn({ ...(device && { device }) })).draw(<DeviceOptions />);

  it('has everything while this device is open', async () => {
    const page = await draw({ pin: 'correct horse', view: { unlocked: true, path: '/home/sam/here' } });
    for (const id of [
      t.deviceEnabled,
      t.deviceLock,
      t.deviceAutoLock,
      t.deviceChangePin,
      t.deviceNewRecoveryKey,
      t.deviceSwitchSealing,
      t.deviceShowFolder,
      t.deviceRestorePrevious,
      t.deviceDeleted,
    ])
      expect(page, id).toContain(`"${id}"`);
    expect(page).toContain('/home/sam/here');
    expect(page).toContain('Use a passphrase');
  });

  it('has the recovery key in the place of the PIN while that is locked', async () => {
    const page = await draw({
      pin: 'correct horse',
      view: { pin: { triesLeft: 0, waitMilliseconds: 0, locked: true } },
    });
    expect(page).toContain(t.deviceRecover);
    expect(page).not.toContain(t.deviceChangePin);
  });

  it('leads to the set-up, or to what is needed, while it is not open', async () => {
    expect(await draw(undefined)).toContain(t.deviceSetUp);
    const waiting = await draw({ view: { state: 'passphrase-needed' } });
    expect(waiting).toContain(t.devicePasskeys);
    expect(waiting).toContain(t.deviceStartAnew);
  });

  it('offers the minutes that are set now, also unusual ones', () => {
    expect(autoLockChoices(5)).toContain(5);
    expect(autoLockChoices(7)).toEqual([1, 2, 5, 7, 10, 15, 30, 60, 240, 480]);
  });
});
