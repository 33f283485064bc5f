/**
 * Non-discoverable credentials: nothing is stored for them, they live in their own credential ID (as design decision 19), in a
 * box within a box. The outer one tells whose credential it is, the inner one holds the private key; so whoever may not sign
 * yet can still recognise it.
 *
 *     credential ID = 0x03 ‖ nonce (12) ‖ AES-256-GCM(wrap key, CBOR map, associated data: 0x03 ‖ SHA-256(RP ID)) ‖ tag (16)
 *     CBOR map      = {1: algorithm, 2: inner box, 3: credProtect, 4?: thirdPartyPayment}
 *     inner box     = AES-256-GCM(secret wrap key, private key, same nonce,
 *                                 associated data: 0x03 ‖ SHA-256(RP ID) ‖ the CBOR map without 2) ‖ tag (16)
 *
 * The keys differ, so the boxes can share a nonce. The inner associated data ties the private key to its site and its traits,
 * also against who has the outer key.
 *
 * Another site, another key and a key that was reset since do not open it. The hmac-secret secrets follow from the private
 * key, which keeps the ID short: 85 bytes with ES256 and ML-DSA, 312 with RS256.
 *
 * IDs that simulated keys of earlier releases made begin with 0x02; there the private key lies in the outer box. They still work.
 */
import { gcm } from '@noble/ciphers/aes.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes } from '@noble/hashes/utils.js';
import type { RandomSource } from '../../native/ports';
import { decodeCbor, encodeCbor, type CborMap } from '../ctap/cbor';
import {
  bool,
  byteString,
  decodeRequestMap,
  int,
  optional,
  record,
  required,
  uint,
  type Codec,
} from '../ctap/codec';
import { signatureAlgorithm } from './algorithms';
import type { AuthenticatorStorage, CredentialSecrets, CredProtect } from './env';
import { HiddenSecrets } from './key-state';

const VERSION = 0x03;
/** One box: the private key as it is, in place of the inner box. */
const VERSION_OF_OLD = 0x02;
const NONCE_LENGTH = 12;
const TAG_LENGTH = 16;

/** Where the keys of both boxes come from; 32 bytes each. */
export type WrapKeys = Pick<AuthenticatorStorage, 'wrapKey' | 'secretWrapKey'>;

/** What the outer box tells. */
export interface WrappedTraits {
  readonly algorithm: number;
  readonly credProtect: CredProtect;
  readonly thirdPartyPayment?: boolean;
}

/** A credential that was recognised by its ID. */
export interface WrappedCredential extends WrappedTraits {
  /**
   * Opens the inner box, as {@link wrappedSecrets} makes them; the caller overwrites them. Rejects when its key cannot be
   * had, and when it does not fit.
   */
  open(keys: Pick<WrapKeys, 'secretWrapKey'>): Promise<CredentialSecrets>;
}

const traitMembers = {
  algorithm: required(1, int),
  credProtect: required(3, uint as Codec<CredProtect>),
  thirdPartyPayment: optional(4, bool),
};
const traitsOnly = record(traitMembers);
const contents = record({ ...traitMembers, innerBox: required(2, byteString) });

/** The secrets of a credential that will be wrapped. */
export function wrappedSecrets(privateKey: Uint8Array): CredentialSecrets {
  const derive = (name: string): Uint8Array => hkdf(sha256, privateKey, undefined, Buffer.from(name), 32);
  return new HiddenSecrets({
    privateKey,
    credRandomWithUv: derive('CredRandomWithUV'),
    credRandomWithoutUv: derive('CredRandomWithoutUV'),
  });
}

/** Returns the credential ID. @param rpIdHash SHA-256 of the RP ID. */
export async function wrapCredential(
  traits: WrappedTraits,
  privateKey: Uint8Array,
  rpIdHash: Uint8Array,
  keys: WrapKeys,
  random: RandomSource,
): Promise<Uint8Array> {
  const nonce = random.bytes(NONCE_LENGTH);
  const associated = associatedData(VERSION, rpIdHash);
  const bound = concatBytes(associated, encodeCbor(traitsOnly.encode(traits)));
  const innerBox = await withKey(keys.secretWrapKey(), (key) => gcm(key, nonce, bound).encrypt(privateKey));
  const plaintext = encodeCbor(contents.encode({ ...traits, innerBox }));
  const box = await withKey(keys.wrapKey(), (key) => gcm(key, nonce, associated).encrypt(plaintext));
  return concatBytes(Uint8Array.of(VERSION), nonce, box);
}

/** Undefined for an ID that was not made with this key for the RP ID of this hash. */
export function unwrapCredential(
  id: Uint8Array,
  rpIdHash: Uint8Array,
  wrapKey: Uint8Array,
): WrappedCredential | undefined {
  const version = id[0];
  if (version !== VERSION && version !== VERSION_OF_OLD) return undefined;
  if (id.length <= 1 + NONCE_LENGTH + TAG_LENGTH) return undefined;
  const nonce = id.slice(1, 1 + NONCE_LENGTH);
  const associated = associatedData(version, rpIdHash);
  let plaintext: Uint8Array;
  try {
    plaintext = gcm(wrapKey, nonce, associated).decrypt(id.subarray(1 + NONCE_LENGTH));
  } catch {
    return undefined; // the tag does not fit: somebody else's
  }
  const { innerBox, ...traits } = decodeRequestMap(contents, decodeCbor(plaintext) as CborMap);
  plaintext.fill(0);
  const inner = version === VERSION ? TAG_LENGTH : 0;
  if (signatureAlgorithm(traits.algorithm)?.privateKeyLength !== innerBox.length - inner) return undefined;
  const bound = concatBytes(associated, encodeCbor(traitsOnly.encode(traits)));
  return {
    ...traits,
    open: async (keys) =>
      wrappedSecrets(
        version === VERSION
          ? await withKey(keys.secretWrapKey(), (key) => gcm(key, nonce, bound).decrypt(innerBox))
          : innerBox.slice(),
      ),
  };
}

/** Overwrites the key after its use. */
async function withKey<T>(key: Promise<Uint8Array>, use: (key: Uint8Array) => T): Promise<T> {
  const bytes = await key;
  try {
    return use(bytes);
  } finally {
    bytes.fill(0);
  }
}

function associatedData(version: number, rpIdHash: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(version), rpIdHash);
}
