/** The members of the state file, in the shape that {@link Codec} reads and writes; `state.ts` turns that into JSON. */
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import type { RandomSource } from '../../native/ports';
import { CborError, decodeCbor, encodeCbor, type CborKey, type CborMap, type CborValue } from '../ctap/cbor';
import {
  arrayOf,
  bool,
  int,
  optional,
  rawMap,
  record,
  required,
  text,
  textMapOf,
  uint,
  type Codec,
  type Reading,
} from '../ctap/codec';
import { signatureAlgorithm } from './algorithms';
import { configure, plain, profiles, SIMULATED, type ProfileName } from './configuration';
import { MAX_PIN_RETRIES, type CredProtect } from './env';
import { factoryPolicy, HiddenSecrets, newKeyState, type KeyState, type StoredCredential } from './key-state';
import { quirkParameters, type Quirk, type QuirkName } from './quirks';

/** Bytes as base64url without padding. */
function base64url(length?: number): Codec<Uint8Array> {
  return {
    encode: (value) => Buffer.from(value).toString('base64url'),
    decode(value, reading, where) {
      const string = text.decode(value, reading, where);
      const bytes = Uint8Array.from(Buffer.from(string, 'base64url'));
      if (Buffer.from(bytes).toString('base64url') !== string) throw reading.fault('type', where);
      if (length !== undefined && bytes.length !== length) throw reading.fault('length', where);
      return bytes;
    },
  };
}

/** A codec whose values must also pass `accepts`. */
function limited<T>(codec: Codec<T>, accepts: (value: T) => boolean): Codec<T> {
  return {
    encode: (value) => codec.encode(value),
    decode(value, reading, where) {
      const decoded = codec.decode(value, reading, where);
      if (!accepts(decoded)) throw reading.fault('length', where);
      return decoded;
    },
  };
}

/** CBOR map ⇄ `{"25": {"bytes": "…"}}`: bytes are wrapped, keys that look like integers are integers. */
const cborAsJson: Codec<CborMap> = {
  encode: (map) => wrapBytes(map),
  decode(value, reading, where) {
    const map = new Map<CborKey, CborValue>();
    for (const [key, item] of rawMap.decode(value, reading, where))
      map.set(asKey(key), unwrapBytes(item, reading, `${where}.${key}`));
    return map;
  },
};

function wrapBytes(value: CborValue): CborValue {
  if (value instanceof Uint8Array) return new Map([['bytes', base64url().encode(value)]]);
  if (value instanceof Map)
    return new Map([...(value as CborMap)].map(([key, item]) => [String(key), wrapBytes(item)]));
  return Array.isArray(value) ? (value as readonly CborValue[]).map(wrapBytes) : value;
}

function unwrapBytes(value: CborValue, reading: Reading, where: string): CborValue {
  if (value instanceof Map) {
    const map = value as CborMap;
    const bytes = map.get('bytes');
    if (map.size === 1 && typeof bytes === 'string') return base64url().decode(bytes, reading, where);
    return new Map(
      [...map].map(([key, item]) => [asKey(key), unwrapBytes(item, reading, `${where}.${key}`)]),
    );
  }
  return Array.isArray(value)
    ? (value as readonly CborValue[]).map((item, index) => unwrapBytes(item, reading, `${where}[${index}]`))
    : value;
}

function asKey(key: CborKey): CborKey {
  return typeof key === 'string' && /^(0|-?[1-9]\d{0,9})$/.test(key) ? Number(key) : key;
}

const quirk: Codec<Quirk> = {
  encode({ name, ...parameters }) {
    const codec = quirkParameters[name] as Codec<unknown>;
    return new Map<CborKey, CborValue>([['name', name], ...(codec.encode(parameters) as CborMap)]);
  },
  decode(value, reading, where) {
    const map = rawMap.decode(value, reading, where);
    const name = map.get('name');
    if (typeof name !== 'string' || !Object.hasOwn(quirkParameters, name))
      throw reading.fault('type', `${where}.name`);
    const codec = quirkParameters[name as QuirkName] as Codec<object>;
    return { name, ...codec.decode(map, reading, where) } as Quirk;
  },
};

/** One of these words. */
function oneOf<T extends string>(...words: readonly T[]): Codec<T> {
  return limited(text as Codec<T>, (word) => words.includes(word));
}

const generations = oneOf('none', 'preview', 'final', 'both');

