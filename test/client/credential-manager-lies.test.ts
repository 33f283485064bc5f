/** Credential management of keys that say what no simulated key says: answers by script, over the typed interface. */
import { sha256 } from '@noble/hashes/sha2.js';
import { describe, expect, it } from 'vitest';
import { CredentialManager, type CredentialList } from '../../main/client/credential-manager';
import { PinUvAuthToken } from '../../main/client/pin-uv-auth-token';
import type { Ctap2Api } from '../../main/ctap/api';
import {
  CredentialManagementSubcommand as Sub,
  type CredentialManagementRequest,
  type CredentialManagementResponse,
} from '../../main/ctap/commands/credential-management';
import type { AuthenticatorInfo } from '../../main/ctap/commands/get-info';
import { CtapStatusError, ProtocolError } from '../../main/ctap/errors';
import { pinProtocolOne } from '../../main/ctap/pin-protocol';
import { Status } from '../../main/ctap/status';

type Script = (request: CredentialManagementRequest, call: number) => CredentialManagementResponse;

const info: AuthenticatorInfo = {
  versions: ['FIDO_2_1'],
  aaguid: new Uint8Array(16),
  options: new Map([['credMgmt', true]]),
};

class LyingKey {
  calls = 0;
  readonly manager: CredentialManager;

  constructor(script: Script) {
    const credentialManagement: Ctap2Api['credentialManagement'] = async (request) =>
      script(request, this.calls++);
    const api = { credentialManagement } as Ctap2Api;
    const token = new PinUvAuthToken(new Uint8Array(32), pinProtocolOne, 4, false);
    this.manager = new CredentialManager(api, info, token);
  }
}

function hash(rpId: string): Uint8Array {
  return sha256(Buffer.from(rpId));
}

function rp(id: string, more: CredentialManagementResponse = {}): CredentialManagementResponse {
  return { rp: { id }, rpIDHash: hash(id), ...more };
}

function credential(n: number, more: CredentialManagementResponse = {}): CredentialManagementResponse {
  const id = new Uint8Array(8);
  new DataView(id.buffer).setUint32(0, n);
  return {
    credentialID: { id, type: 'public-key' },
    user: { id: Uint8Array.of(1), name: `user ${n}` },
    ...more,
  };
}

/** Answers by subcommand; what is left out is an empty store or the end of an enumeration. */
function by(answers: Partial<Record<keyof typeof Sub, Script | CredentialManagementResponse>>): Script {
  return (request, call) => {
    const name = Object.entries(Sub).find(
      ([, value]) => value === request.subCommand,
    )?.[0] as keyof typeof Sub;
    const answer = answers[name];
    if (answer !== undefined) return typeof answer === 'function' ? answer(request, call) : answer;
    throw new CtapStatusError(name.includes('NEXT') ? Status.NOT_ALLOWED : Status.NO_CREDENTIALS);
  };
}

function listOf(answers: Parameters<typeof by>[0]): Promise<CredentialList> {
  return new LyingKey(by(answers)).manager.list();
}

describe('counts beyond belief', () => {
  it('passkeys without end are cut at 4096, and the list says so', async () => {
    const key = new LyingKey(
      by({
        GET_CREDS_METADATA: { existingResidentCredentialsCount: 4_294_967_295 },
        ENUMERATE_RPS_BEGIN: rp('a.example', { totalRPs: 1 }),
        ENUMERATE_CREDENTIALS_BEGIN: credential(0, { totalCredentials: 4_294_967_295 }),
        ENUMERATE_CREDENTIALS_GET_NEXT_CREDENTIAL: (_, call) => credential(call),
      }),
    );
    const totals = new Set<number | undefined>();
    const list = await key.manager.list({ onProgress: ({ total }) => totals.add(total) });
    expect(list.credentials).toHaveLength(4096);
    expect(list.cutAt).toBe(4096);
    expect(key.calls).toBe(1 + 1 + 4096);
    expect([...totals]).toEqual([undefined]);
  });

  it('spread over sites they are cut at 4096 in all', async () => {
    const list = await listOf({
      ENUMERATE_RPS_BEGIN: rp('0.example', { totalRPs: 100 }),
      ENUMERATE_RPS_GET_NEXT_RP: (_, call) => rp(`${call}.example`),
      ENUMERATE_CREDENTIALS_BEGIN: (_, call) => credential(call, { totalCredentials: 1000 }),
      ENUMERATE_CREDENTIALS_GET_NEXT_CREDENTIAL: (_, call) => credential(call),
    });
    expect(list.credentials).toHaveLength(4096);
    expect(list.cutAt).toBe(4096);
  });

  it('sites without end are cut at 4096 too', async () => {
    const key = new LyingKey(
      by({
        ENUMERATE_RPS_BEGIN: rp('first.example', { totalRPs: Number.MAX_SAFE_INTEGER }),
        ENUMERATE_RPS_GET_NEXT_RP: (_, call) => rp(`${call}.example`),
      }),
    );
    const list = await key.manager.list();
    expect(list).toMatchObject({ credentials: [], cutAt: 0 });
    expect(key.calls).toBe(1 + 4096 + 4096);
  });

  it('exactly 4096 passkeys are not cut', async () => {
    const list = await listOf({
      GET_CREDS_METADATA: { existingResidentCredentialsCount: 4096 },
      ENUMERATE_RPS_BEGIN: rp('a.example', { totalRPs: 1 }),
      ENUMERATE_CREDENTIALS_BEGIN: credential(0, { totalCredentials: 4096 }),
      ENUMERATE_CREDENTIALS_GET_NEXT_CREDENTIAL: (_, call) => credential(call),
    });
    expect(list.credentials).toHaveLength(4096);
    expect(list.cutAt).toBeUndefined();
    expect(list.flaws).toEqual([]);
  });
});

