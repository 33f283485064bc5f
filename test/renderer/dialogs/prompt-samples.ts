/** What a person is asked for on the way: keys, touches, fingers, PINs and passphrases; and what is waited for. */
import type { CeremonyState, NewPinRefusal } from '../../../main/ceremony/dialog-view';
import { accounts, keys, onKey, saving, sites, thisDevice, using, type Sample } from './sample';

const rules = { minLength: 4, maxBytes: 63 } as const;
const strict = { minLength: 8, maxBytes: 63 } as const;
const back = { canGoBack: true } as const;

/** Of each new PIN that was not taken, what is said. */
const refusals: Readonly<Record<NewPinRefusal, string>> = {
  'too-short': 'is too short',
  'too-long': 'is too long',
  'not-text': 'ends with a character that does not show',
  refused: 'was refused by the key, for a reason of its own',
};
const refused = Object.entries(refusals) as readonly (readonly [NewPinRefusal, string])[];

export const touchSamples: readonly Sample[] = [
  saving('insert-key-save', 'No key is plugged in', { name: 'insert-key' }, back),
  using('insert-key-use', 'The same, to sign in', { name: 'insert-key' }),
  using(
    'insert-key-alone',
    'Nowhere else to go',
    { name: 'insert-key' },
    { hasOwnDialog: false, canGoElsewhere: false },
  ),
  saving('touch-save', 'One key waits to be touched', { name: 'touch-key', keys: [keys.blue] }, back),
  using('touch-use', 'The same, to sign in', { name: 'touch-key', keys: [keys.green] }),
  using('touch-several', 'Three keys blink, and the first touch wins', {
    name: 'touch-key',
    keys: [keys.blue, keys.green, keys.finger],
  }),
  saving(
    'touch-same-name',
    'Two keys of the same name, and one whose name is a trap',
    { name: 'touch-key', keys: [keys.blue, keys.blueToo, keys.hostile] },
    back,
  ),
  using('finger', 'The sensor of the key waits', { name: 'key-finger', key: keys.finger }),
  using('finger-again', 'The finger was not recognised', {
    name: 'key-finger',
    key: keys.finger,
    retries: 4,
  }),
  saving('finger-last', 'The last try before only the PIN helps', {
    name: 'key-finger',
    key: keys.finger,
    retries: 1,
  }),
];

export const keyPinSamples: readonly Sample[] = [
  saving('key-pin-save', 'The PIN of the key', { name: 'key-pin', key: keys.blue }, back),
  using('key-pin-use', 'The same, to sign in', { name: 'key-pin', key: keys.blue }),
  using('key-pin-wrong', 'It was wrong', { name: 'key-pin', key: keys.blue, retries: 7 }),
  using('key-pin-last', 'One try is left before the key is blocked for good', {
    name: 'key-pin',
    key: keys.hostile,
    retries: 1,
  }),
  saving(
    'create-pin',
    'The key has no PIN and needs one',
    { name: 'create-key-pin', key: keys.green, rules },
    back,
  ),
  ...refused.map(([refusal, words]) =>
    saving(
      `create-pin-${refusal}`,
      `The new PIN ${words}`,
      { name: 'create-key-pin', key: keys.green, rules, refusal },
      back,
    ),
  ),
  using(
    'change-pin',
    'The key demands another PIN',
    { name: 'change-key-pin', key: keys.blue, rules: strict },
    back,
  ),
  using(
    'change-pin-wrong',
    'The PIN that it has was wrong',
    { name: 'change-key-pin', key: keys.blue, rules: strict, retries: 5 },
    back,
  ),
  ...refused.map(([refusal, words]) =>
    using(
      `change-pin-${refusal}`,
      `The new PIN ${words}`,
      { name: 'change-key-pin', key: keys.blue, rules: strict, refusal },
      back,
    ),
  ),
];

const passphrase = (wrong: boolean): CeremonyState => ({ name: 'device-passphrase', wrong });

export const deviceSamples: readonly Sample[] = [
  saving('device-pin-save', 'The app PIN, to save', { name: 'device-pin', account: accounts.sam }, back),
  using('device-pin-use', 'The app PIN, to sign in', { name: 'device-pin', account: accounts.sam }),
  using('device-pin-nobody', 'No account is known', { name: 'device-pin' }),
  using('device-pin-wrong', 'It was wrong', {
    name: 'device-pin',
    account: accounts.sam,
    triesLeft: 7,
    wait: 0,
    problem: 'wrong',
  }),
  using('device-pin-wait', 'It was wrong, and the next try has to wait', {
    name: 'device-pin',
    account: accounts.sam,
    triesLeft: 4,
    wait: 90_000,
    problem: 'wrong',
  }),
  using('device-pin-last', 'One try is left, in an hour', {
    name: 'device-pin',
    account: accounts.hostile,
    triesLeft: 1,
    wait: 3_600_000,
    problem: 'wrong',
  }),
  using('device-pin-early', 'It came before the wait was over', {
    name: 'device-pin',
    account: accounts.sam,
    triesLeft: 3,
    wait: 25_000,
    problem: 'too-early',
  }),
  saving(
    'biometrics-save',
    'The system asks for a fingerprint',
    { name: 'device-biometrics', account: accounts.sam, by: 'your fingerprint' },
    back,
  ),
  using('biometrics-use', 'The same, to sign in', {
    name: 'device-biometrics',
    account: accounts.sam,
    by: 'your fingerprint',
  }),
  saving('passphrase', 'This device is locked with a passphrase', passphrase(false), back),
  using('passphrase-wrong', 'It was wrong', passphrase(true)),
];

export const waitingSamples: readonly Sample[] = [
  saving(
    'preparing-save',
    'Keys and this device are looked at',
    { name: 'preparing' },
    {
      site: sites.unchecked,
      canGoElsewhere: false,
    },
  ),
  using(
    'preparing-use',
    'The same, to sign in',
    { name: 'preparing' },
    {
      site: sites.unchecked,
      canGoElsewhere: false,
    },
  ),
  saving('working-device', 'This device is at work', { name: 'working', place: thisDevice }),
  using('working-key', 'A key is at work', { name: 'working', place: onKey(keys.blue) }),
  saving('working-hostile', 'A key with a long name is at work', {
    name: 'working',
    place: onKey(keys.hostile),
  }),
];

/** Where the window is hidden: nothing is drawn. */
export const hiddenSamples: readonly Sample[] = [
  saving(
    'waiting',
    'Another dialog of the same caller is open',
    { name: 'waiting' },
    {
      site: sites.unchecked,
      canGoElsewhere: false,
    },
  ),
  using('closed', 'It is over', { name: 'closed', by: 'done' }),
];
