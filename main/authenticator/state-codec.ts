/** The members of the state file, in the shape that {@link Codec} reads and writes; `state.ts` turns that into JSON. */
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import type { RandomSource } from '../../native/ports';
import { CborError, decodeCbor, encodeCbor, type CborMap } from '../ctap/cbor';
import {
  arrayOf,
  bool,
  int,
  optional,
  rawMap,
  record,
  required,
  text,
  uint,
  type Codec,
  type Reading,
} from '../ctap/codec';
import { signatureAlgorithm } from './algorithms';
import { configure, plain, profiles, type ProfileName } from './configuration';
import { base64url, configurationMembers, limited } from './configuration-codec';
import { MAX_PIN_RETRIES, type CredProtect } from './env';
import { factoryPolicy, HiddenSecrets, newKeyState, type KeyState, type StoredCredential } from './key-state';

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

/** One passkey of a state file. */
export const storedCredential: Codec<StoredCredential> = {
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
  /** The last member: `state-text.ts` puts the passkeys into its brackets. */
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
