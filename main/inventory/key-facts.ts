/** What a key says about itself in getInfo (CTAP 2.1 §6.4), in words for people. */
import type { AuthenticatorInfo } from '../ctap/commands/get-info';
import { algorithmName } from '../ctap/cose';
import type { PinState } from './model';

/** What to say about a key that knows nothing but U2F. */
export const u2fOnlyWords =
  'This key knows only the older U2F: it works as a second step after a password, but it has no PIN and cannot hold passkeys.';

export type FactGroup = 'identity' | 'versions' | 'options' | 'limits' | 'algorithms' | 'other';

export interface KeyFact {
  readonly group: FactGroup;
  /** The specification's term: `firmwareVersion`, `options.credMgmt`. */
  readonly term: string;
  readonly label: string;
  readonly value: string;
  readonly detail?: string;
}

interface OptionWords {
  readonly label: string;
  readonly detail: string;
  /** In place of "Yes" and "No". */
  readonly whenTrue?: string;
  readonly whenFalse?: string;
}

const configured = { whenTrue: 'Set up', whenFalse: 'Possible, not set up' };
const onOff = { whenTrue: 'On', whenFalse: 'Off' };

const optionWords: Readonly<Record<string, OptionWords>> = {
  plat: { label: 'Built into this computer', detail: 'The authenticator cannot be taken out.' },
  rk: {
    label: 'Stores passkeys',
    detail: 'Can hold discoverable credentials, which sign in without a user name.',
  },
  clientPin: {
    label: 'PIN',
    detail: 'Whether the key asks for a PIN before it shows or uses passkeys.',
    whenTrue: 'Set',
    whenFalse: 'Possible, not set',
  },
  up: { label: 'Asks for a touch', detail: 'Can test that somebody is present.' },
  uv: { label: 'Verifies the user itself', detail: 'By fingerprint or a keypad of its own.', ...configured },
  pinUvAuthToken: {
    label: 'Permissions',
    detail: 'A program gets leave only for what it asks for, not for everything.',
  },
  noMcGaPermissionsWithClientPin: {
    label: 'PIN not enough for signing in',
    detail: 'Sign-in needs the built-in verification.',
  },
  largeBlobs: { label: 'Stores large blobs', detail: 'Sites can keep data such as certificates on the key.' },
  ep: {
    label: 'Enterprise attestation',
    detail: 'Tells listed companies the serial number of the key.',
    ...onOff,
  },
  bioEnroll: {
    label: 'Fingerprints',
    detail: 'Fingerprints can be stored on the key.',
    whenTrue: 'Stored',
    whenFalse: 'Possible, none stored',
  },
  userVerificationMgmtPreview: {
    label: 'Fingerprints (preview)',
    detail: 'An early version of the fingerprint commands.',
    whenTrue: 'Stored',
    whenFalse: 'Possible, none stored',
  },
  uvBioEnroll: {
    label: 'Fingerprint allows managing fingerprints',
    detail: 'A stored fingerprint may be used in place of the PIN for it.',
  },
  authnrCfg: { label: 'Can be configured', detail: 'Policies can be changed with the PIN.' },
  uvAcfg: {
    label: 'Built-in verification allows configuring',
    detail: 'It may be used in place of the PIN for it.',
  },
  credMgmt: {
    label: 'Lists and deletes passkeys',
    detail: 'Without it, passkeys on the key can be used but not shown.',
  },
  perCredMgmtRO: {
    label: 'Lists without asking for the PIN again',
    detail: 'A program may keep a read-only permission.',
  },
  credentialMgmtPreview: {
    label: 'Lists and deletes passkeys (preview)',
    detail: 'An early version of the same commands.',
  },
  setMinPINLength: {
    label: 'Minimum PIN length can be raised',
    detail: 'It can be lowered again only by a reset.',
  },
  makeCredUvNotRqd: {
    label: 'Second-factor use without PIN',
    detail: 'Sites may make sign-ins that need only a touch.',
  },
  alwaysUv: {
    label: 'Always verifies the user',
    detail: 'Asks for the PIN or a fingerprint at every sign-in.',
    ...onOff,
  },
  uvToken: {
    label: 'Token by built-in verification',
    detail: 'A name from an early version of the specification.',
  },
};

