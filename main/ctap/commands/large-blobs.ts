/** authenticatorLargeBlobs (CTAP 2.1 §6.10). */
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { byteString, optional, record, uint, type Flawed, type TypeOf } from '../codec';

export const LARGE_BLOBS = 0x0c;

export const largeBlobsRequest = record({
  /** How many bytes to read; exactly one of `get` and `set` is there. */
  get: optional(0x01, uint),
  /** A fragment to write. */
  set: optional(0x02, byteString),
  offset: optional(0x03, uint),
  /** Of the whole array, with the first fragment that is written. */
  length: optional(0x04, uint),
  pinUvAuthParam: optional(0x05, byteString),
  pinUvAuthProtocol: optional(0x06, uint),
});

export type LargeBlobsRequest = TypeOf<typeof largeBlobsRequest>;

export const largeBlobsResponse = record({
  /** The fragment that was read; may be empty. */
  config: optional(0x01, byteString),
});

export type LargeBlobsResponse = TypeOf<typeof largeBlobsResponse> & Flawed;

/** The most bytes of a fragment in one message: maxMsgSize − 64 (§6.10.2). */
export function maxFragmentLength(maxMsgSize: number): number {
  return maxMsgSize - 64;
}

/** The message that pinUvAuthParam authenticates: 32 × 0xFF ‖ 0x0C 00 ‖ uint32 little-endian offset ‖ SHA-256(fragment). */
export function largeBlobsAuthMessage(offset: number, fragment: Uint8Array): Uint8Array {
  const message = new Uint8Array(32 + 2 + 4 + 32).fill(0xff, 0, 32);
  message[32] = LARGE_BLOBS;
  new DataView(message.buffer).setUint32(34, offset, true);
  message.set(sha256(fragment), 38);
  return message;
}

/** Bytes of SHA-256 at the end of a serialized large-blob array. */
export const LARGE_BLOB_CHECKSUM_LENGTH = 16;

/** CBOR array ‖ LEFT(SHA-256(CBOR array), 16) */
export function serializeLargeBlobArray(array: Uint8Array): Uint8Array {
  return concatBytes(array, sha256(array).subarray(0, LARGE_BLOB_CHECKSUM_LENGTH));
}

/** The CBOR array of a serialized one, or undefined when the checksum does not fit (§6.10.2). */
export function largeBlobArrayOf(serialized: Uint8Array): Uint8Array | undefined {
  const array = serialized.subarray(0, Math.max(0, serialized.length - LARGE_BLOB_CHECKSUM_LENGTH));
  const whole = serializeLargeBlobArray(array);
  return whole.length === serialized.length && whole.every((byte, index) => byte === serialized[index])
    ? array
    : undefined;
}

/** The empty array of a new authenticator, 17 bytes. */
export const INITIAL_LARGE_BLOB_ARRAY: Uint8Array = serializeLargeBlobArray(Uint8Array.of(0x80));
