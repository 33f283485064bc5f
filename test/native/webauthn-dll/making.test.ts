/** A new passkey through webauthn.dll: what Windows is asked and what comes back, through real memory, for every version of its API. */
import koffi from 'koffi';
import { beforeEach, describe, expect, it } from 'vitest';
import { API_VERSIONS, DllBench, filled, hex, made, making, never, utf8 } from './dll-bench';

let bench: DllBench;
beforeEach(() => {
  bench = new DllBench();
});

describe('making a passkey', () => {
  it.each(API_VERSIONS)('API version %i gets what it knows of a plain request', async (version) => {
    bench.fake.apiVersion = version;
    bench.windows.push(0x1234n);
    const { call } = await bench.asksToMake();
    expect(call).toMatchObject({
      window: 0x1234n,
      rp: { id: 'example.org', name: 'Bücher & Söhne 📚' },
      user: { id: '010203', name: 'ada@example.org', displayName: 'Ada Lovelace' },
      algorithms: [
        { type: 'public-key', alg: -7 },
        { type: 'public-key', alg: -257 },
      ],
      clientData: { version: 1, json: hex(making.clientDataJSON), hash: 'SHA-256' },
      credentials: undefined,
      extensions: {},
      hints: version >= 8 ? ['security-key'] : [],
      cancellation: '01'.repeat(16),
    });
    const { dwVersion: _, ...options } = call.options;
    expect(options).toEqual({
      dwTimeoutMilliseconds: 300_000,
      // Security bench.keys, and not this computer.
      dwAuthenticatorAttachment: 2,
      bRequireResidentKey: 1,
      dwUserVerificationRequirement: 1,
      dwAttestationConveyancePreference: 1,
      dwFlags: 0,
      ...(version >= 3 && { dwEnterpriseAttestation: 0, dwLargeBlobSupport: 0, bPreferResidentKey: 0 }),
      ...(version >= 4 && { bBrowserInPrivateMode: 0 }),
      ...(version >= 6 && { bEnablePrf: 0 }),
      ...(version >= 7 && { cbJsonExt: 0 }),
      ...(version >= 8 && { bThirdPartyPayment: 0 }),
    });
    expect(bench.fake).toMatchObject({ unfreed: 0, freedUnwiped: 0 });
  });

  it('a later version of the API is asked as the last one that is known', async () => {
    bench.fake.apiVersion = 9;
    const { call } = await bench.asksToMake();
    expect(call.options['dwVersion']).toBe(8);
  });

  it('without a window of ours, the dialog is in front of the one with the keyboard', async () => {
    expect((await bench.asksToMake()).call.window).toBe(bench.fake.foreground);
  });

  it('an exclude list has the ways that a site knows', async () => {
    const { call } = await bench.asksToMake({
      excluded: [
        { id: filled(7, 16), transports: ['usb', 'nfc', 'ble', 'internal', 'hybrid'] },
        { id: filled(8, 64), transports: ['smart-card'] },
      ],
    });
    expect(call.credentials).toEqual([
      { id: hex(filled(7, 16)), type: 'public-key', transports: 1 | 2 | 4 | 16 | 32 },
      { id: hex(filled(8, 64)), type: 'public-key', transports: 0 },
    ]);
  });

  it.each([
    ['required', 1, 0],
    ['preferred', 0, 1],
    ['discouraged', 0, 0],
  ] as const)('a discoverable credential %s', async (residentKey, requires, prefers) => {
    expect((await bench.asksToMake({ residentKey })).call.options).toMatchObject({
      bRequireResidentKey: requires,
      bPreferResidentKey: prefers,
    });
  });

  it.each([
    ['required', 1],
    ['preferred', 2],
    ['discouraged', 3],
  ] as const)('user verification %s', async (userVerification, number) => {
    const member = 'dwUserVerificationRequirement';
    expect((await bench.asksToMake({ userVerification })).call.options[member]).toBe(number);
    expect((await bench.asksToUse({ userVerification })).call.options[member]).toBe(number);
  });

  it.each([
    ['none', 1],
    ['indirect', 2],
    ['direct', 3],
  ] as const)('attestation %s', async (attestation, number) => {
    const { options } = (await bench.asksToMake({ attestation })).call;
    expect(options['dwAttestationConveyancePreference']).toBe(number);
  });

  it.each([1, 2] as const)('enterprise attestation of kind %i', async (enterpriseAttestation) => {
    const { options } = (await bench.asksToMake({ attestation: 'direct', enterpriseAttestation })).call;
    expect(options['dwEnterpriseAttestation']).toBe(enterpriseAttestation);
  });

  it('extensions go along, each in its own form', async () => {
    const { call } = await bench.asksToMake({
      credProtect: { level: 3, enforced: true },
      credBlob: Uint8Array.of(9, 8, 7),
      minPinLength: true,
      largeBlob: 'preferred',
      prf: { first: utf8('a salt'), second: utf8('another') },
    });
    expect(call.extensions).toEqual({
      credProtect: '0300000001000000',
      credBlob: '090807',
      minPinLength: '01000000',
    });
    expect(call.options).toMatchObject({ dwLargeBlobSupport: 2, bEnablePrf: 1 });
    expect(call.prf?.always).toEqual({ first: hex(utf8('a salt')), second: hex(utf8('another')) });
    expect(bench.fake).toMatchObject({ unfreed: 0, freedUnwiped: 0 });
  });

  it('a prf without values is only made possible', async () => {
    const { call } = await bench.asksToMake({ prf: {} });
    expect(call.options['bEnablePrf']).toBe(1);
    expect(call.prf).toBeUndefined();
  });

  it('a credProtect that is not insisted on', async () => {
    const { call } = await bench.asksToMake({ credProtect: { level: 2, enforced: false } });
    expect(call.extensions).toEqual({ credProtect: '0200000000000000' });
  });

  it.each([
    [1, { 'hmac-secret': '01000000' }],
    [2, { 'hmac-secret': '01000000', credProtect: '0300000000000000' }],
    [
      5,
      {
        'hmac-secret': '01000000',
        credProtect: '0300000000000000',
        credBlob: '01',
        minPinLength: '01000000',
      },
    ],
    [6, { credProtect: '0300000000000000', credBlob: '01', minPinLength: '01000000' }],
  ])('API version %i gets the extensions that it knows', async (version, extensions) => {
    bench.fake.apiVersion = version;
    const { call } = await bench.asksToMake({
      credProtect: { level: 3, enforced: false },
      credBlob: Uint8Array.of(1),
      minPinLength: true,
      largeBlob: 'preferred',
      prf: { first: utf8('a salt') },
    });
    expect(call.extensions).toEqual(extensions);
    expect(call.options['dwLargeBlobSupport'] ?? 0).toBe(version >= 5 ? 2 : 0);
  });

  it.each([
    ['a protection that is demanded', 1, { credProtect: { level: 2, enforced: true } }],
    ['a large blob that is demanded', 4, { largeBlob: 'required' }],
    [
      'a large blob that is demanded with a passkey that need not be found',
      8,
      { largeBlob: 'required', residentKey: 'preferred' },
    ],
  ] as const)('%s and cannot be had: Windows is not asked', async (_, version, changes) => {
    bench.fake.apiVersion = version;
    await expect(bench.asksToMake(changes)).rejects.toMatchObject({ code: 'not-supported' });
    expect(bench.fake.calls).toEqual([]);
    expect(bench.fake.unfreed).toBe(0);
  });

  it('the wish for a large blob goes only with a passkey that can be found', async () => {
    const { call } = await bench.asksToMake({ largeBlob: 'preferred', residentKey: 'preferred' });
    expect(call.options['dwLargeBlobSupport']).toBe(0);
  });

  it.each(API_VERSIONS)('API version %i answers what it knows', async (version) => {
    bench.fake.apiVersion = version;
    bench.gives({
      ...made,
      ...(version >= 3 && { bResidentKey: 1, bLargeBlobSupported: 0 }),
      ...(version >= 6 && { bPrfEnabled: 1 }),
      ...(version >= 8 && { pHmacSecret: bench.fake.salt(filled(0xa), filled(0xb)) }),
    });
    expect(await bench.keys.makeCredential(making, never)).toEqual({
      format: 'packed',
      statement: made.pbAttestation,
      authenticatorData: made.pbAuthenticatorData,
      transport: 'usb',
      ...(version >= 3 && { residentKey: true, largeBlob: false }),
      ...(version >= 6 && { prfEnabled: true }),
      ...(version >= 8 && { prf: { first: filled(0xa), second: filled(0xb) } }),
    });
    expect(bench.fake.unfreed).toBe(0);
  });

  it('no statement is none', async () => {
    bench.gives({ pwszFormatType: 'none', pbAuthenticatorData: filled(1, 200) });
    const { statement, transport } = await bench.keys.makeCredential(making, never);
    expect(statement).toEqual(new Uint8Array(0));
    expect(transport).toBeUndefined();
  });

  it('results of the prf are not left with Windows', async () => {
    const salt = bench.fake.salt(filled(0xa));
    bench.gives({ ...made, pHmacSecret: salt });
    expect((await bench.keys.makeCredential(making, never)).prf).toEqual({ first: filled(0xa) });
    const first = koffi.decode(salt + 8n, 'void *') as bigint;
    expect(koffi.decode(first, 'uint8', 32)).toEqual(filled(0));
  });
});
