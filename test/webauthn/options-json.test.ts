/** Requests in their JSON form (WebAuthn Level 3 §5.1.8, §5.1.9, §2.1.1; Web IDL for the conversions). */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCreationOptionsFromJSON, parseRequestOptionsFromJSON } from '../../main/webauthn/options-json';
import { nameOf } from './named';

const TEST = Uint8Array.from(Buffer.from('test'));
const creation = {
  rp: { id: 'example.com', name: 'Example Inc' },
  user: { id: 'dGVzdA', name: 'test@example.com', displayName: 'test user' },
  challenge: 'dGVzdA',
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
};
const request = { challenge: 'dGVzdA' };

describe('a request to create', () => {
  test('as short as it can be', () => {
    expect(parseCreationOptionsFromJSON(creation)).toEqual({
      rp: { id: 'example.com', name: 'Example Inc' },
      user: { id: TEST, name: 'test@example.com', displayName: 'test user' },
      challenge: TEST,
      pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
    });
  });

  test('with everything in it', () => {
    expect(
      parseCreationOptionsFromJSON({
        ...creation,
        timeout: 60_000,
        excludeCredentials: [
          {
            type: 'public-key',
            id: 'AQ',
            transports: ['usb', 'nfc', 'ble', 'smart-card', 'hybrid', 'internal'],
          },
          { type: 'other', id: 'Ag' },
        ],
        authenticatorSelection: {
          authenticatorAttachment: 'cross-platform',
          residentKey: 'required',
          requireResidentKey: true,
          userVerification: 'discouraged',
        },
        hints: ['security-key', 'hybrid'],
        attestation: 'direct',
        attestationFormats: ['packed', 'tpm'],
        extensions: {
          credProps: true,
          credentialProtectionPolicy: 'userVerificationRequired',
          enforceCredentialProtectionPolicy: true,
          minPinLength: true,
          credBlob: 'dGVzdA',
          largeBlob: { support: 'required', write: 'dGVzdA' },
          prf: {
            eval: { first: 'dGVzdA', second: 'AQ' },
            evalByCredential: { 'test cred': { first: 'dGVzdA' } },
          },
          hmacCreateSecret: true,
        },
      }),
    ).toEqual({
      ...parseCreationOptionsFromJSON(creation),
      timeout: 60_000,
      excludeCredentials: [
        {
          type: 'public-key',
          id: Uint8Array.of(1),
          transports: ['usb', 'nfc', 'ble', 'smart-card', 'hybrid', 'internal'],
        },
        { type: 'other', id: Uint8Array.of(2) },
      ],
      authenticatorSelection: {
        authenticatorAttachment: 'cross-platform',
        residentKey: 'required',
        requireResidentKey: true,
        userVerification: 'discouraged',
      },
      hints: ['security-key', 'hybrid'],
      attestation: 'direct',
      attestationFormats: ['packed', 'tpm'],
      extensions: {
        credProps: true,
        credentialProtectionPolicy: 'userVerificationRequired',
        enforceCredentialProtectionPolicy: true,
        minPinLength: true,
        credBlob: TEST,
        largeBlob: { support: 'required', write: TEST },
        prf: {
          eval: { first: TEST, second: Uint8Array.of(1) },
          evalByCredential: new Map([['test cred', { first: TEST }]]),
        },
      },
    });
  });

  test.each([
    ['an attachment', { authenticatorSelection: { authenticatorAttachment: 'glued' } }],
    ['a requirement of residence', { authenticatorSelection: { residentKey: 'desired' } }],
    ['a requirement of verification', { authenticatorSelection: { userVerification: 'please' } }],
    [
      'an enumeration that is null',
      { authenticatorSelection: { residentKey: null, userVerification: null } },
    ],
  ])('%s that is not known counts as absent (§2.1.1)', (_what, more) => {
    expect(parseCreationOptionsFromJSON({ ...creation, ...more }).authenticatorSelection).toEqual({});
  });

  test('the same for attestation, the policy of credProtect, hints and transports', () => {
    const { attestation, extensions, hints, excludeCredentials } = parseCreationOptionsFromJSON({
      ...creation,
      attestation: 'directest',
      extensions: { credentialProtectionPolicy: 'userVerificationDesired' },
      hints: ['duplicated-value', 'hybrid', 'duplicated-value', 'security-key', 'hybrid'],
      excludeCredentials: [{ type: 'public-key', id: 'AQ', transports: ['cable', 'usb', 'usb'] }],
    });
    expect({ attestation, extensions }).toEqual({ extensions: {} });
    expect(hints).toEqual(['hybrid', 'security-key']);
    expect(excludeCredentials?.[0]?.transports).toEqual(['usb']);
  });

  test('unknown types stay, because a list of them alone is not an empty one (§5.8.3)', () => {
    const options = parseCreationOptionsFromJSON({
      ...creation,
      pubKeyCredParams: [{ type: 'other', alg: 1 }],
    });
    expect(options.pubKeyCredParams).toEqual([{ type: 'other', alg: 1 }]);
  });

  test('a support of large blobs that is not known stays: in get, any is an error (§10.1.5)', () => {
    expect(
      parseRequestOptionsFromJSON({ ...request, extensions: { largeBlob: { support: 'x' } } }).extensions,
    ).toEqual({
      largeBlob: { support: 'x' },
    });
  });
});

