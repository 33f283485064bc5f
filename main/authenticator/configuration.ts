/** What a software authenticator is and can do: profiles after the generations of real keys, and everything variable. */
import type { CborMap } from '../ctap/cbor';
import { ConfigSubcommand } from '../ctap/commands/authenticator-config';
import { Algorithm } from '../ctap/cose';
import { DEFAULT_MIN_PIN_CODE_POINTS, MAX_PIN_BYTES } from '../ctap/pin-protocol';
import type { Quirk } from './quirks';

/** "LatchkeySimulate" in ASCII, or 4c617463-686b-6579-5369-6d756c617465. No real key has it. */
export const TEST_AAGUID: Uint8Array = Uint8Array.from(Buffer.from('LatchkeySimulate', 'ascii'));

/** Every simulated key's name begins with this word, wherever it shows (design decision 9). */
export const SIMULATED = 'Simulated';

export interface AuthenticatorConfiguration {
  /** Begins with {@link SIMULATED} on every simulated key. */
  readonly productName: string;
  /** How a platform reaches it: option plat and getInfo 0x09. */
  readonly attachment: 'usb' | 'internal';
  /** USB serial number; most keys have none, an empty string. */
  readonly serial: string;
  /** 16 bytes. */
  readonly aaguid: Uint8Array;
  /** getInfo 0x01, without U2F_V2, which follows from `u2f`. */
  readonly versions: readonly string[];
  /** 1 and 2, in order of preference; at least one when `clientPin`. */
  readonly pinUvAuthProtocols: readonly number[];
  /** The key can have a PIN (option clientPin is there, true or false). */
  readonly clientPin: boolean;
  /** Tokens with permissions: option pinUvAuthToken and clientPIN subcommand 0x09. */
  readonly pinUvAuthToken: boolean;
  /** Option rk. */
  readonly discoverable: boolean;
  /** `final` is command 0x0A, `preview` is 0x41; with `both` the final one has both numbers. */
  readonly credentialManagement: 'none' | 'preview' | 'final' | 'both';
  /** Non-discoverable credentials are made without the PIN even where one is set. */
  readonly makeCredUvNotRqd: boolean;
  /** Nothing is made or used without user verification; how the key leaves the factory. */
  readonly alwaysUv: boolean;
  /** PIN tokens are not good for makeCredential and getAssertion: option noMcGaPermissionsWithClientPin. */
  readonly noMcGaPermissionsWithClientPin: boolean;
  /** getInfo 0x02; see `extensions/`. */
  readonly extensions: readonly string[];
  /** COSE numbers that algorithms.ts knows, in order of preference. */
  readonly algorithms: readonly number[];
  /** Attestation statement formats (getInfo 0x16 from 2.2 on): `packed`, `none`. */
  readonly attestationFormats: readonly string[];
  /** Code points; how the key leaves the factory. */
  readonly minPinLength: number;
  /** Bytes, 8..63. */
  readonly maxPinLength: number;
  /** Subcommands of authenticatorConfig; without any the key has no such command. */
  readonly configCommands: readonly number[];
  /** vendorCommandIds of vendorPrototype (getInfo 0x15); the simulated key takes them and does nothing. */
  readonly vendorConfigCommands: readonly number[];
  /** Once on, alwaysUv stays on until the key is reset. */
  readonly keepsAlwaysUv: boolean;
  /** PINs that are too simple are refused; how the key leaves the factory. */
  readonly pinComplexityPolicy: boolean;
  /** getInfo 0x1C; empty for none. */
  readonly pinComplexityPolicyUrl: string;
  readonly maxRpIdsForSetMinPinLength: number;
  /** Enterprise attestation can be enabled: option ep. */
  readonly enterpriseAttestation: boolean;
  /** RP IDs for which vendor-facilitated enterprise attestation (1) is given. */
  readonly enterpriseRpIds: readonly string[];
  /** Reset wants a touch of about five seconds; how the key leaves the factory. */
  readonly longTouchForReset: boolean;
  /** The persistent token: options perCredMgmtRO, encIdentifier, encCredStoreState (CTAP 2.2, 2.3). */
  readonly persistentToken: boolean;
  /** The key has a fingerprint sensor: option uv. */
  readonly builtInUv: boolean;
  /** `final` is command 0x09, `preview` is 0x40. */
  readonly bioEnrollment: 'none' | 'preview' | 'final' | 'both';
  /** The finger, too, may permit enrolling (uvBioEnroll) and authenticatorConfig (uvAcfg). */
  readonly uvBioEnroll: boolean;
  readonly uvAcfg: boolean;
  readonly maxTemplates: number;
  /** Good samples that one finger takes. */
  readonly samplesToEnroll: number;
  /** Bytes. */
  readonly maxTemplateFriendlyName: number;
  /** 1..25 */
  readonly maxUvRetries: number;
  readonly preferredPlatformUvAttempts: number;
  /** Bytes of the serialized large-blob array, at least 1024; 0 for a key without large blobs. */
  readonly maxLargeBlobArray: number;
  /** Bytes, at least 32. */
  readonly maxCredBlobLength: number;
  /** U2F: `beside` CTAP2, or the `only` thing that the key speaks. */
  readonly u2f: 'none' | 'beside' | 'only';
  /** Bytes of a user's names that are kept, at least 64; what is longer is cut. 0 for names of any length. */
  readonly maxNameLength: number;
  /** How many discoverable credentials there is room for. */
  readonly capacity: number;
  /**
   * Bytes of the longest request. At most 1768 (30 packets) for a key on uhid: the kernel keeps 32 events for us, and some
   * hosts write a whole message without waiting. test/kernel measures it.
   */
  readonly maxMsgSize: number;
  readonly maxCredentialCountInList: number;
  /** Bytes. */
  readonly maxCredentialIdLength: number;
  readonly firmwareVersion: number;
  /** Bit set of CTAPHID capabilities beyond CBOR and NMSG; 0x01 is WINK. */
  readonly wink: boolean;
  /** Members 0x07 and up in getInfo, which CTAP 2.0 keys do not send. */
  readonly fullInfo: boolean;
  /** Members 0x16 and up in getInfo, which keys before CTAP 2.2 do not send. */
  readonly ctap22Info: boolean;
  /** getInfo 0x1A. */
  readonly transportsForReset: readonly string[];
  /** Options to add to getInfo or to overrule there; nothing else of the key follows them. */
  readonly extraOptions: ReadonlyMap<string, boolean>;
  /** Raw members to add to getInfo or to overrule there, by number; nothing else of the key follows them. */
  readonly extraInfo: CborMap;
  /** Milliseconds after power-up in which reset works; 0 for always. */
  readonly resetWindow: number;
  /** Milliseconds that the key waits for a touch. */
  readonly presenceTimeout: number;
  /** Misbehaviours, see quirks.ts. */
  readonly quirks: readonly Quirk[];
}