describe('totals that are wrong', () => {
  it('too large by one: what is there is listed, after a second look, with a flaw', async () => {
    const list = await listOf({
      GET_CREDS_METADATA: { existingResidentCredentialsCount: 1 },
      ENUMERATE_RPS_BEGIN: rp('a.example', { totalRPs: 2 }),
      ENUMERATE_CREDENTIALS_BEGIN: credential(1, { totalCredentials: 3 }),
    });
    expect(list.credentials).toHaveLength(1);
    expect(list.flaws).toEqual([
      'The key claimed 2 sites, but listed 1.',
      'The key claimed 3 passkeys for a.example, but listed 1.',
    ]);
  });

  it('missing: the first is listed, with a flaw', async () => {
    const list = await listOf({
      GET_CREDS_METADATA: { existingResidentCredentialsCount: 1 },
      ENUMERATE_RPS_BEGIN: rp('a.example'),
      ENUMERATE_CREDENTIALS_BEGIN: credential(1),
    });
    expect(list.credentials).toHaveLength(1);
    expect(list.flaws).toHaveLength(2);
  });

  it('a metadata count that does not fit is a flaw', async () => {
    const list = await listOf({
      GET_CREDS_METADATA: { existingResidentCredentialsCount: 0 },
      ENUMERATE_RPS_BEGIN: rp('a.example', { totalRPs: 1 }),
      ENUMERATE_CREDENTIALS_BEGIN: credential(1, { totalCredentials: 1 }),
    });
    expect(list.credentials).toHaveLength(1);
    expect(list.flaws).toEqual(['The key says that it holds 0 passkeys, but listed 1.']);
  });
});

describe('repetitions', () => {
  it('of one passkey for ever end soon', async () => {
    const key = new LyingKey(
      by({
        ENUMERATE_RPS_BEGIN: rp('a.example', { totalRPs: 1 }),
        ENUMERATE_CREDENTIALS_BEGIN: credential(1, { totalCredentials: 4000 }),
        ENUMERATE_CREDENTIALS_GET_NEXT_CREDENTIAL: credential(1),
      }),
    );
    const list = await key.manager.list();
    expect(list.credentials).toHaveLength(1);
    expect(key.calls).toBeLessThan(15);
  });

  it('of every passkey hide none', async () => {
    const list = await listOf({
      GET_CREDS_METADATA: { existingResidentCredentialsCount: 20 },
      ENUMERATE_RPS_BEGIN: rp('a.example', { totalRPs: 1 }),
      ENUMERATE_CREDENTIALS_BEGIN: credential(1, { totalCredentials: 40 }),
      ENUMERATE_CREDENTIALS_GET_NEXT_CREDENTIAL: (_, call) => credential(Math.floor(call / 2)),
    });
    expect(list.credentials).toHaveLength(20);
    expect(list.flaws).toEqual(['The key listed 20 of the passkeys for a.example more than once.']);
  });

  it('of one passkey under two sites are listed once', async () => {
    const list = await listOf({
      GET_CREDS_METADATA: { existingResidentCredentialsCount: 1 },
      ENUMERATE_RPS_BEGIN: rp('a.example', { totalRPs: 2 }),
      ENUMERATE_RPS_GET_NEXT_RP: rp('b.example'),
      ENUMERATE_CREDENTIALS_BEGIN: credential(1, { totalCredentials: 1 }),
    });
    expect(list.credentials).toHaveLength(1);
    expect(list.flaws).toEqual(['The key listed the same passkey for two sites.']);
  });
});

