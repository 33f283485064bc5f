import type {
  CeremonyView,
  KeyName,
  NewPinRefusal,
  Obstacle,
  PinRules,
  PlaceName,
  Trouble,
} from '../../../preload/ceremony-contract';
import { count } from './common';

type Kind = CeremonyView['kind'];
type TroubleOf<I extends Trouble['is']> = Extract<Trouble, { readonly is: I }>;
type DeviceProblem = TroubleOf<'device-unusable'>['problem'];

/** A name within a sentence (FSI … PDI): its direction rearranges nothing around it. */
const isolated = (name: string) => `\u2068${name}\u2069`;
type Named = Pick<KeyName, 'name'>;
const isNameless = ({ name }: Named) => name.trim() === '';
/** Within a sentence: quoted, so that no name reads as a part of it, or ends its own quotes. */
const key = (of: Named) =>
  isNameless(of) ? 'the security key' : `“${isolated(of.name.replace(/["“”„‟]/gu, "'"))}”`;
/** Standing alone. */
const keyLabel = (of: Named) => (isNameless(of) ? 'The security key' : isolated(of.name));
const place = (of: PlaceName) => (of.is === 'device' ? 'this device' : key(of));
const sentence = (text: string) => text.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());

const blockedTitle: Record<TroubleOf<'key-blocked'>['until'], string> = {
  replug: 'Take the key out and put it back in',
  reset: 'The PIN of this key is blocked',
  pin: 'The sensor of this key is blocked',
};

const cannotTitle: Record<TroubleOf<'key-cannot'>['why'], string> = {
  'no-passkeys': 'This key cannot keep passkeys',
  'no-verification': 'This key cannot make sure that it is you',
  algorithm: 'This key does not sign in the way this site wants',
  extension: 'This key cannot do what this site asks for',
};

/** What helps where the passkeys of this device do not open. */
const deviceProblems: Partial<Record<DeviceProblem, string>> = {
  'keychain-locked': 'The keychain of your system is locked. Unlock it, then try again.',
  'keychain-timed-out':
    'The keychain of your system did not answer. Look whether it asks for something in a window of its own, then try again.',
  'keychain-unavailable':
    'Latchkey cannot reach a keychain on this system. Open Latchkey to see what helps, then try again.',
  'in-use': 'Another Latchkey is using them. Close that one, then try again.',
  'newer-version': 'They were saved by a newer Latchkey. Update Latchkey, then try again.',
  'file-missing': 'The file they are kept in is missing. Open Latchkey to restore it, then try again.',
  'wrong-key': 'The keychain has another key than theirs. Open Latchkey to see what helps, then try again.',
  'two-vaults':
    'The keychain belongs to other passkeys than the file. Open Latchkey to see what helps, then try again.',
  'keychain-failed':
    'The keychain of your system failed. Try again; if it happens again, open Latchkey to see why.',
  'key-missing': 'The keychain has no key for them. Open Latchkey to see what helps, then try again.',
  damaged:
    'The file they are kept in is damaged. Open Latchkey to restore the version before it, then try again.',
  'empty-file':
    'The file they are kept in is empty. Open Latchkey to restore the version before it, then try again.',
  file: 'The file they are kept in cannot be read or written. Is the disk full, or the folder protected? See to that, then try again.',
};

