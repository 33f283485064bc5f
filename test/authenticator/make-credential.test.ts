/** authenticatorMakeCredential: the order of the checks and the status of each (CTAP 2.1 §6.1.2). */
import { describe, expect, it } from 'vitest';
import { Flag } from '../../main/ctap/authenticator-data';
import type { CborMap } from '../../main/ctap/cbor';
import type { MakeCredentialRequest } from '../../main/ctap/commands/make-credential';
import { Permission } from '../../main/ctap/pin-protocol';
import { settled } from '../support/manual-clock';
import {
  authorized,
  CLIENT_DATA_HASH,
  createdCredential,
  sha256,
  signatureIsValid,
} from '../support/platform';
import { PIN, rig, statusOf, type Rig } from '../support/simulated-rig';

const ES256 = { alg: -7, type: 'public-key' };
const EDDSA = { alg: -8, type: 'public-key' };
const RP = { id: 'example.org', name: 'Example' };
const USER = { id: Uint8Array.of(1, 2, 3), name: 'ada', displayName: 'Ada' };

function request(changes: Partial<MakeCredentialRequest> = {}): MakeCredentialRequest {
  return { clientDataHash: CLIENT_DATA_HASH, rp: RP, user: USER, pubKeyCredParams: [ES256], ...changes };
}

const status = (bench: Rig, changes: Partial<MakeCredentialRequest> = {}): Promise<string> =>
  statusOf(bench.api.makeCredential(request(changes)));

const tokenFor = (bench: Rig, permissions: number = Permission.MC, rpId = RP.id) =>
  bench.platform.token(PIN, permissions, rpId);

describe('step 1: a zero-length pinUvAuthParam asks for a touch only', () => {
  const zero = { pinUvAuthParam: new Uint8Array() };

  it('says PIN_NOT_SET or PIN_INVALID after the touch', async () => {
    expect(await status(await rig(), zero)).toBe('PIN_NOT_SET');
    const bench = await rig({ pin: PIN });
    expect(await status(bench, zero)).toBe('PIN_INVALID');
    expect(bench.presence.requests.map(({ reason }) => reason)).toEqual(['select']);
  });

  it('says how the touch failed before anything about the PIN', async () => {
    const bench = await rig({ pin: PIN });
    bench.presence.next('refused', 'timed-out');
    expect(await status(bench, zero)).toBe('OPERATION_DENIED');
    expect(await status(bench, zero)).toBe('USER_ACTION_TIMEOUT');
  });
});

describe('step 2: the protocol of the parameter', () => {
  it('must be there and known', async () => {
    const bench = await rig({ pin: PIN });
    const pinUvAuthParam = new Uint8Array(32);
    expect(await status(bench, { pinUvAuthParam })).toBe('MISSING_PARAMETER');
    expect(await status(bench, { pinUvAuthParam, pinUvAuthProtocol: 3 })).toBe('INVALID_PARAMETER');
  });

  it('must be one that this key speaks', async () => {
    const bench = await rig({ profile: '2.0', pin: PIN });
    expect(await status(bench, { pinUvAuthParam: new Uint8Array(32), pinUvAuthProtocol: 2 })).toBe(
      'INVALID_PARAMETER',
    );
  });
});

describe('step 3: algorithms', () => {
  it('takes the first of the list that it has', async () => {
    const bench = await rig();
    const params = [{ alg: -257, type: 'public-key' }, EDDSA, ES256];
    const { authData } = await bench.api.makeCredential(request({ pubKeyCredParams: params }));
    expect(createdCredential(authData).publicKey.get(3)).toBe(-8);
  });

  it('has none for an unknown number or type, which it says before it looks at options', async () => {
    const bench = await rig();
    const pubKeyCredParams = [
      { alg: -257, type: 'public-key' },
      { alg: -7, type: 'private-key' },
    ];
    expect(await status(bench, { pubKeyCredParams, options: { up: false } })).toBe('UNSUPPORTED_ALGORITHM');
  });
});