export type ProfileName = '2.0' | '2.1-preview' | '2.1' | '2.3' | 'fingerprint' | 'nearly-full' | 'u2f';

/** What all profiles begin with: a key that has no more than it must; the 2.1 of state files of version 1. */
export const plain: AuthenticatorConfiguration = {
  productName: `${SIMULATED} security key`,
  attachment: 'usb',
  serial: '',
  aaguid: TEST_AAGUID,
  versions: ['FIDO_2_0', 'FIDO_2_1'],
  pinUvAuthProtocols: [2, 1],
  clientPin: true,
  pinUvAuthToken: true,
  discoverable: true,
  credentialManagement: 'final',
  makeCredUvNotRqd: true,
  alwaysUv: false,
  noMcGaPermissionsWithClientPin: false,
  extensions: ['credProtect', 'hmac-secret'],
  algorithms: [Algorithm.ES256, Algorithm.EDDSA],
  attestationFormats: ['packed', 'none'],
  configCommands: [],
  vendorConfigCommands: [],
  keepsAlwaysUv: false,
  pinComplexityPolicy: false,
  pinComplexityPolicyUrl: '',
  maxRpIdsForSetMinPinLength: 4,
  enterpriseAttestation: false,
  enterpriseRpIds: [],
  longTouchForReset: false,
  persistentToken: false,
  builtInUv: false,
  bioEnrollment: 'none',
  uvBioEnroll: false,
  uvAcfg: false,
  maxTemplates: 5,
  samplesToEnroll: 4,
  maxTemplateFriendlyName: 64,
  maxUvRetries: 3,
  preferredPlatformUvAttempts: 3,
  maxLargeBlobArray: 0,
  maxCredBlobLength: 32,
  u2f: 'none',
  minPinLength: DEFAULT_MIN_PIN_CODE_POINTS,
  maxPinLength: MAX_PIN_BYTES,
  maxNameLength: 0,
  capacity: 100,
  maxMsgSize: 1200,
  maxCredentialCountInList: 8,
  maxCredentialIdLength: 320,
  firmwareVersion: 0x010000,
  wink: true,
  fullInfo: true,
  ctap22Info: false,
  transportsForReset: ['usb'],
  extraOptions: new Map(),
  extraInfo: new Map(),
  resetWindow: 10_000,
  presenceTimeout: 30_000,
  quirks: [],
};

