/** Built-in user verification: the sensor, its tries, and the token that a finger gives (CTAP 2.1 §6.5.3.1, §6.5.5.3, §6.5.5.7.3). */
import { expect } from 'vitest';
import { configAuthMessage, ConfigSubcommand } from '../../main/ctap/commands/authenticator-config';
import { BioEnrollmentSubcommand } from '../../main/ctap/commands/bio-enrollment';
import { ClientPinSubcommand } from '../../main/ctap/commands/client-pin';
import { p256CoseKey } from '../../main/ctap/cose';
import { Permission } from '../../main/ctap/pin-protocol';
import { authorized, RP, tokenFor } from './ceremony';
import { askByFinger, bio, enrolled, enrolledWithPin, option, tokenByFinger, uvRetries } from './fingers';
import { aTouch, enrolment, noBuiltInUv } from './needs';
import { expectStatus, type ConformanceCase } from './subject';
import { byFinger, fingers, flags, make, touches, use } from './sensor-ceremony';

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
];
