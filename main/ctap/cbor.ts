/**
 * CTAP2 canonical CBOR (CTAP 2.1 §8): a walk over the item heads lets through only what CTAP allows, cbor-x does the
 * work, and what was decoded is encoded once more, with sorted keys, and compared.
 */
import { Decoder, Encoder } from 'cbor-x/index-no-eval';
import { equalBytes } from '@noble/ciphers/utils.js';

export type CborKey = number | string;
export type CborMap = ReadonlyMap<CborKey, CborValue>;
/** Integers of 2^53 and more are bigints. Tags, floats, null and undefined do not occur in CTAP. */
export type CborValue = number | bigint | boolean | string | Uint8Array | readonly CborValue[] | CborMap;

/** CTAP 2.1 §8: maps and arrays nest at most four deep. */
export const MAX_CBOR_DEPTH = 4;

/** The bytes are not CBOR that CTAP allows; the message says which rule they break. */
export class CborError extends Error {
  override readonly name = 'CborError';
}

const encoder = new Encoder({
  useRecords: false,
  mapsAsObjects: false,
  tagUint8Array: false,
  variableMapSize: true,
});
const decoder = new Decoder({ useRecords: false, mapsAsObjects: false });

/** Encodes with sorted map keys and shortest lengths. Throws {@link CborError} for what CTAP cannot carry. */
export function encodeCbor(value: CborValue): Uint8Array {
  return Uint8Array.from(encoder.encode(prepare(value, true)));
}

/**
 * Decodes one item that must fill `bytes` and be canonical in every respect. Throws {@link CborError}.
 * Byte strings in the result are copies.
 */
export function decodeCbor(bytes: Uint8Array): CborValue {
  const value = decodeAny(bytes, passWhole(bytes));
  if (!equalBytes(encodeCbor(value), bytes)) throw new CborError('not in canonical form');
  return value;
}

/**
 * Decodes what real keys send: as {@link decodeCbor}, but misordered map keys and invalid UTF-8 (strings that were cut in
 * the middle of a character; each bad sequence reads as U+FFFD) are accepted and named in `flaws`.
 */
export function decodeCborLeniently(bytes: Uint8Array, flaws: string[]): CborValue {
  return decodeWithFlaws(bytes, passWhole(bytes), flaws);
}

/** Decodes exactly `count` items, one behind the other, that together fill `bytes`; else as {@link decodeCborLeniently}. */
export function decodeCborSequenceLeniently(bytes: Uint8Array, count: number, flaws: string[]): CborValue[] {
  const items: CborValue[] = [];
  let start = 0;
  for (let item = 0; item < count; item++) {
    const passed = passItem(bytes, start, 0);
    items.push(decodeWithFlaws(bytes.subarray(start, passed.end), passed, flaws));
    start = passed.end;
  }
  if (start !== bytes.length) throw new CborError('bytes behind the last item');
  return items;
}

/**
 * The items of an array that fills `bytes`, each as it is encoded there, so that it can be handed on unchanged. They are
 * nothing that CTAP forbids, but may be in another form than the canonical one. Throws {@link CborError}.
 */
export function arrayItems(bytes: Uint8Array): readonly Uint8Array[] {
  passWhole(bytes);
  const initial = byteAt(bytes, 0);
  if (initial >> 5 !== 4) throw new CborError('not an array');
  const size = initial & 0x1f;
  const items: Uint8Array[] = [];
  for (let start = 1 + (size < 24 ? 0 : 2 ** (size - 24)); start < bytes.length;) {
    const { end } = passItem(bytes, start, 1);
    items.push(bytes.slice(start, end));
    start = end;
  }
  return items;
}

function decodeWithFlaws(bytes: Uint8Array, passed: Passed, flaws: string[]): CborValue {
  const value = decodeAny(bytes, passed);
  const sorted = encodeCbor(value);
  if (equalBytes(sorted, bytes)) return value;
  const unsorted = encoder.encode(prepare(value, false));
  if (!equalBytes(unsorted, bytes)) {
    if (!hasReplacementCharacter(value)) throw new CborError('not in canonical form');
    flaws.push('a text is cut in the middle of a character');
  }
  if (!equalBytes(unsorted, sorted)) flaws.push('map keys are not in canonical order');
  return value;
}

/** What {@link passItem} saw. */
interface Passed {
  /** Where the item ends. */
  readonly end: number;
  /** Keys of all maps in it. */
  readonly keys: number;
}

function passWhole(bytes: Uint8Array): Passed {
  const passed = passItem(bytes, 0, 0);
  if (passed.end !== bytes.length) throw new CborError('bytes behind the item');
  return passed;
}

/**
 * Looks at the heads of an item and everything in it, and lets through only what CTAP 2.1 §8 allows. It comes first
 * because cbor-x obeys tags that share and pack values: with them a message of 2 kB unfolds to gigabytes.
 */
