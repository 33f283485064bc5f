/** authenticatorGetAssertion and authenticatorGetNextAssertion, CTAP 2.1 §6.2.2 and §6.3. */
import { sha256 } from '@noble/hashes/sha2.js';
import { expect } from 'vitest';
import { decodeAuthenticatorData, Flag } from '../../main/ctap/authenticator-data';
import { Permission } from '../../main/ctap/pin-protocol';
import {
  authorized,
  expectSigned,
  get,
  getRequest,
  make,
  makeRequest,
  PIN,
  read,
  RP,
  tokenFor,
} from './ceremony';
import { aTouch, noBuiltInUv } from './needs';
import { expectStatus, type ConformanceCase, type Subject } from './subject';

const withPin = { pin: PIN };

/** Three accounts at one site, the last made last. */
async function threeAccounts(subject: Subject): Promise<void> {
  for (const id of [1, 2, 3]) await make(subject, { user: { id: Uint8Array.of(id), name: `user ${id}` } });
}

function userIds(answers: readonly { readonly user?: { readonly id: Uint8Array } }[]): unknown[] {
  return answers.map(({ user }) => user?.id[0]);
}

const pair = (protection: number, id: number): object => ({
  extensions: new Map([['credProtect', protection]]),
  user: { id: Uint8Array.of(id) },
});

