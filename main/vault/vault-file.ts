/**
 * The vault's file. One CBOR array:
 *
 *     [ "latchkey passkeys", version, header, checksum, record, [ [id, card, secrets] … ], mac ]
 *
 * - Every version, also those to come, begins with these four: a text, a number, the header as a byte string and
 *   SHA-256 of the bytes before it. So a newer version is told from a flipped bit.
 * - header: see header.ts. record: see account-record.ts, sealed. id: the credential ID; card and secrets: see card.ts, sealed.
 * - mac: HMAC-SHA-256 of all bytes before it: no entry can be flipped, removed, swapped or taken from an older file.
 */
import { createHash } from 'node:crypto';
import { arrayItems, CborError, decodeCbor, encodeCbor, scalars } from '../ctap/cbor';
import { decodeHeader, encodeHeader, type Header } from './header';
import { sameBytes, type VaultKeys } from './vault-keys';
import { damaged, emptyFile, newerVersion } from './vault-words';

export const VERSION = 1;

const MAGIC = encodeCbor('latchkey passkeys');
const HASH_LENGTH = 32;
const MEMBERS = 7;
/** A byte string of 32 bytes, with its head. */
const HASH_ITEM_LENGTH = 2 + HASH_LENGTH;

/** A file whose frame and header are readable; whether they are authentic, only {@link isAuthentic} says. */
export interface Frame {
  readonly header: Header;
  /** Sealed. */
  readonly record: Uint8Array;
  /** The entries, each as it is encoded in the file. */
  readonly entries: readonly Uint8Array[];
  readonly content: Uint8Array;
}

/** @param entries as {@link encodeEntry} made them */
export function writeFrame(
  header: Header,
  record: Uint8Array,
  entries: readonly Uint8Array[],
  keys: VaultKeys,
): Uint8Array {
  const start = Buffer.concat([
    arrayHead(MEMBERS),
    MAGIC,
    encodeCbor(VERSION),
    encodeCbor(encodeHeader(header)),
  ]);
  const checksum = encodeCbor(sha256(start.subarray(1)));
  const body = Buffer.concat([start, checksum, encodeCbor(record), arrayHead(entries.length), ...entries]);
  const whole = Buffer.concat([body, encodeCbor(keys.fileMac(body))]);
  return new Uint8Array(whole.buffer, whole.byteOffset, whole.length); // no Buffer: its `slice` is no copy
}

/** Throws VaultError `empty-file`, `damaged` or `newer-version`. @param path for the sentence */
export function readFrame(content: Uint8Array, path: string): Frame {
  if (content.length === 0) throw emptyFile(path);
  try {
    const [magic, version, header, checksum, ...rest] = arrayItems(content);
    if (!magic || !version || !header || !checksum || !sameBytes(magic, MAGIC))
      throw damaged(path, 'it does not begin as a vault does');
    if (!sameBytes(checksum, encodeCbor(sha256(Buffer.concat([magic, version, header])))))
      throw damaged(path, 'its header is not what was written');
    const number = decodeCbor(version);
    if (typeof number !== 'number' || number < 1) throw damaged(path, 'it does not say its version');
    const reader = readers.get(number);
    if (!reader) throw newerVersion(path);
    return reader(byteString(header), rest, content);
  } catch (error) {
    if (error instanceof CborError)
      throw damaged(path, `it is cut short or was changed (${error.message})`, error);
    throw error instanceof RangeError ? damaged(path, error.message, error) : error;
  }
}

type Reader = (header: Uint8Array, rest: readonly Uint8Array[], content: Uint8Array) => Frame;

/**
 * One for each version there ever was. An older one turns its header into the present {@link Header}; the next
 * save writes the present version.
 */
const readers: ReadonlyMap<number, Reader> = new Map([[1, readVersion1]]);

function readVersion1(header: Uint8Array, rest: readonly Uint8Array[], content: Uint8Array): Frame {
  const [record, entries, mac] = rest;
  if (!record || !entries || !mac || rest.length !== MEMBERS - 4)
    throw new RangeError('a part of it is missing');
  return { header: decodeHeader(header), record: byteString(record), entries: arrayItems(entries), content };
}

/** Whether it is, as a whole, what the owner of this key wrote. */
export function isAuthentic({ content }: Frame, keys: VaultKeys): boolean {
  const end = content.length - HASH_ITEM_LENGTH;
  if (end <= 0) return false;
  return sameBytes(content.subarray(end), encodeCbor(keys.fileMac(content.subarray(0, end))));
}

/** One passkey as it stands in the file. */
export interface SealedEntry {
  readonly id: Uint8Array;
  readonly card: Uint8Array;
  readonly secrets: Uint8Array;
}

export function encodeEntry({ id, card, secrets }: SealedEntry): Uint8Array {
  return encodeCbor([id, card, secrets]);
}

/** Card and secrets are views of the entry. Throws CborError or RangeError. */
export function decodeEntry(entry: Uint8Array): SealedEntry {
  const [id, card, secrets] = scalars(entry);
  if (id instanceof Uint8Array && card instanceof Uint8Array && secrets instanceof Uint8Array)
    return { id: id.slice(), card, secrets };
  throw new RangeError('one of its passkeys is incomplete');
}

function byteString(encoded: Uint8Array): Uint8Array {
  const item = decodeCbor(encoded);
  if (item instanceof Uint8Array) return item;
  throw new RangeError('a part of it is of the wrong kind');
}

/** The head of an array whose items are encoded already (RFC 8949 §3.1, major type 4). */
function arrayHead(length: number): Uint8Array {
  if (length < 24) return Uint8Array.of(0x80 | length);
  const head = Buffer.alloc(5);
  if (length < 2 ** 8) return Uint8Array.of(0x98, length);
  if (length < 2 ** 16) return Uint8Array.of(0x99, length >> 8, length & 0xff);
  head[0] = 0x9a;
  head.writeUInt32BE(length, 1);
  return head;
}

function sha256(content: Uint8Array): Uint8Array {
  return createHash('sha256').update(content).digest();
}