describe('step 5: options', () => {
  it('refuses uv without built-in user verification, unless a parameter overrules it', async () => {
    const bench = await rig({ pin: PIN });
    expect(await status(bench, { options: { uv: true } })).toBe('INVALID_OPTION');
    const param = authorized(await tokenFor(bench));
    expect(await status(bench, { options: { uv: true }, ...param })).toBe('OK');
  });

  it('refuses up false', async () => {
    expect(await status(await rig(), { options: { up: false } })).toBe('INVALID_OPTION');
    expect(await status(await rig(), { options: { up: true } })).toBe('OK');
  });

  it('refuses rk, true or false, when it cannot hold discoverable credentials', async () => {
    const bench = await rig({ configuration: { discoverable: false } });
    expect(await status(bench, { options: { rk: true } })).toBe('UNSUPPORTED_OPTION');
    expect(await status(bench, { options: { rk: false } })).toBe('UNSUPPORTED_OPTION');
  });
});

describe('steps 6 to 8: when the PIN is needed', () => {
  const rk = { options: { rk: true } };

  it('makeCredUvNotRqd: for discoverable credentials only, once a PIN is set', async () => {
    expect(await status(await rig(), rk)).toBe('OK');
    expect(await status(await rig({ pin: PIN }), rk)).toBe('PUAT_REQUIRED');
    expect(await status(await rig({ pin: PIN }))).toBe('OK');
  });

  it('without makeCredUvNotRqd: for all, once a PIN is set', async () => {
    expect(await status(await rig({ profile: '2.0' }))).toBe('OK');
    expect(await status(await rig({ profile: '2.0', pin: PIN }))).toBe('PUAT_REQUIRED');
  });

  it('alwaysUv: for all, also before a PIN is set', async () => {
    const configuration = { alwaysUv: true };
    expect(await status(await rig({ configuration }))).toBe('PUAT_REQUIRED');
    const bench = await rig({ configuration, pin: PIN });
    expect(await status(bench, authorized(await tokenFor(bench)))).toBe('OK');
  });

  it('is denied where the PIN cannot authorise it', async () => {
    expect(
      await status(await rig({ pin: PIN, configuration: { noMcGaPermissionsWithClientPin: true } }), rk),
    ).toBe('OPERATION_DENIED');
  });
});

describe('step 9: enterprise attestation', () => {
  it('is something this key is not capable of, which it says before it looks at the token', async () => {
    const bench = await rig({ pin: PIN });
    const wrong = { pinUvAuthParam: new Uint8Array(32), pinUvAuthProtocol: 2 };
    expect(await status(bench, { enterpriseAttestation: 1, ...wrong })).toBe('INVALID_PARAMETER');
    expect(await status(bench, wrong)).toBe('PIN_AUTH_INVALID');
  });
});

describe('step 11: the token', () => {
  it('sets the UV bit', async () => {
    const bench = await rig({ pin: PIN });
    const param = authorized(await tokenFor(bench));
    const { authData } = await bench.api.makeCredential(request(param));
    expect(createdCredential(authData).data.flags).toBe(Flag.UP | Flag.UV | Flag.AT);
  });

  it('must be for this client data, this permission and this site', async () => {
    const bench = await rig({ pin: PIN });
    const other = authorized(await tokenFor(bench), sha256('other'));
    expect(await status(bench, other)).toBe('PIN_AUTH_INVALID');
    expect(await status(bench, authorized(await tokenFor(bench, Permission.GA)))).toBe('PIN_AUTH_INVALID');
    expect(await status(bench, authorized(await tokenFor(bench, Permission.MC, 'other.org')))).toBe(
      'PIN_AUTH_INVALID',
    );
  });

  it('works once', async () => {
    const bench = await rig({ pin: PIN });
    const param = authorized(await tokenFor(bench, Permission.MC | Permission.GA));
    expect(await status(bench, param)).toBe('OK');
    expect(await status(bench, param)).toBe('PIN_AUTH_INVALID');
  });

  it('of the legacy kind is for the site of its first use', async () => {
    const bench = await rig({ profile: '2.0', pin: PIN });
    const token = await bench.platform.token(PIN);
    // A refused touch does not spend the token, but the site is bound by then.
    bench.presence.next('refused');
    expect(await status(bench, authorized(token))).toBe('OPERATION_DENIED');
    expect(await status(bench, { rp: { id: 'other.org' }, ...authorized(token) })).toBe('PIN_AUTH_INVALID');
    expect(await status(bench, authorized(token))).toBe('OK');
  });
});

