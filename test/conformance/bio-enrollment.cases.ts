/** authenticatorBioEnrollment, CTAP 2.1 §6.7. */
import { expect } from 'vitest';
import { PinClient } from '../../main/client/pin';
import type { PinUvAuthToken } from '../../main/client/pin-uv-auth-token';
import {
  BioEnrollmentSubcommand as Sub,
  SampleStatus,
  type BioEnrollmentRequest,
  type BioEnrollmentResponse,
  type TemplateInfo,
} from '../../main/ctap/commands/bio-enrollment';
import { Permission } from '../../main/ctap/pin-protocol';
import { PIN, tokenFor } from './ceremony';
import { bio, enrolledWithPin, option } from './fingers';
import { expectStatus, type ConformanceCase, type Subject } from './subject';

const blank = { profile: 'fingerprint', pin: PIN } as const;
const be = (subject: Subject): Promise<PinUvAuthToken> => tokenFor(subject, Permission.BE);

const begin = (subject: Subject, token: PinUvAuthToken): Promise<BioEnrollmentResponse> =>
  bio(subject, token, Sub.ENROLL_BEGIN);
const next = (
  subject: Subject,
  token: PinUvAuthToken,
  templateId: Uint8Array,
): Promise<BioEnrollmentResponse> => bio(subject, token, Sub.ENROLL_CAPTURE_NEXT_SAMPLE, { templateId });

/** Enrols a finger with good samples only. */
async function enroll(subject: Subject, token: PinUvAuthToken): Promise<Uint8Array> {
  let answer = await begin(subject, token);
  const { templateId } = answer;
  if (!templateId) throw new Error('no templateId');
  while (answer.remainingSamples) answer = await next(subject, token, templateId);
  return templateId;
}

async function infos(subject: Subject, token: PinUvAuthToken): Promise<readonly TemplateInfo[] | undefined> {
  return (await bio(subject, token, Sub.ENUMERATE_ENROLLMENTS)).templateInfos;
}

/** What the begun enrolment answers first, or an error when it does not begin. */
async function begun(subject: Subject, token: PinUvAuthToken): Promise<Uint8Array> {
  const { templateId } = await begin(subject, token);
  if (!templateId) throw new Error('no templateId');
  return templateId;
}

/** Every subcommand that must be permitted, with parameters that it takes. */
const guarded = [
  [Sub.ENROLL_BEGIN, undefined],
  [Sub.ENROLL_CAPTURE_NEXT_SAMPLE, { templateId: Uint8Array.of(0) }],
  [Sub.ENUMERATE_ENROLLMENTS, undefined],
  [Sub.SET_FRIENDLY_NAME, { templateId: Uint8Array.of(0), templateFriendlyName: 'thumb' }],
  [Sub.REMOVE_ENROLLMENT, { templateId: Uint8Array.of(0) }],
] as const;