describe('sites', () => {
  const oneOf = async (answer: CredentialManagementResponse): Promise<CredentialList> =>
    listOf({
      GET_CREDS_METADATA: { existingResidentCredentialsCount: 1 },
      ENUMERATE_RPS_BEGIN: { totalRPs: 1, ...answer },
      ENUMERATE_CREDENTIALS_BEGIN: credential(1, { totalCredentials: 1 }),
    });

  it('without an ID go by their hash', async () => {
    const { credentials } = await oneOf({ rpIDHash: hash('a.example') });
    expect(credentials[0]?.rpId).toBe(Buffer.from(hash('a.example')).toString('hex'));
    expect(credentials[0]?.flaws).toHaveLength(1);
  });

  it('with an empty ID go by their hash', async () => {
    const { credentials } = await oneOf({ rp: { id: '', name: 'A' }, rpIDHash: hash('a.example') });
    expect(credentials[0]).toMatchObject({
      rpId: Buffer.from(hash('a.example')).toString('hex'),
      rpName: 'A',
    });
  });

  it('without a hash are hashed', async () => {
    const { credentials } = await oneOf({ rp: { id: 'a.example' } });
    expect(credentials[0]).toMatchObject({ rpId: 'a.example', rpIdHash: hash('a.example') });
    expect(credentials[0]?.flaws).toHaveLength(1);
  });

  it('whose hash is of something else keep it, with a flaw', async () => {
    const { credentials } = await oneOf({ rp: { id: 'con1oso.com' }, rpIDHash: hash('contoso.com') });
    expect(credentials[0]).toMatchObject({ rpId: 'con1oso.com', rpIdHash: hash('contoso.com') });
    expect(credentials[0]?.flaws.join()).toMatch(/does not fit its hash/);
  });

  it('without ID and hash are no sites', async () => {
    await expect(oneOf({ rp: {} })).rejects.toBeInstanceOf(ProtocolError);
  });

  it('without passkeys (another program has deleted them) are left out', async () => {
    const list = await listOf({
      ENUMERATE_RPS_BEGIN: rp('a.example', { totalRPs: 1 }),
    });
    expect(list.credentials).toEqual([]);
  });
});

describe('passkeys', () => {
  const flawsOf = async (more: CredentialManagementResponse): Promise<string> => {
    const list = await listOf({
      GET_CREDS_METADATA: { existingResidentCredentialsCount: 1 },
      ENUMERATE_RPS_BEGIN: rp('a.example', { totalRPs: 1 }),
      ENUMERATE_CREDENTIALS_BEGIN: credential(1, { totalCredentials: 1, ...more }),
    });
    return list.credentials[0]?.flaws.join() ?? 'no passkey';
  };

  it.each<[string, CredentialManagementResponse, RegExp]>([
    ['with an empty user handle', { user: { id: new Uint8Array() } }, /0 bytes instead of 1 to 64/],
    ['with a user handle of 65 bytes', { user: { id: new Uint8Array(65) } }, /65 bytes/],
    ['with credProtect 9', { credProtect: 9 }, /does not exist \(9\)/],
    ['with a key without a type', { publicKey: new Map([[3, -7]]) }, /public key cannot be read/],
    ['of another type', { credentialID: { id: Uint8Array.of(1), type: 'password' } }, /something else/],
    ['with flaws of the answer', { flaws: ['map keys are not in canonical order'] }, /canonical order/],
  ])('%s have a flaw', async (_, more, flaw) => {
    expect(await flawsOf(more)).toMatch(flaw);
  });

  it('without a user are listed with an empty handle', async () => {
    const list = await listOf({
      ENUMERATE_RPS_BEGIN: rp('a.example', { totalRPs: 1 }),
      ENUMERATE_CREDENTIALS_BEGIN: {
        credentialID: { id: Uint8Array.of(1), type: 'public-key' },
        totalCredentials: 1,
      },
    });
    expect(list.credentials[0]).toMatchObject({ user: { id: new Uint8Array() } });
    expect(list.credentials[0]?.flaws).toHaveLength(1);
  });

  it('give away no large blob key: it is overwritten', async () => {
    const largeBlobKey = new Uint8Array(32).fill(7);
    const list = await listOf({
      ENUMERATE_RPS_BEGIN: rp('a.example', { totalRPs: 1 }),
      ENUMERATE_CREDENTIALS_BEGIN: credential(1, { totalCredentials: 1, largeBlobKey }),
    });
    expect(list.credentials[0]?.hasLargeBlobKey).toBe(true);
    expect(largeBlobKey.every((byte) => byte === 0)).toBe(true);
  });

  it('after a deletion whose verification does not come to an end are in an unknown state', async () => {
    const key = new LyingKey(
      by({
        DELETE_CREDENTIAL: {},
        ENUMERATE_CREDENTIALS_BEGIN: credential(1, { totalCredentials: 1e9 }),
        ENUMERATE_CREDENTIALS_GET_NEXT_CREDENTIAL: (_, call) => credential(call + 10),
      }),
    );
    const target = { credentialId: Uint8Array.of(1, 2, 3), rpId: 'a.example', rpIdHash: hash('a.example') };
    await expect(key.manager.deleteVerified(target)).rejects.toBeInstanceOf(ProtocolError);
  });
});
