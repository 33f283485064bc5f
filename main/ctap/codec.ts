/**
 * Codecs: one description of a CTAP message gives its type, its encoder and its decoder. The same description serves
 * both sides; only what a violation turns into differs (a status byte for the authenticator, a ProtocolError for the client).
 */
import {
  CborError,
  decodeCbor,
  decodeCborLeniently,
  encodeCbor,
  type CborKey,
  type CborMap,
  type CborValue,
} from './cbor';
import { CtapStatusError, ProtocolError } from './errors';
import { Status } from './status';

/** How a message is being read. */
export interface Reading {
  /** The error for a member that is absent, or of the wrong type or length. */
  fault(kind: 'missing' | 'type' | 'length', where: string): Error;
  /** Collects what was odd but tolerable. */
  readonly flaws: string[];
}

export interface Codec<T> {
  encode(value: T): CborValue;
  decode(value: CborValue, reading: Reading, where: string): T;
}

interface Member<T> {
  readonly key: CborKey;
  readonly codec: Codec<T>;
}
interface Required<T> extends Member<T> {
  readonly required: true;
}
interface Optional<T> extends Member<T> {
  readonly required: false;
}

type Members = Readonly<Record<string, Required<unknown> | Optional<unknown>>>;
type ValueOf<M> = M extends Member<infer T> ? T : never;
type Simplify<T> = { [K in keyof T]: T[K] };
export type RecordOf<M> = Simplify<
  { readonly [K in keyof M as M[K] extends Required<infer _> ? K : never]: ValueOf<M[K]> } & {
    readonly [K in keyof M as M[K] extends Optional<infer _> ? K : never]?: ValueOf<M[K]>;
  }
>;
export type TypeOf<C> = C extends Codec<infer T> ? T : never;

function simple<T extends CborValue>(matches: (value: CborValue) => value is T): Codec<T> {
  return {
    encode: (value) => value,
    decode(value, reading, where) {
      if (!matches(value)) throw reading.fault('type', where);
      return value;
    },
  };
}

/** Unsigned, below 2^53. */
export const uint = simple((value): value is number => typeof value === 'number' && value >= 0);
/** Unsigned, all 64 bits; a bigint from 2^53 on. */
export const uint64 = simple(
  (value): value is number | bigint => (typeof value === 'number' || typeof value === 'bigint') && value >= 0,
);
/** Signed, within ±2^53. */
export const int = simple((value): value is number => typeof value === 'number');
export const bool = simple((value): value is boolean => typeof value === 'boolean');
export const text = simple((value): value is string => typeof value === 'string');
export const byteString = simple((value): value is Uint8Array => value instanceof Uint8Array);
/** A map that is kept as it came. */
export const rawMap = simple((value): value is CborMap => value instanceof Map);

/** A byte string of exactly `length` bytes. */
export function bytes(length: number): Codec<Uint8Array> {
  return {
    encode: (value) => value,
    decode(value, reading, where) {
      const result = byteString.decode(value, reading, where);
      if (result.length !== length) throw reading.fault('length', where);
      return result;
    },
  };
}

export function arrayOf<T>(item: Codec<T>): Codec<readonly T[]> {
  return {
    encode: (values) => values.map((value) => item.encode(value)),
    decode(value, reading, where) {
      if (!Array.isArray(value)) throw reading.fault('type', where);
      return (value as readonly CborValue[]).map((element, index) =>
        item.decode(element, reading, `${where}[${index}]`),
      );
    },
  };
}

/** Text keys to values of one kind; other keys are ignored. */
export function textMapOf<T>(item: Codec<T>): Codec<ReadonlyMap<string, T>> {
  return {
    encode: (map) => new Map([...map].map(([key, value]) => [key, item.encode(value)])),
    decode(value, reading, where) {
      const result = new Map<string, T>();
      for (const [key, element] of rawMap.decode(value, reading, where))
        if (typeof key === 'string') result.set(key, item.decode(element, reading, `${where}.${key}`));
      return result;
    },
  };
}

