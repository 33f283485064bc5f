import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  arrayItems,
  CborError,
  decodeCbor,
  decodeCborLeniently,
  decodeCborSequenceLeniently,
  encodeCbor,
  MAX_CBOR_DEPTH,
  scalars,
  type CborKey,
  type CborMap,
  type CborScalar,
  type CborValue,
} from '../../main/ctap/cbor';
import fido2 from '../vectors/python-fido2-test-ctap2.json';
import appendixA from '../vectors/rfc8949-appendix-a.json';
import { fromHex, toHex } from './hex';

/** Fixed, so that every run tests the same; fast-check prints it with a counterexample. */
const SEED = 8949;

/** JSON cannot say bytes, big integers or maps. */
type VectorValue =
  | number
  | string
  | boolean
  | readonly VectorValue[]
  | { readonly bytes?: string; readonly bigint?: string; readonly map?: readonly (readonly VectorValue[])[] };

function valueOf(vector: VectorValue): CborValue {
  if (typeof vector !== 'object') return vector;
  if (Array.isArray(vector)) return (vector as readonly VectorValue[]).map(valueOf);
  const { bytes, bigint, map } = vector as Exclude<
    VectorValue,
    number | string | boolean | readonly VectorValue[]
  >;
  if (bytes !== undefined) return fromHex(bytes);
  if (bigint !== undefined) return BigInt(bigint);
  return new Map((map ?? []).map((entry) => entry.map(valueOf) as [CborKey, CborValue]));
}

const scalar: fc.Arbitrary<CborScalar> = fc.oneof(
  fc.maxSafeInteger(),
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n }),
  fc.bigInt({ min: -(2n ** 64n) + 1n, max: -(2n ** 53n) }),
  fc.boolean(),
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.uint8Array({ maxLength: 300 }),
);

/** What CTAP's CBOR can say, at most `depth` levels deep. */
function cborValues(depth: number): fc.Arbitrary<CborValue> {
  if (depth === 0) return scalar;
  const inner = cborValues(depth - 1);
  const keys: fc.Arbitrary<CborKey> = fc.oneof(
    fc.integer({ min: -30, max: 300 }),
    fc.maxSafeInteger(),
    fc.string({ unit: 'binary', maxLength: 30 }),
  );
  return fc.oneof(
    scalar,
    fc.array(inner, { maxLength: 5 }),
    fc.array(fc.tuple(keys, inner), { maxLength: 5 }).map((entries): CborMap => new Map(entries)),
  );
}

function nestedArrays(levels: number): Uint8Array {
  return Uint8Array.of(...new Uint8Array(levels).fill(0x81), 0);
}

describe('RFC 8949 appendix A, what CTAP allows', () => {
  it.each(appendixA.allowed)('$hex', ({ hex, value }) => {
    const expected = valueOf(value);
    expect(decodeCbor(fromHex(hex))).toEqual(expected);
    expect(toHex(encodeCbor(expected))).toBe(hex);
    const flaws: string[] = [];
    expect(decodeCborLeniently(fromHex(hex), flaws)).toEqual(expected);
    expect(flaws).toEqual([]);
  });
});

describe('RFC 8949 appendix A, what canonical CBOR of CTAP 2.1 §8 refuses', () => {
  it.each(appendixA.refused)('$hex: $rule', ({ hex }) => {
    expect(() => decodeCbor(fromHex(hex))).toThrow(CborError);
    expect(() => decodeCborLeniently(fromHex(hex), [])).toThrow(CborError);
  });
});