export const getAssertionCases: readonly ConformanceCase[] = [
  {
    section: '§6.2.2',
    name: 'with the PIN: UP, UV, no AT, RP ID hash, the user, a signature by the key that was made',
    recipe: withPin,
    run: async (subject) => {
      const { publicKey, credentialId } = read(await make(subject));
      const answer = await get(subject);
      const data = decodeAuthenticatorData(answer.authData);
      expect(data.flags).toBe(Flag.UP | Flag.UV);
      expect(data.rpIdHash).toEqual(sha256(Buffer.from(RP)));
      expect(answer.credential).toMatchObject({ id: credentialId, type: 'public-key' });
      expect(answer.user?.id).toEqual(Uint8Array.of(1));
      expectSigned(publicKey, answer.authData, answer.signature);
    },
  },
  {
    section: '§6.2.2 step 2',
    name: 'pinUvAuthParam without a protocol, and with one that does not exist',
    recipe: withPin,
    run: async ({ api }) => {
      const pinUvAuthParam = new Uint8Array(32);
      await expectStatus(api.getAssertion(getRequest({ pinUvAuthParam })), 'MISSING_PARAMETER');
      await expectStatus(
        api.getAssertion(getRequest({ pinUvAuthParam, pinUvAuthProtocol: 9 })),
        'INVALID_PARAMETER',
      );
    },
  },
  {
    section: '§6.2.2 step 4',
    name: 'option rk is UNSUPPORTED_OPTION, uv without built-in verification INVALID_OPTION',
    needs: [noBuiltInUv],
    recipe: withPin,
    run: async ({ api }) => {
      await expectStatus(api.getAssertion(getRequest({ options: { rk: true } })), 'UNSUPPORTED_OPTION');
      await expectStatus(api.getAssertion(getRequest({ options: { uv: true } })), 'INVALID_OPTION');
    },
  },
  {
    section: '§6.2.2 step 6',
    name: 'a wrong pinUvAuthParam, a token without ga and one for another site are PIN_AUTH_INVALID',
    recipe: withPin,
    run: async (subject) => {
      await make(subject);
      const { api } = subject;
      const right = authorized(await tokenFor(subject, Permission.GA, RP));
      const pinUvAuthParam = Uint8Array.from(right.pinUvAuthParam, (byte) => byte ^ 1);
      await expectStatus(api.getAssertion(getRequest({ ...right, pinUvAuthParam })), 'PIN_AUTH_INVALID');
      for (const [permission, rpId] of [
        [Permission.MC, RP],
        [Permission.GA, 'b.example'],
        [Permission.CM, undefined],
      ] as const)
        await expectStatus(
          api.getAssertion(getRequest(authorized(await tokenFor(subject, permission, rpId)))),
          'PIN_AUTH_INVALID',
        );
    },
  },
  {
    section: '§6.2.2 step 7',
    name: 'an unknown site, or an allowList of unknown credentials, is NO_CREDENTIALS',
    recipe: withPin,
    run: async (subject) => {
      const { credentialId } = read(await make(subject));
      await expectStatus(get(subject, { rpId: 'b.example' }), 'NO_CREDENTIALS');
      const unknown = { id: new Uint8Array(32), type: 'public-key' };
      await expectStatus(get(subject, { allowList: [unknown] }), 'NO_CREDENTIALS');
      const wrongSite = { id: credentialId, type: 'public-key' };
      await expectStatus(get(subject, { rpId: 'b.example', allowList: [wrongSite] }), 'NO_CREDENTIALS');
    },
  },
  {
    section: '§6.2.2 step 7',
    name: 'credProtect 3 needs the PIN, credProtect 2 the PIN or its credential ID',
    needs: [aTouch],
    recipe: withPin,
    run: async (subject) => {
      const three = read(await make(subject, pair(3, 3))).credentialId;
      const two = read(await make(subject, pair(2, 2))).credentialId;
      const { api } = subject;
      await expectStatus(api.getAssertion(getRequest()), 'NO_CREDENTIALS');
      const allow = (id: Uint8Array): object => ({ allowList: [{ id, type: 'public-key' }] });
      await expectStatus(api.getAssertion(getRequest(allow(three))), 'NO_CREDENTIALS');
      expect((await api.getAssertion(getRequest(allow(two)))).credential?.id).toEqual(two);
      expect((await get(subject, allow(three))).credential?.id).toEqual(three);
      expect((await get(subject)).numberOfCredentials).toBe(2);
    },
  },
  {
    section: '§6.2.2 step 9',
    name: 'up false: no touch, no UP; the PIN token survives it',
    recipe: withPin,
    run: async (subject) => {
      await make(subject);
      const token = authorized(await tokenFor(subject, Permission.GA, RP));
      const before = subject.presence.requests.length;
      const silent = await subject.api.getAssertion(getRequest({ ...token, options: { up: false } }));
      expect(decodeAuthenticatorData(silent.authData).flags).toBe(Flag.UV);
      expect(subject.presence.requests).toHaveLength(before);
      await subject.api.getAssertion(getRequest(token));
      await expectStatus(subject.api.getAssertion(getRequest(token)), 'PIN_AUTH_INVALID');
    },
  },
  {
    section: '§6.2.2 step 9',
    name: 'a refused touch is OPERATION_DENIED, none in time USER_ACTION_TIMEOUT',
    needs: [aTouch],
    recipe: withPin,
    run: async (subject) => {
      await make(subject);
      subject.presence.next('refused', 'timed-out');
      await expectStatus(get(subject), 'OPERATION_DENIED');
      await expectStatus(get(subject), 'USER_ACTION_TIMEOUT');
    },
  },
  {
    section: '§6.2.2 step 11',
    name: 'with an allowList one answer, without a count',
    recipe: withPin,
    run: async (subject) => {
      await threeAccounts(subject);
      const { credentialId } = read(await make(subject, { user: { id: Uint8Array.of(4) } }));
      const answer = await get(subject, { allowList: [{ id: credentialId, type: 'public-key' }] });
      expect(answer.credential?.id).toEqual(credentialId);
      expect(answer.numberOfCredentials).toBeUndefined();
      await expectStatus(subject.api.getNextAssertion(), 'NOT_ALLOWED');
    },
  },
  {
    section: '§6.2.2 step 11',
    name: 'a credential that is not discoverable works by its ID, and only so',
    recipe: withPin,
    run: async (subject) => {
      const made = await subject.api.makeCredential(makeRequest({ options: {} }));
      const { credentialId, publicKey } = read(made);
      await expectStatus(get(subject), 'NO_CREDENTIALS');
      const answer = await get(subject, { allowList: [{ id: credentialId, type: 'public-key' }] });
      expectSigned(publicKey, answer.authData, answer.signature);
    },
  },
  {
    section: '§6.2.2 step 12, §6.3',
    name: 'several accounts: the newest first, then the others, then NOT_ALLOWED',
    recipe: withPin,
    run: async (subject) => {
      await threeAccounts(subject);
      const first = await get(subject);
      expect(first.numberOfCredentials).toBe(3);
      const second = await subject.api.getNextAssertion();
      const third = await subject.api.getNextAssertion();
      expect(userIds([first, second, third])).toEqual([3, 2, 1]);
      for (const next of [second, third]) {
        expect(next.numberOfCredentials).toBeUndefined();
        expect(decodeAuthenticatorData(next.authData).flags).toBe(Flag.UP | Flag.UV);
      }
      await expectStatus(subject.api.getNextAssertion(), 'NOT_ALLOWED');
    },
  },
  {
    section: '§6.3 steps 1–2',
    name: 'getNextAssertion without a getAssertion, after another command and after 30 seconds is NOT_ALLOWED',
    recipe: withPin,
    run: async (subject) => {
      await threeAccounts(subject);
      await expectStatus(subject.api.getNextAssertion(), 'NOT_ALLOWED');
      await get(subject);
      await subject.api.getInfo();
      await expectStatus(subject.api.getNextAssertion(), 'NOT_ALLOWED');
      await get(subject);
      await subject.clock.advance(29_000);
      await subject.api.getNextAssertion();
      await subject.clock.advance(31_000);
      await expectStatus(subject.api.getNextAssertion(), 'NOT_ALLOWED');
    },
  },
];
