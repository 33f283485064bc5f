/**
 * Non-discoverable credentials: nothing is stored for them, they live in their own credential ID (as design decision 19).
 *
 *     credential ID = 0x02 ‖ nonce (12) ‖ AES-256-GCM(wrap key, CBOR map, associated data: 0x02 ‖ SHA-256(RP ID)) ‖ tag (16)
 *     CBOR map      = {1: algorithm, 2: private key, 3: credProtect, 4?: thirdPartyPayment}
 *
 * Another site, another key and a key that was reset since do not open it. The hmac-secret secrets follow from the private
 * key, which keeps the ID short: 69 bytes with ES256, 296 with RS256.
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
import type { CredentialSecrets, CredProtect } from './env';
import { HiddenSecrets } from './key-state';

const VERSION = 0x02;
const NONCE_LENGTH = 12;
const TAG_LENGTH = 16;

export interface WrappedCredential {
  readonly algorithm: number;
  readonly credProtect: CredProtect;
  readonly thirdPartyPayment?: boolean;
  /** As {@link wrappedSecrets} makes them: only the private key travels. */
  readonly secrets: CredentialSecrets;
}

const contents = record({
  algorithm: required(1, int),
  privateKey: required(2, byteString),
  credProtect: required(3, uint as Codec<CredProtect>),
  thirdPartyPayment: optional(4, bool),
});

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
export function wrapCredential(
  { secrets: { privateKey }, ...card }: WrappedCredential,
  rpIdHash: Uint8Array,
  wrapKey: Uint8Array,
  random: RandomSource,
): Uint8Array {
  const nonce = random.bytes(NONCE_LENGTH);
  const plaintext = encodeCbor(contents.encode({ ...card, privateKey }));
  const box = gcm(wrapKey, nonce, associatedData(rpIdHash)).encrypt(plaintext);
  plaintext.fill(0);
  return concatBytes(Uint8Array.of(VERSION), nonce, box);
}

/** Undefined for an ID that was not made with this key for the RP ID of this hash. */
export function unwrapCredential(
  id: Uint8Array,
  rpIdHash: Uint8Array,
  wrapKey: Uint8Array,
): WrappedCredential | undefined {
  if (id[0] !== VERSION || id.length <= 1 + NONCE_LENGTH + TAG_LENGTH) return undefined;
  let plaintext: Uint8Array;
  try {
    plaintext = gcm(wrapKey, id.subarray(1, 1 + NONCE_LENGTH), associatedData(rpIdHash)).decrypt(
      id.subarray(1 + NONCE_LENGTH),
    );
  } catch {
    return undefined; // the tag does not fit: somebody else's
  }
  const { privateKey, ...card } = decodeRequestMap(contents, decodeCbor(plaintext) as CborMap);
  plaintext.fill(0);
  if (signatureAlgorithm(card.algorithm)?.privateKeyLength !== privateKey.length) return undefined;
  return { ...card, secrets: wrappedSecrets(privateKey) };
}

function associatedData(rpIdHash: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(VERSION), rpIdHash);
}
