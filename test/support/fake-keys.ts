/** Keys and passkeys to show: ordinary ones, many, and such as only a key that wants to do harm would send. */
import type { KeyFact, KeyView, PasskeyDetails, PasskeyView } from '../../preload/contract';

const facts: readonly KeyFact[] = [
  {
    group: 'identity',
    term: 'aaguid',
    label: 'Model (AAGUID)',
    value: 'cb69481e-8ff7-4039-93ec-0a2729a154a8',
    detail: 'The same for all keys of one model.',
  },
  { group: 'identity', term: 'firmwareVersion', label: 'Firmware', value: '5.7.1' },
  { group: 'identity', term: 'transports', label: 'Ways to connect', value: 'usb, nfc' },
  {
    group: 'versions',
    term: 'versions',
    label: 'Specifications',
    value: 'U2F_V2, FIDO_2_0, FIDO_2_1_PRE, FIDO_2_1',
  },
  {
    group: 'versions',
    term: 'extensions',
    label: 'Extensions',
    value: 'credProtect, hmac-secret, largeBlobKey, credBlob, minPinLength',
  },
  {
    group: 'options',
    term: 'options.rk',
    label: 'Stores passkeys',
    value: 'Yes',
    detail: 'Can hold discoverable credentials, which sign in without a user name.',
  },
  {
    group: 'options',
    term: 'options.clientPin',
    label: 'PIN',
    value: 'Set',
    detail: 'Whether the key asks for a PIN before it shows or uses passkeys.',
  },
  {
    group: 'options',
    term: 'options.credMgmt',
    label: 'Lists and deletes passkeys',
    value: 'Yes',
    detail: 'Without it, passkeys on the key can be used but not shown.',
  },
  {
    group: 'options',
    term: 'options.alwaysUv',
    label: 'Always verifies the user',
    value: 'Off',
    detail: 'Asks for the PIN or a fingerprint at every sign-in.',
  },
  { group: 'limits', term: 'maxMsgSize', label: 'Longest message', value: '1280 bytes' },
  { group: 'limits', term: 'minPINLength', label: 'Shortest PIN', value: '4 characters' },
  { group: 'algorithms', term: 'algorithms', label: 'Signatures', value: 'ES256 (−7), EdDSA (−8)' },
  { group: 'other', term: 'pinUvAuthProtocols', label: 'PIN protocols', value: '2, 1' },
];

export function fakeKey(change: Partial<KeyView> = {}): KeyView {
  return {
    id: 'key-1',
    name: 'YubiKey 5 NFC',
    manufacturer: 'Yubico',
    serial: '',
    simulated: false,
    state: 'ready',
    facts,
    aaguid: 'cb69481e-8ff7-4039-93ec-0a2729a154a8',
    firmware: '5.7.1',
    versions: ['U2F_V2', 'FIDO_2_0', 'FIDO_2_1_PRE', 'FIDO_2_1'],
    pin: { supported: true, set: true, retriesLeft: 8, changeRequired: false, minLength: 4, maxBytes: 63 },
    canReset: true,
    canEdit: true,
    builtInUv: 'none',
    passkeys: 'locked',
    slots: {},
    oddities: [],
    ...change,
  };
}

