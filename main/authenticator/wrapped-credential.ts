/**
 * Non-discoverable credentials: nothing is stored for them, they live in their own credential ID (as design decision 19).
 *
 *     credential ID = 0x01 ‖ nonce (12) ‖ AES-256-GCM(wrap key, CBOR map, associated data: 0x01 ‖ SHA-256(RP ID)) ‖ tag (16)
 *     CBOR map      = {1: algorithm, 2: private key (32), 3: credProtect, 4: CredRandomWithUV (32), 5: CredRandomWithoutUV (32)}
 *
 * Another site, another key and a key that was reset since do not open it.
 */
import { gcm } from '@noble/ciphers/aes.js';
import { sha256 } from '@noble/hashes/sha2.js';
import type { RandomSource } from '../../native/ports';
import { decodeCbor, encodeCbor, type CborMap } from '../ctap/cbor';
import { bytes, decodeRequestMap, int, record, required, uint, type Codec } from '../ctap/codec';
import type { CredentialSecrets, CredProtect } from './env';
import { HiddenSecrets } from './key-state';

const VERSION = 0x01;
const NONCE_LENGTH = 12;
const TAG_LENGTH = 16;

export interface WrappedCredential {
  readonly algorithm: number;
  readonly credProtect: CredProtect;
  readonly secrets: CredentialSecrets;
}

const contents = record({
  algorithm: required(1, int),
  privateKey: required(2, bytes(32)),
  credProtect: required(3, uint as Codec<CredProtect>),
  credRandomWithUv: required(4, bytes(32)),
  credRandomWithoutUv: required(5, bytes(32)),
});

/** Returns the credential ID, 145 bytes or so. */
export function wrapCredential(
  { algorithm, credProtect, secrets }: WrappedCredential,
  rpId: string,
  wrapKey: Uint8Array,
  random: RandomSource,
): Uint8Array {
  const nonce = random.bytes(NONCE_LENGTH);
  const { privateKey, credRandomWithUv, credRandomWithoutUv } = secrets;
  const plaintext = encodeCbor(
    contents.encode({ algorithm, privateKey, credProtect, credRandomWithUv, credRandomWithoutUv }),
  );
  const box = gcm(wrapKey, nonce, associatedData(rpId)).encrypt(plaintext);
  plaintext.fill(0);
  return Uint8Array.of(VERSION, ...nonce, ...box);
}

/** Undefined for an ID that was not made with this key for this RP ID. */
export function unwrapCredential(
  id: Uint8Array,
  rpId: string,
  wrapKey: Uint8Array,
): WrappedCredential | undefined {
  if (id[0] !== VERSION || id.length <= 1 + NONCE_LENGTH + TAG_LENGTH) return undefined;
  let plaintext: Uint8Array;
  try {
    plaintext = gcm(wrapKey, id.subarray(1, 1 + NONCE_LENGTH), associatedData(rpId)).decrypt(
      id.subarray(1 + NONCE_LENGTH),
    );
  } catch {
    return undefined; // the tag does not fit: somebody else's
  }
  const { algorithm, credProtect, ...secrets } = decodeRequestMap(contents, decodeCbor(plaintext) as CborMap);
  plaintext.fill(0);
  return { algorithm, credProtect, secrets: new HiddenSecrets(secrets) };
}

function associatedData(rpId: string): Uint8Array {
  return Uint8Array.of(VERSION, ...sha256(Buffer.from(rpId)));
}