export const bioEnrollmentCases: readonly ConformanceCase[] = [
  {
    section: '§6.7',
    name: 'a key without a sensor does not know the command',
    run: async ({ api }) => {
      await expectStatus(api.bioEnrollment({ getModality: true }), 'INVALID_COMMAND');
    },
  },
  {
    section: '§6.7.1, §6.7.3',
    name: 'modality and sensor are told without a token',
    recipe: { ...blank, configuration: { samplesToEnroll: 7, maxTemplateFriendlyName: 40 } },
    run: async (subject) => {
      expect(await subject.api.bioEnrollment({ getModality: true })).toEqual({ modality: 1 });
      expect(await bio(subject, undefined, Sub.GET_FINGERPRINT_SENSOR_INFO)).toEqual({
        modality: 1,
        fingerprintKind: 1,
        maxCaptureSamplesRequiredForEnroll: 7,
        maxTemplateFriendlyName: 40,
      });
    },
  },
  {
    section: '§6.7.2',
    name: 'a request without modality or subcommand, with another modality, with an unknown subcommand',
    recipe: blank,
    run: async (subject) => {
      const { api } = subject;
      await expectStatus(api.bioEnrollment({}), 'MISSING_PARAMETER');
      await expectStatus(api.bioEnrollment({ getModality: false }), 'MISSING_PARAMETER');
      await expectStatus(api.bioEnrollment({ subCommand: 7 }), 'MISSING_PARAMETER');
      await expectStatus(api.bioEnrollment({ modality: 1 }), 'MISSING_PARAMETER');
      await expectStatus(api.bioEnrollment({ modality: 2, subCommand: 7 }), 'INVALID_PARAMETER');
      await expectStatus(api.bioEnrollment({ modality: 1, subCommand: 8 }), 'INVALID_SUBCOMMAND');
    },
  },
  {
    section: '§6.7.4–§6.7.8',
    name: 'what must be permitted is refused without parameter, protocol, or the right token; nobody is asked for a finger',
    recipe: enrolledWithPin,
    run: async (subject) => {
      const token = await be(subject);
      for (const [subCommand, params] of guarded) {
        const ask = (change: Partial<BioEnrollmentRequest>): Promise<unknown> =>
          bio(subject, token, subCommand, params, change);
        await expectStatus(bio(subject, undefined, subCommand, params), 'PUAT_REQUIRED');
        await expectStatus(ask({ pinUvAuthProtocol: 3 }), 'INVALID_PARAMETER');
        await expectStatus(
          ask({ pinUvAuthParam: new Uint8Array(token.protocolVersion === 1 ? 16 : 32) }),
          'PIN_AUTH_INVALID',
        );
        await expectStatus(
          bio(subject, undefined, subCommand, params, { pinUvAuthParam: new Uint8Array(16) }),
          'MISSING_PARAMETER',
        );
      }
      const other = await tokenFor(subject, Permission.CM);
      for (const [subCommand, params] of guarded)
        await expectStatus(bio(subject, other, subCommand, params), 'PIN_AUTH_INVALID');
      expect(subject.presence.samples.requests).toHaveLength(0);
      expect(await infos(subject, await be(subject))).toHaveLength(1);
    },
  },
  {
    section: '§6.7.4–§6.7.8',
    name: 'the parameter covers the subcommand and its parameters',
    recipe: enrolledWithPin,
    run: async (subject) => {
      const token = await be(subject);
      const params = new Map([[1, Uint8Array.of(0)]]);
      await expectStatus(
        bio(
          subject,
          token,
          Sub.REMOVE_ENROLLMENT,
          { templateId: Uint8Array.of(9) },
          { subCommandParams: params },
        ),
        'PIN_AUTH_INVALID',
      );
      await expectStatus(
        bio(subject, token, Sub.SET_FRIENDLY_NAME, { templateId: Uint8Array.of(0) }, { subCommand: 6 }),
        'PIN_AUTH_INVALID',
      );
      expect(await infos(subject, token)).toHaveLength(1);
    },
  },
  {
    section: '§6.7.4–§6.7.8',
    name: 'parameters that a subcommand needs are MISSING_PARAMETER',
    recipe: enrolledWithPin,
    run: async (subject) => {
      const token = await be(subject);
      for (const subCommand of [Sub.ENROLL_CAPTURE_NEXT_SAMPLE, Sub.SET_FRIENDLY_NAME, Sub.REMOVE_ENROLLMENT])
        await expectStatus(bio(subject, token, subCommand), 'MISSING_PARAMETER');
      const templateId = Uint8Array.of(0);
      await expectStatus(bio(subject, token, Sub.SET_FRIENDLY_NAME, { templateId }), 'MISSING_PARAMETER');
      await expectStatus(
        bio(subject, token, Sub.SET_FRIENDLY_NAME, { templateFriendlyName: 'a' }),
        'MISSING_PARAMETER',
      );
    },
  },
  {
    section: '§6.7.4',
    name: 'a finger is enrolled by good samples; the others are told and cost nothing',
    recipe: blank,
    run: async (subject) => {
      const token = await be(subject);
      expect(await option(subject, 'bioEnroll')).toBe(false);
      expect(await option(subject, 'uv')).toBe(false);
      subject.presence.samples.next('GOOD', 'TOO_FAST', 'GOOD', 'EXISTS', 'MERGE_FAILURE', 'GOOD');
      const first = await begin(subject, token);
      expect(first).toMatchObject({ lastEnrollSampleStatus: SampleStatus.GOOD, remainingSamples: 3 });
      const templateId = first.templateId ?? new Uint8Array();
      const told: (number | undefined)[][] = [];
      for (let count = 0; count < 6; count++) {
        const answer = await next(subject, token, templateId);
        expect(answer.templateId).toBeUndefined();
        told.push([answer.lastEnrollSampleStatus, answer.remainingSamples]);
        if (count < 5) expect(await option(subject, 'uv')).toBe(false);
      }
      expect(told).toEqual([
        [SampleStatus.TOO_FAST, 3],
        [SampleStatus.GOOD, 2],
        [SampleStatus.EXISTS, 2],
        [SampleStatus.MERGE_FAILURE, 2],
        [SampleStatus.GOOD, 1],
        [SampleStatus.GOOD, 0],
      ]);
      expect(await infos(subject, token)).toEqual([{ templateId }]);
      expect(await option(subject, 'bioEnroll')).toBe(true);
      expect(await option(subject, 'uv')).toBe(true);
      // It is enrolled, so no more of it is captured.
      await expectStatus(next(subject, token, templateId), 'INVALID_OPTION');
    },
  },
  {
    section: '§6.7.4',
    name: 'a first sample that is bad begins the enrolment all the same',
    recipe: blank,
    run: async (subject) => {
      const token = await be(subject);
      subject.presence.samples.next('POOR_QUALITY');
      const answer = await begin(subject, token);
      expect(answer).toMatchObject({
        lastEnrollSampleStatus: SampleStatus.POOR_QUALITY,
        remainingSamples: 4,
      });
      expect(await next(subject, token, answer.templateId ?? new Uint8Array())).toEqual({
        lastEnrollSampleStatus: SampleStatus.GOOD,
        remainingSamples: 3,
      });
    },
  },
  {
    section: '§6.7.4',
    name: 'the platform is told that a finger is needed',
    recipe: blank,
    run: async (subject) => {
      const { presence, until } = subject;
      const token = await be(subject);
      presence.samples.next('wait');
      const statuses: string[] = [];
      const onStatus = (status: string): unknown => statuses.push(status);
      const beginning = bio(subject, token, Sub.ENROLL_BEGIN, undefined, {}, { onStatus });
      await until('the key says that it waits', () => statuses.includes('touch-needed'));
      expect(presence.samples.requests.at(-1)?.remaining).toBe(4);
      presence.samples.answer('GOOD');
      expect(await beginning).toHaveProperty('remainingSamples', 3);
    },
  },
  {
    section: '§6.7.4',
    name: 'no room for another finger is FP_DATABASE_FULL, before any is laid on',
    recipe: { ...enrolledWithPin, configuration: { maxTemplates: 2 } },
    run: async (subject) => {
      const token = await be(subject);
      await enroll(subject, token);
      const samples = subject.presence.samples.requests.length;
      await expectStatus(begin(subject, token), 'FP_DATABASE_FULL');
      expect(subject.presence.samples.requests).toHaveLength(samples);
      await bio(subject, token, Sub.REMOVE_ENROLLMENT, { templateId: Uint8Array.of(0) });
      await begin(subject, token);
    },
  },
  {
    section: '§6.7.4',
    name: 'no finger in the platform’s time is feedback, and the enrolment goes on',
    recipe: blank,
    run: async (subject) => {
      const { presence, clock, until } = subject;
      const token = await be(subject);
      const templateId = await begun(subject, token);
      presence.samples.next('wait');
      const since = clock.now();
      let answer: unknown;
      const params = { templateId, timeoutMilliseconds: 5000 };
      void bio(subject, token, Sub.ENROLL_CAPTURE_NEXT_SAMPLE, params).then((told) => (answer = told));
      await until('the time is over', () => answer !== undefined);
      expect(answer).toEqual({ lastEnrollSampleStatus: SampleStatus.NO_USER_ACTIVITY, remainingSamples: 3 });
      expect(clock.now() - since).toBeLessThan(6000);
      expect(presence.waiting).toBe(false);
      expect(await next(subject, token, templateId)).toHaveProperty('remainingSamples', 2);
    },
  },
  {
    section: '§6.7.4',
    name: 'no finger in the key’s own time is USER_ACTION_TIMEOUT, a refusal OPERATION_DENIED; nothing has begun then',
    recipe: blank,
    run: async (subject) => {
      const token = await be(subject);
      const abandoned = await begun(subject, token);
      subject.presence.samples.next('timed-out', 'refused');
      await expectStatus(begin(subject, token), 'USER_ACTION_TIMEOUT');
      await expectStatus(begin(subject, token), 'OPERATION_DENIED');
      await expectStatus(infos(subject, token), 'INVALID_OPTION');
      // Nor does the one before go on.
      await expectStatus(next(subject, token, abandoned), 'INVALID_OPTION');
      expect(subject.presence.samples.requests).toHaveLength(3);
    },
  },
  {
    section: '§6.7.4, §11.2.9.1.5',
    name: 'the platform cancels a sample; the enrolment can go on',
    recipe: blank,
    run: async (subject) => {
      const { presence, until } = subject;
      const token = await be(subject);
      const templateId = await begun(subject, token);
      presence.samples.next('wait');
      const controller = new AbortController();
      const sample = bio(
        subject,
        token,
        Sub.ENROLL_CAPTURE_NEXT_SAMPLE,
        { templateId },
        {},
        { signal: controller.signal },
      );
      let ended = false;
      const rejected = expect(sample)
        .rejects.toThrow('the dialog was closed')
        .finally(() => (ended = true));
      await until('the key waits', () => presence.waiting);
      controller.abort(new Error('the dialog was closed'));
      await until('the command ends', () => ended);
      await rejected;
      expect(presence.waiting).toBe(false);
      expect(await next(subject, token, templateId)).toHaveProperty('remainingSamples', 2);
    },
  },
  {
    section: '§6.7.5',
    name: 'cancelCurrentEnrollment ends the enrolment, without a token, and is no error when none runs',
    recipe: blank,
    run: async (subject) => {
      const token = await be(subject);
      const templateId = await begun(subject, token);
      expect(await bio(subject, undefined, Sub.CANCEL_CURRENT_ENROLLMENT)).toEqual({});
      await expectStatus(next(subject, token, templateId), 'INVALID_OPTION');
      await expectStatus(infos(subject, token), 'INVALID_OPTION');
      await bio(subject, undefined, Sub.CANCEL_CURRENT_ENROLLMENT);
    },
  },
  {
    section: '§6.7.4',
    name: 'enrollBegin ends the enrolment before it; other commands leave it alone',
    recipe: blank,
    run: async (subject) => {
      const token = await be(subject);
      const abandoned = await begun(subject, token);
      const templateId = await begun(subject, token);
      expect(templateId).not.toEqual(abandoned);
      await expectStatus(next(subject, token, abandoned), 'INVALID_OPTION');
      await subject.api.getInfo();
      await subject.api.selection();
      await expectStatus(infos(subject, token), 'INVALID_OPTION');
      expect(await next(subject, token, templateId)).toHaveProperty('remainingSamples', 2);
    },
  },
  {
    section: '§6.7.4',
    name: 'an enrolment ends with the power',
    recipe: blank,
    run: async (subject) => {
      const templateId = await begun(subject, await be(subject));
      await subject.powerCycle();
      const token = await be(subject);
      await expectStatus(next(subject, token, templateId), 'INVALID_OPTION');
      await expectStatus(infos(subject, token), 'INVALID_OPTION');
    },
  },
  {
    section: '§6.6',
    name: 'reset forgets all fingers, and the one that is being enrolled',
    recipe: enrolledWithPin,
    run: async (subject) => {
      await subject.powerCycle();
      const templateId = await begun(subject, await be(subject));
      await subject.api.reset();
      for (const name of ['uv', 'bioEnroll', 'clientPin']) expect(await option(subject, name)).toBe(false);
      // Without a PIN there is no token that could ask.
      await new PinClient(subject.api, await subject.api.getInfo(), subject.random).setPin(PIN);
      const token = await be(subject);
      await expectStatus(next(subject, token, templateId), 'INVALID_OPTION');
      await expectStatus(infos(subject, token), 'INVALID_OPTION');
    },
  },
  {
    section: '§6.7.6',
    name: 'enumerateEnrollments where there is none is INVALID_OPTION',
    recipe: blank,
    run: async (subject) => expectStatus(infos(subject, await be(subject)), 'INVALID_OPTION'),
  },
  {
    section: '§6.7.7',
    name: 'a finger gets a name, and another one; too long a name is INVALID_LENGTH, an unknown finger INVALID_OPTION',
    recipe: { ...enrolledWithPin, configuration: { maxTemplateFriendlyName: 12 } },
    run: async (subject) => {
      const token = await be(subject);
      const second = await enroll(subject, token);
      const rename = (templateId: Uint8Array, templateFriendlyName: string): Promise<unknown> =>
        bio(subject, token, Sub.SET_FRIENDLY_NAME, { templateId, templateFriendlyName });
      await rename(second, 'right hand');
      await rename(second, 'мизинец'.slice(0, 6)); // 12 bytes
      await expectStatus(rename(second, 'мизинец'), 'INVALID_LENGTH');
      await expectStatus(rename(Uint8Array.of(77), 'toe'), 'INVALID_OPTION');
      expect(await infos(subject, token)).toEqual([
        { templateId: Uint8Array.of(0), templateFriendlyName: 'left thumb' },
        { templateId: second, templateFriendlyName: 'мизине' },
      ]);
      await subject.powerCycle();
      expect(await infos(subject, await be(subject))).toHaveLength(2);
    },
  },
  {
    section: '§6.7.8',
    name: 'a finger is removed; with the last one the key verifies nobody by itself any more',
    recipe: enrolledWithPin,
    run: async (subject) => {
      const token = await be(subject);
      const second = await enroll(subject, token);
      const remove = (templateId: Uint8Array): Promise<unknown> =>
        bio(subject, token, Sub.REMOVE_ENROLLMENT, { templateId });
      await expectStatus(remove(Uint8Array.of(77)), 'INVALID_OPTION');
      await remove(Uint8Array.of(0));
      await expectStatus(remove(Uint8Array.of(0)), 'INVALID_OPTION');
      expect(await infos(subject, token)).toEqual([{ templateId: second }]);
      expect(await option(subject, 'uv')).toBe(true);
      await remove(second);
      expect(await option(subject, 'uv')).toBe(false);
      expect(await option(subject, 'bioEnroll')).toBe(false);
    },
  },
  {
    section: 'FIDO_2_1_PRE',
    name: 'the preview enrols with the legacy token',
    recipe: {
      profile: '2.1-preview',
      pin: PIN,
      configuration: { builtInUv: true, bioEnrollment: 'preview' },
    },
    run: async (subject) => {
      expect(await option(subject, 'bioEnroll')).toBeUndefined();
      expect(await option(subject, 'userVerificationMgmtPreview')).toBe(false);
      const token = await be(subject);
      const templateId = await enroll(subject, token);
      expect(await infos(subject, token)).toEqual([{ templateId }]);
      expect(await option(subject, 'userVerificationMgmtPreview')).toBe(true);
    },
  },
];
