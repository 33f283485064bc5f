import { count } from './common';

const characters = (n: number) => count(n, 'character', 'characters');
const tries = (n: number) => count(n, 'try', 'tries');

export const pin = {
  title: {
    unlock: (key: string) => `Unlock ${key}`,
    set: (key: string) => `Set a PIN for ${key}`,
    change: (key: string) => `Change the PIN of ${key}`,
  },
  intro: {
    unlock: 'Enter the PIN of this security key to see its passkeys.',
    set: 'The PIN protects the passkeys on this key. You enter it when you use a passkey, so choose one you will remember.',
    change: 'Enter the PIN you use now, and the new one twice.',
    forced:
      'This key asks for a new PIN before it does anything else. Enter the PIN you use now, and the new one twice.',
  },
  field: { pin: 'PIN', current: 'Current PIN', fresh: 'New PIN', again: 'New PIN again' },
  show: 'Show PIN',
  hide: 'Hide PIN',
  rules: (min: number, maxBytes: number) =>
    `At least ${characters(min)}, at most ${maxBytes}. Letters, digits and signs are all fine.`,
  tooShort: (missing: number) => `${characters(missing)} more needed`,
  tooLong: (bytes: number, max: number) =>
    `Too long for this key by ${count(bytes - max, 'byte', 'bytes')}. Letters outside A to Z count more than once.`,
  longEnough: 'Long enough',
  currentMissing: 'Please enter the PIN you use now',
  mismatch: 'The two PINs are not the same yet',
  match: 'The two PINs are the same',
  sameAsOld: 'The new PIN is the same as the old one. Please choose another.',
  showPassphrase: 'Show passphrase',
  hidePassphrase: 'Hide passphrase',
  capsLock: 'Caps Lock is on',
  confirm: { unlock: 'Unlock', set: 'Set PIN', change: 'Change PIN' },
  sending: { unlock: 'Unlocking…', set: 'Setting the PIN…', change: 'Changing the PIN…' },
  sendingText: 'Please leave the key plugged in.',
  wrong: 'That PIN is not right.',
  triesLeft: (n: number) => `${tries(n)} left.`,
  lastTries: (n: number) =>
    n === 1
      ? 'Only one try left. If it is wrong too, the PIN is blocked and only a reset helps, which erases the key.'
      : `${tries(n)} left. After that the PIN is blocked and only a reset helps, which erases the key.`,
  sensorText: 'Put a finger that you have enrolled on the sensor of the key.',
  sensorWaiting: 'Waiting for your finger…',
  sensorAgain: (n: number | undefined) =>
    'That finger was not recognised. Put it on the sensor once more.' +
    (n === undefined ? '' : ` ${tries(n)} left before the key asks for the PIN.`),
  usePin: 'Use the PIN instead',
  useSensor: 'Use a fingerprint',
  reinsertTitle: 'Take the key out and put it back in',
  reinsertText:
    'The PIN was wrong three times in a row. To protect you, the key waits until it has been taken out and put back in. Then you can try again.',
  reinsertTries: (n: number) => `You then have ${tries(n)} left.`,
  reinsertNow: 'Now put the key back in.',
  reinsertCheck: 'I have done that',
  blockedTitle: 'The PIN is blocked',
  blockedText:
    'It was entered wrong too often, and nobody can unblock it. You can reset the key: that erases all passkeys on it, and then you can use it like a new one.',
  blockedReset: 'Reset key…',
  changeTitle: 'This key asks for a new PIN',
  changeText: 'Before it shows its passkeys, the key wants its PIN changed. You need the PIN you use now.',
  changeGo: 'Change PIN',
  notSetTitle: 'This key has no PIN yet',
  notSetText: 'Set a PIN first. After that the key can hold passkeys and show them here.',
  notSetGo: 'Set a PIN',
  alreadySetTitle: 'This key already has a PIN',
  alreadySetText: 'It was set in the meantime. You can change it if you know it.',
  failedTitle: {
    unlock: 'Unlocking did not work',
    set: 'The PIN was not set',
    change: 'The PIN was not changed',
  },
  removedTitle: 'The key was taken out',
  removedText: (key: string) => `${key} is no longer plugged in. Plug it in again to go on, or close this.`,
  done: {
    unlock: (key: string) => `${key} is unlocked.`,
    set: (key: string) => `${key} now has a PIN.`,
    change: (key: string) => `The PIN of ${key} was changed.`,
  },
} as const;
