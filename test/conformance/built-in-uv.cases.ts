/** Built-in user verification: CTAP 2.1 §6.5.3.1, §6.5.5.3, §6.5.5.7.3, and the option uv of §6.1.2 and §6.2.2. */
import { expect } from 'vitest';
import { decodeAuthenticatorData, Flag } from '../../main/ctap/authenticator-data';
import { configAuthMessage, ConfigSubcommand } from '../../main/ctap/commands/authenticator-config';
import { BioEnrollmentSubcommand, FINGERPRINT } from '../../main/ctap/commands/bio-enrollment';
import { ClientPinSubcommand } from '../../main/ctap/commands/client-pin';
import type { GetAssertionRequest, GetAssertionResponse } from '../../main/ctap/commands/get-assertion';
import { INITIAL_LARGE_BLOB_ARRAY, largeBlobsAuthMessage } from '../../main/ctap/commands/large-blobs';
import type { MakeCredentialRequest, MakeCredentialResponse } from '../../main/ctap/commands/make-credential';
import { p256CoseKey } from '../../main/ctap/cose';
import { Permission } from '../../main/ctap/pin-protocol';
import { authorized, getRequest, makeRequest, PIN, read, RP, tokenFor } from './ceremony';
import { askByFinger, bio, enrolled, enrolledWithPin, option, tokenByFinger, uvRetries } from './fingers';
import { aPin, aTouch, enrolment, noBuiltInUv } from './needs';
import { agree, expectStatus, type ConformanceCase, type Subject } from './subject';

const byFinger = { options: { rk: true, uv: true } } as const;

const make = (subject: Subject, change: Partial<MakeCredentialRequest>): Promise<MakeCredentialResponse> =>
  subject.api.makeCredential(makeRequest(change));

const use = (subject: Subject, change: Partial<GetAssertionRequest> = {}): Promise<GetAssertionResponse> =>
  subject.api.getAssertion(getRequest(change));

function flags({ authData }: { readonly authData: Uint8Array }): { up: boolean; uv: boolean } {
  const bits = decodeAuthenticatorData(authData).flags;
  return { up: (bits & Flag.UP) !== 0, uv: (bits & Flag.UV) !== 0 };
}

const touches = ({ presence }: Subject): number => presence.requests.length;
const fingers = ({ presence }: Subject): number => presence.fingers.requests.length;

