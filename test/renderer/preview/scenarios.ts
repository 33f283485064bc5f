/** The states of the window that can be looked at, by name. */
import type { PasskeyView, Problem } from '../../../preload/contract';
import type { DeletedPasskeyView, DeviceView } from '../../../preload/device-contract';
import { browserScenarios } from './browser-scenarios';
import {
  deviceId,
  devicePasskeys,
  fakeKey,
  fakePasskey,
  hostilePasskeys,
  manyPasskeys,
  ordinaryPasskeys,
} from '../../support/fake-keys';
import { FakeLatchkey, type FakeKey, type FakeOptions } from '../../support/fake-latchkey';

const udevRule =
  'KERNEL=="hidraw*", SUBSYSTEM=="hidraw", ENV{ID_FIDO_TOKEN}=="1", TAG+="uaccess", MODE="0660"\n';

const unlocked = { passkeys: 'unlocked', slots: { used: 12, free: 88 } } as const;
const yubikey: FakeKey = { view: fakeKey(), pin: '1234', passkeys: ordinaryPasskeys() };
const open: FakeKey = { view: fakeKey(unlocked), pin: '1234', passkeys: ordinaryPasskeys() };
const simulated: FakeKey = {
  view: fakeKey({
    ...unlocked,
    id: 'key-2',
    name: 'Simulated key',
    manufacturer: 'Latchkey',
    simulated: true,
    firmware: '1',
    slots: { used: 2, free: 98 },
  }),
  pin: '0000',
  passkeys: [
    fakePasskey('key-2', 0, { rpId: 'github.com', userName: 'sam-rivers', userDisplayName: 'Sam Rivers' }),
    fakePasskey('key-2', 1, { rpId: 'demo.example', userName: 'tester', userDisplayName: 'Tester' }),
  ],
};
const pin = fakeKey().pin;
const one = (view: Parameters<typeof fakeKey>[0], passkeys = ordinaryPasskeys()): FakeOptions => ({
  keys: [{ view: fakeKey(view), pin: '1234', passkeys }],
});
const noPin = {
  passkeys: 'nothing',
  cannotList: 'no-pin',
  pin: { supported: true, set: false, changeRequired: false, minLength: 6, maxBytes: 63 },
} as const;

const DAY = 24 * 60 * 60_000;
const pamReason =
  'This passkey signs you in to this computer itself, so it cannot be deleted here. Remove it from the sign-in settings of the system first.';
const here: readonly PasskeyView[] = devicePasskeys().map((passkey, index) => {
  if (index === 1)
    return {
      ...passkey,
      protected: true,
      notRemovable: 'You protected this passkey. Stop protecting it first.',
    };
  if (index === 4) return { ...passkey, rpId: 'pam://workstation', userName: 'sam', notRemovable: pamReason };
  return index === 5 ? { ...passkey, backup: 'synced' } : passkey;
});
/** Some of them have a name of the user's own. */
const ownNames = <P extends PasskeyView>(passkeys: readonly P[]): readonly P[] =>
  passkeys.map((passkey, index) =>
    index % 3 === 0
      ? passkey
      : {
          ...passkey,
          ownName: index % 3 === 1 ? 'Work' : 'The one that I share with Robin for the holidays',
        },
  );
const deleted = (count: number): readonly DeletedPasskeyView[] =>
  manyPasskeys(count, 'device').map((passkey, index) => {
    const since = Date.now() - Math.floor((index * 29.5 * DAY) / Math.max(1, count - 1));
    return {
      ...passkey,
      id: deviceId(index),
      backup: 'device-bound',
      deleted: since,
      goes: since + 30 * DAY,
    };
  });
const device = { pin: 'correct horse', passkeys: here, deleted: deleted(3) };
const unusable = (problem: Problem, canRestorePrevious = false): { readonly view: Partial<DeviceView> } => ({
  view: { state: 'unusable', problem, canRestorePrevious },
});
const damaged: Problem = {
  code: 'damaged',
  message:
    'The file with the passkeys of this device is damaged: what is read is not what was written. Restore the previous version, or put back a copy of the file.',
};
const triesLeft = (left: number, waitMilliseconds = 0): Partial<DeviceView> => ({
  pin: { triesLeft: left, waitMilliseconds, locked: left === 0 },
});