/** Works in a browser as well. */
function hexOf(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export function fakePasskey(keyId: string, number: number, change: Partial<PasskeyView> = {}): PasskeyView {
  return {
    id: `${keyId}:${number}`,
    keyId,
    rpId: `site${number}.example`,
    rpName: `Site ${number}`,
    userName: `person${number}@example.com`,
    userDisplayName: `Person ${number}`,
    algorithm: 'ES256 (−7)',
    credProtect: 'optional',
    hasLargeBlobKey: false,
    backup: 'unknown',
    oddities: [],
    ...change,
  };
}

/** The bytes of a made-up passkey; its credential ID is what its ID ends in, where that is one. */
export function fakeDetails({ id, keyId }: PasskeyView): PasskeyDetails {
  const credentialId = id.slice(keyId.length + 1);
  const coordinate = (name: string): string => hexOf(`${name} of ${id}`).padEnd(64, '1').slice(0, 64);
  return {
    userHandle: hexOf(`user of ${id}`).slice(0, 128),
    credentialId: credentialId.length > 16 ? credentialId : hexOf(`credential ${id}`).padEnd(128, '5a'),
    rpIdHash: hexOf(`hash of ${id}`).padEnd(64, '0').slice(0, 64),
    publicKey: `a5010203262001215820${coordinate('x')}225820${coordinate('y')}`,
  };
}

/** The ID of a passkey of this device. */
export function deviceId(number: number): string {
  return `device:${hexOf(`credential ${number}`).padEnd(64, '5a')}`;
}

const people: readonly (readonly [rpId: string, rpName: string, userName: string, displayName: string])[] = [
  ['github.com', 'GitHub', 'sam-rivers', 'Sam Rivers'],
  ['google.com', 'Google', 'sam.rivers@gmail.com', 'Sam Rivers'],
  ['accounts.google.com', 'Google Workspace', 'sam@rivers.example', 'Sam at work'],
  ['login.microsoft.com', 'Microsoft', 'sam.rivers@outlook.com', 'Sam Rivers'],
  ['contoso.com', 'Contoso', 'sam', 'Sam'],
  ['bank.example.co.uk', 'Example Bank', '4471 9920', 'Ms S Rivers'],
  ['shop.example', 'The Shop', 'zoë.ångström@example.com', 'Zoë Ångström'],
  ['mail.proton.me', 'Proton', 'samr', 'samr'],
  ['xn--80ak6aa92e.com', 'Look-alike', 'sam', 'Sam'],
  ['amazon.de', 'Amazon', 'sam.rivers@example.com', 'Sam Rivers'],
  ['aws.amazon.com', 'AWS', 'root', 'Account root'],
  ['gitlab.com', 'GitLab', 'srivers', 'Sam Rivers'],
];

export function ordinaryPasskeys(keyId = 'key-1'): readonly PasskeyView[] {
  return people.map(([rpId, rpName, userName, userDisplayName], index) =>
    fakePasskey(keyId, index, {
      rpId,
      rpName,
      userName,
      userDisplayName,
      credProtect: index % 3 === 0 ? 'required' : 'optional',
      hasLargeBlobKey: index % 4 === 0,
    }),
  );
}

/** As many as asked for, on sites and with names that differ enough to be searched. */
export function manyPasskeys(count: number, keyId = 'key-1'): readonly PasskeyView[] {
  const first = ['anna', 'björn', 'chloé', 'david', 'élise', 'farid', 'gülay', 'hana', 'igor', 'josé'];
  const sites = ['shop', 'mail', 'bank', 'forum', 'cloud', 'news', 'games', 'school', 'clinic', 'travel'];
  return Array.from({ length: count }, (_, i) =>
    fakePasskey(keyId, i, {
      rpId: `${sites[i % 10]}${Math.floor(i / 10) % 500}.example.${i % 3 === 0 ? 'com' : 'org'}`,
      userName: `${first[(i * 7) % 10]}.${i}@mail.example`,
      userDisplayName: `${first[(i * 7) % 10]} Number ${i}`,
    }),
  );
}

export function hostilePasskeys(keyId = 'key-1'): readonly PasskeyView[] {
  const long = 'A name that goes on and on '.repeat(380);
  return [
    fakePasskey(keyId, 0, {
      rpId: '\u202Emoc.elpmaxe\u202C',
      rpName: '\u0000\u0007bell',
      userName: 'rtl \u202Egnp.exe',
      userDisplayName: '\u2066isolated',
    }),
    fakePasskey(keyId, 1, { rpId: 'exam\u200Bple.com', userName: 'zero\u200Dwidth', userDisplayName: '' }),
    fakePasskey(keyId, 2, { rpId: 'long.example', rpName: long, userName: long, userDisplayName: long }),
    fakePasskey(keyId, 3, { rpId: 'x'.repeat(10_000), userName: 'tab\there\nnewline' }),
    fakePasskey(keyId, 4, { rpId: '', userName: '\u3164', userDisplayName: '   ' }),
    fakePasskey(keyId, 5, {
      rpId: 'zalgo.example',
      userName: `z${'\u0301\u0302\u0303\u0304'.repeat(40)}algo`,
      oddities: [
        'The user name was cut in the middle of a character.',
        'The hash of the site does not fit the site.',
      ],
    }),
    fakePasskey(keyId, 6, { rpId: 'مثال.example', userName: 'مستخدم', userDisplayName: '👩‍👩‍👧 Family' }),
    fakePasskey(keyId, 7, { rpId: '<img src=x onerror=alert(1)>', userName: '<script>alert(1)</script>' }),
  ];
}

/** Passkeys of this device, the oldest first. */
export function devicePasskeys(): readonly PasskeyView[] {
  return ordinaryPasskeys('device').map((passkey, index) => ({
    ...passkey,
    id: deviceId(index),
    backup: 'device-bound',
    created: Date.UTC(2025, index, 3, 9, 30),
    ...(index % 2 === 0 && { lastUsed: Date.UTC(2026, 0, 1 + index, 18, 5) }),
    protected: false,
  }));
}
