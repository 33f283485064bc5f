/**
 * CTAP2 canonical CBOR (CTAP 2.1 §8): a walk over the item heads lets through only what CTAP allows, then cbor-x does the
 * work.
 */
import { isUtf8 } from 'node:buffer';
import { Decoder, Encoder } from 'cbor-x/index-no-eval';

export type CborKey = number | string;
export type CborMap = ReadonlyMap<CborKey, CborValue>;
/** Integers of 2^53 and more are bigints. Tags, floats, null and undefined do not occur in CTAP. */
export type CborScalar = number | bigint | boolean | string | Uint8Array;
export type CborValue = CborScalar | readonly CborValue[] | CborMap;

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
  return Uint8Array.from(encoder.encode(prepare(value)));
}

/**
 * Decodes one item that must fill `bytes` and be canonical in every respect. Throws {@link CborError}.
 * Byte strings in the result are copies.
 */
export function decodeCbor(bytes: Uint8Array): CborValue {
  const passed = passWhole(bytes);
  if (passed.misordered) throw new CborError('map keys are not in canonical order');
  if (passed.brokenText) throw new CborError('text is not UTF-8');
  return decodeAny(bytes, passed);
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
    const passed = passItem(bytes, new Passed(start), 0);
    items.push(decodeWithFlaws(bytes.subarray(start, passed.end), passed, flaws));
    start = passed.end;
  }
  if (start !== bytes.length) throw new CborError('bytes behind the last item');
  return items;
}

/**
 * The items of an array that fills `bytes`, each as it is encoded there (a view of it), so that it can be handed on unchanged.
 * They are nothing that CTAP forbids, but may be in another form than the canonical one. Throws {@link CborError}.
 */
export function arrayItems(bytes: Uint8Array): readonly Uint8Array[] {
  const items: Uint8Array[] = [];
  passArray(bytes, (start, end) => items.push(bytes.subarray(start, end)));
  return items;
}

/**
 * The items of an array that fills `bytes` and holds no arrays and no maps. The same as {@link decodeCbor} of it, in a fifth of
 * the time, but byte strings are views of `bytes`. Throws {@link CborError}.
 */
export function scalars(bytes: Uint8Array): readonly CborScalar[] {
  const items: CborScalar[] = [];
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const passed = passArray(bytes, (start, end) => items.push(scalarAt(bytes, buffer, start, end)));
  if (passed.brokenText) throw new CborError('text is not UTF-8');
  return items;
}

/** @param buffer the same bytes. */
function scalarAt(bytes: Uint8Array, buffer: Buffer, start: number, end: number): CborScalar {
  const initial = byteAt(bytes, start);
  const content = start + headLength(initial);
  switch (initial >> 5) {
    case 2:
      return bytes.subarray(content, end);
    case 3:
      return buffer.toString('utf8', content, end);
    case 4:
    case 5:
      throw new CborError('an array or a map inside');
    case 7:
      return initial === 0xf5;
    default:
      return integerAt(bytes, start, end);
  }
}

function integerAt(bytes: Uint8Array, start: number, end: number): CborScalar {
  const initial = byteAt(bytes, start);
  const size = initial & 0x1f;
  const argument = size < 24 ? size : passArgument(bytes, new Passed(start + 1), size);
  if (argument >= Number.MAX_SAFE_INTEGER) return decodeCbor(bytes.subarray(start, end)) as number | bigint;
  return initial >> 5 === 0 ? argument : -1 - argument;
}

/** Passes an array that fills `bytes`, and tells where each of its items is. */
function passArray(bytes: Uint8Array, onItem: (start: number, end: number) => void): Passed {
  const initial = byteAt(bytes, 0);
  if (initial >> 5 !== 4) throw new CborError('not an array');
  const passed = new Passed(1);
  const size = initial & 0x1f;
  if (size > 27) throw new CborError(size === 31 ? 'indefinite length' : 'reserved length');
  const count = size < 24 ? size : passArgument(bytes, passed, size);
  for (let item = 0; item < count; item++) {
    const start = passed.end;
    onItem(start, passItem(bytes, passed, 1).end);
  }
  if (passed.end !== bytes.length) throw new CborError('bytes behind the item');
  return passed;
}

/** Of an item with this first byte: 1 to 9 bytes. */
function headLength(initial: number): number {
  const size = initial & 0x1f;
  return 1 + (size < 24 ? 0 : 2 ** (size - 24));
}

function decodeWithFlaws(bytes: Uint8Array, passed: Passed, flaws: string[]): CborValue {
  if (passed.brokenText) flaws.push('a text is cut in the middle of a character');
  if (passed.misordered) flaws.push('map keys are not in canonical order');
  return decodeAny(bytes, passed);
}

/** What the walk saw. */
class Passed {
  /** Where the item ends. */
  end: number;
  /** Keys of all maps in it. */
  keys = 0;
  /** The keys of a map are not in canonical order. */
  misordered = false;
  /** A text is not UTF-8. */
  brokenText = false;

  constructor(start: number) {
    this.end = start;
  }
}

function passWhole(bytes: Uint8Array): Passed {
  const passed = passItem(bytes, new Passed(0), 0);
  if (passed.end !== bytes.length) throw new CborError('bytes behind the item');
  return passed;
}

/**
 * Looks at the heads of the item at `passed.end` and everything in it, and lets through only what CTAP 2.1 §8 allows. It
 * comes first because cbor-x obeys tags that share and pack values: with them a message of 2 kB unfolds to gigabytes.
 */
