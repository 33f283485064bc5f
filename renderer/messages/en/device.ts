import { count } from './common';

const passkeysOf = (n: number) => count(n, 'passkey', 'passkeys');
const days = (n: number) => count(n, 'day', 'days');

/** The passkeys of this device: its card, its options, what was deleted. The dialogs about it stand in device-dialogs.ts. */
export const device = {
  name: 'This device',

  card: {
    label: 'Passkeys on this device',
    closedTitle: 'This device — just a moment',
    closedText:
      'Opening the passkeys on this device. If your system asks for the password of its keychain, please enter it.',
    absentTitle: 'Keep passkeys on this device',
    absentText:
      'Set this device up once, and you can save passkeys here and sign in with them. A PIN protects them.',
    setUp: 'Set up',
    offTitle: 'This device — saving is off',
    offText: 'Passkeys are not saved to this device. You can turn that on under Advanced options.',
    passphraseTitle: 'This device — passphrase needed',
    passphraseText: 'Enter your passphrase to see and use the passkeys on this device.',
    enterPassphrase: 'Enter passphrase',
    problemTitle: 'This device — not available',
    restorePrevious: 'Restore previous version',
    startAnew: 'Start anew',
    lockedTitle: 'This device — PIN locked',
    lockedText:
      'The PIN was wrong too often, so these passkeys sign you in nowhere for now. Your recovery key opens them again.',
    useRecoveryKey: 'Use recovery key',
    openTitle: 'This device',
    openText: (n: number) =>
      n === 0 ? 'Ready. No passkeys are kept here yet.' : `${passkeysOf(n)}, protected by your PIN.`,
    openOffText: (n: number) => `${passkeysOf(n)}. New ones are not saved here: that is turned off.`,
    recentlyDeleted: (n: number) => (n === 0 ? 'Recently deleted' : `Recently deleted (${n})`),
    options: 'Advanced options',
  },

  deleted: {
    title: 'Recently deleted',
    explanation:
      'Passkeys deleted from this device stay here for 30 days. They cannot sign you in while they are here. Passkeys deleted from a security key are gone at once.',
    list: 'Recently deleted passkeys',
    /** How long until it goes for good. */
    daysLeft: (n: number) => (n === 0 ? 'Last day' : `${days(n)} left`),
    deletedOn: (date: string) => `Deleted on ${date}`,
    restore: 'Restore',
    purge: 'Delete now',
    about: (action: string, site: string, user: string) => `${action}: ${site}, ${user}`,
    empty: 'Empty',
    count: (n: number) => passkeysOf(n),
    restored: (site: string, user: string) => `The passkey for ${site} (${user}) is back and works again.`,
    emptyTitle: 'Nothing here',
    emptyText: 'When you delete a passkey from this device, you can get it back from here for 30 days.',
    closedTitle: 'Not available at the moment',
    closedText: 'The passkeys on this device are not open. Go to Passkeys to see what they need.',
    goToPasskeys: 'Go to Passkeys',
    purgeTitleOne: 'Delete this passkey for good?',
    purgeTitleAll: (n: number) =>
      n === 1 ? 'Delete this passkey for good?' : `Delete ${passkeysOf(n)} for good?`,
    purgeTextOne: (site: string, user: string) =>
      `The passkey for ${site} (${user}) is erased from this device. This cannot be undone.`,
    purgeTextAll: (n: number) =>
      n === 1
        ? 'It is erased from this device. This cannot be undone.'
        : 'All of them are erased from this device. This cannot be undone.',
    purgeConfirm: 'Delete for good',
    purging: 'Deleting…',
    purgeFailedTitle: 'Nothing was deleted',
    purgedOne: (site: string, user: string) => `The passkey for ${site} (${user}) was deleted for good.`,
    purgedAll: 'Recently deleted is empty now.',
  },

  protect: {
    menuProtect: 'Protect from deleting',
    menuUnprotect: 'Stop protecting',
    on: (site: string, user: string) =>
      `The passkey for ${site} (${user}) is protected: it cannot be deleted until you stop protecting it.`,
    off: (site: string, user: string) => `The passkey for ${site} (${user}) is no longer protected.`,
  },

  options: {
    title: 'Passkeys on this device',
    notSetUpTitle: 'Set up',
    notSetUp: 'This device is not set up for passkeys yet.',
    setUp: 'Set up',
    notOpenTitle: 'Not available at the moment',
    notOpen: 'The passkeys on this device are not open. The Passkeys page says what they need.',
    goToPasskeys: 'Go to Passkeys',
    on: 'On',
    off: 'Off',
    enabled: 'Save passkeys to this device',
    enabledText:
      'When this is off, passkeys that are here stay and keep working, but no new ones are saved here.',
    lock: 'Lock now',
    lockedText: 'Locked: the next sign-in asks for your PIN.',
    unlockedText: 'Your PIN was entered since Latchkey started.',
    unlockedBiometricsText: (name: string) =>
      `Your PIN was entered since Latchkey started, so ${name} is enough until this device locks.`,
    lockDone: 'This device is locked. The next sign-in asks for your PIN.',
    autoLock: 'Lock by itself',
    autoLockText: 'After this long without use, your PIN is needed again.',
    minutes: (n: number) => (n % 60 === 0 ? count(n / 60, 'hour', 'hours') : count(n, 'minute', 'minutes')),
    pin: 'PIN',
    pinText: 'You enter it when you sign in with a passkey of this device.',
    pinLockedText: 'Locked after too many wrong tries. Your recovery key opens it.',
    changePin: 'Change PIN',
    recoveryKey: 'Recovery key',
    recoveryKeyText: 'Opens your passkeys when you forget the PIN. Make a new one if you lost yours.',
    newRecoveryKey: 'New recovery key',
    useRecoveryKey: 'Use recovery key',
    sealing: 'How they are locked away',
    sealingText: {
      keychain: 'With your system’s keychain, which opens when you sign in to this computer.',
      passphrase: 'With a passphrase that you enter each time Latchkey starts.',
    },
    switchSealing: { keychain: 'Use a passphrase', passphrase: 'Use the keychain' },
    file: 'Where they are kept',
    showFolder: 'Show in folder',
    previous: 'Previous version',
    previousText: 'Go back to what was saved before the last change, for instance after a mishap.',
    restorePrevious: 'Restore previous version',
    anew: 'Start anew',
    anewText:
      'When nothing opens them any more: puts aside what is there, so that you can set up this device again.',
    startAnew: 'Start anew',
    unlisted: 'What is not in the list',
    unlistedText:
      'Some sites use this device only as a second step after a password. What that takes is kept by the site: it is not in the list, ' +
      'cannot be deleted here, and stops working when you start anew.',
    deleted: 'Recently deleted',
    deletedText: (n: number) => (n === 0 ? 'Empty.' : `${passkeysOf(n)} can still be restored.`),
    showDeleted: 'Show',
  },
} as const;