describe('encoding (CTAP 2.1 §8)', () => {
  it.each(fido2.integers)('$value is as short as can be', ({ value, hex }) => {
    expect(toHex(encodeCbor(value))).toBe(hex);
    expect(decodeCbor(fromHex(hex))).toBe(value);
  });

  it('keys of 2^32 and more are integers, and sort behind shorter ones', () => {
    for (const { keys, hex } of fido2.keyOrder)
      expect(toHex(encodeCbor(new Map(keys.map((key) => [key, 0]))))).toBe(hex);
  });

  it('sorts keys by major type, then length, then bytes: 24 before −1, and −1 before text', () => {
    const keys: readonly CborKey[] = ['b', 'aa', '', -1, 24, 'a', -25, 0, 256, -24, 23];
    const sorted = [0, 23, 24, 256, -1, -24, -25, '', 'a', 'b', 'aa'];
    const bytes = encodeCbor(new Map(keys.map((key) => [key, true])));
    expect([...(decodeCbor(bytes) as CborMap).keys()]).toEqual(sorted);
    expect(toHex(encodeCbor(new Map([[-1, 0] as const, [24, 0] as const])))).toBe('a21818002000');
  });

  it('sorts text by its UTF-8 bytes, not by UTF-16 units', () => {
    // U+10000 is D800 DC00 in UTF-16 and sorts before U+E000 plus a letter there; in UTF-8 it is F0 … against EE ….
    const bytes = encodeCbor(
      new Map([
        ['\u{10000}', 0],
        ['\uE000a', 0],
      ]),
    );
    expect([...(decodeCbor(bytes) as CborMap).keys()]).toEqual(['\uE000a', '\u{10000}']);
  });

  it('sorts the keys of nested maps too', () => {
    const inner = new Map([
      ['b', 1],
      ['a', 2],
    ]);
    expect(toHex(encodeCbor([new Map([[1, inner]])]))).toBe('81a101a2616102616201');
  });

  it.each([
    ['2^32', 2 ** 32, '1b0000000100000000'],
    ['2^53 − 1', Number.MAX_SAFE_INTEGER, '1b001fffffffffffff'],
    ['−2^32', -(2 ** 32), '3affffffff'],
    ['−2^32 − 1', -(2 ** 32) - 1, '3b0000000100000000'],
    ['−2^53 + 1', Number.MIN_SAFE_INTEGER, '3b001ffffffffffffe'],
    ['2^53', 2n ** 53n, '1b0020000000000000'],
    ['−2^63 − 1', -(2n ** 63n) - 1n, '3b8000000000000000'],
  ] as const)('%s is an integer, never a float', (_, value, hex) => {
    expect(toHex(encodeCbor(value))).toBe(hex);
    expect(decodeCbor(fromHex(hex))).toBe(value);
  });

  it('a small bigint is written as the number it is', () => {
    expect(toHex(encodeCbor(5n))).toBe('05');
  });

  it.each([
    ['a fraction', 1.5],
    ['NaN', Number.NaN],
    ['an integer too large to be exact', 2 ** 53],
    ['an integer of 65 bits', 2n ** 64n],
    ['a negative integer of 65 bits', -(2n ** 64n) - 1n],
    ['half a surrogate pair', 'a\uD800b'],
    ['undefined', [undefined] as unknown as CborValue],
    ['null', new Map([[1, null]]) as unknown as CborValue],
  ] as const)('%s is refused', (_, value) => {
    expect(() => encodeCbor(value)).toThrow(CborError);
  });
});

