/** What a page passes to `create` and `get`, and what it gets back, converted as Web IDL and WebAuthn Level 3 §5.1 say. */
import '../support/page-globals';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeBase64Url, encodeBase64Url } from '../../extension/page/base64url';
import { bufferSource } from '../../extension/page/buffer-source';
import { creationOptions, requestOptions } from '../../extension/page/options';
import { requestOf } from '../../extension/page/request';
import { parseCreationOptionsFromJSON, parseRequestOptionsFromJSON } from '../../main/webauthn/options-json';

const challenge = new Uint8Array([1, 2, 3]);
const creation = {
  challenge,
  rp: { name: 'Example' },
  user: { id: new Uint8Array([7]), name: 'ada', displayName: 'Ada' },
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
};

/** As it goes over the port. */
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('base64url', () => {
  test('is that of everybody else, for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const text = encodeBase64Url(bytes);
        expect(text).toBe(Buffer.from(bytes).toString('base64url'));
        expect(decodeBase64Url(text)).toEqual(Uint8Array.from(bytes));
      }),
    );
  });

  test.each(['A', 'AAAAA', 'AA==', 'AA+A', 'AA/A', 'A A', 'ä', 5, null, undefined, ['AA'], { length: 2 }])(
    'is not %j',
    (text) => {
      expect(() => decodeBase64Url(text)).toThrow(TypeError);
    },
  );
});

describe('bytes', () => {
  const buffer = Uint8Array.from([0, 1, 2, 3, 4, 5, 6, 7]).buffer;

  test.each([
    ['a buffer', buffer, [0, 1, 2, 3, 4, 5, 6, 7]],
    ['a view with an offset', new Uint8Array(buffer, 2, 3), [2, 3, 4]],
    ['a view of wide numbers', new Float32Array(buffer, 4, 1), [4, 5, 6, 7]],
    ['a DataView', new DataView(buffer, 1, 2), [1, 2]],
    ['of Node', Buffer.from(buffer, 3, 1), [3]],
    ['none', new Uint8Array(0), []],
  ])('of %s', (_, source, bytes) => {
    expect(Buffer.from(bufferSource(source), 'base64url')).toEqual(Buffer.from(bytes));
  });

  test.each([
    ['an array', [1, 2]],
    ['text', 'AQ'],
    ['nothing', null],
    ['shared memory', new SharedArrayBuffer(4)],
    ['a view of shared memory', new Uint8Array(new SharedArrayBuffer(4))],
    [
      'what looks like a buffer',
      { byteLength: 3, buffer, byteOffset: 0, [Symbol.toStringTag]: 'Uint8Array' },
    ],
    ['what inherits from one', Object.create(Uint8Array.prototype) as object],
  ])('are not taken of %s', (_, source) => {
    expect(() => bufferSource(source)).toThrow(TypeError);
  });

  test('are not taken of a buffer that can change its length', () => {
    const Resizable = ArrayBuffer as unknown as new (length: number, options: object) => ArrayBuffer;
    const resizable = new Resizable(4, { maxByteLength: 8 });
    expect(() => bufferSource(resizable)).toThrow(TypeError);
    expect(() => bufferSource(new Uint8Array(resizable))).toThrow(TypeError);
  });

  test('are what they are, whatever an object says of itself', () => {
    class Liar extends Uint8Array {
      override get byteLength(): number {
        return 1000;
      }
      override get length(): number {
        return 1000;
      }
    }
    expect(bufferSource(new Liar([1, 2, 3]))).toBe('AQID');
  });
});

