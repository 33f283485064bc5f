/** Built-in user verification: the option uv of CTAP 2.1 §6.1.2 and §6.2.2, and what a finger opens and protects. */
import { expect } from 'vitest';
import { decodeAuthenticatorData } from '../../main/ctap/authenticator-data';
import { BioEnrollmentSubcommand, FINGERPRINT } from '../../main/ctap/commands/bio-enrollment';
import type { GetAssertionRequest } from '../../main/ctap/commands/get-assertion';
import { INITIAL_LARGE_BLOB_ARRAY, largeBlobsAuthMessage } from '../../main/ctap/commands/large-blobs';
import { Permission } from '../../main/ctap/pin-protocol';
import { authorized, PIN, read, RP, tokenFor } from './ceremony';
import { bio, enrolled, enrolledWithPin, tokenByFinger, uvRetries } from './fingers';
import { aPin, aTouch } from './needs';
import { agree, expectStatus, type ConformanceCase } from './subject';
import { byFinger, fingers, flags, make, touches, use } from './sensor-ceremony';

export const uvOptionCases: readonly ConformanceCase[] = [
  {
    section: '§6.1.2 steps 5, 11.2, 13; §6.2.2 step 6.2',
    name: 'the option uv asks for a finger, which is the touch too',
    needs: [aTouch],
    recipe: enrolled,
    run: async (subject) => {
      expect(flags(await make(subject, byFinger))).toEqual({ up: true, uv: true });
      expect(flags(await use(subject, { options: { uv: true } }))).toEqual({ up: true, uv: true });
      expect([fingers(subject), touches(subject)]).toEqual([2, 0]);
      expect(subject.presence.fingers.requests).toMatchObject([
        { reason: 'create', rpId: RP },
        { reason: 'use', rpId: RP },
      ]);
      expect(flags(await use(subject))).toEqual({ up: true, uv: false });
      expect([fingers(subject), touches(subject)]).toEqual([2, 1]);
      expect(flags(await use(subject, { options: { uv: true, up: false } }))).toEqual({
        up: false,
        uv: true,
      });
    },
  },
  {
    section: '§6.1.2 step 5, §6.2.2 step 4',
    name: 'the option uv is INVALID_OPTION without an enrolled finger',
    recipe: { profile: 'fingerprint', pin: PIN },
    run: async (subject) => {
      await expectStatus(make(subject, byFinger), 'INVALID_OPTION');
      await expectStatus(use(subject, { options: { uv: true } }), 'INVALID_OPTION');
      // Beside a token it counts for nothing.
      const token = await tokenFor(subject, Permission.MC, RP);
      await make(subject, { ...byFinger, ...authorized(token) });
    },
  },
  {
    section: '§6.1.2 step 11.2',
    name: 'within one operation a second finger is tried; then the platform shall ask for the PIN',
    needs: [aPin],
    recipe: enrolled,
    run: async (subject) => {
      const { presence } = subject;
      presence.fingers.next('no-match', 'verified');
      await make(subject, byFinger);
      expect(await uvRetries(subject)).toBe(3);
      presence.fingers.next('no-match', 'no-match');
      await expectStatus(use(subject, { options: { uv: true } }), 'PUAT_REQUIRED');
      expect(await uvRetries(subject)).toBe(1);
      presence.fingers.next('no-match');
      await expectStatus(make(subject, byFinger), 'PUAT_REQUIRED');
      await expectStatus(make(subject, byFinger), 'PUAT_REQUIRED');
      expect(fingers(subject)).toBe(5);
    },
  },
  {
    section: '§6.1.2 step 11.2',
    name: 'no finger in time is USER_ACTION_TIMEOUT, a refusal OPERATION_DENIED',
    recipe: enrolled,
    run: async (subject) => {
      const tries = await uvRetries(subject);
      subject.presence.fingers.next('timed-out', 'refused', 'timed-out', 'refused');
      await expectStatus(make(subject, byFinger), 'USER_ACTION_TIMEOUT');
      await expectStatus(make(subject, byFinger), 'OPERATION_DENIED');
      await expectStatus(use(subject, { options: { uv: true } }), 'USER_ACTION_TIMEOUT');
      await expectStatus(use(subject, { options: { uv: true } }), 'OPERATION_DENIED');
      expect(await uvRetries(subject)).toBe(tries);
    },
  },
  {
    section: '§6.1.2 steps 7, 8',
    name: 'an enrolled finger protects the key as a PIN does',
    needs: [aPin],
    recipe: enrolled,
    run: async (subject) => {
      await expectStatus(make(subject, { options: { rk: true } }), 'PUAT_REQUIRED');
      // makeCredUvNotRqd
      expect(flags(await make(subject, { options: {} }))).toEqual({ up: true, uv: false });
    },
  },
  {
    section: '§6.1.2 step 8',
    name: 'and without makeCredUvNotRqd it protects credentials of either kind',
    needs: [aPin],
    recipe: { ...enrolled, configuration: { makeCredUvNotRqd: false } },
    run: async (subject) => {
      await expectStatus(make(subject, { options: {} }), 'PUAT_REQUIRED');
      await make(subject, { options: { uv: true } });
    },
  },
  {
    section: '§6.1.2 step 6, §6.2.2 step 5',
    name: 'with alwaysUv the key asks for a finger by itself, but not for a silent question',
    recipe: { ...enrolled, configuration: { alwaysUv: true } },
    run: async (subject) => {
      expect(flags(await make(subject, {}))).toEqual({ up: true, uv: true });
      expect(flags(await use(subject))).toEqual({ up: true, uv: true });
      expect(flags(await use(subject, { options: { uv: false } }))).toEqual({ up: true, uv: true });
      expect([fingers(subject), touches(subject)]).toEqual([3, 0]);
      expect(flags(await use(subject, { options: { up: false } }))).toEqual({ up: false, uv: false });
      expect(fingers(subject)).toBe(3);
      const token = await tokenByFinger(subject, Permission.GA, RP);
      await use(subject, authorized(token));
      expect([fingers(subject), touches(subject)]).toEqual([4, 0]);
    },
  },
  {
    section: '§6.1.2 step 6, §6.2.2 step 5',
    name: 'with alwaysUv and neither finger nor PIN nothing is made or used',
    recipe: { profile: 'fingerprint', configuration: { alwaysUv: true } },
    run: async (subject) => {
      await expectStatus(make(subject, {}), 'PUAT_REQUIRED');
      await expectStatus(use(subject), 'PUAT_REQUIRED');
      // Nor with a token: nobody can have proved anything for it.
      const made = { pinUvAuthParam: new Uint8Array(32), pinUvAuthProtocol: 2 };
      await expectStatus(make(subject, made), 'PUAT_REQUIRED');
      await expectStatus(use(subject, made), 'PUAT_REQUIRED');
      expect([fingers(subject), touches(subject)]).toEqual([0, 0]);
    },
  },
  {
    section: '§6.1.2 step 12',
    name: 'an excluded credential is told after the finger, without another touch',
    recipe: enrolled,
    run: async (subject) => {
      const { credentialId } = read(await make(subject, byFinger));
      const excludeList = [{ id: credentialId, type: 'public-key' }];
      await expectStatus(make(subject, { ...byFinger, excludeList }), 'CREDENTIAL_EXCLUDED');
      const token = await tokenByFinger(subject, Permission.MC, RP);
      await expectStatus(make(subject, { ...authorized(token), excludeList }), 'CREDENTIAL_EXCLUDED');
      expect([fingers(subject), touches(subject)]).toEqual([3, 0]);
    },
  },
  {
    section: '§6.2.2 step 7, §12.1',
    name: 'credProtect 3 is found with a finger only; several accounts are named to who was verified',
    needs: [aTouch],
    recipe: {
      ...enrolled,
      passkeys: [
        { rpId: RP, userName: 'ada', credProtect: 3 },
        { rpId: RP, userName: 'grace' },
      ],
    },
    run: async (subject) => {
      expect((await use(subject)).numberOfCredentials).toBeUndefined();
      const first = await use(subject, { options: { uv: true } });
      expect(first).toMatchObject({ numberOfCredentials: 2, user: { name: 'grace' } });
      const second = await subject.api.getNextAssertion();
      expect(second.user?.name).toBe('ada');
      expect(flags(second)).toEqual({ up: true, uv: true });
    },
  },
  {
    section: '§12.5',
    name: 'hmac-secret after a finger is the secret that the PIN gives, and not the one of a mere touch',
    recipe: { ...enrolledWithPin, passkeys: [{ rpId: RP, userName: 'ada' }] },
    run: async (subject) => {
      const output = async (change: Partial<GetAssertionRequest>): Promise<unknown> => {
        const version = (await subject.api.getInfo()).pinUvAuthProtocols?.[0] ?? 1;
        const { protocol, secret, common } = await agree(subject, version);
        const saltEnc = protocol.encrypt(secret, new Uint8Array(32).fill(7));
        const input = new Map<number, typeof common.keyAgreement | Uint8Array | number>([
          [1, common.keyAgreement],
          [2, saltEnc],
          [3, protocol.authenticate(secret, saltEnc)],
          [4, version],
        ]);
        const { authData } = await use(subject, { ...change, extensions: new Map([['hmac-secret', input]]) });
        const encrypted = decodeAuthenticatorData(authData).extensions?.get('hmac-secret');
        return protocol.decrypt(secret, encrypted as Uint8Array);
      };
      const byUvOption = await output({ options: { uv: true } });
      expect(byUvOption).toHaveLength(32);
      expect(await output(authorized(await tokenByFinger(subject, Permission.GA, RP)))).toEqual(byUvOption);
      expect(await output(authorized(await tokenFor(subject, Permission.GA, RP)))).toEqual(byUvOption);
      expect(await output({})).not.toEqual(byUvOption);
    },
  },
  {
    section: '§6.10.2',
    name: 'an enrolled finger protects the large blobs, and permits writing them',
    recipe: { ...enrolled, configuration: { maxLargeBlobArray: 1024 } },
    run: async (subject) => {
      const set = INITIAL_LARGE_BLOB_ARRAY;
      await expectStatus(subject.api.largeBlobs({ set, offset: 0, length: set.length }), 'PUAT_REQUIRED');
      const token = await tokenByFinger(subject, Permission.LBW);
      await subject.api.largeBlobs({
        set,
        offset: 0,
        length: set.length,
        pinUvAuthProtocol: token.protocolVersion,
        pinUvAuthParam: token.authenticate(largeBlobsAuthMessage(0, set)),
      });
    },
  },
  {
    section: '§6.7.8',
    name: 'with the last finger the protection goes',
    recipe: { ...enrolled, configuration: { uvBioEnroll: true } },
    run: async (subject) => {
      const token = await tokenByFinger(subject, Permission.BE);
      const { templateInfos = [] } = await bio(subject, token, BioEnrollmentSubcommand.ENUMERATE_ENROLLMENTS);
      for (const { templateId } of templateInfos)
        await bio(subject, token, BioEnrollmentSubcommand.REMOVE_ENROLLMENT, { templateId });
      expect(flags(await make(subject, {}))).toEqual({ up: true, uv: false });
      await expectStatus(make(subject, byFinger), 'INVALID_OPTION');
      expect(await subject.api.bioEnrollment({ getModality: true })).toEqual({ modality: FINGERPRINT });
    },
  },
];
