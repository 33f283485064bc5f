import { describe, expect, it } from 'vitest';
import { encodeCbor, type CborKey, type CborMap, type CborValue } from '../../main/ctap/cbor';
import {
  arrayOf,
  bool,
  bytes,
  byteString,
  decodeRequest,
  decodeRequestMap,
  decodeResponse,
  encodeBody,
  int,
  optional,
  rawMap,
  record,
  required,
  text,
  textMapOf,
  uint,
  uint64,
  type Codec,
} from '../../main/ctap/codec';
import { CtapStatusError, ProtocolError } from '../../main/ctap/errors';
import { Status } from '../../main/ctap/status';
import { fromHex, toHex } from './hex';

const site = record({ id: required('id', text), name: optional('name', text) });
const message = record({
  hash: required(1, bytes(4)),
  site: optional(2, site),
  sites: optional(3, arrayOf(site)),
  flags: optional(4, textMapOf(bool)),
  count: optional(5, uint),
  raw: optional(6, rawMap),
});

const onlyCount = record({ count: optional(1, uint) });

function map(...entries: readonly (readonly [CborKey, CborValue])[]): CborMap {
  return new Map(entries);
}

const hash = fromHex('01020304');

/** The status byte that an authenticator answers with. */
function statusOf(codec: Codec<unknown>, parameters: Uint8Array): number {
  try {
    decodeRequest(codec, parameters);
  } catch (error) {
    expect(error).toBeInstanceOf(CtapStatusError);
    return (error as CtapStatusError).status;
  }
  return Status.OK;
}

describe('faults of a message (CTAP 2.1 §8.1)', () => {
  const faults: readonly (readonly [string, CborValue, number, RegExp])[] = [
    ['a mandatory member is absent', map([5, 1]), Status.MISSING_PARAMETER, /member hash is missing/],
    [
      'a mandatory member has the wrong type',
      map([1, 'abcd']),
      Status.CBOR_UNEXPECTED_TYPE,
      /hash has the wrong type/,
    ],
    [
      'a byte string has the wrong length',
      map([1, fromHex('010203')]),
      Status.INVALID_PARAMETER,
      /hash has the wrong length/,
    ],
    [
      'an optional member has the wrong type',
      map([1, hash], [5, true]),
      Status.CBOR_UNEXPECTED_TYPE,
      /count has the wrong type/,
    ],
    [
      'an unsigned member is negative',
      map([1, hash], [5, -1]),
      Status.CBOR_UNEXPECTED_TYPE,
      /count has the wrong type/,
    ],
    [
      'an unsigned member has more than 53 bits',
      map([1, hash], [5, 2n ** 53n]),
      Status.CBOR_UNEXPECTED_TYPE,
      /count/,
    ],
    [
      'a nested map lacks a member',
      map([1, hash], [2, map()]),
      Status.CBOR_UNEXPECTED_TYPE,
      /site\.id has the wrong type/,
    ],
    [
      'a nested member has the wrong type',
      map([1, hash], [2, map(['id', 1])]),
      Status.CBOR_UNEXPECTED_TYPE,
      /site\.id/,
    ],
    [
      'an array stands for a nested map',
      map([1, hash], [2, []]),
      Status.CBOR_UNEXPECTED_TYPE,
      /site has the wrong type/,
    ],
    [
      'a list element lacks a member',
      map([1, hash], [3, [map(['id', 'a']), map()]]),
      Status.CBOR_UNEXPECTED_TYPE,
      /sites\[1\]\.id/,
    ],
    [
      'a map stands for a list',
      map([1, hash], [3, map()]),
      Status.CBOR_UNEXPECTED_TYPE,
      /sites has the wrong type/,
    ],
    ['a flag is a number', map([1, hash], [4, map(['rk', 1])]), Status.CBOR_UNEXPECTED_TYPE, /flags\.rk/],
    ['a raw map is an array', map([1, hash], [6, []]), Status.CBOR_UNEXPECTED_TYPE, /raw/],
    ['the message is an array', [], Status.CBOR_UNEXPECTED_TYPE, /the answer is not a map/],
    ['the message is a number', 1, Status.CBOR_UNEXPECTED_TYPE, /the answer is not a map/],
  ];

  it.each(faults)('%s: the authenticator answers with the status byte', (_, value, status) => {
    expect(statusOf(message, encodeCbor(value))).toBe(status);
  });

  it.each(faults)('%s: the client throws a ProtocolError that names the member', (_, value, __, sentence) => {
    expect(() => decodeResponse(message, encodeCbor(value))).toThrow(ProtocolError);
    expect(() => decodeResponse(message, encodeCbor(value))).toThrow(sentence);
  });

  it.each([
    ['cut short', 'a1014401'],
    ['trailing bytes', 'a1014401020304' + '00'],
    ['an indefinite map', 'bf014401020304ff'],
    ['an equal key', 'a20144010203040144' + '01020304'],
    ['five levels', 'a2014401020304' + '06a101a101a101a101a0'],
    ['a tag', 'c1a1014401020304'],
    ['a float', 'a2014401020304' + '05f93c00'],
    ['null for an optional member', 'a2014401020304' + '05f6'],
  ])('%s: 0x12 of the authenticator, ProtocolError of the client', (_, hex) => {
    expect(statusOf(message, fromHex(hex))).toBe(Status.INVALID_CBOR);
    expect(() => decodeResponse(message, fromHex(hex))).toThrow(ProtocolError);
  });

  it('no bytes read as an empty map', () => {
    expect(statusOf(message, new Uint8Array())).toBe(Status.MISSING_PARAMETER);
    expect(() => decodeResponse(message, new Uint8Array())).toThrow(/hash is missing/);
    expect(decodeRequest(onlyCount, new Uint8Array())).toEqual({});
    expect(decodeResponse(onlyCount, new Uint8Array())).toEqual({});
  });
});

