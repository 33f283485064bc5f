/** A sign-in through webauthn.dll: what Windows is asked and what comes back, through real memory, for every version of its API. */
import { beforeEach, describe, expect, it } from 'vitest';
import { API_VERSIONS, DllBench, filled, getting, hex, never, used, utf8 } from './dll-bench';

let bench: DllBench;
beforeEach(() => {
  bench = new DllBench();
});

describe('using a passkey', () => {
  it.each(API_VERSIONS)('API version %i gets what it knows of a plain request', async (version) => {
    bench.fake.apiVersion = version;
    bench.windows.push(0x1234n);
    const { call } = await bench.asksToUse();
    expect(call).toMatchObject({
      window: 0x1234n,
      rp: { id: 'example.org' },
      clientData: { version: 1, json: hex(getting.clientDataJSON), hash: 'SHA-256' },
      // No list is not an empty list.
      credentials: undefined,
      extensions: {},
      hints: version >= 8 ? ['security-key'] : [],
      cancellation: '01'.repeat(16),
    });
    expect(call.prf).toBeUndefined();
    const { dwVersion: _, ...options } = call.options;
    expect(options).toEqual({
      dwTimeoutMilliseconds: 300_000,
      dwAuthenticatorAttachment: 2,
      dwUserVerificationRequirement: 2,
      dwFlags: 0,
      ...(version >= 3 && { dwCredLargeBlobOperation: 0 }),
      ...(version >= 4 && { bBrowserInPrivateMode: 0 }),
      ...(version >= 7 && { bAutoFill: 0, cbJsonExt: 0 }),
    });
    expect(bench.fake).toMatchObject({ unfreed: 0, freedUnwiped: 0 });
  });

  it('an allow list', async () => {
    const { call } = await bench.asksToUse({ allowed: [{ id: filled(7, 16), transports: ['usb'] }] });
    expect(call.credentials).toEqual([{ id: hex(filled(7, 16)), type: 'public-key', transports: 1 }]);
  });

  it('values of the prf for all passkeys and for some', async () => {
    const { call } = await bench.asksToUse({
      prf: {
        always: { first: utf8('one') },
        byCredential: [
          { id: Uint8Array.of(1), values: { first: utf8('two'), second: utf8('three') } },
          { id: Uint8Array.of(2), values: { first: utf8('four') } },
        ],
      },
    });
    expect(call.prf).toEqual({
      always: { first: hex(utf8('one')), second: '' },
      byCredential: {
        '01': { first: hex(utf8('two')), second: hex(utf8('three')) },
        '02': { first: hex(utf8('four')), second: '' },
      },
    });
    expect(bench.fake).toMatchObject({ unfreed: 0, freedUnwiped: 0 });
  });

  it('values for some alone', async () => {
    const byCredential = [{ id: Uint8Array.of(1), values: { first: utf8('two') } }];
    const { call } = await bench.asksToUse({ prf: { byCredential } });
    expect(call.prf).toEqual({ byCredential: { '01': { first: hex(utf8('two')), second: '' } } });
  });

  it.each([
    [3, undefined],
    [4, { always: { first: hex(utf8('one')), second: '' }, byCredential: {} }],
  ] as const)('API version %i is asked for the prf where it knows it', async (version, prf) => {
    bench.fake.apiVersion = version;
    const { call } = await bench.asksToUse({ prf: { always: { first: utf8('one') }, byCredential: [] } });
    expect(call.prf).toEqual(prf);
  });

  it.each([
    ['read', 1, undefined],
    [{ write: utf8('a blob') }, 2, hex(utf8('a blob'))],
  ] as const)('a large blob: %j', async (largeBlob, operation, bytes) => {
    const { call } = await bench.asksToUse({ largeBlob });
    expect(call.options['dwCredLargeBlobOperation']).toBe(operation);
    expect(call.largeBlob).toBe(bytes);
    const before = new DllBench();
    before.fake.apiVersion = 4;
    expect((await before.asksToUse({ largeBlob })).call.options['dwCredLargeBlobOperation']).toBe(0);
  });

  it('the credBlob is asked for where it is known', async () => {
    expect((await bench.asksToUse({ credBlob: true })).call.extensions).toEqual({ credBlob: '01000000' });
  });

  it.each(API_VERSIONS)('API version %i answers what it knows', async (version) => {
    bench.fake.apiVersion = version;
    bench.gives({
      ...used,
      ...(version >= 3 && { pbCredLargeBlob: utf8('a blob'), dwCredLargeBlobStatus: 1 }),
      ...(version >= 4 && { pHmacSecret: bench.fake.salt(filled(0xa)) }),
      ...(version >= 6 && { dwUsedTransport: 2 }),
    });
    expect(await bench.keys.getAssertion(getting, never)).toEqual({
      credentialId: filled(5, 48),
      authenticatorData: used.pbAuthenticatorData,
      signature: used.pbSignature,
      userHandle: used.pbUserId,
      largeBlobWritten: version >= 3,
      ...(version >= 3 && { largeBlob: utf8('a blob') }),
      ...(version >= 4 && { prf: { first: filled(0xa) } }),
      ...(version >= 6 && { transport: 'nfc' }),
    });
    expect(bench.fake.unfreed).toBe(0);
  });

  it('a passkey without a user handle, and a blob that was not written', async () => {
    const { pbUserId: _, ...others } = used;
    bench.gives({ ...others, dwCredLargeBlobStatus: 7 });
    const answer = await bench.keys.getAssertion(getting, never);
    expect(answer.userHandle).toBeUndefined();
    expect(answer.largeBlobWritten).toBe(false);
  });
});