describe('step 12: excludeList', () => {
  const excluding = (id: Uint8Array): Partial<MakeCredentialRequest> => ({
    excludeList: [{ id, type: 'public-key' }],
  });
  const first = async (bench: Rig, changes: Partial<MakeCredentialRequest> = {}): Promise<Uint8Array> =>
    createdCredential((await bench.api.makeCredential(request(changes))).authData).id;

  it.each([true, false])('finds a credential of its own, discoverable: %s', async (rk) => {
    const bench = await rig();
    const id = await first(bench, { options: { rk } });
    expect(await status(bench, excluding(id))).toBe('CREDENTIAL_EXCLUDED');
  });

  it('says so only after the user was asked, whatever the user did', async () => {
    const bench = await rig();
    const id = await first(bench);
    for (const answer of ['granted', 'refused', 'timed-out'] as const) {
      bench.presence.next(answer);
      const before = bench.presence.requests.length;
      expect(await status(bench, excluding(id))).toBe('CREDENTIAL_EXCLUDED');
      expect(bench.presence.requests.length).toBe(before + 1);
    }
  });

  it('looks at this site only, and past types that it does not know', async () => {
    const bench = await rig();
    const id = await first(bench, { options: { rk: true } });
    expect(await status(bench, { rp: { id: 'other.org' }, ...excluding(id) })).toBe('OK');
    expect(await status(bench, { excludeList: [{ id, type: 'other' }] })).toBe('OK');
  });

  it('does not give away a credential of protection level 3 without user verification', async () => {
    const bench = await rig({ pin: PIN });
    const protectedBy: CborMap = new Map([['credProtect', 3]]);
    const id = await first(bench, { extensions: protectedBy });
    expect(await status(bench, excluding(id))).toBe('OK');
    const param = authorized(await tokenFor(bench));
    expect(await status(bench, { ...excluding(id), ...param })).toBe('CREDENTIAL_EXCLUDED');
  });

  it('longer than announced is refused', async () => {
    const bench = await rig({ configuration: { maxCredentialCountInList: 2 } });
    const entry = { id: Uint8Array.of(1), type: 'public-key' };
    expect(await status(bench, { excludeList: [entry, entry] })).toBe('OK');
    expect(await status(bench, { excludeList: [entry, entry, entry] })).toBe('LIMIT_EXCEEDED');
  });
});

describe('step 14: user presence', () => {
  it('is asked for with the site, and makes nothing when it fails', async () => {
    const bench = await rig();
    bench.presence.next('refused', 'timed-out');
    expect(await status(bench, { options: { rk: true } })).toBe('OPERATION_DENIED');
    expect(await status(bench, { options: { rk: true } })).toBe('USER_ACTION_TIMEOUT');
    expect(bench.presence.requests[0]).toMatchObject({ reason: 'create', rpId: RP.id });
    expect(bench.key.snapshot().credentials).toEqual([]);
  });

  it('is waited for 30 seconds', async () => {
    const bench = await rig();
    bench.presence.next('wait');
    const result = status(bench);
    await bench.clock.advance(29_999);
    expect(bench.presence.waiting).toBe(true);
    await bench.clock.advance(1);
    expect(await result).toBe('USER_ACTION_TIMEOUT');
    expect(bench.presence.waiting).toBe(false);
    expect(bench.clock.pending).toBe(0);
  });

  it('ends with the signal’s reason when the caller cancels', async () => {
    const bench = await rig();
    bench.presence.next('wait');
    const cancel = new AbortController();
    const result = bench.api.makeCredential(request(), { signal: cancel.signal });
    await settled();
    const reason = new Error('closed the dialog');
    cancel.abort(reason);
    await expect(result).rejects.toBe(reason);
    expect(bench.presence.requests[0]!.signal.aborted).toBe(true);
    expect(await status(bench)).toBe('OK');
  });
});