describe('what is tolerated', () => {
  it('unknown keys are ignored on both sides, at every level (CTAP 2.1 §8)', () => {
    const bytes = encodeCbor(
      map([1, hash], [2, map(['id', 'a'], ['icon', 'x'], [7, 7])], [99, 'new'], ['text', true], [-1, []]),
    );
    expect(decodeRequest(message, bytes)).toEqual({ hash, site: { id: 'a' } });
    expect(decodeResponse(message, bytes)).toEqual({ hash, site: { id: 'a' } });
  });

  it('a map of options keeps what has a text for its key', () => {
    const bytes = encodeCbor(map([1, hash], [4, map(['rk', true], [3, 'x'], ['new', false])]));
    expect(decodeResponse(message, bytes).flags).toEqual(
      new Map([
        ['rk', true],
        ['new', false],
      ]),
    );
  });

  it('absent optional members are not there, rather than undefined', () => {
    expect(Object.keys(decodeResponse(message, encodeCbor(map([1, hash]))))).toEqual(['hash']);
  });

  it('misordered keys: refused of a client, a flaw of a key', () => {
    const bytes = fromHex('a2' + '0501' + '014401020304');
    expect(statusOf(message, bytes)).toBe(Status.INVALID_CBOR);
    expect(decodeResponse(message, bytes)).toEqual({
      hash,
      count: 1,
      flaws: ['map keys are not in canonical order'],
    });
  });

  it('a cut name: refused of a client, a flaw of a key', () => {
    const bytes = fromHex('a2' + '014401020304' + '02a1626964' + '6361' + '62c3');
    expect(statusOf(message, bytes)).toBe(Status.INVALID_CBOR);
    expect(decodeResponse(message, bytes)).toEqual({
      hash,
      site: { id: 'ab\uFFFD' },
      flaws: ['a text is cut in the middle of a character'],
    });
  });

  it('an answer without flaws does not speak of them', () => {
    expect(decodeResponse(message, encodeCbor(map([1, hash])))).not.toHaveProperty('flaws');
  });

  it('control characters, right-to-left overrides and 10 kB pass as they are; showing them safely is for the window', () => {
    const id = '\u0000\u001b[31m\u202e' + 'x'.repeat(10_000);
    expect(decodeResponse(site, encodeCbor(map(['id', id]))).id).toBe(id);
  });
});

describe('encoding', () => {
  it('sorts the members and leaves out what is undefined', () => {
    const bytes = encodeBody(message, { hash, count: 7, site: { id: 'a', name: 'b' }, sites: [] });
    expect(toHex(bytes)).toBe('a4' + '014401020304' + '02a262696461616' + '46e616d656162' + '0380' + '0507');
    expect(decodeRequest(message, bytes)).toEqual({
      hash,
      count: 7,
      site: { id: 'a', name: 'b' },
      sites: [],
    });
  });

  it('an empty map is written as no bytes, an empty nested one is not', () => {
    expect(encodeBody(onlyCount, {})).toEqual(new Uint8Array());
    expect(toHex(encodeBody(record({ raw: required(6, rawMap) }), { raw: new Map() }))).toBe('a106a0');
  });

  it('a raw map comes back with nothing lost, so its bytes can be hashed again', () => {
    const raw = map([1, hash], ['unknown', [true]], [-3, map([1, 2])]);
    const bytes = encodeBody(message, { hash, raw });
    const decoded = decodeRequest(message, bytes).raw;
    expect(encodeCbor(decoded ?? map())).toEqual(encodeCbor(raw));
  });

  it.each<readonly [string, Codec<never>, CborValue]>([
    ['uint', uint as Codec<never>, 5],
    ['uint64', uint64 as Codec<never>, 2n ** 64n - 1n],
    ['uint64, small', uint64 as Codec<never>, 5],
    ['int', int as Codec<never>, -7],
    ['bool', bool as Codec<never>, false],
    ['text', text as Codec<never>, ''],
    ['byteString', byteString as Codec<never>, fromHex('ff')],
    ['arrayOf', arrayOf(int) as Codec<never>, [1, -1]],
  ])('%s decodes what it encodes', (_, codec, value) => {
    const one = record({ value: required(1, codec) });
    expect(decodeRequest(one, encodeBody(one, { value: value as never }))).toEqual({ value });
  });

  it('uint64 is not negative', () => {
    const one = record({ value: required(1, uint64) });
    expect(statusOf(one, encodeCbor(map([1, -(2n ** 60n)])))).toBe(Status.CBOR_UNEXPECTED_TYPE);
    expect(statusOf(one, encodeCbor(map([1, -1])))).toBe(Status.CBOR_UNEXPECTED_TYPE);
  });
});

describe('subCommandParams, decoded in a second step', () => {
  it('a missing member is 0x14 there, as at the top of a message', () => {
    for (const absent of [undefined, map(), map([5, 1])])
      expect(() => decodeRequestMap(message, absent)).toThrow(/MISSING_PARAMETER/);
  });

  it('a member of the wrong type is 0x11', () => {
    expect(() => decodeRequestMap(message, map([1, 1]))).toThrow(/CBOR_UNEXPECTED_TYPE/);
  });

  it('is the message when all is well', () => {
    expect(decodeRequestMap(message, map([1, hash], [77, 1]))).toEqual({ hash });
  });
});