const configurationMembers = record({
  productName: optional(
    'productName',
    limited(text, (name) => name.startsWith(SIMULATED)),
  ),
  serial: optional('serial', text),
  aaguid: optional('aaguid', base64url(16)),
  versions: optional('versions', arrayOf(text)),
  pinUvAuthProtocols: optional(
    'pinUvAuthProtocols',
    arrayOf(limited(uint, (version) => version === 1 || version === 2)),
  ),
  clientPin: optional('clientPin', bool),
  pinUvAuthToken: optional('pinUvAuthToken', bool),
  discoverable: optional('discoverable', bool),
  credentialManagement: optional('credentialManagement', generations),
  makeCredUvNotRqd: optional('makeCredUvNotRqd', bool),
  alwaysUv: optional('alwaysUv', bool),
  noMcGaPermissionsWithClientPin: optional('noMcGaPermissionsWithClientPin', bool),
  attestationFormats: optional('attestationFormats', arrayOf(text)),
  configCommands: optional('configCommands', arrayOf(uint)),
  vendorConfigCommands: optional('vendorConfigCommands', arrayOf(uint)),
  keepsAlwaysUv: optional('keepsAlwaysUv', bool),
  pinComplexityPolicy: optional('pinComplexityPolicy', bool),
  pinComplexityPolicyUrl: optional('pinComplexityPolicyUrl', text),
  maxRpIdsForSetMinPinLength: optional('maxRpIdsForSetMinPinLength', uint),
  enterpriseAttestation: optional('enterpriseAttestation', bool),
  enterpriseRpIds: optional('enterpriseRpIds', arrayOf(text)),
  longTouchForReset: optional('longTouchForReset', bool),
  persistentToken: optional('persistentToken', bool),
  builtInUv: optional('builtInUv', bool),
  bioEnrollment: optional('bioEnrollment', generations),
  uvBioEnroll: optional('uvBioEnroll', bool),
  uvAcfg: optional('uvAcfg', bool),
  maxTemplates: optional('maxTemplates', uint),
  samplesToEnroll: optional('samplesToEnroll', uint),
  maxTemplateFriendlyName: optional('maxTemplateFriendlyName', uint),
  maxUvRetries: optional('maxUvRetries', uint),
  preferredPlatformUvAttempts: optional('preferredPlatformUvAttempts', uint),
  maxLargeBlobArray: optional('maxLargeBlobArray', uint),
  maxCredBlobLength: optional('maxCredBlobLength', uint),
  u2f: optional('u2f', oneOf('none', 'beside', 'only')),
  extensions: optional('extensions', arrayOf(text)),
  algorithms: optional(
    'algorithms',
    arrayOf(limited(int, (number) => signatureAlgorithm(number) !== undefined)),
  ),
  minPinLength: optional('minPinLength', uint),
  maxPinLength: optional('maxPinLength', uint),
  maxNameLength: optional('maxNameLength', uint),
  capacity: optional('capacity', uint),
  maxMsgSize: optional('maxMsgSize', uint),
  maxCredentialCountInList: optional('maxCredentialCountInList', uint),
  maxCredentialIdLength: optional('maxCredentialIdLength', uint),
  firmwareVersion: optional('firmwareVersion', uint),
  wink: optional('wink', bool),
  fullInfo: optional('fullInfo', bool),
  ctap22Info: optional('ctap22Info', bool),
  transportsForReset: optional('transportsForReset', arrayOf(text)),
  extraOptions: optional('extraOptions', textMapOf(bool)),
  extraInfo: optional('extraInfo', cborAsJson),
  resetWindow: optional('resetWindow', uint),
  presenceTimeout: optional('presenceTimeout', uint),
  quirks: optional('quirks', arrayOf(quirk)),
});

const rp = record({ id: required('id', text), name: optional('name', text) });
const user = record({
  id: required(
    'id',
    limited(base64url(), ({ length }) => length >= 1 && length <= 64),
  ),
  name: optional('name', text),
  displayName: optional('displayName', text),
});

const credentialMembers = record({
  id: required(
    'id',
    limited(base64url(), ({ length }) => length >= 1 && length <= 1023),
  ),
  rp: required('rp', rp),
  user: required('user', user),
  algorithm: required('algorithm', int),
  credProtect: optional(
    'credProtect',
    limited(uint as Codec<CredProtect>, (level) => level >= 1 && level <= 3),
  ),
  privateKey: required('privateKey', base64url()),
  /** COSE_Key as CBOR; derived when absent. */
  publicKey: optional('publicKey', base64url()),
  credRandomWithUv: required('credRandomWithUv', base64url(32)),
  credRandomWithoutUv: required('credRandomWithoutUv', base64url(32)),
  credBlob: optional('credBlob', base64url()),
  largeBlobKey: optional('largeBlobKey', base64url(32)),
  thirdPartyPayment: optional('thirdPartyPayment', bool),
});

