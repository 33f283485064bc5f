/** authenticatorMakeCredential, CTAP 2.1 §6.1.2. */
import { sha256 } from '@noble/hashes/sha2.js';
import { expect } from 'vitest';
import { Flag } from '../../main/ctap/authenticator-data';
import { Permission } from '../../main/ctap/pin-protocol';
import { authorized, ES256, expectSigned, get, make, makeRequest, PIN, read, RP, tokenFor } from './ceremony';
import { aPin, aTouch, noBuiltInUv } from './needs';
import { expectStatus, type ConformanceCase } from './subject';

const withPin = { pin: PIN };
const none = { alg: -7, type: 'something' };

export const makeCredentialCases: readonly ConformanceCase[] = [
  {
    section: '§6.1.2',
    name: 'a discoverable credential with the PIN: UP, UV, AT, RP ID hash, a key, a signature',
    recipe: withPin,
    run: async (subject) => {
      const response = await make(subject);
      const { data, credentialId, publicKey } = read(response);
      expect(data.flags).toBe(Flag.UP | Flag.UV | Flag.AT);
      expect(data.rpIdHash).toEqual(sha256(Buffer.from(RP)));
      expect(credentialId.length).toBeGreaterThanOrEqual(16);
      expect(publicKey.get(3)).toBe(-7);
      expect(response.fmt).toBe('packed');
      expectSigned(publicKey, response.authData, response.attStmt?.get('sig'));
    },
  },
  {
    section: '§6.1.2',
    name: 'without a PIN on the key: UP but not UV',
    needs: [aTouch],
    run: async ({ api }) => {
      expect(read(await api.makeCredential(makeRequest())).data.flags).toBe(Flag.UP | Flag.AT);
    },
  },
  {
    section: '§6.1.2 step 1',
    name: 'an empty pinUvAuthParam asks for a touch, then says whether a PIN is set',
    needs: [aTouch],
    run: async ({ api, presence }) => {
      const request = makeRequest({ pinUvAuthParam: new Uint8Array(), pinUvAuthProtocol: 1 });
      await expectStatus(api.makeCredential(request), 'PIN_NOT_SET');
      expect(presence.requests).toHaveLength(1);
    },
  },
  {
    section: '§6.1.2 step 1',
    name: 'an empty pinUvAuthParam on a key with a PIN; a refused touch comes first',
    needs: [aPin, aTouch],
    recipe: withPin,
    run: async ({ api, presence }) => {
      const request = makeRequest({ pinUvAuthParam: new Uint8Array(), pinUvAuthProtocol: 1 });
      await expectStatus(api.makeCredential(request), 'PIN_INVALID');
      presence.next('refused');
      await expectStatus(api.makeCredential(request), 'OPERATION_DENIED');
    },
  },
  {
    section: '§6.1.2 step 2',
    name: 'pinUvAuthParam without a protocol, and with one that does not exist',
    recipe: withPin,
    run: async ({ api }) => {
      const pinUvAuthParam = new Uint8Array(32);
      await expectStatus(api.makeCredential(makeRequest({ pinUvAuthParam })), 'MISSING_PARAMETER');
      await expectStatus(
        api.makeCredential(makeRequest({ pinUvAuthParam, pinUvAuthProtocol: 9 })),
        'INVALID_PARAMETER',
      );
    },
  },
  {
    section: '§6.1.2 step 3',
    name: 'no algorithm that it knows: UNSUPPORTED_ALGORITHM, without a touch',
    run: async ({ api, presence }) => {
      for (const pubKeyCredParams of [[{ alg: -99, type: 'public-key' }], [none], []])
        await expectStatus(api.makeCredential(makeRequest({ pubKeyCredParams })), 'UNSUPPORTED_ALGORITHM');
      expect(presence.requests).toHaveLength(0);
    },
  },
  {
    section: '§6.1.2 step 3',
    name: 'the first algorithm that it knows is taken',
    run: async ({ api }) => {
      const pubKeyCredParams = [{ alg: -99, type: 'public-key' }, { alg: -8, type: 'public-key' }, ES256];
      expect(read(await api.makeCredential(makeRequest({ pubKeyCredParams }))).publicKey.get(3)).toBe(-8);
    },
  },
  {
    section: '§6.1.2 step 5',
    name: 'options: up false and uv true without built-in verification are INVALID_OPTION',
    needs: [noBuiltInUv],
    recipe: withPin,
    run: async ({ api }) => {
      await expectStatus(api.makeCredential(makeRequest({ options: { up: false } })), 'INVALID_OPTION');
      await expectStatus(api.makeCredential(makeRequest({ options: { uv: true } })), 'INVALID_OPTION');
    },
  },
  {
    section: '§6.1.2 step 7',
    name: 'a discoverable credential without the PIN that is set is PUAT_REQUIRED; another kind is made',
    needs: [aPin],
    recipe: withPin,
    run: async ({ api }) => {
      await expectStatus(api.makeCredential(makeRequest()), 'PUAT_REQUIRED');
      const { data } = read(await api.makeCredential(makeRequest({ options: {} })));
      expect(data.flags & Flag.UV).toBe(0);
    },
  },
  {
    section: '§6.1.2 step 8',
    name: 'without makeCredUvNotRqd every kind needs the PIN',
    needs: [aPin],
    recipe: { ...withPin, configuration: { makeCredUvNotRqd: false } },
    run: ({ api }) => expectStatus(api.makeCredential(makeRequest({ options: {} })), 'PUAT_REQUIRED'),
  },
  {
    section: '§6.1.2 step 11.1',
    name: 'a wrong pinUvAuthParam, a token without mc and one for another site are PIN_AUTH_INVALID',
    recipe: withPin,
    run: async (subject) => {
      const { api, presence } = subject;
      const right = authorized(await tokenFor(subject, Permission.MC, RP));
      const pinUvAuthParam = Uint8Array.from(right.pinUvAuthParam, (byte) => byte ^ 1);
      await expectStatus(api.makeCredential(makeRequest({ ...right, pinUvAuthParam })), 'PIN_AUTH_INVALID');
      const ga = authorized(await tokenFor(subject, Permission.GA, RP));
      await expectStatus(api.makeCredential(makeRequest(ga)), 'PIN_AUTH_INVALID');
      const other = authorized(await tokenFor(subject, Permission.MC, 'b.example'));
      await expectStatus(api.makeCredential(makeRequest(other)), 'PIN_AUTH_INVALID');
      expect(presence.requests).toHaveLength(0);
    },
  },
  {
    section: '§6.1.2 step 12',
    name: 'excludeList: a credential of this site is CREDENTIAL_EXCLUDED after a touch, one of another site is not',
    needs: [aTouch],
    recipe: withPin,
    run: async (subject) => {
      const { credentialId } = read(await make(subject));
      const excludeList = [{ id: credentialId, type: 'public-key' }];
      const before = subject.presence.requests.length;
      await expectStatus(make(subject, { excludeList }), 'CREDENTIAL_EXCLUDED');
      expect(subject.presence.requests).toHaveLength(before + 1);
      subject.presence.next('refused');
      await expectStatus(make(subject, { excludeList }), 'CREDENTIAL_EXCLUDED');
      await make(subject, { excludeList, rp: { id: 'b.example' } });
    },
  },
  {
    section: '§6.1.2 steps 13–14',
    name: 'a refused touch is OPERATION_DENIED, none in time USER_ACTION_TIMEOUT; nothing is stored',
    needs: [aTouch],
    recipe: withPin,
    run: async (subject) => {
      subject.presence.next('refused', 'timed-out');
      await expectStatus(make(subject), 'OPERATION_DENIED');
      await expectStatus(make(subject), 'USER_ACTION_TIMEOUT');
      await expectStatus(get(subject), 'NO_CREDENTIALS');
    },
  },
  {
    section: '§6.1.2 step 14',
    name: 'the token is good for one credential',
    recipe: withPin,
    run: async (subject) => {
      const token = authorized(await tokenFor(subject, Permission.MC, RP));
      await subject.api.makeCredential(makeRequest(token));
      await expectStatus(subject.api.makeCredential(makeRequest(token)), 'PIN_AUTH_INVALID');
    },
  },
  {
    section: '§6.1.2 step 15',
    name: 'credProtect comes back in the extensions of the authenticator data',
    recipe: withPin,
    run: async (subject) => {
      const { data } = read(await make(subject, { extensions: new Map([['credProtect', 3]]) }));
      expect(data.flags & Flag.ED).toBe(Flag.ED);
      expect(data.extensions).toEqual(new Map([['credProtect', 3]]));
    },
  },
  {
    section: '§6.1.2 step 17',
    name: 'the same user at the same site: the old credential is replaced',
    recipe: withPin,
    run: async (subject) => {
      const first = read(await make(subject));
      const second = read(await make(subject));
      expect(second.credentialId).not.toEqual(first.credentialId);
      const answer = await get(subject);
      expect(answer.numberOfCredentials).toBeUndefined();
      expect(answer.credential?.id).toEqual(second.credentialId);
    },
  },
  {
    section: '§6.1.2 step 17',
    name: 'a full key is KEY_STORE_FULL, but still replaces',
    recipe: { ...withPin, configuration: { capacity: 1 } },
    run: async (subject) => {
      await make(subject);
      await expectStatus(make(subject, { user: { id: Uint8Array.of(2) } }), 'KEY_STORE_FULL');
      await make(subject);
    },
  },
  {
    section: '§11.2.9.1.5',
    name: 'cancelled while waiting for the touch: the reason of the caller, nothing stored',
    needs: [aTouch],
    recipe: withPin,
    run: async (subject) => {
      subject.presence.next('wait');
      const controller = new AbortController();
      const token = authorized(await tokenFor(subject, Permission.MC, RP));
      const { signal } = controller;
      const made = subject.api.makeCredential(makeRequest(token), { signal });
      const rejected = expect(made).rejects.toThrow('not now');
      await subject.until('it waits for the touch', () => subject.presence.waiting);
      controller.abort(new Error('not now'));
      await subject.until('it waits no longer', () => !subject.presence.waiting);
      await rejected;
      await expectStatus(get(subject), 'NO_CREDENTIALS');
    },
  },
];