describe('a request to get', () => {
  test('as short as it can be', () => {
    expect(parseRequestOptionsFromJSON(request)).toEqual({ challenge: TEST });
  });

  test('with everything in it', () => {
    expect(
      parseRequestOptionsFromJSON({
        ...request,
        timeout: 1,
        rpId: 'example.com',
        allowCredentials: [{ type: 'public-key', id: 'AQ', transports: ['internal'] }],
        userVerification: 'required',
        hints: ['client-device'],
        extensions: { getCredBlob: true, largeBlob: { read: true }, prf: {} },
      }),
    ).toEqual({
      challenge: TEST,
      timeout: 1,
      rpId: 'example.com',
      allowCredentials: [{ type: 'public-key', id: Uint8Array.of(1), transports: ['internal'] }],
      userVerification: 'required',
      hints: ['client-device'],
      extensions: { getCredBlob: true, largeBlob: { read: true }, prf: {} },
    });
  });
});

describe('conversions of Web IDL', () => {
  test.each([
    [
      'null is an empty dictionary',
      { authenticatorSelection: null, extensions: null },
      { authenticatorSelection: {}, extensions: {} },
    ],
    ['a number is a string', { rp: { name: 5 } }, { rp: { name: '5' } }],
    ['null is the string null, so no site', { rp: { id: null, name: '' } }, { rp: { id: 'null', name: '' } }],
    ['a string is a number', { timeout: '60000' }, { timeout: 60_000 }],
    ['a number is cut', { timeout: 1.9 }, { timeout: 1 }],
    ['a negative number turns around', { timeout: -1 }, { timeout: 4_294_967_295 }],
    ['what is no number is 0', { timeout: 'soon' }, { timeout: 0 }],
    [
      'a large number turns around',
      { pubKeyCredParams: [{ type: 'public-key', alg: 2 ** 32 - 7 }] },
      { pubKeyCredParams: [{ type: 'public-key', alg: -7 }] },
    ],
    [
      'an algorithm as a string',
      { pubKeyCredParams: [{ type: 'public-key', alg: '-257' }] },
      { pubKeyCredParams: [{ type: 'public-key', alg: -257 }] },
    ],
    [
      'anything is a boolean',
      { extensions: { credProps: 'false', minPinLength: 0 } },
      { extensions: { credProps: true, minPinLength: false } },
    ],
  ])('%s', (_what, more, expected) => {
    expect(parseCreationOptionsFromJSON({ ...creation, ...more })).toMatchObject(expected);
  });

  test.each([
    ['no options', undefined],
    ['null', null],
    ['a string', 'hi mom'],
    ['no rp', { ...creation, rp: undefined }],
    ['an rp that is a string', { ...creation, rp: 'hi mom' }],
    ['an rp that is empty', { ...creation, rp: {} }],
    ['an rp.id that is an object', { ...creation, rp: { id: {}, name: 'x' } }],
    ['an rp.name that is an object', { ...creation, rp: { name: {} } }],
    ['no user', { ...creation, user: undefined }],
    ['no user.id', { ...creation, user: { name: '', displayName: '' } }],
    ['no user.displayName', { ...creation, user: { id: 'AQ', name: '' } }],
    ['no challenge', { ...creation, challenge: undefined }],
    ['a challenge in bytes', { ...creation, challenge: [1, 2, 3] }],
    ['no algorithms', { ...creation, pubKeyCredParams: undefined }],
    ['algorithms that are null', { ...creation, pubKeyCredParams: null }],
    ['an algorithm without a number', { ...creation, pubKeyCredParams: [{ type: 'public-key' }] }],
    ['an algorithm that is an object', { ...creation, pubKeyCredParams: [{ type: 'public-key', alg: {} }] }],
    ['an exclude list that is null', { ...creation, excludeCredentials: null }],
    ['an excluded credential without an ID', { ...creation, excludeCredentials: [{ type: 'public-key' }] }],
    ['hints that are a string', { ...creation, hints: 'hybrid' }],
    ['a prf that is a number', { ...creation, extensions: { prf: 1 } }],
    ['a prf without a first salt', { ...creation, extensions: { prf: { eval: {} } } }],
    [
      'prf salts by credential that are a string',
      { ...creation, extensions: { prf: { evalByCredential: 'x' } } },
    ],
  ])('%s: TypeError', async (_what, json) => {
    expect(await nameOf(() => parseCreationOptionsFromJSON(json))).toBe('TypeError');
  });

  test.each([null, 1, {}, { challenge: {} }, { ...request, allowCredentials: {} }])(
    '%j: TypeError',
    async (json) => {
      expect(await nameOf(() => parseRequestOptionsFromJSON(json))).toBe('TypeError');
    },
  );
});