export function required<T>(key: CborKey, codec: Codec<T>): Required<T> {
  return { key, codec, required: true };
}

export function optional<T>(key: CborKey, codec: Codec<T>): Optional<T> {
  return { key, codec, required: false };
}

/** A CBOR map with known members; unknown keys are ignored, absent optional members are left out. */
export function record<M extends Record<string, Required<unknown> | Optional<unknown>>>(
  members: M,
): Codec<RecordOf<M>> {
  const list = Object.entries(members as Members);
  return {
    encode(value) {
      const map = new Map<CborKey, CborValue>();
      for (const [name, { key, codec }] of list) {
        const member = (value as Record<string, unknown>)[name];
        if (member !== undefined) map.set(key, codec.encode(member));
      }
      return map;
    },
    decode(value, reading, where) {
      const map = rawMap.decode(value, reading, where);
      const result: Record<string, unknown> = {};
      for (const [name, { key, codec, required: needed }] of list) {
        const member = map.get(key);
        const path = where ? `${where}.${name}` : name;
        if (member !== undefined) result[name] = codec.decode(member, reading, path);
        else if (needed) throw reading.fault(where ? 'type' : 'missing', path);
      }
      return result as RecordOf<M>;
    },
  };
}

/**
 * Reads the parameters of a request as an authenticator must: canonical CBOR or 0x12, a missing top-level member 0x14,
 * a byte string of the wrong length 0x02, anything else of the wrong shape 0x11 (CTAP 2.1 §8.1). No bytes read as an empty map.
 */
export function decodeRequest<T>(codec: Codec<T>, parameters: Uint8Array): T {
  const reading: Reading = {
    flaws: [],
    fault: (kind, where) =>
      new CtapStatusError(
        {
          missing: Status.MISSING_PARAMETER,
          type: Status.CBOR_UNEXPECTED_TYPE,
          length: Status.INVALID_PARAMETER,
        }[kind],
        where,
      ),
  };
  return codec.decode(parameters.length === 0 ? new Map() : decodeRequestCbor(parameters), reading, '');
}

function decodeRequestCbor(parameters: Uint8Array): CborValue {
  try {
    return decodeCbor(parameters);
  } catch (error) {
    if (error instanceof CborError) throw new CtapStatusError(Status.INVALID_CBOR, error.message);
    throw error;
  }
}

/** Decodes a nested map of a request that was kept raw (subCommandParams); a missing member is 0x14. */
export function decodeRequestMap<T>(codec: Codec<T>, map: CborMap | undefined): T {
  return decodeRequest(codec, map ? encodeCbor(map) : new Uint8Array());
}

/**
 * Reads a response as a client must: strict about lengths and types, tolerant of misordered keys and cut texts, which
 * come back in `flaws`. Throws {@link ProtocolError}.
 */
export function decodeResponse<T>(codec: Codec<T>, response: Uint8Array): T & Flawed {
  const flaws: string[] = [];
  const reading: Reading = {
    flaws,
    fault: (kind, where) =>
      new ProtocolError(
        {
          missing: `member ${where} is missing`,
          type: where ? `member ${where} has the wrong type` : 'the answer is not a map',
          length: `member ${where} has the wrong length`,
        }[kind],
      ),
  };
  let value: CborValue;
  try {
    value = response.length === 0 ? new Map() : decodeCborLeniently(response, flaws);
  } catch (error) {
    if (error instanceof CborError)
      throw new ProtocolError(`undecodable answer: ${error.message}`, { cause: error });
    throw error;
  }
  const decoded = codec.decode(value, reading, '');
  return flaws.length > 0 ? { ...decoded, flaws } : (decoded as T & Flawed);
}

/** What was odd about an answer that could be read all the same. */
export interface Flawed {
  readonly flaws?: readonly string[];
}

/** Encodes a whole message body; an empty map is written as no bytes. */
export function encodeBody<T>(codec: Codec<T>, value: T): Uint8Array {
  const map = codec.encode(value);
  return map instanceof Map && map.size === 0 ? new Uint8Array() : encodeCbor(map);
}
