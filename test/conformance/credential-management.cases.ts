/** authenticatorCredentialManagement, CTAP 2.1 §6.8. */
import { sha256 } from '@noble/hashes/sha2.js';
import { expect } from 'vitest';
import type { PinUvAuthToken } from '../../main/client/pin-uv-auth-token';
import type { CborMap } from '../../main/ctap/cbor';
import {
  credentialManagementAuthMessage,
  credentialManagementParams,
  CredentialManagementSubcommand as Sub,
  type CredentialManagementParams,
  type CredentialManagementRequest,
  type CredentialManagementResponse,
} from '../../main/ctap/commands/credential-management';
import { Permission } from '../../main/ctap/pin-protocol';
import { make, PIN, read, tokenFor } from './ceremony';
import { expectStatus, type ConformanceCase, type Subject } from './subject';

const withPin = { pin: PIN };
const two = {
  pin: PIN,
  passkeys: [
    { rpId: 'a.example', rpName: 'A', userName: 'ada', displayName: 'Ada', userId: Uint8Array.of(1) },
    { rpId: 'a.example', userName: 'bob', userId: Uint8Array.of(2) },
    { rpId: 'b.example', userName: 'cy', userId: Uint8Array.of(3), credProtect: 3 as const },
  ],
};

function hash(rpId: string): Uint8Array {
  return sha256(Buffer.from(rpId));
}

function ask(
  { api }: Subject,
  token: PinUvAuthToken,
  subCommand: number,
  params: CredentialManagementParams = {},
  change: Partial<CredentialManagementRequest> = {},
): Promise<CredentialManagementResponse> {
  const encoded = credentialManagementParams.encode(params) as CborMap;
  const subCommandParams = encoded.size > 0 ? encoded : undefined;
  return api.credentialManagement({
    subCommand,
    ...(subCommandParams && { subCommandParams }),
    pinUvAuthProtocol: token.protocolVersion,
    pinUvAuthParam: token.authenticate(credentialManagementAuthMessage(subCommand, subCommandParams)),
    ...change,
  });
}

/** The credentials of a site, by user name. */
async function credentialsOf(
  subject: Subject,
  token: PinUvAuthToken,
  rpId: string,
): Promise<ReadonlyMap<string | undefined, CredentialManagementResponse>> {
  const first = await ask(subject, token, Sub.ENUMERATE_CREDENTIALS_BEGIN, { rpIDHash: hash(rpId) });
  const all = [first];
  while (all.length < (first.totalCredentials ?? 1))
    all.push(
      await subject.api.credentialManagement({
        subCommand: Sub.ENUMERATE_CREDENTIALS_GET_NEXT_CREDENTIAL,
      }),
    );
  return new Map(all.map((answer) => [answer.user?.name, answer]));
}

const cm = (subject: Subject, rpId?: string): Promise<PinUvAuthToken> =>
  tokenFor(subject, Permission.CM, rpId);