describe('EncodingError', () => {
  test.each([
    ['a challenge', { challenge: 'not valid base64url' }],
    ['a challenge with padding', { challenge: 'dGVzdA==' }],
    ['a challenge in the other alphabet', { challenge: '+/8' }],
    ['a challenge of null', { challenge: null, note: 'the string null decodes' }],
    ['a user.id', { user: { id: '*', name: '', displayName: '' } }],
    ['an excluded ID', { excludeCredentials: [{ type: 'public-key', id: '=' }] }],
    ['a salt', { extensions: { prf: { eval: { first: '*' } } } }],
    [
      'a salt by credential',
      { extensions: { prf: { evalByCredential: { AQ: { first: 'AQ', second: '*' } } } } },
    ],
    ['a large blob', { extensions: { largeBlob: { write: '*' } } }],
    ['a small blob', { extensions: { credBlob: '*' } }],
  ])('%s that is not base64url', async (what, more) => {
    const name = await nameOf(() => parseCreationOptionsFromJSON({ ...creation, ...more }));
    expect(name).toBe(what.endsWith('null') ? 'fine' : 'EncodingError');
  });

  const many = <T>(count: number, item: T): readonly T[] => Array.from({ length: count }, () => item);
  const text = (length: number): string => 'A'.repeat(length);
  const tooMuch: readonly (readonly [string, (size: number) => object, number])[] = [
    ['challenge', (size) => ({ challenge: text(size) }), 65_536],
    ['name', (size) => ({ rp: { name: text(size) } }), 65_536],
    ['algorithms', (size) => ({ pubKeyCredParams: many(size, { type: 'public-key', alg: -7 }) }), 256],
    [
      'excluded credentials',
      (size) => ({ excludeCredentials: many(size, { type: 'public-key', id: 'AQ' }) }),
      256,
    ],
    ['hints', (size) => ({ hints: many(size, 'hybrid') }), 256],
    ['formats', (size) => ({ attestationFormats: many(size, 'none') }), 256],
    [
      'salts',
      (size) => ({
        extensions: {
          prf: {
            evalByCredential: Object.fromEntries(
              many(size, 0).map((_zero, at) => [`${at}`, { first: 'AQ' }]),
            ),
          },
        },
      }),
      256,
    ],
  ];
  test.each(tooMuch)('%s: as much as fits, and one more', async (_what, more, most) => {
    expect(await nameOf(() => parseCreationOptionsFromJSON({ ...creation, ...more(most) }))).toBe('fine');
    expect(await nameOf(() => parseCreationOptionsFromJSON({ ...creation, ...more(most + 1) }))).toBe(
      'EncodingError',
    );
  });

  test('the sentence names the member and not its value', () => {
    expect(() =>
      parseCreationOptionsFromJSON({ ...creation, excludeCredentials: [{ type: 'x', id: 'sécret' }] }),
    ).toThrow(/^excludeCredentials\.0\.id is not base64url/);
  });
});

test('names that mean something to JavaScript mean nothing here', () => {
  const json: unknown = JSON.parse(
    '{"challenge":"dGVzdA","__proto__":{"rpId":"evil.example"},"extensions":{"prf":{"evalByCredential":' +
      '{"__proto__":{"first":"AQ"},"constructor":{"first":"Ag"}}}}}',
  );
  const options = parseRequestOptionsFromJSON(json);
  expect(options.rpId).toBeUndefined();
  expect(options.extensions?.prf?.evalByCredential).toEqual(
    new Map([
      ['__proto__', { first: Uint8Array.of(1) }],
      ['constructor', { first: Uint8Array.of(2) }],
    ]),
  );
});

test('any JSON is read or refused with a name, and is left as it was', async () => {
  const member = fc.constantFrom(
    ...[
      'rp',
      'user',
      'challenge',
      'pubKeyCredParams',
      'timeout',
      'excludeCredentials',
      'allowCredentials',
      'hints',
    ],
    ...[
      'extensions',
      'authenticatorSelection',
      'attestation',
      'attestationFormats',
      'rpId',
      'userVerification',
    ],
  );
  await fc.assert(
    fc.asyncProperty(fc.dictionary(member, fc.jsonValue()), async (more) => {
      for (const [parse, base] of [
        [parseCreationOptionsFromJSON, creation],
        [parseRequestOptionsFromJSON, request],
      ] as const) {
        const json = { ...base, ...more };
        const before = JSON.stringify(json);
        expect(['fine', 'TypeError', 'EncodingError']).toContain(await nameOf(() => parse(json)));
        expect(JSON.stringify(json)).toBe(before);
      }
    }),
    { numRuns: 1000 },
  );
});
