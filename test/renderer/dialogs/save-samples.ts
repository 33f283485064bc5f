/** Choosing where to save a passkey, and what is said when it is saved. */
import { anyKey, device, devicePlace, keyPlace, named, phone, phoneNotYet } from './place-samples';
import { accounts, keys, onKey, saving, thisDevice, type Sample } from './sample';

const ready = keyPlace(keys.blue, { need: 'pin' });

export const saveSamples: readonly Sample[] = [
  saving('save-device-first', 'This device first; the others behind “Use another device”', {
    name: 'choose-place',
    places: [device, ready, anyKey, phone],
    all: false,
  }),
  saving(
    'save-device-first-terminal',
    'The same where no browser asks: there is no other dialog to go to',
    { name: 'choose-place', places: [device, ready, anyKey, phoneNotYet], all: false },
    { hasOwnDialog: false },
  ),
  saving('save-device-unattested', 'The site asks who made the authenticator', {
    name: 'choose-place',
    places: [devicePlace({ need: 'pin', unattested: true }), ready, anyKey, phone],
    all: false,
  }),
  saving('save-device-already-there', 'This device has a passkey of the account already', {
    name: 'choose-place',
    places: [devicePlace({ need: 'pin', alreadyThere: true }), ready, anyKey, phone],
    all: false,
  }),
  saving('save-device-passphrase', 'This device is locked with a passphrase', {
    name: 'choose-place',
    places: [devicePlace({ need: 'passphrase' }), ready, anyKey, phone],
    all: false,
  }),
  saving('save-key-first', 'The site prefers a security key', {
    name: 'choose-place',
    places: [ready, anyKey, device, phone],
    all: true,
  }),
  saving('save-places', 'The list: keys that need something first, one that opens, one that is full', {
    name: 'choose-place',
    places: [
      device,
      named('a', 'YubiKey 5 NFC'),
      named('b', 'Nitrokey 3C', { need: 'pin' }),
      named('c', 'New key', { need: 'new-pin' }),
      named('d', 'Key of the office', { need: 'pin-change' }),
      named('e', 'Key with the passkey', { need: 'pin', alreadyThere: true }),
      named('f', 'Security key', { opening: true }),
      named('g', 'Full key', { obstacle: 'full' }),
      named('h', 'Blocked key', { obstacle: 'blocked' }),
      anyKey,
      phone,
    ],
    all: true,
  }),
  saving(
    'save-places-terminal',
    'The list where no browser asks: no phone, and no dialog of a browser',
    { name: 'choose-place', places: [device, ready, anyKey, phoneNotYet], all: true },
    { hasOwnDialog: false },
  ),
  saving('save-places-cannot', 'Keys that cannot serve this site, each for a reason of its own', {
    name: 'choose-place',
    places: [
      devicePlace({ obstacle: 'policy' }),
      named('a', 'Old U2F key', { obstacle: 'no-passkeys' }),
      named('b', 'Key without PIN or sensor', { obstacle: 'no-verification' }),
      named('c', 'Key of 2016', { obstacle: 'algorithm' }),
      named('d', 'Key without extensions', { obstacle: 'extension' }),
      named('e', 'Forbidden key', { obstacle: 'policy' }),
      named('f', 'Silent key', { obstacle: 'failed' }),
      anyKey,
      phone,
    ],
    all: true,
  }),
  saving('save-places-not-set-up', 'This device is not set up', {
    name: 'choose-place',
    places: [devicePlace({ obstacle: 'not-set-up' }), ready, anyKey, phone],
    all: true,
  }),
  saving('save-places-unusable', 'The vault of this device does not open', {
    name: 'choose-place',
    places: [devicePlace({ obstacle: 'unusable' }), ready, anyKey, phone],
    all: true,
  }),
  saving('save-places-device-blocked', 'No tries of the app PIN are left', {
    name: 'choose-place',
    places: [devicePlace({ obstacle: 'blocked', need: 'pin' }), ready, anyKey, phone],
    all: true,
  }),
  saving('save-places-no-key', 'No key is plugged in', {
    name: 'choose-place',
    places: [device, anyKey, phone],
    all: true,
  }),
  saving('save-places-same-name', 'Two keys of the same name', {
    name: 'choose-place',
    places: [device, keyPlace(keys.blue), keyPlace(keys.blueToo, { need: 'pin' }), anyKey, phone],
    all: true,
  }),
  saving(
    'save-places-hostile',
    'A key whose name pretends to be this device, and an account that pretends to be a sentence',
    { name: 'choose-place', places: [device, keyPlace(keys.hostile), anyKey, phone], all: true },
    { account: accounts.hostile },
  ),
  saving('saved-device', 'Saved on this device, for this device alone', {
    name: 'saved',
    place: thisDevice,
    backup: 'device-bound',
    ownName: '',
  }),
  saving('saved-synced', 'Saved where it is synced', {
    name: 'saved',
    place: thisDevice,
    backup: 'synced',
    ownName: '',
  }),
  saving('saved-key', 'Saved on a security key', {
    name: 'saved',
    place: onKey(keys.blue),
    backup: 'device-bound',
    ownName: '',
  }),
  saving('saved-named', 'It has a name of one’s own by now', {
    name: 'saved',
    place: onKey(keys.blue),
    backup: 'device-bound',
    ownName: 'Contoso at work',
  }),
  saving('saved-not-kept', 'The name could not be kept', {
    name: 'saved',
    place: thisDevice,
    backup: 'device-bound',
    ownName: '',
    notKept: true,
  }),
  saving(
    'saved-nameless',
    'Names of one’s own are not kept, and the key’s own is a lie',
    { name: 'saved', place: onKey(keys.hostile), backup: 'device-bound', ownName: '' },
    { canRename: false },
  ),
];
