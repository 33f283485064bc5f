/** What Windows is asked through webauthn.dll and what comes back, through real memory, for every version of its API. */
import koffi from 'koffi';
import { beforeEach, describe, expect, it } from 'vitest';
import type { SystemGetAssertion, SystemMakeCredential } from '../../../native/ports';
import { WebAuthnDll } from '../../../native/webauthn-dll/webauthn-dll';
import { FakeWebAuthnDll, hresult, type Answer } from '../../support/fake-webauthn-dll';
import { ManualClock, settled } from '../../support/manual-clock';

const utf8 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text));
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const filled = (value: number, length = 32): Uint8Array => new Uint8Array(length).fill(value);
const API_VERSIONS = [1, 2, 3, 4, 5, 6, 7, 8] as const;

let fake: FakeWebAuthnDll;
let clock: ManualClock;
let windows: (bigint | undefined)[];
let keys: WebAuthnDll;
let never: AbortSignal;

beforeEach(() => {
  fake = new FakeWebAuthnDll();
  clock = new ManualClock();
  windows = [];
  keys = new WebAuthnDll({ clock, load: () => fake.load(), window: () => windows.shift() });
  never = new AbortController().signal;
});

const making: SystemMakeCredential = {
  clientDataJSON: utf8('{"type":"webauthn.create"}'),
  rp: { id: 'example.org', name: 'Bücher & Söhne 📚' },
  user: { id: Uint8Array.of(1, 2, 3), name: 'ada@example.org', displayName: 'Ada Lovelace' },
  algorithms: [-7, -257],
  excluded: [],
  residentKey: 'required',
  userVerification: 'required',
  timeout: 300_000,
  attestation: 'none',
};
const getting: SystemGetAssertion = {
  clientDataJSON: utf8('{"type":"webauthn.get"}'),
  rpId: 'example.org',
  allowed: [],
  userVerification: 'preferred',
  timeout: 300_000,
};
const made = {
  pwszFormatType: 'packed',
  pbAuthenticatorData: filled(1, 200),
  pbAttestation: filled(2, 70),
  dwUsedTransport: 1,
};
const used = {
  pbAuthenticatorData: filled(3, 37),
  pbSignature: filled(4, 71),
  'Credential.dwVersion': 1,
  'Credential.pbId': filled(5, 48),
  pbUserId: filled(6, 9),
};

function gives(answer: Answer): void {
  fake.answers = () => answer;
}

async function asksToMake(changes: Partial<SystemMakeCredential> = {}) {
  gives(made);
  const answer = await keys.makeCredential({ ...making, ...changes }, never);
  return { answer, call: fake.calls.at(-1)! };
}

async function asksToUse(changes: Partial<SystemGetAssertion> = {}) {
  gives(used);
  const answer = await keys.getAssertion({ ...getting, ...changes }, never);
  return { answer, call: fake.calls.at(-1)! };
}

describe('where there is no such library', () => {
  it('is not available, and says so without a second look', async () => {
    let looks = 0;
    const load = (): Promise<never> => {
      looks++;
      return Promise.reject(new Error('Das angegebene Modul wurde nicht gefunden.'));
    };
    const none = new WebAuthnDll({ clock, load, window: () => undefined });
    expect(await none.available()).toBe(false);
    await expect(none.makeCredential(making, never)).rejects.toMatchObject({ code: 'not-supported' });
    await expect(none.getAssertion(getting, never)).rejects.toMatchObject({ code: 'not-supported' });
    expect(looks).toBe(1);
  });

  it('is not available where it knows no version of its API', async () => {
    fake.apiVersion = 0;
    expect(await keys.available()).toBe(false);
  });

  it('is not loaded before somebody asks, and once', async () => {
    expect(fake.loads).toBe(0);
    expect(await keys.available()).toBe(true);
    await asksToUse();
    expect(fake.loads).toBe(1);
  });
});