export const builtInUvCases: readonly ConformanceCase[] = [
  {
    section: '§6.4',
    name: 'getInfo tells of the sensor, and of what a finger may permit',
    needs: [enrolment],
    recipe: enrolled,
    run: async (subject) => {
      const info = await subject.api.getInfo();
      expect(Object.fromEntries(info.options ?? [])).toMatchObject({
        uv: true,
        bioEnroll: true,
        clientPin: false,
        pinUvAuthToken: true,
      });
      for (const absent of ['uvBioEnroll', 'uvAcfg', 'userVerificationMgmtPreview'])
        expect(info.options?.has(absent)).toBe(false);
      expect(info).toMatchObject({ preferredPlatformUvAttempts: 3, uvModality: 2 });
    },
  },
  {
    section: '§6.4',
    name: 'uvBioEnroll and uvAcfg are told; a sensor that knows no finger yet is uv false',
    recipe: {
      profile: 'fingerprint',
      configuration: {
        uvBioEnroll: true,
        uvAcfg: true,
        configCommands: [ConfigSubcommand.TOGGLE_ALWAYS_UV],
        bioEnrollment: 'both',
      },
    },
    run: async ({ api }) => {
      expect(Object.fromEntries((await api.getInfo()).options ?? [])).toMatchObject({
        uv: false,
        bioEnroll: false,
        userVerificationMgmtPreview: false,
        uvBioEnroll: true,
        uvAcfg: true,
      });
    },
  },
  {
    section: '§6.5.5.7.3',
    name: 'a finger gets a token, and its touch is the touch of the operation; then the token is spent',
    recipe: enrolled,
    run: async (subject) => {
      const token = await tokenByFinger(subject, Permission.MC | Permission.GA, RP);
      expect(flags(await make(subject, authorized(token)))).toEqual({ up: true, uv: true });
      expect([fingers(subject), touches(subject)]).toEqual([1, 0]);
      expect(subject.presence.fingers.requests[0]).toMatchObject({ reason: 'unlock', rpId: RP });
      await expectStatus(use(subject, authorized(token)), 'PIN_AUTH_INVALID');
      const another = await tokenByFinger(subject, Permission.GA, RP);
      expect(flags(await use(subject, authorized(another)))).toEqual({ up: true, uv: true });
      expect([fingers(subject), touches(subject)]).toEqual([2, 0]);
    },
  },
  {
    section: '§6.5.2.1, user present time limit',
    name: 'the finger counts as a touch for 30 seconds; after them the token needs one',
    needs: [aTouch],
    recipe: enrolled,
    run: async (subject) => {
      const token = await tokenByFinger(subject, Permission.MC | Permission.GA, RP);
      await expectStatus(use(subject, { ...authorized(token), options: { up: false } }), 'NO_CREDENTIALS');
      await subject.clock.advance(30_001);
      await make(subject, authorized(token));
      expect([fingers(subject), touches(subject)]).toEqual([1, 1]);
    },
  },
  {
    section: '§6.1.2 step 14',
    name: 'a token that the PIN got brings no touch with it',
    recipe: enrolledWithPin,
    run: async (subject) => {
      await make(subject, authorized(await tokenFor(subject, Permission.MC, RP)));
      expect([fingers(subject), touches(subject)]).toEqual([0, 1]);
    },
  },
  {
    section: '§6.5.5.3, §6.5.3.1',
    name: 'a finger that does not match costs a try; the right one brings all back',
    needs: [enrolment],
    recipe: enrolled,
    run: async (subject) => {
      expect(await uvRetries(subject)).toBe(3);
      subject.presence.fingers.next('no-match', 'no-match');
      await expectStatus(tokenByFinger(subject, Permission.CM), 'UV_INVALID');
      expect(await uvRetries(subject)).toBe(2);
      await expectStatus(tokenByFinger(subject, Permission.CM), 'UV_INVALID');
      expect(await uvRetries(subject)).toBe(1);
      await tokenByFinger(subject, Permission.CM);
      expect(await uvRetries(subject)).toBe(3);
    },
  },
  {
    section: '§6.5.5.7.3, §6.5.3.1',
    name: 'after the last try the sensor is blocked, also without power; the PIN opens it again',
    recipe: enrolledWithPin,
    run: async (subject) => {
      subject.presence.fingers.next('no-match', 'no-match', 'no-match');
      await expectStatus(tokenByFinger(subject, Permission.CM), 'UV_INVALID');
      await expectStatus(tokenByFinger(subject, Permission.CM), 'UV_INVALID');
      await expectStatus(tokenByFinger(subject, Permission.CM), 'UV_BLOCKED');
      await expectStatus(tokenByFinger(subject, Permission.CM), 'UV_BLOCKED');
      await subject.powerCycle();
      await expectStatus(tokenByFinger(subject, Permission.CM), 'UV_BLOCKED');
      expect(fingers(subject)).toBe(3);
      await tokenFor(subject, Permission.CM);
      expect(await uvRetries(subject)).toBe(3);
      await tokenByFinger(subject, Permission.CM);
    },
  },
  {
    section: '§6.5.3.1',
    name: 'a blocked PIN blocks the finger',
    recipe: { ...enrolledWithPin, pinRecord: { retries: 0 } },
    run: async (subject) => {
      await expectStatus(tokenByFinger(subject, Permission.CM), 'UV_BLOCKED');
      expect(fingers(subject)).toBe(0);
      expect(await uvRetries(subject)).toBe(0);
    },
  },
  {
    section: '§6.5.5.7.3',
    name: 'no finger in time, a refusal, a cancel: nothing was compared, so no try is lost',
    recipe: enrolled,
    run: async (subject) => {
      const tries = await uvRetries(subject);
      const { presence, until } = subject;
      presence.fingers.next('timed-out', 'refused', 'wait');
      await expectStatus(tokenByFinger(subject, Permission.CM), 'USER_ACTION_TIMEOUT');
      await expectStatus(tokenByFinger(subject, Permission.CM), 'OPERATION_DENIED');
      const controller = new AbortController();
      let ended = false;
      const rejected = expect(
        askByFinger(subject, { permissions: Permission.CM }, { signal: controller.signal }),
      )
        .rejects.toThrow('the PIN instead')
        .finally(() => (ended = true));
      await until('the key waits', () => presence.waiting);
      controller.abort(new Error('the PIN instead'));
      await until('the command ends', () => ended);
      await rejected;
      expect(await uvRetries(subject)).toBe(tries);
    },
  },
  {
    section: '§6.5.5.7.3',
    name: 'the platform is told that a finger is needed',
    recipe: enrolled,
    run: async (subject) => {
      const { presence, until } = subject;
      presence.fingers.next('wait');
      const statuses: string[] = [];
      const answer = askByFinger(
        subject,
        { permissions: Permission.CM },
        { onStatus: (status) => statuses.push(status) },
      );
      await until('the key says that it waits', () => statuses.includes('touch-needed'));
      presence.fingers.answer('verified');
      expect(await answer).toHaveProperty('pinUvAuthToken');
    },
  },
  {
    section: '§6.4 preferredPlatformUvAttempts',
    name: 'where the platform makes one attempt, all tries are inside it',
    recipe: { ...enrolled, configuration: { preferredPlatformUvAttempts: 1 } },
    run: async (subject) => {
      subject.presence.fingers.next('no-match', 'no-match', 'verified', 'no-match', 'no-match', 'no-match');
      await tokenByFinger(subject, Permission.CM);
      expect(await uvRetries(subject)).toBe(3);
      await expectStatus(tokenByFinger(subject, Permission.CM), 'UV_BLOCKED');
      expect(fingers(subject)).toBe(6);
    },
  },
  {
    section: '§6.5.5.7.3',
    name: 'without an enrolled finger NOT_ALLOWED, without a sensor INVALID_SUBCOMMAND',
    recipe: { profile: 'fingerprint' },
    run: async (subject) => {
      await expectStatus(tokenByFinger(subject, Permission.CM), 'NOT_ALLOWED');
      expect(await uvRetries(subject)).toBe(3);
    },
  },
  {
    section: '§6.5.5.3, §6.5.5.7.3',
    name: 'a key without a sensor knows neither subcommand',
    needs: [noBuiltInUv],
    run: async (subject) => {
      await expectStatus(askByFinger(subject, { permissions: Permission.CM }), 'INVALID_SUBCOMMAND');
      await expectStatus(uvRetries(subject), 'INVALID_SUBCOMMAND');
    },
  },
  {
    section: '§6.5.5.7.3 steps 1–5',
    name: 'permissions and members are looked at before anybody is asked for a finger',
    recipe: { ...enrolled, configuration: { maxLargeBlobArray: 0 } },
    run: async (subject) => {
      const ask = (request: Parameters<typeof askByFinger>[1]): Promise<unknown> =>
        askByFinger(subject, request);
      const permissions = Permission.CM;
      await expectStatus(ask({}), 'MISSING_PARAMETER');
      await expectStatus(
        subject.api.clientPin({
          pinUvAuthProtocol: 2,
          subCommand: ClientPinSubcommand.GET_TOKEN_USING_UV,
          permissions,
        }),
        'MISSING_PARAMETER',
      );
      await expectStatus(ask({ permissions: 0 }), 'INVALID_PARAMETER');
      await expectStatus(ask({ permissions, pinUvAuthProtocol: 3 }), 'INVALID_PARAMETER');
      await expectStatus(ask({ permissions: Permission.MC }), 'MISSING_PARAMETER');
      await expectStatus(ask({ permissions: Permission.GA }), 'MISSING_PARAMETER');
      for (const lacking of [Permission.BE, Permission.LBW, Permission.ACFG, Permission.PCMR])
        await expectStatus(ask({ permissions: permissions | lacking }), 'UNAUTHORIZED_PERMISSION');
      const keyAgreement = p256CoseKey({ x: new Uint8Array(32), y: new Uint8Array(32).fill(1) }, -25);
      await expectStatus(ask({ permissions, keyAgreement }), 'INVALID_PARAMETER');
      expect(fingers(subject)).toBe(0);
    },
  },
  {
    section: '§6.5.5.7.3 step 4',
    name: 'with uvBioEnroll and uvAcfg a finger permits enrolling and configuring',
    recipe: {
      ...enrolled,
      configuration: {
        uvBioEnroll: true,
        uvAcfg: true,
        configCommands: [ConfigSubcommand.TOGGLE_ALWAYS_UV],
      },
    },
    run: async (subject) => {
      const token = await tokenByFinger(subject, Permission.BE | Permission.ACFG);
      const { templateInfos } = await bio(subject, token, BioEnrollmentSubcommand.ENUMERATE_ENROLLMENTS);
      expect(templateInfos).toHaveLength(1);
      const subCommand = ConfigSubcommand.TOGGLE_ALWAYS_UV;
      // The finger protects it, although there is no PIN.
      await expectStatus(subject.api.authenticatorConfig({ subCommand }), 'PUAT_REQUIRED');
      await subject.api.authenticatorConfig({
        subCommand,
        pinUvAuthProtocol: token.protocolVersion,
        pinUvAuthParam: token.authenticate(configAuthMessage(subCommand, undefined)),
      });
      expect(await option(subject, 'alwaysUv')).toBe(true);
    },
  },
  {
    section: 'CTAP 2.2 §6.5.5.7.3',
    name: 'a finger gets the persistent token, the same every time',
    recipe: { ...enrolled, configuration: { persistentToken: true } },
    run: async (subject) => {
      const message = Uint8Array.of(1);
      const token = await tokenByFinger(subject, Permission.PCMR);
      await subject.powerCycle();
      const again = await tokenByFinger(subject, Permission.PCMR);
      expect(again.authenticate(message)).toEqual(token.authenticate(message));
    },
  },
  {
    section: '§6.5.5.7.3',
    name: 'a key that has no PIN at all, but a sensor',
    needs: [aTouch],
    recipe: { ...enrolled, configuration: { clientPin: false } },
    run: async (subject) => {
      expect(await option(subject, 'clientPin')).toBeUndefined();
      expect((await subject.api.getInfo()).pinUvAuthProtocols).toHaveLength(2);
      await tokenByFinger(subject, Permission.CM);
      await expectStatus(
        subject.api.clientPin({ subCommand: ClientPinSubcommand.GET_PIN_RETRIES }),
        'INVALID_SUBCOMMAND',
      );
      await expectStatus(make(subject, {}), 'OPERATION_DENIED');
      subject.presence.fingers.next('no-match', 'no-match', 'no-match');
      await expectStatus(make(subject, byFinger), 'OPERATION_DENIED');
      await expectStatus(make(subject, byFinger), 'PIN_BLOCKED');
    },
  },
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
