/** What this device's authenticator remembers besides its passkeys, sealed like a card. */
import type { AuthenticatorPolicy, AuthenticatorRecord } from '../authenticator/env';
import type { RandomSource } from '../../native/ports';
import { decodeCbor, encodeCbor } from '../ctap/cbor';
import { INITIAL_LARGE_BLOB_ARRAY } from '../ctap/commands/large-blobs';
import { arrayOf, bool, byteString, bytes, record, required, text, uint, type TypeOf } from '../ctap/codec';
import { CardError } from './card';

const policy = record({
  alwaysUv: required('alwaysUv', bool),
  enterpriseAttestation: required('enterpriseAttestation', bool),
  minPinLength: required('minPinLength', uint),
  minPinLengthRpIds: required('minPinLengthRpIds', arrayOf(text)),
  pinComplexityPolicy: required('pinComplexityPolicy', bool),
  longTouchForReset: required('longTouchForReset', bool),
});

const members = record({
  policy: required('policy', policy),
  persistentToken: required('persistentToken', bytes(32)),
  identifier: required('identifier', bytes(16)),
  largeBlobArray: required('largeBlobs', byteString),
  /** Another one with every change of the passkeys (CTAP 2.3 §6.4). */
  storeState: required('storeState', bytes(16)),
});
export type AccountRecord = TypeOf<typeof members>;

/** This device always verifies (design decision 9). */
const POLICY: AuthenticatorPolicy = {
  alwaysUv: true,
  enterpriseAttestation: false,
  minPinLength: 6,
  minPinLengthRpIds: [],
  pinComplexityPolicy: false,
  longTouchForReset: false,
};

export function newAccountRecord(random: RandomSource): AccountRecord {
  return {
    policy: POLICY,
    persistentToken: random.bytes(32),
    identifier: random.bytes(16),
    largeBlobArray: INITIAL_LARGE_BLOB_ARRAY,
    storeState: random.bytes(16),
  };
}

export function encodeAccountRecord(value: AccountRecord): Uint8Array {
  return encodeCbor(members.encode(value));
}

/** Throws {@link CardError} or CborError. */
export function decodeAccountRecord(content: Uint8Array): AccountRecord {
  const fault = (_kind: string, where: string): Error => new CardError(`the record has no proper "${where}"`);
  return members.decode(decodeCbor(content), { flaws: [], fault }, '');
}

const UV_RETRIES = 8;

/**
 * As the engine sees it. There is no PIN of CTAP's: the vault has one of its own and counts the tries, so `uvRetries`,
 * which would count them once more, stays where it is.
 */
export function authenticatorRecord(value: AccountRecord): AuthenticatorRecord {
  return {
    pin: { codePoints: 0, retries: 8, forceChange: false },
    policy: value.policy,
    uvRetries: UV_RETRIES,
    templates: [],
    persistentToken: value.persistentToken,
    identifier: value.identifier,
    largeBlobArray: value.largeBlobArray,
  };
}
