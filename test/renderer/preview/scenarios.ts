/** The states of the window that can be looked at, by name. */
import {
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

const scenarios: Readonly<Record<string, () => FakeOptions>> = {
  demo: () => ({ keys: [open, simulated], app: { udevRule } }),
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
  failed: () => ({ snapshotFails: true }),
  thousand: () => one(unlocked, manyPasskeys(1000)),
  'ten-thousand': () => one(unlocked, manyPasskeys(10_000)),
};

export const scenarioNames = Object.keys(scenarios);

export function scenario(name: string): FakeLatchkey {
  return new FakeLatchkey((scenarios[name] ?? scenarios['demo'])?.());
}