const modalities: readonly (readonly [bit: number, name: string])[] = [
  [0x001, 'touch'],
  [0x002, 'fingerprint'],
  [0x004, 'passcode'],
  [0x008, 'voice'],
  [0x010, 'face'],
  [0x020, 'location'],
  [0x040, 'eye'],
  [0x080, 'pattern'],
  [0x100, 'hand'],
  [0x200, 'none'],
  [0x400, 'all of them together'],
  [0x800, 'passcode typed elsewhere'],
  [0x1000, 'pattern drawn elsewhere'],
];

/** CTAP 2.1 §6.11, subcommands of authenticatorConfig. */
const configCommandWords = new Map<number, string>([
  [0x01, 'enterprise attestation'],
  [0x02, 'always verify'],
  [0x03, 'minimum PIN length'],
  [0x04, 'long touch for reset'],
  [0xff, "maker's own"],
]);

/** 16 bytes as a lower-case hyphenated UUID. */
export function aaguidText(aaguid: Uint8Array): string {
  return Buffer.from(aaguid)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** `ES256 (−7)`, `unknown (−1234)` */
export function algorithmText(algorithm: number): string {
  const number = algorithm < 0 ? `−${-algorithm}` : `${algorithm}`;
  return `${algorithmName(algorithm) ?? 'unknown'} (${number})`;
}

const YUBICO = 0x1050;

/** The firmware version as its maker prints it: Yubico packs three numbers into one; others give a plain number. */
export function firmwareText(info: AuthenticatorInfo, vendorId: number): string | undefined {
  const version = info.firmwareVersion;
  if (version === undefined) return undefined;
  return vendorId === YUBICO && version > 0xffff
    ? `${version >>> 16}.${(version >>> 8) & 0xff}.${version & 0xff}`
    : String(version);
}

/** What there is to say about a key that has no getInfo: it speaks U2F and nothing else. */
export const u2fOnlyFacts: readonly KeyFact[] = [
  { group: 'versions', term: 'versions', label: 'Specifications', value: 'U2F_V2', detail: u2fOnlyWords },
];

/** Every member of getInfo that the key sent, in the order in which people ask for them. */
export function keyFacts(info: AuthenticatorInfo, pin: PinState, vendorId: number): readonly KeyFact[] {
  const facts: KeyFact[] = [];
  const add = (
    group: FactGroup,
    term: string,
    label: string,
    value: string | number | undefined,
    detail?: string,
  ): void => {
    if (value !== undefined && value !== '')
      facts.push({ group, term, label, value: String(value), ...(detail && { detail }) });
  };
  const list = (values: readonly (string | number | bigint)[] | undefined): string | undefined =>
    values?.join(', ');
  const count = (value: number | undefined, unit: string): string | undefined =>
    value === undefined ? undefined : `${value} ${unit}`;
  const yesNo = (value: boolean | undefined): string | undefined =>
    value === undefined ? undefined : value ? 'Yes' : 'No';
  const hex = (value: Uint8Array | undefined): string | undefined =>
    value && Buffer.from(value).toString('hex');

  add('identity', 'aaguid', 'Model (AAGUID)', aaguidText(info.aaguid), 'The same for all keys of one model.');
  add('identity', 'firmwareVersion', 'Firmware', firmwareText(info, vendorId));
  add(
    'identity',
    'certifications',
    'Certifications',
    info.certifications &&
      [...info.certifications].map(([name, level]) => `${name} level ${level}`).join(', '),
  );
  add('identity', 'transports', 'Ways to connect', list(info.transports));
  add(
    'identity',
    'encIdentifier',
    'Encrypted identifier',
    hex(info.encIdentifier),
    'Lets a program that knows the key recognise it.',
  );

  add('versions', 'versions', 'Specifications', list(info.versions));
  add('versions', 'extensions', 'Extensions', list(info.extensions));
  add('versions', 'pinUvAuthProtocols', 'PIN protocols', list(info.pinUvAuthProtocols));
  add('versions', 'attestationFormats', 'Attestation formats', list(info.attestationFormats));

  for (const [name, value] of info.options ?? []) {
    const words = optionWords[name];
    add(
      'options',
      `options.${name}`,
      words?.label ?? name,
      value ? (words?.whenTrue ?? 'Yes') : (words?.whenFalse ?? 'No'),
      words?.detail,
    );
  }
  add(
    'options',
    'forcePINChange',
    'PIN must be changed',
    yesNo(info.forcePINChange),
    'The key wants a new PIN before it does anything else.',
  );
  add(
    'options',
    'longTouchForReset',
    'Reset needs a long touch',
    yesNo(info.longTouchForReset),
    'The key is to be held for about five seconds.',
  );
  add('options', 'transportsForReset', 'Can be reset over', list(info.transportsForReset));
  add(
    'options',
    'pinComplexityPolicy',
    'Refuses simple PINs',
    yesNo(info.pinComplexityPolicy),
    'Beyond the length: the same digit again and again, 1234, and the like.',
  );
  add(
    'options',
    'pinComplexityPolicyURL',
    'Its rules for PINs',
    info.pinComplexityPolicyURL && Buffer.from(info.pinComplexityPolicyURL).toString(),
    'Where its maker explains them.',
  );
  add(
    'options',
    'uvModality',
    'Verifies by',
    info.uvModality === undefined
      ? undefined
      : modalities
          .filter(([bit]) => (info.uvModality ?? 0) & bit)
          .map(([, name]) => name)
          .join(', '),
  );

  if (pin.supported) {
    add('limits', 'minPINLength', 'Shortest PIN', count(pin.minLength, 'characters'));
    add('limits', 'maxPINLength', 'Longest PIN', count(pin.maxBytes, 'bytes'));
  }
  add(
    'limits',
    'remainingDiscoverableCredentials',
    'Free passkey slots',
    info.remainingDiscoverableCredentials,
    'An estimate of the key.',
  );
  add('limits', 'maxMsgSize', 'Longest message', count(info.maxMsgSize, 'bytes'));
  add('limits', 'maxCredentialCountInList', 'Credentials in one question', info.maxCredentialCountInList);
  add('limits', 'maxCredentialIdLength', 'Longest credential ID', count(info.maxCredentialIdLength, 'bytes'));
  add(
    'limits',
    'maxSerializedLargeBlobArray',
    'Room for large blobs',
    count(info.maxSerializedLargeBlobArray, 'bytes'),
  );
  add('limits', 'maxCredBlobLength', 'Longest credential blob', count(info.maxCredBlobLength, 'bytes'));
  add(
    'limits',
    'maxRPIDsForSetMinPINLength',
    'Sites that may learn the minimum PIN length',
    info.maxRPIDsForSetMinPINLength,
  );
  add(
    'limits',
    'preferredPlatformUvAttempts',
    'Verification tries before the PIN',
    info.preferredPlatformUvAttempts,
    'So often a program should ask for a finger before it asks for the PIN.',
  );
  add(
    'limits',
    'uvCountSinceLastPinEntry',
    'Verifications since the last PIN',
    info.uvCountSinceLastPinEntry,
  );

  add('algorithms', 'algorithms', 'Signs with', list(info.algorithms?.map(({ alg }) => algorithmText(alg))));

  add(
    'other',
    'vendorPrototypeConfigCommands',
    "Maker's own commands",
    list(info.vendorPrototypeConfigCommands),
  );
  add(
    'other',
    'authenticatorConfigCommands',
    'What can be configured',
    list(info.authenticatorConfigCommands?.map((command) => configCommandWords.get(command) ?? command)),
  );
  add(
    'other',
    'encCredStoreState',
    'Encrypted state of the passkey store',
    hex(info.encCredStoreState),
    'Lets a program that knows the key see whether its list of passkeys is still true.',
  );
  return facts;
}