function passItem(bytes: Uint8Array, passed: Passed, depth: number): Passed {
  const initial = byteAt(bytes, passed.end++);
  const major = initial >> 5;
  const size = initial & 0x1f;
  if (initial === 0xf4 || initial === 0xf5) return passed;
  if (major === 7) throw new CborError('float, null, undefined or another simple value');
  if (major === 6) throw new CborError('tag');
  if (size > 27) throw new CborError(size === 31 ? 'indefinite length' : 'reserved length');
  const argument = size < 24 ? size : passArgument(bytes, passed, size);
  if (major < 2) {
    if (major === 1 && argument === 2 ** 64 && lastEight(bytes, passed.end) === LARGEST_UINT64)
      throw new CborError('integer of more than 64 bits'); // −2^64 would fit, but nothing here writes it
    return passed;
  }
  if (argument * (major === 5 ? 2 : 1) > bytes.length - passed.end) throw new CborError('cut short');
  if (major < 4) {
    const start = passed.end;
    passed.end += argument;
    if (major === 3 && !isUtf8(bytes.subarray(start, passed.end))) passed.brokenText = true;
    return passed;
  }
  if (depth === MAX_CBOR_DEPTH) throw new CborError(`nested deeper than ${MAX_CBOR_DEPTH} levels`);
  if (major === 4) {
    for (let item = 0; item < argument; item++) passItem(bytes, passed, depth + 1);
    return passed;
  }
  let lastStart = 0;
  let lastEnd = 0;
  for (let pair = 0; pair < argument; pair++) {
    const start = passed.end;
    const { end } = passItem(bytes, passed, depth + 1);
    if (pair > 0 && !ascends(bytes, lastStart, lastEnd, start, end)) passed.misordered = true;
    [lastStart, lastEnd] = [start, end];
    passItem(bytes, passed, depth + 1);
  }
  passed.keys += argument;
  return passed;
}

/** The argument in the 1, 2, 4 or 8 bytes behind a head, for sizes 24 to 27; above 2^53 it is rounded. */
function passArgument(bytes: Uint8Array, passed: Passed, size: number): number {
  let argument = 0;
  for (const last = passed.end + 2 ** (size - 24); passed.end < last; passed.end++)
    argument = argument * 256 + byteAt(bytes, passed.end);
  if (argument < (size === 24 ? 24 : 2 ** (8 * 2 ** (size - 25))))
    throw new CborError('not the shortest length');
  return argument;
}

const LARGEST_UINT64 = 2n ** 64n - 1n;

function lastEight(bytes: Uint8Array, end: number): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getBigUint64(end - 8);
}

/** §8, the order of encoded keys: by major type, then the shorter, then bytewise. False also for equal ones. */
function ascends(bytes: Uint8Array, start: number, end: number, nextStart: number, nextEnd: number): boolean {
  const major = byteAt(bytes, start) >> 5;
  const nextMajor = byteAt(bytes, nextStart) >> 5;
  if (major !== nextMajor) return major < nextMajor;
  const longer = nextEnd - nextStart - (end - start);
  if (longer !== 0) return longer > 0;
  for (let offset = 0; offset < end - start; offset++) {
    const difference = byteAt(bytes, nextStart + offset) - byteAt(bytes, start + offset);
    if (difference !== 0) return difference > 0;
  }
  return false;
}

function byteAt(bytes: Uint8Array, position: number): number {
  const byte = bytes[position];
  if (byte === undefined) throw new CborError('cut short');
  return byte;
}

function decodeAny(bytes: Uint8Array, { keys }: Passed): CborValue {
  let decoded: unknown;
  try {
    decoded = decoder.decode(bytes.subarray()); // a view of its own: cbor-x leaves a property on it
  } catch (error) {
    throw new CborError(error instanceof Error ? error.message : String(error));
  }
  const checked = { keys: 0 };
  const value = check(decoded, checked);
  if (checked.keys !== keys) throw new CborError('duplicate map key');
  return value;
}

/** @param checked counts the keys of all maps. */
function check(value: unknown, checked: { keys: number }): CborValue {
  switch (typeof value) {
    case 'boolean':
    case 'string':
    case 'number':
      return value;
    case 'bigint':
      return narrow(value);
    case 'object':
      if (value instanceof Uint8Array) return Uint8Array.from(value);
      if (Array.isArray(value)) return value.map((item) => check(item, checked));
      if (value instanceof Map) {
        const map = new Map<CborKey, CborValue>();
        for (const [key, item] of value as Map<unknown, unknown>) {
          const checkedKey = check(key, checked);
          if (typeof checkedKey !== 'number' && typeof checkedKey !== 'string')
            throw new CborError('map key is neither an integer nor text');
          map.set(checkedKey, check(item, checked));
        }
        checked.keys += map.size;
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

/** Orders map keys, turns numbers that cbor-x would write as floats into bigints, and refuses what CTAP has no form for. */
function prepare(value: CborValue): unknown {
  switch (typeof value) {
    case 'boolean':
      return value;
    case 'string':
      if (loneSurrogate.test(value)) throw new CborError('text with half a surrogate pair has no UTF-8 form');
      return value;
    case 'bigint':
      if (typeof narrow(value) === 'number') return prepare(Number(value));
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
        entries.sort(([a], [b]) => compareKeys(a, b));
        return new Map(entries.map(([key, item]) => [prepare(key), prepare(item)]));
      }
      if (Array.isArray(value)) return (value as readonly CborValue[]).map((item) => prepare(item));
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
