/** The configuration of a simulated key, as the state file carries it; see `state-codec.ts`. */
import type { CborKey, CborMap, CborValue } from '../ctap/cbor';
import {
  arrayOf,
  bool,
  int,
  optional,
  rawMap,
  record,
  text,
  textMapOf,
  uint,
  type Codec,
  type Reading,
} from '../ctap/codec';
import { signatureAlgorithm } from './algorithms';
import { SIMULATED } from './configuration';
import { quirkParameters, type Quirk, type QuirkName } from './quirks';

/** Bytes as base64url without padding. */
export function base64url(length?: number): Codec<Uint8Array> {
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
export function limited<T>(codec: Codec<T>, accepts: (value: T) => boolean): Codec<T> {
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

/** Every member may be left out of a file; none is when it is written. */
export const configurationMembers = record({
  productName: optional(
    'productName',
    limited(text, (name) => name.startsWith(SIMULATED)),
  ),
  attachment: optional('attachment', oneOf('usb', 'internal')),
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