/** The small window that saves and uses passkeys. */
export const ceremony = {
  name: { key: keyLabel, place: (of: PlaceName) => (of.is === 'device' ? 'This device' : keyLabel(of)) },

  site: {
    label: { create: 'Save a passkey for', get: 'Sign in with a passkey to' } satisfies Record<Kind, string>,
    ascii: (origin: string) => `Also written ${origin}`,
    embedded: (origin: string) => `Shown inside a page of ${origin}`,
    embeddedUnknown: 'Shown inside a page of another site',
    rpId: (rpId: string) => `For passkeys of ${rpId}`,
  },

  account: {
    label: 'Account',
    none: 'No name',
    unknown: 'A passkey for this site',
    lastUsed: (date: string) => `Last used on ${date}`,
    list: 'Passkeys for this site',
    elsewhere: 'Look elsewhere',
  },

  title: {
    preparing: { create: 'Save a passkey', get: 'Sign in with a passkey' } satisfies Record<Kind, string>,
    'choose-place': {
      create: 'Choose where to save this passkey',
      get: 'Choose where your passkey is',
    } satisfies Record<Kind, string>,
    'choose-account': 'Sign in with a passkey',
    'insert-key': 'Insert your security key',
    'touch-key': 'Touch your security key',
    'key-finger': 'Touch the sensor of your security key',
    'key-pin': 'Enter the PIN of your security key',
    'create-key-pin': 'Create a PIN for your security key',
    'change-key-pin': 'Change the PIN of your security key',
    'device-pin': 'Making sure it’s you',
    'device-biometrics': 'Making sure it’s you',
    'device-passphrase': 'Open the passkeys on this device',
    working: { create: 'Saving your passkey', get: 'Signing you in' } satisfies Record<Kind, string>,
    saved: 'Passkey saved',
  },

  text: {
    moment: 'Just a moment…',
    chooseAccount: 'Choose the passkey that you want to use.',
    insert: 'Plug it into a USB port. It goes on by itself.',
    touchOne: (of: KeyName) => `${sentence(key(of))} is blinking. Touch it.`,
    touchSeveral: {
      create: 'These are blinking. Touch the one that you want to save the passkey on.',
      get: 'These are blinking. Touch the one that has your passkey.',
    } satisfies Record<Kind, string>,
    finger: (of: KeyName) => `Put a finger that you have enrolled on the sensor of ${key(of)}.`,
    keyPin: (of: KeyName) => `Enter the PIN of ${key(of)}.`,
    createKeyPin: (of: KeyName) =>
      `${sentence(key(of))} has no PIN yet, and this site wants to be sure that it is you. Choose one that you will remember: you enter it when you use the key.`,
    changeKeyPin: (of: KeyName) =>
      `${sentence(key(of))} asks for a new PIN before it does anything else. Enter the PIN you use now, and the new one twice.`,
    devicePin: {
      create: 'Enter the PIN of this device to save the passkey.',
      get: 'Enter the PIN of this device to sign in.',
    } satisfies Record<Kind, string>,
    biometrics: (by: string) => `Use ${isolated(by)} now. Your system is waiting for it.`,
    passphrase: 'Enter the passphrase that you chose for them.',
    workingKey: (of: KeyName) => `Please leave ${key(of)} plugged in.`,
    keyList: 'Blinking security keys',
  },

  pin: {
    field: 'PIN',
    missing: 'Please enter the PIN',
    passphraseWrong: 'That passphrase is not right. Try again.',
    refusal: ({ minLength, maxBytes }: PinRules): Record<NewPinRefusal, string> => ({
      'too-short': `That PIN is too short. Use at least ${count(minLength, 'character', 'characters')}.`,
      'too-long': `That PIN is too long for this key. Use at most ${count(maxBytes, 'letter or digit', 'letters or digits')}.`,
      'not-text':
        'This key cannot keep that PIN: it ends with a character that does not show. Choose another.',
      refused: 'The key did not take that PIN. Choose another one, less simple and not the one you use now.',
    }),
  },

  places: {
    list: 'Places',
    'any-key': 'Security key',
    anotherKey: 'Another security key',
    phone: 'iPhone, iPad or Android device',
    note: {
      'any-key': 'Plug it in when you are asked to',
      phone: 'Your browser’s own dialog takes over',
      device: { create: 'Only here, protected by your PIN', get: 'Protected by your PIN' } satisfies Record<
        Kind,
        string
      >,
    },
    opening: 'Being opened…',
    alreadyThere: 'Already has a passkey for this account',
    unattested:
      'This site asks for proof of what keeps the passkey. This device gives none, so the site may not take it.',
    need: {
      device: {
        pin: '',
        passphrase: 'Asks for your passphrase first',
        'new-pin': 'Needs a PIN first',
        'pin-change': 'Needs a new PIN first',
      },
      key: {
        pin: 'Asks for its PIN',
        passphrase: 'Asks for your passphrase first',
        'new-pin': 'Needs a PIN first: you create it here',
        'pin-change': 'Needs a new PIN first: you choose it here',
      },
    },
    obstacle: {
      'no-match': 'No passkey for this site',
      full: 'This key is full',
      'no-passkeys': 'Cannot keep passkeys',
      'no-verification': 'Cannot make sure that it is you',
      algorithm: 'Does not sign in the way this site wants',
      extension: 'Cannot do what this site asks for',
      policy: 'Not allowed by the rules for this computer',
      blocked: 'The PIN is blocked',
      'not-set-up': 'Not set up yet',
      unusable: 'Cannot be opened at the moment',
      failed: 'Does not answer. Take it out and put it back in',
      'not-yet': 'Not available here yet',
    } satisfies Record<Obstacle, string>,
  },

  saved: {
    text: (of: PlaceName, backup: 'device-bound' | 'synced') =>
      backup === 'synced'
        ? `It is on ${place(of)}, and synced: your other devices get it too.`
        : of.is === 'device'
          ? 'It is on this device only and is copied nowhere, so keep another way to sign in.'
          : `It is on ${place(of)} only and cannot be copied, so keep another way to sign in.`,
    field: 'Give it a name (optional)',
    hint: 'Only you see it, in the list in Latchkey.',
    notKept: 'The name could not be kept. Try again, or leave the field as it is.',
  },

  trouble: {
    title: (trouble: Trouble): string => {
      switch (trouble.is) {
        case 'timed-out':
          return 'This took too long';
        case 'no-match':
          return 'No passkey for this site was found';
        case 'wrong-key':
          return 'This key has no passkey for this site';
        case 'key-removed':
          return 'The key was taken out';
        case 'key-blocked':
          return blockedTitle[trouble.until];
        case 'key-full':
          return 'This key is full';
        case 'key-cannot':
          return cannotTitle[trouble.why];
        case 'not-touched':
          return trouble.place.is === 'key' ? 'The key was not touched' : 'Nobody answered';
        case 'refused':
          return trouble.place.is === 'key' ? 'The key said no' : 'You were not recognised';
        case 'place-failed':
          return trouble.place.is === 'key' ? 'The key did not answer as it should' : 'That did not work';
        case 'excluded':
          return 'You already have a passkey for this account here';
        case 'attestation-impossible':
          return 'This site asks for proof that is not there';
        case 'device-locked':
          return 'The PIN of this device is locked';
        case 'device-unusable':
          return 'The passkeys on this device do not open';
        case 'vault-missing':
          return 'This device is not set up yet';
        case 'policy':
          return 'This is not allowed here';
      }
    },
    /** @param elsewhere another device can be chosen */
    text: (trouble: Trouble, elsewhere: boolean): string => {
      switch (trouble.is) {
        case 'timed-out':
          return 'The site does not wait for an answer any longer. Go back to the site and try again.';
        case 'no-match':
          return [
            trouble.keys.length === 0
              ? 'There is none where Latchkey could look.'
              : 'There is none on these security keys.',
            elsewhere
              ? 'If your passkey is somewhere else, use another device.'
              : 'If it is on a security key, plug that in and try again.',
          ].join(' ');
        case 'wrong-key':
          return `${sentence(key(trouble.key))} was touched, but your passkey is not on it. Try ${elsewhere ? 'another key, or another device' : 'another key'}.`;
        case 'key-removed':
          return `${sentence(key(trouble.key))} is no longer plugged in. Put it back in, then try again.`;
        case 'key-blocked':
          return {
            replug: `The PIN of ${key(trouble.key)} was wrong three times in a row. To protect you, it waits until it has been taken out and put back in. Then try again.`,
            reset: `The PIN of ${key(trouble.key)} was wrong too often, and nobody can unblock it. You can reset the key in Latchkey: that erases all passkeys on it.`,
            pin: `${sentence(key(trouble.key))} did not recognise a finger too often. Unlock it in Latchkey with its PIN: after that it takes a finger again.`,
          }[trouble.until];
        case 'key-full':
          return `There is no room for another passkey on ${key(trouble.key)}. Delete one that you no longer need in Latchkey${elsewhere ? ', or use another device' : ' and start again from the site'}.`;
        case 'key-cannot':
          return `${sentence(key(trouble.key))} does not fit this site. ${elsewhere ? 'Use another key or another device.' : 'Go back to the site and choose another way there.'}`;
        case 'not-touched':
          return trouble.place.is === 'key'
            ? `${sentence(key(trouble.place))} waited, but nobody touched it. Try again, and touch it while it blinks.`
            : 'Your system waited for you, but there was no answer. Try again when you are ready.';
        case 'refused':
          return trouble.place.is === 'key'
            ? `${sentence(key(trouble.place))} declined, perhaps because it was told to on the key itself. Nothing was sent to the site.`
            : 'Your system did not confirm that it is you. Nothing was sent to the site. You can try again.';
        case 'place-failed':
          return trouble.place.is === 'key'
            ? `Perhaps another program is using ${key(trouble.place)}. Take it out, put it back in, then try again.`
            : `Something went wrong with the passkeys on this device. Try again${elsewhere ? ', or use another device' : ''}.`;
        case 'excluded':
          return `It is on ${place(trouble.place)}. You can sign in with it, and need no other one here.`;
        case 'attestation-impossible':
          return `The site wants to know what exactly keeps your passkey, and ${place(trouble.place)} cannot prove it. You can save the passkey without: it works the same, but the site may not take it.`;
        case 'device-locked':
          return 'It was wrong ten times. The recovery key that you kept opens your passkeys again: use it in Latchkey, then try again here.';
        case 'device-unusable':
          return deviceProblems[trouble.problem] ?? 'Open Latchkey to see what they need, then try again.';
        case 'vault-missing':
          return 'Set it up once in Latchkey, with a PIN of your own. Then try again here.';
        case 'policy':
          return 'Passkeys on this device are turned off, or the rules for this computer do not allow it. You can turn them on in Latchkey where that is allowed, then try again.';
      }
    },
    asked: 'Security keys that were asked',
  },

  button: {
    continue: 'Continue',
    next: 'Next',
    ok: 'OK',
    close: 'Close',
    cancel: 'Cancel',
    back: 'Back',
    tryAgain: 'Try again',
    goOn: 'Save without proof',
    useAnotherDevice: 'Use another device',
    useBrowsersDialog: 'Use the browser’s dialog',
    usePin: 'Use PIN instead',
    createPin: 'Create PIN',
    changePin: 'Change PIN',
    openLatchkey: 'Open Latchkey',
  },

  failed: 'That did not get through. Please try again.',
  unreachable: 'This window cannot reach the rest of Latchkey. Close it, go back to the site and try again.',
} as const;