const storedCredential: Codec<StoredCredential> = {
  encode: ({ credential, secrets: { privateKey, credRandomWithUv, credRandomWithoutUv, credBlob } }) =>
    credentialMembers.encode({
      ...credential,
      ...(credBlob && credBlob.length > 0 && { credBlob }),
      publicKey: encodeCbor(credential.publicKey),
      privateKey,
      credRandomWithUv,
      credRandomWithoutUv,
    }),
  decode(value, reading, where) {
    const members = credentialMembers.decode(value, reading, where);
    const { privateKey, credRandomWithUv, credRandomWithoutUv, credBlob, publicKey, ...card } = members;
    const algorithm = signatureAlgorithm(card.algorithm);
    if (!algorithm) throw reading.fault('type', `${where}.algorithm`);
    if (privateKey.length !== algorithm.privateKeyLength)
      throw reading.fault('length', `${where}.privateKey`);
    return {
      credential: {
        ...card,
        credProtect: card.credProtect ?? 1,
        publicKey: publicKey
          ? coseKey(publicKey, reading, `${where}.publicKey`)
          : derived(() => algorithm.publicKeyOf(privateKey), reading, `${where}.privateKey`),
      },
      secrets: new HiddenSecrets({
        privateKey,
        credRandomWithUv,
        credRandomWithoutUv,
        ...(credBlob && { credBlob }),
      }),
    };
  },
};

function coseKey(bytes: Uint8Array, reading: Reading, where: string): CborMap {
  try {
    const key = decodeCbor(bytes);
    if (key instanceof Map) return key as CborMap;
  } catch (error) {
    if (!(error instanceof CborError)) throw error;
  }
  throw reading.fault('type', where);
}

function derived(publicKeyOf: () => CborMap, reading: Reading, where: string): CborMap {
  try {
    return publicKeyOf();
  } catch {
    throw reading.fault('type', where); // zero, or not below the order of the curve
  }
}

const members = record({
  configuration: required('configuration', rawMap),
  pin: optional(
    'pin',
    record({
      hash: optional('hash', base64url(16)),
      codePoints: required('codePoints', uint),
      retries: required(
        'retries',
        limited(uint, (retries) => retries <= MAX_PIN_RETRIES),
      ),
      forceChange: required('forceChange', bool),
    }),
  ),
  policy: optional(
    'policy',
    record({
      alwaysUv: optional('alwaysUv', bool),
      enterpriseAttestation: optional('enterpriseAttestation', bool),
      minPinLength: optional('minPinLength', uint),
      minPinLengthRpIds: optional('minPinLengthRpIds', arrayOf(text)),
      pinComplexityPolicy: optional('pinComplexityPolicy', bool),
      longTouchForReset: optional('longTouchForReset', bool),
    }),
  ),
  uvRetries: optional('uvRetries', uint),
  templates: optional(
    'templates',
    arrayOf(record({ id: required('id', base64url()), friendlyName: optional('friendlyName', text) })),
  ),
  persistentToken: optional('persistentToken', base64url(32)),
  identifier: optional('identifier', base64url(16)),
  largeBlobArray: optional('largeBlobArray', base64url()),
  storeState: optional('storeState', base64url(16)),
  wrapKey: optional('wrapKey', base64url(32)),
  credentials: optional('credentials', arrayOf(storedCredential)),
});

/**
 * @param seed makes the secrets of a file that has none; see `state.ts`.
 * @param version of the file. Keys of version 1 were written out whole and had nothing of what came later: they do not grow
 * when the profiles do.
 */
export function stateCodec(seed: Uint8Array, version: number): Codec<KeyState> {
  return {
    encode: (state) =>
      members.encode({
        ...state,
        configuration: configurationMembers.encode(state.configuration) as CborMap,
      }),
    decode(value, reading, where) {
      const { configuration: raw, policy, ...rest } = members.decode(value, reading, where);
      const profile = raw.get('profile') ?? '2.1';
      if (typeof profile !== 'string' || !Object.hasOwn(profiles, profile))
        throw reading.fault('type', 'configuration.profile');
      const changes = configurationMembers.decode(raw, reading, 'configuration');
      const isOld = version === 1 && !raw.has('profile');
      const configuration = configure(profile as ProfileName, isOld ? { ...plain, ...changes } : changes);
      return {
        ...newKeyState(configuration, new SecretsOfFile(seed)),
        ...rest,
        policy: { ...factoryPolicy(configuration), ...policy },
        configuration,
      };
    },
  };
}

/** Random bytes that are the same whenever the same file is read. */
class SecretsOfFile implements RandomSource {
  readonly #seed: Uint8Array;
  #count = 0;

  constructor(seed: Uint8Array) {
    this.#seed = seed;
  }

  bytes(length: number): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(hkdf(sha256, this.#seed, undefined, Uint8Array.of(this.#count++), length));
  }
}
