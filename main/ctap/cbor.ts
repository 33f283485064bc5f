/**
 * CTAP2 canonical CBOR (CTAP 2.1 §8): cbor-x does the work, strictness is checked by encoding what was decoded once
 * more, with sorted keys, and comparing.
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
  const value = decodeAny(bytes);
  if (!equalBytes(encodeCbor(value), bytes)) throw new CborError('not in canonical form');
  return value;
}

/**
 * Decodes what real keys send: as {@link decodeCbor}, but misordered map keys and invalid UTF-8 (strings that were cut in
 * the middle of a character; each bad sequence reads as U+FFFD) are accepted and named in `flaws`.
 */
export function decodeCborLeniently(bytes: Uint8Array, flaws: string[]): CborValue {
  const value = decodeAny(bytes);
  if (equalBytes(encodeCbor(value), bytes)) return value;
  if (hasReplacementCharacter(value)) flaws.push('a text is cut in the middle of a character');
  else if (equalBytes(encoder.encode(prepare(value, false)), bytes))
    flaws.push('map keys are not in canonical order');
  else throw new CborError('not in canonical form');
  return value;
}

function decodeAny(bytes: Uint8Array): CborValue {
  let decoded: unknown;
  try {
    decoded = decoder.decode(bytes);
  } catch (error) {
    throw new CborError(error instanceof Error ? error.message : String(error));
  }
  return check(decoded, 0);
}

function check(value: unknown, depth: number): CborValue {
  switch (typeof value) {
    case 'boolean':
    case 'string':
      return value;
    case 'bigint':
      return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)
        ? Number(value)
        : value;
    case 'number':
      if (!Number.isSafeInteger(value)) throw new CborError('floating-point number');
      return value;
    case 'object':
      if (value instanceof Uint8Array) return Uint8Array.from(value);
      if (depth === MAX_CBOR_DEPTH && (Array.isArray(value) || value instanceof Map))
        throw new CborError(`nested deeper than ${MAX_CBOR_DEPTH} levels`);
      if (Array.isArray(value)) return value.map((item) => check(item, depth + 1));
      if (value instanceof Map) {
        const map = new Map<CborKey, CborValue>();
        for (const [key, item] of value as Map<unknown, unknown>) {
          const checkedKey = check(key, depth + 1);
          if (typeof checkedKey !== 'number' && typeof checkedKey !== 'string')
            throw new CborError('map key is neither an integer nor text');
          map.set(checkedKey, check(item, depth + 1));
        }
        return map;
      }
  }
  throw new CborError('tag, null, undefined or another item that CTAP does not use');
}

/** Orders map keys and turns numbers that cbor-x would write as floats into bigints. */
function prepare(value: CborValue, sort: boolean): unknown {
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new CborError('floating-point number');
    return value >= 2 ** 32 || value < -(2 ** 32) ? BigInt(value) : value;
  }
  if (typeof value !== 'object' || value instanceof Uint8Array) return value;
  if (value instanceof Map) {
    const entries = [...(value as CborMap)];
    if (sort) entries.sort(([a], [b]) => compareKeys(a, b));
    return new Map(entries.map(([key, item]) => [prepare(key, sort), prepare(item, sort)]));
  }
  return (value as readonly CborValue[]).map((item) => prepare(item, sort));
}

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