const scenarios: Readonly<Record<string, () => FakeOptions>> = {
  demo: () => ({ keys: [open, simulated], app: { udevRule } }),
  device: () => ({ keys: [open], device }),
  'device-only': () => ({ device }),
  'device-empty': () => ({ device: { pin: 'correct horse' } }),
  'device-off': () => ({ device: { view: { enabled: false } } }),
  'device-off-open': () => ({ device: { ...device, view: { enabled: false, unlocked: true } } }),
  'device-closed': () => ({ keys: [open], device: { view: { state: 'closed' } } }),
  'device-passphrase': () => ({
    keys: [open],
    device: { ...device, passphrase: 'open sesame', view: { state: 'passphrase-needed' } },
  }),
  'device-passphrase-open': () => ({ device: { ...device, passphrase: 'open sesame' } }),
  'device-damaged': () => ({
    keys: [open],
    device: {
      ...device,
      ...unusable(damaged, true),
      previous: { written: Date.UTC(2026, 0, 14, 9), passkeys: 11 },
    },
  }),
  'device-two-vaults': () => ({
    device: unusable({
      code: 'two-vaults',
      message:
        'The key in the keychain belongs to other passkeys than the file on this device. Put back the file that belongs to it, or start anew.',
    }),
  }),
  'device-keychain-locked': () => ({
    device: unusable({
      code: 'keychain-locked',
      message: 'The keychain of the system is locked. Unlock it with your password and try again.',
    }),
  }),
  'device-previous': () => ({
    device: {
      ...device,
      previous: { written: Date.UTC(2026, 0, 14, 9), passkeys: 11 },
      refuses: (name) =>
        name === 'restorePrevious'
          ? { code: 'file', message: 'The disk is full. Make room on it and try again.' }
          : undefined,
    },
  }),
  'device-pin-locked': () => ({ device: { ...device, view: triesLeft(0) } }),
  'device-pin-few': () => ({ device: { ...device, view: triesLeft(3, 285_000) } }),
  'device-unlocked': () => ({
    device: { ...device, view: { unlocked: true, biometrics: { name: 'Touch ID', ready: true } } },
  }),
  'device-notice': () => ({
    device: {
      ...device,
      view: {
        autoLockMinutes: 7,
        settingsNotice: 'The settings could not be read, so the usual ones are in force. Set them again.',
      },
    },
  }),
  'device-no-keychain': () => ({
    device: {
      refuses: (name, [, passphrase]) =>
        name === 'setUpDevice' && passphrase === null
          ? { code: 'keychain-unavailable', message: 'No keychain answers on this system.' }
          : undefined,
    },
  }),
  'device-set-up-fails': () => ({
    device: {
      refuses: (name) =>
        name === 'setUpDevice'
          ? {
              code: 'keychain-timed-out',
              message: 'The keychain did not answer in time. Unlock it and try again.',
            }
          : undefined,
    },
  }),
  'deleted-none': () => ({ device: { ...device, deleted: [] } }),
  'deleted-thousand': () => ({ device: { ...device, deleted: deleted(1000) } }),
  'deleted-hostile': () => ({
    device: {
      pin: 'correct horse',
      passkeys: hostilePasskeys('device').map((passkey) => ({ ...passkey, backup: 'device-bound' })),
      deleted: hostilePasskeys('device').map((passkey) => ({
        ...passkey,
        deleted: Date.now(),
        goes: Date.now() + 30 * DAY,
      })),
    },
  }),
  'no-key': () => ({}),
  locked: () => ({ keys: [yubikey] }),
  finger: () => ({ keys: [{ ...yubikey, view: fakeKey({ builtInUv: 'ready' }) }] }),
  'finger-wrong': () => ({
    keys: [
      {
        ...yubikey,
        view: fakeKey({ builtInUv: 'ready' }),
        finger: { ok: false, problem: { code: 'uv-blocked', message: 'The fingerprint sensor is blocked.' } },
      },
    ],
  }),
  'details-failed': () => ({
    keys: [
      {
        ...open,
        details: () => ({
          ok: false,
          problem: {
            code: 'not-found',
            message: 'This passkey is no longer in the list. Refresh to see what the key holds.',
          },
        }),
      },
    ],
  }),
  'own-names': () => ({
    keys: [{ ...open, passkeys: ownNames(ordinaryPasskeys()) }],
    device: { ...device, passkeys: ownNames(here), deleted: ownNames(deleted(3)) },
  }),
  'own-names-hostile': () => ({
    ...one(
      unlocked,
      hostilePasskeys().map((passkey) => ({ ...passkey, ownName: passkey.userName ?? passkey.rpId })),
    ),
    ownNamesNotice:
      'The file with your own names for passkeys, /home/sam/.config/latchkey/names.json, is damaged, so they are not shown. Name passkeys anew: this file is then kept as /home/sam/.config/latchkey/names.json.unreadable.',
  }),
  'own-name-only': () => ({
    keys: [{ ...open, view: fakeKey({ ...unlocked, canEdit: false }) }],
    nameOwn: {
      code: 'file',
      message:
        'The name was not saved. Cannot save /home/sam/.config/latchkey/names.json: there is no room left on the disk. What was saved before is unchanged. Put that right and try again.',
    },
  }),
  'edit-short': () => ({
    keys: [{ ...open, edit: ({ userName }) => ({ ok: true, value: { userName: userName?.slice(0, 8) } }) }],
  }),
  'locked-slow': () => ({ keys: [yubikey], listMilliseconds: 150 }),
  'one-locked-one-open': () => ({ keys: [yubikey, simulated] }),
  listing: () => one({ passkeys: 'listing', progress: { done: 7, total: 12 } }),
  'listing-start': () => one({ passkeys: 'listing' }),
  opening: () => one({ state: 'opening', passkeys: 'nothing', facts: [] }),
  'no-permission': () => ({
    ...one({
      state: 'unusable',
      passkeys: 'nothing',
      facts: [],
      problem: {
        code: 'access-denied',
        message:
          'This system does not let you use the security key. See how to allow it, then plug the key in again.',
      },
    }),
    app: { udevRule },
  }),
  'no-permission-windows': () => ({
    ...one({
      state: 'unusable',
      passkeys: 'nothing',
      facts: [],
      problem: { code: 'access-denied', message: 'Windows lets only an administrator use the security key.' },
    }),
    app: { platform: 'win32' },
  }),
  'in-use': () =>
    one({
      state: 'unusable',
      passkeys: 'nothing',
      facts: [],
      problem: {
        code: 'in-use',
        message:
          'Another program is using the security key. Finish or close what it is doing there, then try again.',
      },
    }),
  'no-pin': () => one(noPin, []),
  'u2f-only': () =>
    one(
      {
        passkeys: 'nothing',
        cannotList: 'no-discoverable-credentials',
        versions: ['U2F_V2'],
        canReset: false,
        facts: [],
        pin: { ...pin, supported: false, set: false },
      },
      [],
    ),
  'no-credential-management': () => one({ passkeys: 'nothing', cannotList: 'no-credential-management' }, []),
  'no-passkeys': () => one({ passkeys: 'unlocked', slots: { used: 0, free: 100 } }, []),
  'pin-reinsert': () => one({ pin: { ...pin, retriesLeft: 5, blocked: 'until-reinserted' } }),
  'pin-blocked': () => one({ pin: { ...pin, retriesLeft: 0, blocked: 'for-good' } }),
  'pin-change': () => one({ pin: { ...pin, changeRequired: true, minLength: 6 } }),
  'pin-last-try': () => one({ pin: { ...pin, retriesLeft: 1 } }),
  'list-cut': () => one({ ...unlocked, listCutAt: 4096 }),
  full: () => one({ ...unlocked, slots: { used: 100, free: 0 } }),
  odd: () =>
    one({
      ...unlocked,
      oddities: [
        'The members of its answer were not in canonical order.',
        'It gave a name that was cut in the middle of a character.',
      ],
    }),
  hostile: () => one({ ...unlocked, name: 'Evil \u202Eyek\u0000 '.repeat(40) }, hostilePasskeys()),
  'delete-some': () => ({
    keys: [
      {
        ...open,
        deletion: ({ id }) => {
          const n = Number(id.split(':')[1]);
          if (n === 1)
            return {
              passkeyId: id,
              outcome: 'kept',
              problem: {
                code: 'delete-not-verified',
                message: 'The key said yes, but still lists this passkey.',
              },
            };
          return n === 2 ? { passkeyId: id, outcome: 'unknown' } : { passkeyId: id, outcome: 'deleted' };
        },
      },
    ],
  }),
  ...browserScenarios,
  failed: () => ({ snapshotFails: true }),
  thousand: () => one(unlocked, manyPasskeys(1000)),
  'ten-thousand': () => one(unlocked, manyPasskeys(10_000)),
};

export const scenarioNames = Object.keys(scenarios);

export function scenario(name: string): FakeLatchkey {
  return new FakeLatchkey((scenarios[name] ?? scenarios['demo'])?.());
}