describe('making a passkey', () => {
  it.each(API_VERSIONS)('API version %i gets what it knows of a plain request', async (version) => {
    fake.apiVersion = version;
    windows.push(0x1234n);
    const { call } = await asksToMake();
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
      // Security keys, and not this computer.
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
    expect(fake).toMatchObject({ unfreed: 0, freedUnwiped: 0 });
  });

  it('a later version of the API is asked as the last one that is known', async () => {
    fake.apiVersion = 9;
    const { call } = await asksToMake();
    expect(call.options['dwVersion']).toBe(8);
  });

  it('without a window of ours, the dialog is in front of the one with the keyboard', async () => {
    expect((await asksToMake()).call.window).toBe(fake.foreground);
  });

  it('an exclude list has the ways that a site knows', async () => {
    const { call } = await asksToMake({
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
    expect((await asksToMake({ residentKey })).call.options).toMatchObject({
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
    expect((await asksToMake({ userVerification })).call.options[member]).toBe(number);
    expect((await asksToUse({ userVerification })).call.options[member]).toBe(number);
  });

  it.each([
    ['none', 1],
    ['indirect', 2],
    ['direct', 3],
  ] as const)('attestation %s', async (attestation, number) => {
    const { options } = (await asksToMake({ attestation })).call;
    expect(options['dwAttestationConveyancePreference']).toBe(number);
  });

  it.each([1, 2] as const)('enterprise attestation of kind %i', async (enterpriseAttestation) => {
    const { options } = (await asksToMake({ attestation: 'direct', enterpriseAttestation })).call;
    expect(options['dwEnterpriseAttestation']).toBe(enterpriseAttestation);
  });

  it('extensions go along, each in its own form', async () => {
    const { call } = await asksToMake({
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
    expect(fake).toMatchObject({ unfreed: 0, freedUnwiped: 0 });
  });

  it('a prf without values is only made possible', async () => {
    const { call } = await asksToMake({ prf: {} });
    expect(call.options['bEnablePrf']).toBe(1);
    expect(call.prf).toBeUndefined();
  });

  it('a credProtect that is not insisted on', async () => {
    const { call } = await asksToMake({ credProtect: { level: 2, enforced: false } });
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
    fake.apiVersion = version;
    const { call } = await asksToMake({
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
    fake.apiVersion = version;
    await expect(asksToMake(changes)).rejects.toMatchObject({ code: 'not-supported' });
    expect(fake.calls).toEqual([]);
    expect(fake.unfreed).toBe(0);
  });

  it('the wish for a large blob goes only with a passkey that can be found', async () => {
    const { call } = await asksToMake({ largeBlob: 'preferred', residentKey: 'preferred' });
    expect(call.options['dwLargeBlobSupport']).toBe(0);
  });

  it.each(API_VERSIONS)('API version %i answers what it knows', async (version) => {
    fake.apiVersion = version;
    gives({
      ...made,
      ...(version >= 3 && { bResidentKey: 1, bLargeBlobSupported: 0 }),
      ...(version >= 6 && { bPrfEnabled: 1 }),
      ...(version >= 8 && { pHmacSecret: fake.salt(filled(0xa), filled(0xb)) }),
    });
    expect(await keys.makeCredential(making, never)).toEqual({
      format: 'packed',
      statement: made.pbAttestation,
      authenticatorData: made.pbAuthenticatorData,
      transport: 'usb',
      ...(version >= 3 && { residentKey: true, largeBlob: false }),
      ...(version >= 6 && { prfEnabled: true }),
      ...(version >= 8 && { prf: { first: filled(0xa), second: filled(0xb) } }),
    });
    expect(fake.unfreed).toBe(0);
  });

  it('no statement is none', async () => {
    gives({ pwszFormatType: 'none', pbAuthenticatorData: filled(1, 200) });
    const { statement, transport } = await keys.makeCredential(making, never);
    expect(statement).toEqual(new Uint8Array(0));
    expect(transport).toBeUndefined();
  });

  it('results of the prf are not left with Windows', async () => {
    const salt = fake.salt(filled(0xa));
    gives({ ...made, pHmacSecret: salt });
    expect((await keys.makeCredential(making, never)).prf).toEqual({ first: filled(0xa) });
    const first = koffi.decode(salt + 8n, 'void *') as bigint;
    expect(koffi.decode(first, 'uint8', 32)).toEqual(filled(0));
  });
});

describe('using a passkey', () => {
  it.each(API_VERSIONS)('API version %i gets what it knows of a plain request', async (version) => {
    fake.apiVersion = version;
    windows.push(0x1234n);
    const { call } = await asksToUse();
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
    expect(fake).toMatchObject({ unfreed: 0, freedUnwiped: 0 });
  });

  it('an allow list', async () => {
    const { call } = await asksToUse({ allowed: [{ id: filled(7, 16), transports: ['usb'] }] });
    expect(call.credentials).toEqual([{ id: hex(filled(7, 16)), type: 'public-key', transports: 1 }]);
  });

  it('values of the prf for all passkeys and for some', async () => {
    const { call } = await asksToUse({
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
    expect(fake).toMatchObject({ unfreed: 0, freedUnwiped: 0 });
  });

  it('values for some alone', async () => {
    const byCredential = [{ id: Uint8Array.of(1), values: { first: utf8('two') } }];
    const { call } = await asksToUse({ prf: { byCredential } });
    expect(call.prf).toEqual({ byCredential: { '01': { first: hex(utf8('two')), second: '' } } });
  });

  it.each([
    [3, undefined],
    [4, { always: { first: hex(utf8('one')), second: '' }, byCredential: {} }],
  ] as const)('API version %i is asked for the prf where it knows it', async (version, prf) => {
    fake.apiVersion = version;
    const { call } = await asksToUse({ prf: { always: { first: utf8('one') }, byCredential: [] } });
    expect(call.prf).toEqual(prf);
  });

  it.each([
    ['read', 1, undefined],
    [{ write: utf8('a blob') }, 2, hex(utf8('a blob'))],
  ] as const)('a large blob: %j', async (largeBlob, operation, bytes) => {
    const { call } = await asksToUse({ largeBlob });
    expect(call.options['dwCredLargeBlobOperation']).toBe(operation);
    expect(call.largeBlob).toBe(bytes);
    fake.apiVersion = 4;
    const before = new WebAuthnDll({ clock, load: () => fake.load(), window: () => undefined });
    await before.getAssertion({ ...getting, largeBlob }, never);
    expect(fake.calls.at(-1)?.options['dwCredLargeBlobOperation']).toBe(0);
  });

  it('the credBlob is asked for where it is known', async () => {
    expect((await asksToUse({ credBlob: true })).call.extensions).toEqual({ credBlob: '01000000' });
  });

  it.each(API_VERSIONS)('API version %i answers what it knows', async (version) => {
    fake.apiVersion = version;
    gives({
      ...used,
      ...(version >= 3 && { pbCredLargeBlob: utf8('a blob'), dwCredLargeBlobStatus: 1 }),
      ...(version >= 4 && { pHmacSecret: fake.salt(filled(0xa)) }),
      ...(version >= 6 && { dwUsedTransport: 2 }),
    });
    expect(await keys.getAssertion(getting, never)).toEqual({
      credentialId: filled(5, 48),
      authenticatorData: used.pbAuthenticatorData,
      signature: used.pbSignature,
      userHandle: used.pbUserId,
      largeBlobWritten: version >= 3,
      ...(version >= 3 && { largeBlob: utf8('a blob') }),
      ...(version >= 4 && { prf: { first: filled(0xa) } }),
      ...(version >= 6 && { transport: 'nfc' }),
    });
    expect(fake.unfreed).toBe(0);
  });

  it('a passkey without a user handle, and a blob that was not written', async () => {
    const { pbUserId: _, ...others } = used;
    gives({ ...others, dwCredLargeBlobStatus: 7 });
    const answer = await keys.getAssertion(getting, never);
    expect(answer.userHandle).toBeUndefined();
    expect(answer.largeBlobWritten).toBe(false);
  });
});

describe('answers that make no sense', () => {
  it.each([
    ['nothing at all', 'nothing'],
    ['no format', { ...made, pwszFormatType: 0n }],
    ['a length without bytes', { ...made, pbAuthenticatorData: 0n, cbAuthenticatorData: 37 }],
    ['a length that cannot be', { ...made, cbAttestation: 0xffff_fff0 }],
    ['a megabyte and one', { ...made, cbAttestation: (1 << 20) + 1 }],
  ] as const)('a new passkey: %s', async (_, answer) => {
    gives(answer);
    await expect(keys.makeCredential(making, never)).rejects.toMatchObject({ code: 'misbehaved' });
    // Also what cannot be used is given back.
    expect(fake.unfreed).toBe(0);
  });

  it.each([
    ['nothing at all', 'nothing'],
    ['a length without bytes', { ...used, pbSignature: 0n, cbSignature: 71 }],
    ['a length that cannot be', { ...used, 'Credential.cbId': 0x8000_0000 }],
    ['a user handle of a gigabyte', { ...used, cbUserId: 1 << 30 }],
  ] as const)('a sign-in: %s', async (_, answer) => {
    gives(answer);
    await expect(keys.getAssertion(getting, never)).rejects.toMatchObject({ code: 'misbehaved' });
    expect(fake.unfreed).toBe(0);
  });
});

describe('failures', () => {
  it.each([
    ['NTE_EXISTS', 'excluded'],
    ['NTE_NOT_FOUND', 'not-found'],
    ['HRESULT_FROM_WIN32(ERROR_CANCELLED)', 'cancelled'],
    ['HRESULT_FROM_WIN32(ERROR_TIMEOUT)', 'timed-out'],
  ] as const)('%s is %s', async (name, code) => {
    gives(hresult(name));
    await expect(keys.makeCredential(making, never)).rejects.toMatchObject({ code });
    await expect(keys.getAssertion(getting, never)).rejects.toMatchObject({ code });
    expect(fake).toMatchObject({ unfreed: 0, freedUnwiped: 0 });
  });

  it('a call that cannot be made at all is a defect, and leaves nothing behind', async () => {
    fake.answers = () => Promise.reject(new Error('koffi: out of memory'));
    await expect(keys.makeCredential(making, never)).rejects.toThrow('koffi: out of memory');
    expect(fake.unfreed).toBe(0);
    await asksToUse();
  });
});

describe('cancelling', () => {
  /** The dialog is open; resolves with what closes it. */
  function open(): Promise<(answer: Answer) => void> {
    return new Promise((opened) => {
      fake.answers = () => new Promise<Answer>((close) => opened(close));
    });
  }

  it('closes the dialog by the number of its operation, and waits until it is closed', async () => {
    const opened = open();
    const controller = new AbortController();
    const making1 = keys.makeCredential(making, controller.signal);
    let isOver = false;
    void making1.catch(() => (isOver = true));
    const close = await opened;
    controller.abort(new Error('the site waits no longer'));
    expect(fake.cancelled).toEqual([fake.calls[0]!.cancellation]);
    await settled();
    // Windows still uses the memory of the call.
    expect(isOver).toBe(false);
    expect(fake.unfreed).toBeGreaterThan(0);
    close(hresult('NTE_USER_CANCELLED'));
    await expect(making1).rejects.toMatchObject({ code: 'cancelled' });
    expect(fake).toMatchObject({ unfreed: 0, freedUnwiped: 0 });
    expect(clock.pending).toBe(0);
  });

  it('is tried again while the dialog is open: Windows may not have opened it yet', async () => {
    const opened = open();
    fake.onCancel = () => hresult('NTE_NOT_FOUND');
    const controller = new AbortController();
    const using = keys.getAssertion(getting, controller.signal);
    const close = await opened;
    controller.abort();
    await clock.advance(250);
    await clock.advance(250);
    expect(fake.cancelled).toHaveLength(3);
    close(hresult('HRESULT_FROM_WIN32(ERROR_CANCELLED)'));
    await expect(using).rejects.toMatchObject({ code: 'cancelled' });
    await clock.advance(10_000);
    expect(fake.cancelled).toHaveLength(3);
  });

  it('a passkey that was made all the same is given to nobody', async () => {
    const opened = open();
    const controller = new AbortController();
    const result = keys.makeCredential(making, controller.signal);
    const close = await opened;
    controller.abort();
    close(made);
    await expect(result).rejects.toMatchObject({ code: 'cancelled' });
    expect(fake.unfreed).toBe(0);
  });

  it('before it has begun, Windows is not asked', async () => {
    await expect(keys.makeCredential(making, AbortSignal.abort())).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect(fake.calls).toEqual([]);
  });

  it('where Windows gives no number for it, the dialog is left to the person', async () => {
    fake.cancellationIds = hresult('NTE_NOT_SUPPORTED');
    const opened = open();
    const controller = new AbortController();
    const result = keys.getAssertion(getting, controller.signal);
    const close = await opened;
    expect(fake.calls[0]?.cancellation).toBe('');
    controller.abort();
    expect(fake.cancelled).toEqual([]);
    close(hresult('NTE_USER_CANCELLED'));
    await expect(result).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('one dialog at a time: the next opens when the last is closed, and not what was called off before', async () => {
    const opened = open();
    const first = keys.makeCredential(making, never);
    const gone = new AbortController();
    const second = keys.makeCredential({ ...making, timeout: 2 }, gone.signal);
    const third = keys.getAssertion(getting, never);
    const close = await opened;
    await settled();
    expect(fake.calls).toHaveLength(1);
    gone.abort();
    gives(used);
    close(made);
    await first;
    await expect(second).rejects.toMatchObject({ code: 'cancelled' });
    await third;
    expect(fake.calls.map(({ call }) => call)).toEqual(['make', 'get']);
    expect(fake.calls[1]!.cancellation).not.toBe(fake.calls[0]!.cancellation);
  });
});
