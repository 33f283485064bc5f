/** One entry of the large-blob array (CTAP 2.1 §6.10.3): what a site keeps with a passkey, under that passkey's own key. */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { RandomSource } from '../../native/ports';
import { encodeCbor } from '../ctap/cbor';
import { byteString, bytes, decodeResponse, record, required, uint, type TypeOf } from '../ctap/codec';
import { ProtocolError } from '../ctap/errors';

/** Node's own, because every entry is tried with the key of every passkey. */
const AES = 'aes-256-gcm';
const NONCE_LENGTH = 12;
const TAG_LENGTH = 16;

const largeBlobEntry = record({
  /** AES-256-GCM, with its 16-byte tag behind it. */
  ciphertext: required(0x01, byteString),
  nonce: required(0x02, bytes(NONCE_LENGTH)),
  /** Bytes before they were deflated. */
  origSize: required(0x03, uint),
});

export type LargeBlobEntry = TypeOf<typeof largeBlobEntry>;

/** Nothing that fits into a key unfolds to more: beyond it, an entry is one that wants to fill our memory. */
export const MAX_BLOB_LENGTH = 1024 * 1024;

/** What an entry holds, or why it cannot be read although the key is right. */
export type OpenedEntry = { readonly data: Uint8Array } | { readonly damage: string };

/** The entry in one item of the array, or undefined for an item that is something else. */
export function readEntry(item: Uint8Array): LargeBlobEntry | undefined {
  try {
    const { ciphertext, nonce, origSize } = decodeResponse(largeBlobEntry, item);
    return { ciphertext, nonce, origSize };
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}

/**
 * An item for the array, with a fresh nonce. Throws RangeError for more than {@link MAX_BLOB_LENGTH} bytes.
 * @param key the passkey's largeBlobKey, 32 bytes
 */
export function sealEntry(key: Uint8Array, data: Uint8Array, random: RandomSource): Uint8Array {
  if (data.length > MAX_BLOB_LENGTH) throw new RangeError(`a blob has at most ${MAX_BLOB_LENGTH} bytes`);
  const nonce = random.bytes(NONCE_LENGTH);
  const deflated = deflateRawSync(data);
  const cipher = createCipheriv(AES, key, nonce).setAAD(associatedData(data.length));
  const ciphertext = Uint8Array.from(
    Buffer.concat([cipher.update(deflated), cipher.final(), cipher.getAuthTag()]),
  );
  deflated.fill(0);
  return encodeCbor(largeBlobEntry.encode({ ciphertext, nonce, origSize: data.length }));
}

/** Undefined when the entry belongs to another passkey: only trying tells. */
export function openEntry(key: Uint8Array, entry: LargeBlobEntry): OpenedEntry | undefined {
  const { ciphertext, nonce, origSize } = entry;
  if (ciphertext.length < TAG_LENGTH) return undefined;
  const decipher = createDecipheriv(AES, key, nonce)
    .setAAD(associatedData(origSize))
    .setAuthTag(ciphertext.subarray(-TAG_LENGTH));
  const deflated = decipher.update(ciphertext.subarray(0, -TAG_LENGTH));
  try {
    decipher.final();
  } catch {
    // Its only word for a wrong tag.
    deflated.fill(0);
    return undefined;
  }
  if (origSize > MAX_BLOB_LENGTH) return { damage: `it claims to unfold to ${origSize} bytes` };
  try {
    // One byte more than is announced, so that the end of the data can be told from the end of the room.
    const data = inflateRawSync(deflated, { maxOutputLength: origSize + 1 });
    return data.length === origSize
      ? { data: Uint8Array.from(data) }
      : { damage: `it unfolds to another length than the announced ${origSize} bytes` };
  } catch (error) {
    const tooLong = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    return {
      damage: tooLong
        ? `it unfolds to more than the announced ${origSize} bytes`
        : 'what it holds is not compressed data',
    };
  } finally {
    deflated.fill(0);
  }
}

/** "blob" ‖ uint64 little-endian origSize */
function associatedData(origSize: number): Uint8Array {
  const data = new Uint8Array(4 + 8);
  data.set(Buffer.from('blob'));
  new DataView(data.buffer).setBigUint64(4, BigInt(origSize), true);
  return data;
}