describe('options', () => {
  test('of a creation come to the app as the page means them', () => {
    const ids = fc.uint8Array({ minLength: 1, maxLength: 70 });
    const descriptors = fc.array(
      fc.record({ type: fc.constant('public-key'), id: ids, transports: fc.constant(['usb']) }),
      { maxLength: 4 },
    );
    const options = fc.record({
      challenge: ids,
      rp: fc.record({ id: fc.domain(), name: fc.string({ unit: 'grapheme' }) }),
      user: fc.record({ id: ids, name: fc.string(), displayName: fc.string({ unit: 'grapheme' }) }),
      pubKeyCredParams: fc.array(fc.record({ type: fc.constant('public-key'), alg: fc.integer() })),
      timeout: fc.nat(),
      excludeCredentials: descriptors,
      attestation: fc.constantFrom('none', 'direct'),
      extensions: fc.record({
        credProps: fc.boolean(),
        credBlob: ids,
        prf: fc.record({ eval: fc.record({ first: ids, second: ids }) }),
      }),
    });
    fc.assert(
      fc.property(options, (given) => {
        const parsed = parseCreationOptionsFromJSON(asJson(creationOptions(given)));
        const plain = (value: unknown): unknown =>
          JSON.parse(
            JSON.stringify(value, (_, one: unknown) => (one instanceof Uint8Array ? [...one] : one)),
          );
        expect(plain(parsed)).toEqual(plain(given));
      }),
      { numRuns: 200 },
    );
  });

  test('of a request take a record by credential, with any name', () => {
    const evalByCredential = JSON.parse('{"__proto__":0,"AQ":0}') as Record<string, unknown>;
    for (const name of Object.keys(evalByCredential))
      Object.defineProperty(evalByCredential, name, { value: { first: challenge }, enumerable: true });
    const json = JSON.stringify(requestOptions({ challenge, extensions: { prf: { evalByCredential } } }));
    expect(json).toContain('"evalByCredential":{"__proto__":{"first":"AQID"},"AQ":{"first":"AQID"}}');
    expect(
      parseRequestOptionsFromJSON(JSON.parse(json)).extensions?.prf?.evalByCredential?.get('AQ'),
    ).toEqual({ first: challenge });
  });

  test('call each getter once', () => {
    const called: string[] = [];
    const counting = <Value extends object>(value: Value, path: string): Value =>
      new Proxy(value, {
        get: (target, name, receiver) => {
          if (typeof name === 'string') called.push(`${path}.${name}`);
          const member: unknown = Reflect.get(target, name, receiver);
          return typeof member === 'object' &&
            member !== null &&
            !ArrayBuffer.isView(member) &&
            !Array.isArray(member)
            ? counting(member, `${path}.${String(name)}`)
            : member;
        },
      });
    creationOptions(counting(creation, ''));
    expect(called.length).toBeGreaterThan(10);
    expect(new Set(called).size).toBe(called.length);
  });

  test('convert as Web IDL does', () => {
    expect(
      asJson(
        requestOptions({
          challenge,
          timeout: '60000.9',
          rpId: { toString: () => 'example.org' },
          userVerification: 'unknown',
          hints: new Set(['hybrid', 5]),
          allowCredentials: [],
          extensions: { appid: 7, getCredBlob: 'yes', largeBlob: null },
        }),
      ),
    ).toEqual({
      challenge: 'AQID',
      timeout: 60000,
      rpId: 'example.org',
      userVerification: 'unknown',
      hints: ['hybrid', '5'],
      allowCredentials: [],
      extensions: { appid: '7', getCredBlob: true, largeBlob: {} },
    });
  });

  test.each([
    ['a symbol for text', { ...creation, attestation: Symbol('a') }],
    ['no user', { ...creation, user: undefined }],
    ['a list that is none', { ...creation, pubKeyCredParams: 5 }],
    [
      'a list without end',
      { ...creation, hints: { [Symbol.iterator]: () => ({ next: () => ({ value: 'a' }) }) } },
    ],
    ['a list too long', { ...creation, hints: Array(2000).fill('hybrid') }],
    ['a number that is none', { ...creation, timeout: 5n }],
  ])('that have %s are for the browser to refuse', (_, options) => {
    expect(() => creationOptions(options)).toThrow();
    expect(requestOf('create', { publicKey: options })).toBeUndefined();
  });
});

describe('calls', () => {
  const publicKey = { challenge };

  test.each([
    ['get', { publicKey }, 'get'],
    ['get', { publicKey, mediation: 'optional' }, 'get'],
    ['get', { publicKey, mediation: 'required', password: false }, 'get'],
    ['get', { publicKey, mediation: 'conditional', password: true }, 'autofill'],
    ['create', { publicKey: creation }, 'create'],
  ] as const)('%s of %j are ours', (kind, argument, is) => {
    expect(requestOf(kind, argument)?.is).toBe(is);
  });

  test.each([
    ['get', undefined],
    ['get', {}],
    ['get', { publicKey: null }],
    ['get', { publicKey, mediation: 'silent' }],
    ['get', { publicKey, mediation: 'immediate' }],
    ['get', { publicKey, password: true }],
    ['get', { publicKey, identity: {} }],
    ['get', { publicKey, mediation: 'conditional', otp: {} }],
    ['get', { publicKey, uiMode: 'immediate' }],
    ['get', { publicKey, signal: {} }],
    ['get', { publicKey, signal: AbortSignal.abort() }],
    ['get', { publicKey: { challenge, extensions: { payment: {} } } }],
    ['get', { publicKey: { challenge: new Uint8Array(500_000) } }],
    ['create', { publicKey: creation, mediation: 'conditional' }],
  ] as const)("%s of %j are the browser's", (kind, argument) => {
    expect(requestOf(kind, argument)).toBeUndefined();
  });

  test('go to the browser with another signal, and everything else as it was', () => {
    const argument = Object.assign(Object.create({ more: 1 }) as object, {
      publicKey,
      mediation: 'conditional',
      other: 2,
    });
    const { signal } = new AbortController();
    const passed = requestOf('get', argument)!.withSignal(signal) as Record<string, unknown>;
    expect(passed).toMatchObject({ publicKey, mediation: 'conditional', signal });
    expect([passed.more, passed.other]).toEqual([1, 2]);
  });
});