describe('decoding canonical CBOR (CTAP 2.1 §8)', () => {
  it.each([
    ['0 in two bytes', '1800'],
    ['23 in two bytes', '1817'],
    ['255 in three bytes', '1900ff'],
    ['65535 in five bytes', '1a0000ffff'],
    ['2^32 − 1 in nine bytes', '1b00000000ffffffff'],
    ['−1 in two bytes', '3800'],
    ['a byte string length in two bytes', '580100'],
    ['a text length in two bytes', '780161'],
    ['an array length in two bytes', '980100'],
    ['a map length in two bytes', 'b8010000'],
    ['an equal key', 'a201000100'],
    ['an equal text key', 'a2616100616100'],
    ['keys out of order', 'a202000100'],
    ['−1 before 24', 'a220001818 00'],
    ['a byte string as key', 'a1410100'],
    ['a boolean as key', 'a1f500'],
    ['an array as key', 'a18000'],
    ['a byte behind the item', '0000'],
    ['nothing', ''],
    ['a reserved length', '1c'],
    ['a break', 'ff'],
    ['a boolean in two bytes', 'f815'],
    ['a tag that means a byte string', 'd84041ff'],
    ['text that is not UTF-8', '61ff'],
    ['text with an overlong form', '62c080'],
    ['text with a surrogate', '63eda080'],
  ])('%s is refused', (_, hex) => {
    expect(() => decodeCbor(fromHex(hex.replaceAll(' ', '')))).toThrow(CborError);
  });

  it('four levels of arrays or maps pass, five do not', () => {
    expect(decodeCbor(nestedArrays(MAX_CBOR_DEPTH))).toEqual([[[[0]]]]);
    expect(() => decodeCbor(nestedArrays(MAX_CBOR_DEPTH + 1))).toThrow(/nested deeper than 4/);
    expect(toHex(encodeCbor(decodeCbor(fromHex('a101a101a101a10100'))))).toBe('a101a101a101a10100');
    expect(() => decodeCbor(fromHex('a101a101a101a101a0'))).toThrow(/nested deeper than 4/);
    expect(() => decodeCbor(fromHex('a101a101a101a10180'))).toThrow(/nested deeper than 4/);
  });

  it('byte strings are copies, so overwriting the message does not change them', () => {
    const message = fromHex('420102');
    const value = decodeCbor(message);
    message.fill(0);
    expect(value).toEqual(fromHex('0102'));
  });

  it('leaves the message as it was', () => {
    const message = fromHex('a10142ffff');
    decodeCbor(message);
    expect(Object.keys(message)).toEqual(Object.keys(fromHex('a10142ffff')));
  });

  it('a key named __proto__ is a key like any other', () => {
    const map = decodeCbor(encodeCbor(new Map([['__proto__', 1]]))) as CborMap;
    expect(map.get('__proto__')).toBe(1);
    expect(Object.prototype).not.toHaveProperty('1');
  });

  it('whatever is encoded decodes to the same, and has only one form', () => {
    fc.assert(
      fc.property(cborValues(MAX_CBOR_DEPTH), (value) => {
        const bytes = encodeCbor(value);
        expect(decodeCbor(bytes)).toEqual(value);
        expect(encodeCbor(decodeCbor(bytes))).toEqual(bytes);
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  it('every shorter or longer version of a message is refused', () => {
    fc.assert(
      fc.property(cborValues(2), fc.nat(255), (value, extra) => {
        const bytes = encodeCbor(value);
        for (let length = 0; length < bytes.length; length++)
          expect(() => decodeCbor(bytes.subarray(0, length))).toThrow(CborError);
        expect(() => decodeCbor(Uint8Array.of(...bytes, extra))).toThrow(CborError);
      }),
      { seed: SEED, numRuns: 60 },
    );
  });
});

describe('lenient decoding of what real keys send (decision 4)', () => {
  const ORDER = 'map keys are not in canonical order';
  const CUT = 'a text is cut in the middle of a character';

  it.each([
    ['misordered keys', 'a202000100', new Map([[2, 0] as const, [1, 0] as const]), [ORDER]],
    [
      'keys length-first as in RFC 7049: −1 before 24',
      'a22000181800',
      new Map([[-1, 0] as const, [24, 0] as const]),
      [ORDER],
    ],
    [
      'misordered keys in a nested map',
      '81a2616200616100',
      [new Map([['b', 0] as const, ['a', 0] as const])],
      [ORDER],
    ],
    [
      'a text cut behind the first of two bytes',
      'a2016361 62c30205',
      new Map<number, CborValue>([
        [1, 'ab\uFFFD'],
        [2, 5],
      ]),
      [CUT],
    ],
    [
      'a text cut behind two of three bytes',
      'a2016361e2820205',
      new Map<number, CborValue>([
        [1, 'a\uFFFD'],
        [2, 5],
      ]),
      [CUT],
    ],
    [
      'a cut text and misordered keys',
      'a202000161c3',
      new Map<number, CborValue>([
        [2, 0],
        [1, '\uFFFD'],
      ]),
      [CUT, ORDER],
    ],
    ['a real U+FFFD', '63efbfbd', '\uFFFD', []],
    [
      'a real U+FFFD and misordered keys',
      'a2020001 63efbfbd',
      new Map<number, CborValue>([
        [2, 0],
        [1, '\uFFFD'],
      ]),
      [ORDER],
    ],
  ] as const)('%s', (_, hex, value, expected) => {
    const bytes = fromHex(hex.replaceAll(' ', ''));
    const flaws: string[] = [];
    expect(decodeCborLeniently(bytes, flaws)).toEqual(value);
    expect(flaws).toEqual(expected);
  });

  it.each([16, 63, 64, 65, 200])(
    'a name of %i bytes that ends in half a character leaves the rest intact',
    (length) => {
      const name = Buffer.concat([Buffer.alloc(length - 1, 'n'), Buffer.of(0xc3)]);
      const map = encodeCbor(
        new Map<number, CborValue>([
          [1, new Uint8Array(length)],
          [2, 'after'],
        ]),
      );
      const at = Buffer.from(map).indexOf(Buffer.alloc(length));
      const bytes = Uint8Array.from(map);
      bytes.set(name, at);
      const head = at - (length < 24 ? 1 : 2);
      bytes[head] = (bytes[head] ?? 0) + 0x20; // byte string to text
      const flaws: string[] = [];
      const value = decodeCborLeniently(bytes, flaws) as CborMap;
      expect(value.get(1)).toBe('n'.repeat(length - 1) + '\uFFFD');
      expect(value.get(2)).toBe('after');
      expect(flaws).toEqual([CUT]);
    },
  );

  it.each([
    ['an equal key', 'a201000100'],
    ['an equal key beside a cut text', 'a2016100 0161ff'],
    ['a long length beside a cut text', 'a1180161ff'],
    ['a long length beside a real U+FFFD', 'a1180163efbfbd'],
    ['two keys that are cut to the same text', 'a261c30061c400'],
    ['an indefinite length', 'bf0100ff'],
    ['a float', 'f90000'],
    ['a byte behind the item', 'a000'],
    ['five levels', '818181818100'],
  ])('%s is refused all the same', (_, hex) => {
    expect(() => decodeCborLeniently(fromHex(hex.replaceAll(' ', '')), [])).toThrow(CborError);
  });
});

describe('a sequence of items (authenticator data)', () => {
  it('finds the borders, and each item may use all four levels', () => {
    const bytes = fromHex('a10100' + '8181818100');
    expect(decodeCborSequenceLeniently(bytes, 2, [])).toEqual([new Map([[1, 0]]), [[[[0]]]]]);
  });

  it.each([
    [0, '00'],
    [1, '0000'],
    [2, '00'],
    [1, ''],
  ])('%i items in %j is refused', (count, hex) => {
    expect(() => decodeCborSequenceLeniently(fromHex(hex), count, [])).toThrow(CborError);
  });
});

describe('hostile bytes', () => {
  /** Runs `decode` and tells how long it took. */
  function refusedWithin(milliseconds: number, bytes: Uint8Array): void {
    for (const decode of [decodeCbor, (input: Uint8Array) => decodeCborLeniently(input, [])]) {
      const start = performance.now();
      expect(() => decode(bytes)).toThrow(CborError);
      expect(performance.now() - start).toBeLessThan(milliseconds);
    }
  }

  it.each([
    ['an array of 2^32 − 1', '9affffffff'],
    ['an array of 2^64 − 1', '9bffffffffffffffff'],
    ['arrays of a hundred million in each other', '9a06b000009a06b000009a06b00000'],
    ['a map of 2^31', 'ba80000000'],
    ['a byte string of 2 GiB', '5a7fffffff'],
    ['a text of 2^64 − 1', '7bffffffffffffffff'],
  ])('%s in a few bytes', (_, hex) => {
    refusedWithin(1000, fromHex(hex));
  });

  it.each([
    ['arrays', (): Uint8Array => nestedArrays(7600)],
    ['maps', (): Uint8Array => Uint8Array.from({ length: 7600 }, (_, index) => (index % 2 === 0 ? 0xa1 : 1))],
    ['tags', (): Uint8Array => new Uint8Array(7600).fill(0xc0)],
    ['indefinite arrays', (): Uint8Array => new Uint8Array(7600).fill(0x9f)],
  ])('7600 levels of %s', (_, make) => {
    refusedWithin(1000, make());
  });

  it('shared values (tags 28 and 29) do not unfold', () => {
    // Three arrays of 300, the later ones full of references to the one before: 27 million items in 2 kB.
    const items = 300;
    const shared = (item: readonly number[]): number[] => [
      0xd8,
      28,
      0x99,
      items >> 8,
      items & 0xff,
      ...Array.from({ length: items }, () => item).flat(),
    ];
    refusedWithin(
      500,
      Uint8Array.of(0x83, ...shared([0]), ...shared([0xd8, 29, 0]), ...shared([0xd8, 29, 1])),
    );
  });
});

describe('the items of an array that is not decoded', () => {
  const strings = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 300 });

  it('are the encodings that it was made of', () => {
    fc.assert(
      fc.property(strings, (items) => {
        const encoded = arrayItems(encodeCbor(items));
        expect(encoded.map(toHex)).toEqual(items.map((item) => toHex(encodeCbor(item))));
      }),
      { seed: SEED, numRuns: 50 },
    );
  });

  it('are values when it holds neither arrays nor maps', () => {
    fc.assert(
      fc.property(fc.array(scalar, { maxLength: 30 }), (items) => {
        const array = encodeCbor(items);
        expect(scalars(array)).toEqual(decodeCbor(array));
      }),
      { seed: SEED },
    );
  });

  it.each([
    ['an array inside', '824101' + '80'],
    ['a float', '81f90000'],
    ['a tag', '81c001'],
    ['text that is not UTF-8', '8161ff'],
    ['a number that is not the shortest', '811801'],
    ['no array', '4101'],
    ['a map', 'a14101' + '4102'],
    ['a map inside', '81a0'],
    ['bytes behind it', '814101' + '00'],
    ['fewer items than it says', '824101'],
    ['an item that is cut short', '814201'],
    ['an indefinite length', '9f4101ff'],
    ['a reserved length', '9c'],
    ['a length that is not the shortest', '98014101'],
    ['a count that no memory holds', '9bffffffffffffffff'],
    ['nothing', ''],
  ])('are refused: %s', (_what, hex) => {
    expect(() => scalars(fromHex(hex))).toThrow(CborError);
  });
});