const { ENABLE_ENTERPRISE_ATTESTATION, TOGGLE_ALWAYS_UV, SET_MIN_PIN_LENGTH, ENABLE_LONG_TOUCH_FOR_RESET } =
  ConfigSubcommand;

const ctap21: AuthenticatorConfiguration = {
  ...plain,
  extensions: ['credBlob', 'credProtect', 'hmac-secret', 'largeBlobKey', 'minPinLength'],
  algorithms: [Algorithm.ES256, Algorithm.EDDSA, Algorithm.ES384],
  configCommands: [ENABLE_ENTERPRISE_ATTESTATION, TOGGLE_ALWAYS_UV, SET_MIN_PIN_LENGTH],
  enterpriseAttestation: true,
  enterpriseRpIds: ['enterprise.example'],
  maxLargeBlobArray: 4096,
};

/**
 * - `2.1`: what is sold today. PIN protocols 2 and 1, tokens with permissions, credential management, large blobs, policies.
 * - `2.0`: PIN and discoverable credentials, but no way to list them.
 * - `2.1-preview`: lists them and enrols fingers by the preview commands 0x41 and 0x40, with the legacy token; PIN protocol 1.
 * - `2.3`: `2.1` and what CTAP 2.2 and 2.3 add: the persistent token, a PIN complexity policy, more of getInfo.
 * - `fingerprint`: `2.1` with a sensor; the PIN permits enrolling fingers.
 * - `nearly-full`: `2.1` with little room, nearly used up; see `profileState`.
 * - `u2f`: speaks nothing but U2F, so it has no PIN and no passkeys.
 */
export const profiles: Readonly<Record<ProfileName, AuthenticatorConfiguration>> = {
  '2.1': ctap21,
  '2.0': {
    ...plain,
    productName: `${SIMULATED} CTAP 2.0 key`,
    versions: ['FIDO_2_0'],
    pinUvAuthProtocols: [1],
    pinUvAuthToken: false,
    credentialManagement: 'none',
    makeCredUvNotRqd: false,
    extensions: ['hmac-secret'],
    fullInfo: false,
  },
  '2.1-preview': {
    ...plain,
    productName: `${SIMULATED} CTAP 2.1 preview key`,
    versions: ['FIDO_2_0', 'FIDO_2_1_PRE'],
    pinUvAuthProtocols: [1],
    pinUvAuthToken: false,
    credentialManagement: 'preview',
    builtInUv: true,
    bioEnrollment: 'preview',
    makeCredUvNotRqd: false,
  },
  '2.3': {
    ...ctap21,
    productName: `${SIMULATED} CTAP 2.3 key`,
    versions: ['FIDO_2_0', 'FIDO_2_1', 'FIDO_2_3'],
    extensions: [...ctap21.extensions, 'hmac-secret-mc', 'pinComplexityPolicy', 'thirdPartyPayment'],
    algorithms: [...ctap21.algorithms, Algorithm.ESP256, Algorithm.ED25519, Algorithm.RS256],
    configCommands: [...ctap21.configCommands, ENABLE_LONG_TOUCH_FOR_RESET],
    persistentToken: true,
    ctap22Info: true,
  },
  fingerprint: {
    ...ctap21,
    productName: `${SIMULATED} fingerprint key`,
    builtInUv: true,
    bioEnrollment: 'final',
  },
  'nearly-full': { ...ctap21, productName: `${SIMULATED} nearly full key`, capacity: 25 },
  u2f: {
    ...plain,
    productName: `${SIMULATED} U2F key`,
    versions: [],
    clientPin: false,
    pinUvAuthToken: false,
    discoverable: false,
    credentialManagement: 'none',
    extensions: [],
    algorithms: [Algorithm.ES256],
    u2f: 'only',
  },
};

/** A profile with changes: `configure('2.1', { capacity: 3 })`. Throws RangeError for a name that does not say Simulated. */
export function configure(
  profile: ProfileName = '2.1',
  changes: Partial<AuthenticatorConfiguration> = {},
): AuthenticatorConfiguration {
  const configuration = { ...profiles[profile], ...changes };
  if (!configuration.productName.startsWith(SIMULATED))
    throw new RangeError(`The name of a simulated key begins with "${SIMULATED}".`);
  return configuration;
}

/** A PIN is usable already while one can be set; what protects the key now is `isProtected` in built-in-uv.ts. */
export function clientPinUsable(configuration: AuthenticatorConfiguration): boolean {
  return configuration.clientPin && !configuration.noMcGaPermissionsWithClientPin;
}
