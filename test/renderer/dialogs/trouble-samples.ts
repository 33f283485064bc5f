/** Why it does not go on: every kind of trouble, each in every variant that is told in other words. */
import type { Trouble } from '../../../main/ceremony/dialog-view';
import type { VaultProblemCode } from '../../../main/vault/model';
import { keys, onKey, saving, sites, thisDevice, using, type Sample, type SampleOptions } from './sample';

type Kind = Trouble['is'];

const save = (id: string, caption: string, trouble: Trouble, options: SampleOptions = {}): Sample =>
  saving(id, caption, { name: 'trouble', trouble }, { canGoBack: true, ...options });
const use = (id: string, caption: string, trouble: Trouble, options: SampleOptions = {}): Sample =>
  using(id, caption, { name: 'trouble', trouble }, options);

const nowhereElse = { hasOwnDialog: false, canGoElsewhere: false } as const;
const [blue, green] = [keys.blue, keys.green];

/** Those that a vault has when it is opened or asked; the others are answers to what is typed. */
const unusable = {
  'newer-version': 'was written by a newer Latchkey',
  damaged: 'is damaged',
  'empty-file': 'is empty',
  'wrong-key': 'does not fit the key in the keychain',
  'two-vaults': 'is another one than the keychain knows',
  'key-missing': 'has lost its key in the keychain',
  'file-missing': 'is gone',
  'in-use': 'is open in another Latchkey',
  'keychain-unavailable': 'needs a keychain, and there is none',
  'keychain-locked': 'needs the keychain, which is locked',
  'keychain-timed-out': 'needs the keychain, which does not answer',
  'keychain-failed': 'needs the keychain, which failed',
  file: 'cannot be read or written',
} as const satisfies Partial<Readonly<Record<VaultProblemCode, string>>>;

/** The compiler asks for each kind. */
export const troubleSamples: Readonly<Record<Kind, readonly Sample[]>> = {
  'timed-out': [
    save('timed-out-save', 'The site waits no longer', { is: 'timed-out' }),
    use('timed-out-use', 'The same, to sign in', { is: 'timed-out' }),
  ],
  'no-match': [
    use('no-match', 'Neither this device nor a key has a passkey of the site', {
      is: 'no-match',
      keys: [blue, green],
    }),
    use('no-match-device', 'This device has none, and no key was asked', { is: 'no-match', keys: [] }),
    use(
      'no-match-alone',
      'The same with nowhere else to go',
      { is: 'no-match', keys: [] },
      { ...nowhereElse, site: sites.subdomain },
    ),
    use('no-match-hostile', 'Keys of the same name, and one whose name is a trap', {
      is: 'no-match',
      keys: [blue, keys.blueToo, keys.hostile],
    }),
  ],
  'wrong-key': [use('wrong-key', 'The key that was touched has none', { is: 'wrong-key', key: green })],
  'key-removed': [
    save('key-removed-save', 'The key was taken out', { is: 'key-removed', key: blue }),
    use('key-removed-use', 'The same, to sign in', { is: 'key-removed', key: keys.hostile }),
  ],
  'key-blocked': [
    use('key-blocked-replug', 'Three wrong PINs: out and in again', {
      is: 'key-blocked',
      key: blue,
      until: 'replug',
    }),
    use('key-blocked-reset', 'No tries are left: it has to be reset', {
      is: 'key-blocked',
      key: blue,
      until: 'reset',
    }),
    use('key-blocked-pin', 'No finger helps until a PIN was right', {
      is: 'key-blocked',
      key: keys.finger,
      until: 'pin',
    }),
    save(
      'key-blocked-alone',
      'It has to be reset, and there is nowhere else to go',
      { is: 'key-blocked', key: blue, until: 'reset' },
      nowhereElse,
    ),
  ],
  'key-full': [
    save('key-full', 'The key has no room', { is: 'key-full', key: blue }),
    save('key-full-alone', 'The same with nowhere else to go', { is: 'key-full', key: blue }, nowhereElse),
    save('key-full-hostile', 'The same of a key whose name is a trap', { is: 'key-full', key: keys.hostile }),
  ],
  'key-cannot': [
    save('key-cannot-keep', 'It keeps no passkeys', { is: 'key-cannot', key: blue, why: 'no-passkeys' }),
    save('key-cannot-verify', 'It verifies nobody', {
      is: 'key-cannot',
      key: blue,
      why: 'no-verification',
    }),
    use('key-cannot-verify-use', 'The same, to sign in', {
      is: 'key-cannot',
      key: blue,
      why: 'no-verification',
    }),
    save('key-cannot-sign', 'It does not sign as the site wants', {
      is: 'key-cannot',
      key: blue,
      why: 'algorithm',
    }),
    save('key-cannot-extend', 'It cannot do something else that the site demands', {
      is: 'key-cannot',
      key: blue,
      why: 'extension',
    }),
    save(
      'key-cannot-alone',
      'It keeps no passkeys, and there is nowhere else to go',
      { is: 'key-cannot', key: blue, why: 'no-passkeys' },
      { ...nowhereElse, canGoBack: false },
    ),
  ],
  'not-touched': [
    save('not-touched-save', 'Nobody touched the key', { is: 'not-touched', place: onKey(blue) }),
    use('not-touched-use', 'The same, to sign in', { is: 'not-touched', place: onKey(green) }),
    use('not-touched-device', 'Nobody confirmed on this device', { is: 'not-touched', place: thisDevice }),
  ],
  refused: [
    save('refused-key', 'The person said no at the key', { is: 'refused', place: onKey(blue) }),
    use('refused-device', 'The person said no to the system', { is: 'refused', place: thisDevice }),
  ],
  'place-failed': [
    save('key-failed', 'The key broke off', { is: 'place-failed', place: onKey(keys.hostile) }),
    use('device-failed', 'This device broke off', { is: 'place-failed', place: thisDevice }),
  ],
  excluded: [
    save('excluded-device', 'This device has a passkey of the account already', {
      is: 'excluded',
      place: thisDevice,
    }),
    save('excluded-key', 'The key has one already', { is: 'excluded', place: onKey(blue) }),
  ],
  'attestation-impossible': [
    save('attestation-device', 'The organisation asks who made it; this device proves nothing', {
      is: 'attestation-impossible',
      place: thisDevice,
    }),
    save('attestation-key', 'The same of a key', { is: 'attestation-impossible', place: onKey(green) }),
  ],
  'device-locked': [
    save('device-locked-save', 'Ten wrong PINs', { is: 'device-locked' }),
    use(
      'device-locked-use',
      'The same, to sign in, with nowhere else to go',
      { is: 'device-locked' },
      nowhereElse,
    ),
  ],
  'device-unusable': Object.entries(unusable).map(([problem, words]) =>
    use(`device-${problem}`, `The vault ${words}`, {
      is: 'device-unusable',
      problem: problem as keyof typeof unusable,
    }),
  ),
  'vault-missing': [
    save('vault-missing-save', 'This device is not set up', { is: 'vault-missing' }),
    use('vault-missing-use', 'The same, to sign in', { is: 'vault-missing' }, nowhereElse),
  ],
  policy: [
    save('policy-save', 'Saving is turned off, or the administrator forbids it', { is: 'policy' }),
    save('policy-alone', 'The same with nowhere else to go', { is: 'policy' }, nowhereElse),
    use('policy-use', 'The same, to sign in', { is: 'policy' }),
  ],
};