function passItem(bytes: Uint8Array, start: number, depth: number): Passed {
  const initial = byteAt(bytes, start);
  const major = initial >> 5;
  const size = initial & 0x1f;
  if (initial === 0xf4 || initial === 0xf5) return { end: start + 1, keys: 0 };
  if (major === 7) throw new CborError('float, null, undefined or another simple value');
  if (major === 6) throw new CborError('tag');
  if (size > 27) throw new CborError(size === 31 ? 'indefinite length' : 'reserved length');
  let end = start + 1;
  let argument = size;
  if (size >= 24) {
    argument = 0;
    for (const last = end + 2 ** (size - 24); end < last; end++)
      argument = argument * 256 + byteAt(bytes, end);
    if (argument < (size === 24 ? 24 : 2 ** (8 * 2 ** (size - 25))))
      throw new CborError('not the shortest length');
  }
  if (major < 2) return { end, keys: 0 };
  if (argument * (major === 5 ? 2 : 1) > bytes.length - end) throw new CborError('cut short');
  if (major < 4) return { end: end + argument, keys: 0 };
  if (depth === MAX_CBOR_DEPTH) throw new CborError(`nested deeper than ${MAX_CBOR_DEPTH} levels`);
  let keys = major === 5 ? argument : 0;
  for (let item = 0; item < argument * (major === 5 ? 2 : 1); item++) {
    const passed = passItem(bytes, end, depth + 1);
    end = passed.end;
    keys += passed.keys;
  }
  return { end, keys };
}

function byteAt(bytes: Uint8Array, position: number): number {
  const byte = bytes[position];
  if (byte === undefined) throw new CborError('cut short');
  return byte;
}

function decodeAny(bytes: Uint8Array, passed: Passed): CborValue {
  let decoded: unknown;
  try {
    decoded = decoder.decode(bytes.subarray()); // a view of its own: cbor-x leaves a property on it
  } catch (error) {
    throw new CborError(error instanceof Error ? error.message : String(error));
  }
  const value = check(decoded);
  if (countKeys(value) !== passed.keys) throw new CborError('duplicate map key');
  return value;
}

function check(value: unknown): CborValue {
  switch (typeof value) {
    case 'boolean':
    case 'string':
    case 'number':
      return value;
    case 'bigint':
      return narrow(value);
    case 'object':
      if (value instanceof Uint8Array) return Uint8Array.from(value);
      if (Array.isArray(value)) return value.map(check);
      if (value instanceof Map) {
        const map = new Map<CborKey, CborValue>();
        for (const [key, item] of value as Map<unknown, unknown>) {
          const checkedKey = check(key);
          if (typeof checkedKey !== 'number' && typeof checkedKey !== 'string')
            throw new CborError('map key is neither an integer nor text');
          map.set(checkedKey, check(item));
        }
        return map;
      }
      break;
    default:
  }
  throw new CborError('an item that CTAP does not use');
}

/** A number where that is exact. */
function narrow(value: bigint): number | bigint {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)
    ? Number(value)
    : value;
}

function countKeys(value: CborValue): number {
  if (value instanceof Map)
    return [...(value as CborMap)].reduce((sum, [, item]) => sum + 1 + countKeys(item), 0);
  return Array.isArray(value)
    ? (value as readonly CborValue[]).reduce<number>((sum, item) => sum + countKeys(item), 0)
    : 0;
}

/** Orders map keys, turns numbers that cbor-x would write as floats into bigints, and refuses what CTAP has no form for. */
function prepare(value: CborValue, sort: boolean): unknown {
  switch (typeof value) {
    case 'boolean':
      return value;
    case 'string':
      if (loneSurrogate.test(value)) throw new CborError('text with half a surrogate pair has no UTF-8 form');
      return value;
    case 'bigint':
      if (typeof narrow(value) === 'number') return prepare(Number(value), sort);
      // −2^64 would still fit, but cbor-x writes it as a tag.
      if (value >= 1n << 64n || value <= -(1n << 64n)) throw new CborError('integer of more than 64 bits');
      return value;
    case 'number':
      if (!Number.isSafeInteger(value)) throw new CborError('floating-point number');
      return value >= 2 ** 32 || value < -(2 ** 32) ? BigInt(value) : value;
    case 'object':
      if (value instanceof Uint8Array) return value;
      if (value instanceof Map) {
        const entries = [...(value as CborMap)];
        if (sort) entries.sort(([a], [b]) => compareKeys(a, b));
        return new Map(entries.map(([key, item]) => [prepare(key, sort), prepare(item, sort)]));
      }
      if (Array.isArray(value)) return (value as readonly CborValue[]).map((item) => prepare(item, sort));
      break;
    default:
  }
  throw new CborError('null, undefined or another value that CTAP does not use');
}

const loneSurrogate = /\p{Surrogate}/u;

/** §8: by major type, then shorter encoding, then bytewise; for integers and text this is the order of the encoded bytes. */
function compareKeys(a: CborKey, b: CborKey): number {
  if (typeof a === 'number' && typeof b === 'number')
    return a >= 0 === b >= 0 ? Math.abs(a) - Math.abs(b) : a >= 0 ? -1 : 1;
  if (typeof a === 'number') return -1;
  if (typeof b === 'number') return 1;
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length - right.length || Buffer.compare(left, right);
}

function hasReplacementCharacter(value: CborValue): boolean {
  if (typeof value === 'string') return value.includes('\uFFFD');
  if (value instanceof Map) return [...(value as CborMap)].flat().some(hasReplacementCharacter);
  return Array.isArray(value) && (value as readonly CborValue[]).some(hasReplacementCharacter);
}