export const credentialManagementCases: readonly ConformanceCase[] = [
  {
    section: '§6.8.4',
    name: 'what extensions gave a credential is listed: credProtect, largeBlobKey, thirdPartyPayment',
    recipe: {
      pin: PIN,
      configuration: { extensions: ['credProtect', 'hmac-secret', 'largeBlobKey', 'thirdPartyPayment'] },
    },
    run: async (subject) => {
      const extensions = new Map<string, number | boolean>([
        ['credProtect', 2],
        ['largeBlobKey', true],
        ['thirdPartyPayment', true],
      ]);
      const rich = await make(subject, { extensions });
      const plain = await make(subject, { user: { id: Uint8Array.of(2), name: 'bob' } });
      const listed = await credentialsOf(subject, await cm(subject), 'a.example');
      const { credentialId, publicKey } = read(rich);
      expect(listed.get('ada')).toMatchObject({
        credentialID: { id: credentialId, type: 'public-key' },
        publicKey,
        credProtect: 2,
        largeBlobKey: rich.largeBlobKey,
        thirdPartyPayment: true,
      });
      const bob = listed.get('bob');
      expect(bob).toMatchObject({ credentialID: { id: read(plain).credentialId }, credProtect: 1 });
      expect(bob?.largeBlobKey).toBeUndefined();
      expect(bob?.thirdPartyPayment ?? false).toBe(false);
    },
  },
  {
    section: '§6.8.2',
    name: 'metadata: stored, and still possible',
    recipe: { ...two, configuration: { capacity: 10 } },
    run: async (subject) => {
      expect(await ask(subject, await cm(subject), Sub.GET_CREDS_METADATA)).toEqual({
        existingResidentCredentialsCount: 3,
        maxPossibleRemainingResidentCredentialsCount: 7,
      });
    },
  },
  {
    section: '§6.8.2–§6.8.6',
    name: 'without pinUvAuthParam PUAT_REQUIRED, without its protocol MISSING_PARAMETER, wrong PIN_AUTH_INVALID',
    recipe: two,
    run: async (subject) => {
      const token = await cm(subject);
      const params: readonly (readonly [number, CredentialManagementParams])[] = [
        [Sub.GET_CREDS_METADATA, {}],
        [Sub.ENUMERATE_RPS_BEGIN, {}],
        [Sub.ENUMERATE_CREDENTIALS_BEGIN, { rpIDHash: hash('a.example') }],
        [Sub.DELETE_CREDENTIAL, { credentialID: { id: Uint8Array.of(1), type: 'public-key' } }],
      ];
      for (const [subCommand, members] of params) {
        const absent = { pinUvAuthParam: undefined } as Partial<CredentialManagementRequest>;
        await expectStatus(ask(subject, token, subCommand, members, absent), 'PUAT_REQUIRED');
        const noProtocol = { pinUvAuthProtocol: undefined } as Partial<CredentialManagementRequest>;
        await expectStatus(ask(subject, token, subCommand, members, noProtocol), 'MISSING_PARAMETER');
        await expectStatus(
          ask(subject, token, subCommand, members, { pinUvAuthProtocol: 9 }),
          'INVALID_PARAMETER',
        );
        await expectStatus(
          ask(subject, token, subCommand, members, { pinUvAuthParam: new Uint8Array(32) }),
          'PIN_AUTH_INVALID',
        );
      }
    },
  },
  {
    section: '§6.8.2',
    name: 'a token without cm is PIN_AUTH_INVALID',
    recipe: two,
    run: async (subject) => {
      const token = await tokenFor(subject, Permission.GA, 'a.example');
      await expectStatus(ask(subject, token, Sub.GET_CREDS_METADATA), 'PIN_AUTH_INVALID');
    },
  },
  {
    section: '§6.8.1',
    name: 'a subcommand that does not exist is refused',
    recipe: two,
    run: async (subject) => expectStatus(ask(subject, await cm(subject), 0x7e), 'INVALID_SUBCOMMAND'),
  },
  {
    section: '§6.8.3',
    name: 'sites: every one once, with hash, and the total in the first answer',
    recipe: two,
    run: async (subject) => {
      const first = await ask(subject, await cm(subject), Sub.ENUMERATE_RPS_BEGIN);
      const second = await subject.api.credentialManagement({ subCommand: Sub.ENUMERATE_RPS_GET_NEXT_RP });
      expect(first.totalRPs).toBe(2);
      expect(second.totalRPs).toBeUndefined();
      expect([first.rp?.id, second.rp?.id].sort()).toEqual(['a.example', 'b.example']);
      for (const { rp, rpIDHash } of [first, second]) expect(rpIDHash).toEqual(hash(rp?.id ?? ''));
      await expectStatus(
        subject.api.credentialManagement({ subCommand: Sub.ENUMERATE_RPS_GET_NEXT_RP }),
        'NOT_ALLOWED',
      );
    },
  },
  {
    section: '§6.8.3, §6.8.4',
    name: 'an empty key: no sites, no credentials',
    recipe: withPin,
    run: async (subject) => {
      const token = await cm(subject);
      expect(await ask(subject, token, Sub.GET_CREDS_METADATA)).toMatchObject({
        existingResidentCredentialsCount: 0,
      });
      await expectStatus(ask(subject, token, Sub.ENUMERATE_RPS_BEGIN), 'NO_CREDENTIALS');
      await expectStatus(
        ask(subject, token, Sub.ENUMERATE_CREDENTIALS_BEGIN, { rpIDHash: hash('a.example') }),
        'NO_CREDENTIALS',
      );
    },
  },
  {
    section: '§6.8.4',
    name: 'credentials of a site: user, ID, key, protection, and the total in the first answer',
    recipe: two,
    run: async (subject) => {
      const token = await cm(subject);
      const ofA = await credentialsOf(subject, token, 'a.example');
      expect([...ofA.keys()].sort()).toEqual(['ada', 'bob']);
      expect(ofA.get('ada')).toMatchObject({
        user: { id: Uint8Array.of(1), name: 'ada', displayName: 'Ada' },
        credentialID: { type: 'public-key' },
        credProtect: 1,
      });
      expect(ofA.get('ada')?.publicKey?.get(3)).toBe(-7);
      expect((await credentialsOf(subject, token, 'b.example')).get('cy')).toMatchObject({
        credProtect: 3,
        totalCredentials: 1,
      });
    },
  },
  {
    section: '§6.8.4 step 1',
    name: 'credentials without an RP ID hash is MISSING_PARAMETER, of an unknown site NO_CREDENTIALS',
    recipe: two,
    run: async (subject) => {
      const token = await cm(subject);
      await expectStatus(ask(subject, token, Sub.ENUMERATE_CREDENTIALS_BEGIN), 'MISSING_PARAMETER');
      await expectStatus(
        ask(subject, token, Sub.ENUMERATE_CREDENTIALS_BEGIN, { rpIDHash: new Uint8Array(32) }),
        'NO_CREDENTIALS',
      );
    },
  },
  {
    section: '§6.8.3, §6.8.4',
    name: 'the next one without a beginning, after another command and after 30 seconds is NOT_ALLOWED',
    recipe: two,
    run: async (subject) => {
      const { api, clock } = subject;
      const next = (): Promise<unknown> =>
        api.credentialManagement({ subCommand: Sub.ENUMERATE_CREDENTIALS_GET_NEXT_CREDENTIAL });
      const begin = async (): Promise<unknown> =>
        ask(subject, await cm(subject), Sub.ENUMERATE_CREDENTIALS_BEGIN, { rpIDHash: hash('a.example') });
      await expectStatus(next(), 'NOT_ALLOWED');
      await begin();
      await api.getInfo();
      await expectStatus(next(), 'NOT_ALLOWED');
      await begin();
      await expectStatus(
        api.credentialManagement({ subCommand: Sub.ENUMERATE_RPS_GET_NEXT_RP }),
        'NOT_ALLOWED',
      );
      await begin();
      await clock.advance(31_000);
      await expectStatus(next(), 'NOT_ALLOWED');
    },
  },
  {
    section: '§6.8.5',
    name: 'a credential is deleted, and then unknown',
    recipe: two,
    run: async (subject) => {
      const token = await cm(subject);
      const credentialID = (await credentialsOf(subject, token, 'a.example')).get('ada')?.credentialID;
      if (!credentialID) throw new Error('a credential');
      await ask(subject, token, Sub.DELETE_CREDENTIAL, { credentialID });
      expect([...(await credentialsOf(subject, token, 'a.example')).keys()]).toEqual(['bob']);
      await expectStatus(ask(subject, token, Sub.DELETE_CREDENTIAL, { credentialID }), 'NO_CREDENTIALS');
      await expectStatus(ask(subject, token, Sub.DELETE_CREDENTIAL), 'MISSING_PARAMETER');
    },
  },
  {
    section: '§6.8.6',
    name: 'names are replaced; what is left out or empty is removed; another user ID is INVALID_PARAMETER',
    recipe: two,
    run: async (subject) => {
      const token = await cm(subject);
      const credentialID = (await credentialsOf(subject, token, 'a.example')).get('ada')?.credentialID;
      if (!credentialID) throw new Error('a credential');
      const id = Uint8Array.of(1);
      const update = (user: CredentialManagementParams['user']): Promise<unknown> =>
        ask(subject, token, Sub.UPDATE_USER_INFORMATION, { credentialID, ...(user && { user }) });
      await update({ id, name: 'countess' });
      const changed = (await credentialsOf(subject, token, 'a.example')).get('countess');
      expect(changed?.user).toEqual({ id, name: 'countess' });
      await expectStatus(update({ id: Uint8Array.of(9), name: 'x' }), 'INVALID_PARAMETER');
      await expectStatus(update(undefined), 'MISSING_PARAMETER');
    },
  },
  {
    section: '§6.8.2–§6.8.5',
    name: 'a token bound to a site opens that site only',
    recipe: two,
    run: async (subject) => {
      const token = await cm(subject, 'a.example');
      expect((await credentialsOf(subject, token, 'a.example')).size).toBe(2);
      await expectStatus(ask(subject, token, Sub.GET_CREDS_METADATA), 'PIN_AUTH_INVALID');
      await expectStatus(ask(subject, token, Sub.ENUMERATE_RPS_BEGIN), 'PIN_AUTH_INVALID');
      await expectStatus(
        ask(subject, token, Sub.ENUMERATE_CREDENTIALS_BEGIN, { rpIDHash: hash('b.example') }),
        'PIN_AUTH_INVALID',
      );
    },
  },
  {
    section: '§6.5.2.1',
    name: 'a new token ends the one before; a power cycle ends all',
    recipe: two,
    run: async (subject) => {
      const first = await cm(subject);
      const second = await cm(subject);
      await expectStatus(ask(subject, first, Sub.GET_CREDS_METADATA), 'PIN_AUTH_INVALID');
      await ask(subject, second, Sub.GET_CREDS_METADATA);
      await subject.powerCycle();
      await expectStatus(ask(subject, second, Sub.GET_CREDS_METADATA), 'PIN_AUTH_INVALID');
    },
  },
  {
    section: '§6.5.2.1',
    name: 'a token that nobody uses for 30 seconds ends; one in use ends after ten minutes',
    recipe: two,
    run: async (subject) => {
      const idle = await cm(subject);
      await subject.clock.advance(31_000);
      await expectStatus(ask(subject, idle, Sub.GET_CREDS_METADATA), 'PIN_AUTH_INVALID');
      const busy = await cm(subject);
      await ask(subject, busy, Sub.GET_CREDS_METADATA);
      await subject.clock.advance(600_001);
      await expectStatus(ask(subject, busy, Sub.GET_CREDS_METADATA), 'PIN_AUTH_INVALID');
    },
  },
  {
    section: '§6.8 (FIDO_2_1_PRE)',
    name: 'the preview command lists and deletes with the legacy token',
    recipe: { ...two, profile: '2.1-preview' },
    run: async (subject) => {
      const token = await cm(subject);
      expect(token.legacy).toBe(true);
      const credentialID = (await credentialsOf(subject, token, 'b.example')).get('cy')?.credentialID;
      if (!credentialID) throw new Error('a credential');
      await ask(subject, token, Sub.DELETE_CREDENTIAL, { credentialID });
      expect(await ask(subject, token, Sub.GET_CREDS_METADATA)).toMatchObject({
        existingResidentCredentialsCount: 2,
      });
    },
  },
];
