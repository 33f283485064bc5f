import type { CannotList } from '../../../preload/contract';
import { count, grouped } from './common';

const passkeysOf = (n: number) => count(n, 'passkey', 'passkeys');

/** Of one's own name for a passkey, and the account's. */
const betweenNames = ', ';

export const passkeys = {
  explanation:
    'A passkey lets you sign in to a site or app without a password. These are the ones on this device and on your security keys.',
  learnMore: 'Learn more about passkeys',
  refresh: 'Refresh',
  refreshing: 'Reading the keys again',
  search: 'Search passkeys',
  clearSearch: 'Clear the search',
  place: 'Kept on',
  everywhere: 'Everywhere',
  sort: 'Sort by',
  sortBy: { site: 'Site', user: 'User name' },
  list: 'Passkeys',
  columns: { select: 'Selected', site: 'Site and user', place: 'Kept on', actions: 'Actions' },
  selectRow: (site: string, user: string) => `Select ${site}, ${user}`,
  moreFor: (site: string, user: string) => `More for ${site}, ${user}`,
  selectAll: 'Select all',
  selectAllShown: (n: number) => `Select all ${passkeysOf(n)} shown`,
  shownCount: (n: number) => passkeysOf(n),
  foundCount: (n: number, all: number) => `${grouped(n)} of ${passkeysOf(all)}`,
  foundAnnouncement: (n: number) => (n === 0 ? 'No passkeys found' : `${passkeysOf(n)} found`),
  selectedCount: (n: number, hidden: number) =>
    `${grouped(n)} selected` + (hidden === 0 ? '' : `, ${grouped(hidden)} of them not shown`),
  clearSelection: 'Clear selection',
  deleteSelected: 'Delete',
  noUserName: 'No user name',
  betweenNames,
  ownAndUser: (own: string, user: string) => `${own}${betweenNames}${user}`,
  noSite: 'No site name',
  menuDelete: 'Delete passkey',
  menuDetails: 'Details',
  menuEdit: 'Edit',
  /** Whether it can exist anywhere else, beside each passkey. */
  backup: {
    'device-bound': { device: 'Only on this device', key: 'Only on this key' },
    synced: 'Synced between devices',
  },
  notRemovable: 'Cannot be deleted',

  empty: {
    noKeyTitle: 'Plug in a security key',
    noKeyText:
      'Latchkey shows the passkeys on your security keys. Plug one into a USB port and it appears here by itself.',
    noKeySetUpText:
      'Latchkey shows its passkeys here by itself. Or set up this device above, and keep passkeys on it.',
    noPasskeysTitle: 'No passkeys yet',
    noPasskeysText:
      'When you save a passkey on a security key while signing in to a site, choose Refresh to see it here.',
    noPasskeysDeviceText:
      'When you save a passkey on this device, it appears here. For one that you save on a security key, choose Refresh.',
    lockedTitle: 'Your passkeys are locked',
    lockedText: 'Unlock a key above with its PIN to see the passkeys on it.',
    waitingTitle: 'Reading your passkeys',
    waitingText: 'This takes a moment. Please leave the key plugged in.',
    waitingDeviceText: 'This takes a moment.',
    nothingTitle: 'Nothing to show yet',
    nothingText: 'See above what is needed.',
    noHitTitle: 'No passkey matches your search',
    noHitText: (query: string) =>
      `Nothing matches “${query}”. Check the spelling, or search for the site instead of your user name.`,
    noHitPlaceText: (query: string, key: string) => `Nothing on ${key} matches “${query}”.`,
    emptyPlaceTitle: 'No passkeys on this key',
    emptyDeviceTitle: 'No passkeys on this device',
    emptyDeviceText: 'Passkeys that you save on this device appear here.',
    emptyPlaceText: (key: string) => `There are no passkeys to show on ${key}.`,
    clearSearch: 'Clear search',
    showAll: 'Show all passkeys',
  },

  card: {
    openingTitle: (name: string) => `${name} — just a moment`,
    openingText: 'Asking the key what it can do.',
    lockedTitle: (name: string) => `${name} — locked`,
    lockedText: 'Enter its PIN to see the passkeys on it.',
    lockedFingerText: 'Use your fingerprint or its PIN to see the passkeys on it.',
    reinsertText: 'Too many wrong PINs in a row. Take the key out and put it back in, then try again.',
    blockedText:
      'The PIN is blocked because it was entered wrong too often. Only a reset makes the key usable again; it erases the key.',
    changeText: 'This key asks for a new PIN before it shows its passkeys.',
    listingTitle: (name: string) => `Reading ${name}`,
    listingText: (done: number, total: number | undefined) =>
      total === undefined ? `${passkeysOf(done)} so far` : `${grouped(done)} of ${passkeysOf(total)}`,
    listingStart: 'Asking for the list of passkeys…',
    problemTitle: (name: string) => `${name} — not available`,
    cannotTitle: (name: string) => `${name} — no passkeys to show`,
    cannot: {
      'no-pin': 'This key has no PIN yet. Set one, and you can keep passkeys on it and see them here.',
      'no-discoverable-credentials':
        'This key helps you sign in as a second step, but it cannot hold passkeys. Sites you use it with go on working.',
      'no-credential-management':
        'This key can hold passkeys but cannot list them: its firmware is too old for that. They still work on their sites.',
    } satisfies Record<CannotList, string>,
    cutAt: (name: string, n: number) =>
      `${name} says it holds more passkeys than is believable. The first ${grouped(n)} are shown.`,
    fewSlots: (n: number) =>
      n === 0
        ? 'This key is full. Delete a passkey before you save another one on it.'
        : `This key has room for only ${count(n, 'more passkey', 'more passkeys')}.`,
    unlock: 'Unlock',
    setPin: 'Set a PIN',
    changePin: 'Change PIN',
    reset: 'Reset key',
    stop: 'Stop',
    aboutKey: 'About this key',
  },

  udev: {
    explanation: 'An administrator can allow it with this rule:',
    file: 'Save it as /etc/udev/rules.d/70-latchkey-fido.rules, then take the key out and put it back in.',
    copy: 'Copy rule',
    learnMore: 'How to do this',
    rule: 'udev rule',
  },
  windowsHelp: 'Open Windows security key settings',

  details: {
    title: 'Passkey details',
    sections: {
      account: 'Account',
      place: 'Where it is kept',
      technical: 'Technical details',
      oddities: 'What is odd about it',
    },
    ownName: 'Your own name',
    site: 'Site',
    siteName: 'Name the site gave itself',
    userName: 'User name',
    displayName: 'Display name',
    userHandle: 'User ID',
    key: 'Kept on',
    backup: 'Copies',
    backupValue: {
      'device-bound': {
        device: 'Device-bound: it exists only on this device and is not copied anywhere.',
        key: 'Device-bound: it exists only on this key and cannot be copied off it.',
      },
      synced: 'Synced: your passkey provider keeps copies of it for your other devices.',
      unknown: 'The key did not say',
    },
    created: 'Created',
    lastUsed: 'Last used',
    neverUsed: 'Never',
    removable: 'Deleting',
    deviceGone: 'This passkey is no longer on this device. This is what it was like before.',
    deviceClosed: 'The passkeys on this device are not open at the moment. This is what it was like before.',
    credentialId: 'Credential ID',
    rpIdHash: 'Site hash (SHA-256)',
    algorithm: 'Algorithm',
    publicKey: 'Public key',
    credProtect: 'Protection',
    credProtectValue: {
      optional: 'Works without the PIN where the site allows it',
      'optional-with-list': 'Works without the PIN only if the site knows this passkey already',
      required: 'Always asks for the PIN or a fingerprint',
    },
    largeBlob: 'Extra storage for the site',
    payment: 'Payments on other sites',
    yes: 'Yes',
    no: 'No',
    unknown: 'The key did not say',
    none: 'None given',
    empty: 'Empty',
    reading: 'Reading…',
    notRead: 'Could not be read',
    notPluggedIn: 'Not plugged in any more',
    removed: 'The key was taken out. This is what it said before.',
    gone: 'The key is locked again or this passkey is gone. This is what the key said before.',
    deletePasskey: 'Delete passkey',
    editPasskey: 'Edit',
  },

  edit: {
    title: 'Edit the names of this passkey',
    ownName: 'Your own name',
    ownNameHint: 'Only you see it: it stays in Latchkey.',
    introOwn: (site: string) =>
      `This key cannot change the names on it, but you can give the passkey for ${site} a name of your own.`,
    intro: (site: string) =>
      `These names are what you see when you choose a passkey for ${site}. The site itself is not told.`,
    userName: 'User name',
    displayName: 'Display name',
    emptyName: 'Left empty, the name is removed from the key.',
    emptyNameDevice: 'Left empty, the name is removed.',
    long: 'This is long. Some keys keep only the beginning.',
    save: 'Save',
    saving: 'Saving…',
    savingText: 'Please leave the key plugged in.',
    done: (site: string) => `The names of the passkey for ${site} were changed.`,
    doneOwn: (site: string) => `Your own name for the passkey for ${site} was saved.`,
    doneOwnRemoved: (site: string) => `Your own name for the passkey for ${site} was removed.`,
    stateTitle: {
      shortened: 'The key kept something else',
      locked: 'The key is locked again',
      removed: 'The key was taken out',
      failed: 'The names were not changed',
    },
    ownFailedTitle: 'Your own name was not saved',
    othersSaved: 'The other names were changed.',
    shortenedText: (userName: string, displayName: string) =>
      `The key changed the names in its own way. It now says: user name ${userName}, display name ${displayName}.`,
    quoted: (name: string) => `“${name}”`,
    none: 'none',
    lockedText:
      'It was locked in the meantime, and nothing was changed. Unlock it and edit the passkey again.',
    removedText: 'Plug it in and unlock it to see what its passkeys are called now.',
    unlock: 'Unlock',
    deviceClosedTitle: 'The passkeys on this device are not open',
    deviceClosedText: 'Nothing was changed. The Passkeys page says what they need.',
  },

  delete: {
    titleOne: 'Delete this passkey?',
    titleMany: (n: number) => `Delete ${passkeysOf(n)}?`,
    consequenceOne: (site: string) =>
      `You will not be able to sign in to ${site} with it any more. Make sure you have another way to sign in. This cannot be undone.`,
    consequenceMany:
      'You will not be able to sign in with them any more. Make sure you have another way to sign in to each site. This cannot be undone.',
    consequenceOneDevice: (site: string) =>
      `It goes to Recently deleted for 30 days, and you can restore it until then. It cannot sign you in to ${site} while it is there.`,
    consequenceManyDevice:
      'They go to Recently deleted for 30 days, and you can restore them until then. They cannot sign you in while they are there.',
    consequenceMixed: (device: number, keys: number) =>
      `The ${device === 1 ? 'one' : grouped(device)} on this device ${device === 1 ? 'goes' : 'go'} to Recently deleted for 30 days, and you can restore ${device === 1 ? 'it' : 'them'} until then. The ${keys === 1 ? 'one on a security key is' : `${grouped(keys)} on security keys are`} gone at once; that cannot be undone. Make sure you have another way to sign in to each site.`,
    partly: (n: number) =>
      `${n === 1 ? 'One of the selected passkeys cannot' : `${grouped(n)} of the selected passkeys cannot`} be deleted and ${n === 1 ? 'stays' : 'stay'} as ${n === 1 ? 'it is' : 'they are'}.`,
    keptTitle: (n: number) =>
      n === 1 ? 'This passkey cannot be deleted' : 'These passkeys cannot be deleted',
    deviceClosedTitle: 'The passkeys on this device are not open',
    deviceClosedText: 'Nothing was deleted. The Passkeys page says what they need.',
    siteAndUser: (site: string, user: string) => `${site}, ${user}`,
    site: 'Site',
    user: 'User name',
    key: 'Kept on',
    list: 'Passkeys to delete',
    confirmOne: 'Delete passkey',
    confirmMany: (n: number) => `Delete ${passkeysOf(n)}`,
    runningTitleOne: 'Deleting the passkey…',
    runningTitleMany: (n: number) => `Deleting ${passkeysOf(n)}…`,
    runningText:
      'Latchkey deletes and then reads the key again to make sure. Please leave the key plugged in.',
    runningTextDevice: 'This takes a moment.',
    reportTitle: (deleted: number, all: number) =>
      deleted === 0
        ? all === 1
          ? 'The passkey was not deleted'
          : 'No passkey was deleted'
        : `${deleted} of ${passkeysOf(all)} deleted`,
    partlyUnsureTitle: (deleted: number, unknown: number, all: number) =>
      deleted === 0
        ? `${unknown} of ${passkeysOf(all)} could not be checked`
        : `${deleted} of ${passkeysOf(all)} deleted, ${unknown} could not be checked`,
    unsureTitle: (n: number) =>
      n === 1 ? 'We could not make sure' : `${passkeysOf(n)} could not be checked`,
    more: (n: number) => `and ${count(n, 'more passkey', 'more passkeys')}`,
    reportList: 'What happened to each passkey',
    outcome: {
      deleted: 'Deleted',
      kept: 'Still on the key',
      keptDevice: 'Still on this device',
      unknown: 'Not sure. The key could not be read again; unlock it once more to see.',
    },
    again: (n: number) => (n === 1 ? 'Try again' : `Try again with ${n}`),
    doneOne: (site: string, user: string, key: string) =>
      `The passkey for ${site} (${user}) was deleted from ${key}.`,
    doneMany: (n: number) => `${passkeysOf(n)} were deleted.`,
    doneOneDevice: (site: string, user: string) =>
      `The passkey for ${site} (${user}) is in Recently deleted now, for 30 days.`,
    doneManyDevice: (n: number) => `${passkeysOf(n)} are in Recently deleted now, for 30 days.`,
    doneMixed: (n: number, device: number) =>
      `${passkeysOf(n)} were deleted. ${device === 1 ? 'One of them is' : `${grouped(device)} of them are`} in Recently deleted for 30 days.`,
    lockedTitle: 'The key is locked again',
    lockedText: (key: string) =>
      `${key} was locked in the meantime, and nothing was deleted. Unlock it and choose the passkey again.`,
    unlock: 'Unlock',
    removedTitle: 'The key was taken out',
    removedText: (key: string) =>
      `${key} is no longer plugged in. Nothing was deleted. Plug it in and unlock it to see its passkeys.`,
    slow: 'This takes longer than usual. You can close this; Latchkey goes on and tells you what happened.',
    removedWhileRunning: (key: string) => `${key} was taken out. Some passkeys may already be deleted.`,
    failedTitle: 'Deleting did not work',
  },
} as const;