describe('steps 15 to 18: what is made', () => {
  it.each([
    ['ES256', ES256, true],
    ['ES256', ES256, false],
    ['EdDSA', EDDSA, true],
    ['EdDSA', EDDSA, false],
  ] as const)('%s %j discoverable %s: self attestation that verifies', async (_name, params, rk) => {
    const bench = await rig();
    const made = await bench.api.makeCredential(request({ pubKeyCredParams: [params], options: { rk } }));
    const { data, publicKey, id } = createdCredential(made.authData);
    expect(made.fmt).toBe('packed');
    expect(made.attStmt!.get('alg')).toBe(params.alg);
    expect(signatureIsValid(publicKey, made.authData, made.attStmt!.get('sig') as Uint8Array)).toBe(true);
    expect(data.rpIdHash).toEqual(sha256(RP.id));
    expect(data.signCount).toBe(0);
    expect(Buffer.from(data.attestedCredential!.aaguid).toString()).toBe('LatchkeySimulate');
    expect(id.length).toBeLessThanOrEqual(bench.key.configuration.maxCredentialIdLength);
    expect(bench.key.snapshot().credentials).toHaveLength(rk ? 1 : 0);
  });

  it('attests nothing where the platform prefers that', async () => {
    const bench = await rig();
    const made = await bench.api.makeCredential(request({ attestationFormatsPreference: ['none'] }));
    expect(made.fmt).toBe('none');
    expect(made.attStmt).toEqual(new Map());
  });

  it('one credential for each account: the new one takes the place of the old one', async () => {
    const bench = await rig({ configuration: { capacity: 1 } });
    await bench.api.makeCredential(request({ options: { rk: true } }));
    const renamed = { ...USER, name: 'countess' };
    await bench.api.makeCredential(request({ options: { rk: true }, user: renamed }));
    expect(bench.key.snapshot().credentials.map(({ credential }) => credential.user)).toEqual([renamed]);
    const another = { ...USER, id: Uint8Array.of(9) };
    expect(await status(bench, { options: { rk: true }, user: another })).toBe('KEY_STORE_FULL');
    expect(await status(bench, { options: { rk: true }, rp: { id: 'other.org' } })).toBe('KEY_STORE_FULL');
    expect(await status(bench, { user: another })).toBe('OK');
  });

  it('answers the extensions that were asked for, and no others', async () => {
    const bench = await rig();
    const outputs = async (extensions: CborMap): Promise<unknown> =>
      createdCredential((await bench.api.makeCredential(request({ extensions }))).authData).data.extensions;
    expect(
      await outputs(
        new Map<string, number | boolean>([
          ['credProtect', 2],
          ['hmac-secret', true],
          ['thirdPartyPayment', true],
        ]),
      ),
    ).toEqual(
      new Map<string, number | boolean>([
        ['credProtect', 2],
        ['hmac-secret', true],
      ]),
    );
    expect(await outputs(new Map([['unheard-of', 1]]))).toBeUndefined();
  });

  it('refuses extensions of the wrong kind without asking for a touch', async () => {
    const bench = await rig();
    expect(await status(bench, { extensions: new Map([['credProtect', 4]]) })).toBe('INVALID_OPTION');
    expect(await status(bench, { extensions: new Map([['credProtect', 'x']]) })).toBe('CBOR_UNEXPECTED_TYPE');
    expect(await status(bench, { extensions: new Map([['hmac-secret', 1]]) })).toBe('CBOR_UNEXPECTED_TYPE');
    expect(bench.presence.requests).toEqual([]);
  });

  it('wants user IDs of 1 to 64 bytes', async () => {
    const bench = await rig();
    expect(await status(bench, { user: { id: new Uint8Array() } })).toBe('INVALID_PARAMETER');
    expect(await status(bench, { user: { id: new Uint8Array(64) } })).toBe('OK');
    expect(await status(bench, { user: { id: new Uint8Array(65) } })).toBe('INVALID_PARAMETER');
  });
});
