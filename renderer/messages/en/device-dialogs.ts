import { count } from './common';

const characters = (n: number) => count(n, 'character', 'characters');
const passkeysOf = (n: number) => count(n, 'passkey', 'passkeys');
const tries = (n: number) => count(n, 'try', 'tries');

/** The dialogs about the passkeys of this device: set-up, PIN, recovery key, passphrase, previous version. */
export const deviceDialogs = {
  /** `25 seconds`, `4 min 5 s`, `2 h 10 min`. */
  duration: (seconds: number) => {
    if (seconds < 60) return count(seconds, 'second', 'seconds');
    if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
    return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
  },

  pin: {
    current: 'PIN',
    currentOld: 'Current PIN',
    fresh: 'New PIN',
    again: 'New PIN again',
    rules: (min: number, max: number) =>
      `${min} to ${max} characters. Letters, digits and signs are all fine.`,
    tooShort: (missing: number) => `${characters(missing)} more needed`,
    good: 'This PIN is fine',
    missing: 'Please enter your PIN',
    wrong: 'That PIN is not right.',
    triesLeft: (n: number) => `${tries(n)} left.`,
    lastTries: (n: number) =>
      n === 1
        ? 'Only one try left. If it is wrong too, only your recovery key opens these passkeys.'
        : `${tries(n)} left. After that, only your recovery key opens these passkeys.`,
    wait: (duration: string) => `You can try again in ${duration}.`,
    waitOver: 'You can try again now.',
  },

  passphrase: {
    field: 'Passphrase',
    fresh: 'New passphrase',
    again: 'New passphrase again',
    rules: 'Several words that belong to nobody but you. The longer, the better.',
    missing: 'Please enter your passphrase',
    good: 'This passphrase is fine',
    mismatch: 'The two passphrases are not the same yet',
    match: 'The two passphrases are the same',
    /** What choosing a passphrase means; nobody finds this out afterwards. */
    means: [
      'Latchkey asks for the passphrase each time it starts.',
      'Nobody can reset it. If you forget it, these passkeys are lost: neither the PIN nor the recovery key replaces it.',
      'Somebody who copies the file can try passphrases as long as they like, so make it a long one.',
    ],
  },

  setUp: {
    title: 'Set up passkeys on this device',
    step: (n: number, of: number) => `Step ${n} of ${of}`,
    introTitle: 'Keep passkeys on this device',
    introText:
      'Passkeys you save here sign you in on this computer without a password. Latchkey locks them away so that only you can use them.',
    introPoints: [
      'You choose a PIN. You enter it when you sign in with one of these passkeys.',
      'You get a recovery key to keep. It is the way back in if you forget the PIN.',
      'The passkeys stay on this device. They are not copied anywhere, so have another way to sign in to your sites, such as a security key.',
    ],
    choosePassphrase: 'Lock them away with a passphrase instead of the system’s keychain',
    choosePassphraseHint:
      'For computers whose keychain you do not want to rely on. You enter the passphrase each time Latchkey starts.',
    start: 'Next',
    pinTitle: 'Choose a PIN',
    pinText: 'It protects the passkeys on this device. Choose one that you will remember and nobody guesses.',
    noKeychainTitle: 'This system has no keychain',
    noKeychainText:
      'Latchkey normally locks your passkeys away with the keychain of the system, and none answers here. You can use a passphrase instead. This is what it means:',
    usePassphrase: 'Use a passphrase',
    passphraseTitle: 'Choose a passphrase',
    passphraseText: 'This is what it means:',
    working: 'Setting up…',
    workingTitle: 'Setting up this device',
    workingText: 'This takes a few seconds.',
    failedTitle: 'This device was not set up',
    nothingHappened: 'Nothing was set up on this device, and nothing was saved.',
    alreadyTitle: 'This device is set up already',
    alreadyText: 'It was set up in the meantime. You find it on the Passkeys page.',
    done: 'This device is set up. You can save passkeys on it now.',
    doneWithoutKey: 'This device is set up. Make a new recovery key under Advanced options soon.',
  },

  recoveryKey: {
    title: 'Keep your recovery key',
    text: 'It opens your passkeys on this device when you forget the PIN. It is shown only now and kept nowhere else: print it, or write it down, and put it where nobody else finds it.',
    newText:
      'The recovery key you had until now no longer works. This one is shown only now and kept nowhere else: print it, or write it down, and put it where nobody else finds it.',
    label: 'Recovery key',
    print: 'Print',
    save: 'Save as a file',
    copy: 'Copy',
    saved: (path: string) => `Saved in ${path}. Move it off this device, to a USB stick for instance.`,
    printed: 'Sent to the printer.',
    next: 'I have kept it',
    checkTitle: 'Have you kept it?',
    checkText: 'Type the last group of characters of the recovery key, from where you have kept it.',
    checkField: 'Last group',
    checkWrong: 'That is not the last group of the recovery key. Go back to see it once more.',
    checkMissing: 'Please type the last group',
    back: 'Show it again',
    finish: 'Done',
    leaveTitle: 'Close without the recovery key?',
    leaveSetUp:
      'This device is set up and your PIN works. The recovery key is not shown again. Without one, ten wrong PINs lock these passkeys for good.',
    leaveChanged:
      'The new recovery key is in force, and the one before no longer works. It is not shown again. Without one, ten wrong PINs lock these passkeys for good.',
    leaveHint: 'You can make another one at any time under Advanced options, with your PIN.',
    leaveAnyway: 'Close anyway',
    goBack: 'Go back',
    paper: {
      title: 'Latchkey recovery key',
      text: 'Opens the passkeys on this device when the PIN is forgotten or locked: in Latchkey, choose Use recovery key.',
      made: (date: string) => `Made on ${date}`,
      keep: 'Keep it where nobody else finds it. A newer recovery key makes this one worthless.',
    },
  },

  task: {
    title: {
      'change-pin': 'Change the PIN of this device',
      recover: 'Use your recovery key',
      'new-recovery-key': 'Make a new recovery key',
      'switch-sealing': {
        keychain: 'Lock your passkeys away with a passphrase',
        passphrase: 'Lock your passkeys away with the keychain',
      },
      passphrase: 'Open the passkeys on this device',
    },
    text: {
      'change-pin': 'Enter the PIN you use now, and the new one twice.',
      recover:
        'Enter the recovery key that you kept, and choose a new PIN. You then get a new recovery key; the old one no longer works.',
      'new-recovery-key':
        'Enter your PIN. You then get a new recovery key, and the one you had no longer works.',
      'switch-sealing': {
        keychain:
          'Until now your system’s keychain opens them. With a passphrase instead, this is what changes:',
        passphrase:
          'Until now your passphrase opens them. With your system’s keychain instead, they open when you sign in to this computer, and Latchkey no longer asks when it starts. Your PIN stays the same.',
      },
      passphrase: 'Enter the passphrase that you chose for them.',
    },
    recoveryField: 'Recovery key',
    recoveryHint: 'Capital or small letters, with or without dashes: all the same.',
    recoveryMissing: 'Please enter your recovery key',
    confirm: {
      'change-pin': 'Change PIN',
      recover: 'Set new PIN',
      'new-recovery-key': 'Make a new one',
      'switch-sealing': 'Switch',
      passphrase: 'Open',
    },
    sending: {
      'change-pin': 'Changing the PIN…',
      recover: 'Checking…',
      'new-recovery-key': 'Checking…',
      'switch-sealing': 'Switching…',
      passphrase: 'Opening…',
    },
    done: {
      'change-pin': 'The PIN of this device was changed.',
      recover: 'Your passkeys on this device are open again, with the new PIN.',
      'new-recovery-key': 'The new recovery key is in force.',
      'switch-sealing': {
        keychain: 'Your passkeys are now locked away with your passphrase.',
        passphrase: 'Your passkeys are now locked away with the system’s keychain.',
      },
      passphrase: 'The passkeys on this device are open.',
    },
    failedTitle: {
      'change-pin': 'The PIN was not changed',
      recover: 'The recovery did not work',
      'new-recovery-key': 'No new recovery key was made',
      'switch-sealing': 'Nothing was switched',
      passphrase: 'They could not be opened',
    },
    forgot: 'I forgot my PIN',
    forgotPassphrase: 'I forgot it',
    lockedTitle: 'The PIN is locked',
    lockedText:
      'It was wrong ten times. To protect your passkeys, it is not taken any more. The recovery key that you kept opens them, and you choose a new PIN.',
    useRecoveryKey: 'Use recovery key',
    closedTitle: 'The passkeys on this device are not open',
    closedText: 'The Passkeys page says what they need. Nothing was changed.',
    goToPasskeys: 'Go to Passkeys',
  },

  anew: {
    title: 'Start anew on this device?',
    text: 'You can then set up this device again, with a new PIN and a new recovery key. The passkeys that were kept here sign you in nowhere any more.',
    kept: 'Nothing is erased: what is there now stays in the same folder under other names, in case you find a way to open it.',
    confirm: 'Start anew',
    working: 'Putting aside…',
    failedTitle: 'Nothing was changed',
    done: 'What was there is put aside. You can set up this device now.',
  },

  previous: {
    title: 'Restore the previous version?',
    lookingTitle: 'Looking for the previous version',
    looking: 'Just a moment…',
    found: (date: string, n: number) => `It was saved on ${date} and holds ${passkeysOf(n)}.`,
    now: (n: number) => `At the moment there are ${passkeysOf(n)} on this device.`,
    consequence:
      'Passkeys that were saved after that go out of the list. What is there now is kept in a file beside it, so nothing is lost. Wrong tries of the PIN stay counted.',
    confirm: 'Restore',
    restoring: 'Restoring…',
    noneTitle: 'There is no previous version',
    noneText: 'There is none that opens. Latchkey keeps one whenever it saves a change.',
    failedTitle: 'The previous version was not restored',
    done: 'The previous version is restored. What was there before is kept beside it.',
  },
} as const;
