/** Choosing with which passkey to sign in, and where to look for it. */
import type { AccountChoice } from '../../../main/ceremony/dialog-view';
import { anyKey, device, devicePlace, keyPlace, named, phone, phoneNotYet } from './place-samples';
import { accounts, keys, onKey, sites, thisDevice, using, type Sample } from './sample';

/** Milliseconds since 1970: the dates in pictures stay as they are. */
const used = Date.UTC(2026, 9, 30, 17, 12);
const DAY = 24 * 60 * 60_000;

const here: readonly AccountChoice[] = [
  { id: 'a', place: thisDevice, ...accounts.sam, lastUsed: used },
  { id: 'b', place: thisDevice, ...accounts.alex, lastUsed: used - 40 * DAY },
];
const onKeys: readonly AccountChoice[] = [
  { id: 'key:key-1', place: onKey(keys.blue) },
  { id: 'key:key-2', place: onKey(keys.green) },
];
const afterPin: readonly AccountChoice[] = [accounts.sam, accounts.alex, accounts.nameAlone].map(
  (account, index) => ({ id: String(index), place: onKey(keys.blue), ...account }),
);

export const useSamples: readonly Sample[] = [
  using('use-accounts', 'Passkeys of this device and keys that have one; others after a PIN or a touch', {
    name: 'choose-account',
    accounts: [...here, ...onKeys],
    places: [
      device,
      keyPlace(keys.blue),
      keyPlace(keys.green),
      keyPlace(keys.finger, { need: 'pin' }),
      anyKey,
      phone,
    ],
  }),
  using('use-account-one', 'One account, and the site prefers a security key', {
    name: 'choose-account',
    accounts: here.slice(0, 1),
    places: [keyPlace(keys.blue, { need: 'pin' }), anyKey, device, phone],
  }),
  using(
    'use-accounts-key',
    'Several accounts of one key, after its PIN',
    { name: 'choose-account', accounts: afterPin, places: [] },
    { canGoBack: true },
  ),
  using(
    'use-accounts-device',
    'Several accounts of this device, with nowhere else to go',
    { name: 'choose-account', accounts: here, places: [device] },
    { hasOwnDialog: false, canGoElsewhere: false },
  ),
  using('use-accounts-same', 'The same account on this device and on two keys of the same name', {
    name: 'choose-account',
    accounts: [
      { id: 'a', place: thisDevice, ...accounts.sam, lastUsed: used },
      { id: '0', place: onKey(keys.blue), ...accounts.sam },
      { id: '1', place: onKey(keys.blueToo), ...accounts.sam },
    ],
    places: [device, keyPlace(keys.blue), keyPlace(keys.blueToo), anyKey, phone],
  }),
  using('use-accounts-odd', 'Names that are missing, written from right to left, or a trap', {
    name: 'choose-account',
    accounts: [
      { id: 'a', place: thisDevice, ...accounts.nameless },
      { id: 'b', place: thisDevice, ...accounts.displayNameAlone, lastUsed: used },
      { id: 'c', place: thisDevice, ...accounts.rightToLeft, lastUsed: used },
      { id: 'd', place: thisDevice, ...accounts.hostile, lastUsed: 0 },
      { id: 'e', place: onKey(keys.hostile), ...accounts.nameAlone },
    ],
    places: [device, keyPlace(keys.hostile), anyKey, phone],
  }),
  using(
    'use-accounts-many',
    'Thirty accounts',
    {
      name: 'choose-account',
      accounts: Array.from({ length: 30 }, (_, index) => ({
        id: String(index),
        place: thisDevice,
        name: `person${index + 1}@contoso.example`,
        displayName: `Person ${index + 1}`,
        lastUsed: used - index * DAY,
      })),
      places: [device, anyKey, phone],
    },
    { site: sites.subdomain },
  ),
  using('use-places', 'Where to look: this device is locked with a passphrase', {
    name: 'choose-place',
    places: [devicePlace({ need: 'passphrase' }), keyPlace(keys.blue, { need: 'pin' }), anyKey, phone],
    all: true,
  }),
  using('use-places-none', 'Another way: nothing that is here has a passkey of the site', {
    name: 'choose-place',
    places: [
      devicePlace({ obstacle: 'no-match' }),
      keyPlace(keys.blue, { obstacle: 'no-match' }),
      named('f', 'Security key', { opening: true }),
      anyKey,
      phone,
    ],
    all: true,
  }),
  using(
    'use-places-terminal',
    'The same where no browser asks',
    {
      name: 'choose-place',
      places: [devicePlace({ obstacle: 'not-set-up' }), anyKey, phoneNotYet],
      all: true,
    },
    { hasOwnDialog: false },
  ),
];
