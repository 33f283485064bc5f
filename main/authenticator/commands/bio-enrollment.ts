/** authenticatorBioEnrollment (CTAP 2.1 §6.7), and its preview, command 0x40. */
import { equalBytes } from '@noble/ciphers/utils.js';
import {
  bioEnrollmentAuthMessage,
  bioEnrollmentParams,
  BioEnrollmentSubcommand as Sub,
  FINGERPRINT,
  SampleStatus,
  type BioEnrollmentParams,
  type BioEnrollmentRequest,
  type BioEnrollmentResponse,
} from '../../ctap/commands/bio-enrollment';
import { decodeRequestMap } from '../../ctap/codec';
import { CtapStatusError } from '../../ctap/errors';
import { Permission } from '../../ctap/pin-protocol';
import { Status } from '../../ctap/status';
import { requireProtocol, waitForUser, type CommandContext } from '../command-context';
import type { FingerprintTemplate } from '../env';

/** A touch sensor, as opposed to one that the finger is swiped over. */
const TOUCH_SENSOR = 1;
const TEMPLATE_ID_LENGTH = 8;

/** A finger that is being enrolled; in RAM until its last good sample. */
export interface Enrollment {
  readonly templateId: Uint8Array;
  /** Good samples that are still needed. */
  readonly remaining: number;
}

export async function bioEnrollment(
  context: CommandContext,
  request: BioEnrollmentRequest,
): Promise<BioEnrollmentResponse> {
  // §6.7.1: a question without a subcommand.
  if (request.getModality) return { modality: FINGERPRINT };
  if (request.modality === undefined) throw new CtapStatusError(Status.MISSING_PARAMETER, 'modality');
  if (request.subCommand === undefined) throw new CtapStatusError(Status.MISSING_PARAMETER, 'subCommand');
  if (request.modality !== FINGERPRINT) throw new CtapStatusError(Status.INVALID_PARAMETER, 'modality');
  switch (request.subCommand) {
    case Sub.ENROLL_BEGIN:
      return enrollBegin(context, request);
    case Sub.ENROLL_CAPTURE_NEXT_SAMPLE:
      return enrollCaptureNextSample(context, request);
    case Sub.CANCEL_CURRENT_ENROLLMENT:
      context.session.enrollment = undefined;
      return {};
    case Sub.ENUMERATE_ENROLLMENTS:
      return enumerateEnrollments(context, request);
    case Sub.SET_FRIENDLY_NAME:
      return setFriendlyName(context, request);
    case Sub.REMOVE_ENROLLMENT:
      return removeEnrollment(context, request);
    case Sub.GET_FINGERPRINT_SENSOR_INFO:
      return getFingerprintSensorInfo(context);
  }
  throw new CtapStatusError(Status.INVALID_SUBCOMMAND);
}

/** §6.7.3 */
function getFingerprintSensorInfo({ env: { configuration } }: CommandContext): BioEnrollmentResponse {
  return {
    modality: FINGERPRINT,
    fingerprintKind: TOUCH_SENSOR,
    maxCaptureSamplesRequiredForEnroll: configuration.samplesToEnroll,
    maxTemplateFriendlyName: configuration.maxTemplateFriendlyName,
  };
}

/** §6.7.4: an enrolment that is still running ends; one whose first sample never came has not begun. */
async function enrollBegin(
  context: CommandContext,
  request: BioEnrollmentRequest,
): Promise<BioEnrollmentResponse> {
  const { env, session } = context;
  const { timeoutMilliseconds } = authorized(context, request);
  session.enrollment = undefined;
  if (env.storage.record.templates.length >= env.configuration.maxTemplates)
    throw new CtapStatusError(Status.FP_DATABASE_FULL);
  const templateId = env.random.bytes(TEMPLATE_ID_LENGTH);
  const begun = { templateId, remaining: env.configuration.samplesToEnroll };
  return { templateId, ...(await capture(context, begun, timeoutMilliseconds)) };
}

/** §6.7.4: 0x2C for a finger that is not being enrolled. */
async function enrollCaptureNextSample(
  context: CommandContext,
  request: BioEnrollmentRequest,
): Promise<BioEnrollmentResponse> {
  const { templateId, timeoutMilliseconds } = authorized(context, request, 'templateId');
  const { enrollment } = context.session;
  if (!enrollment || !equalBytes(enrollment.templateId, templateId))
    throw new CtapStatusError(Status.INVALID_OPTION, 'templateId');
  return capture(context, enrollment, timeoutMilliseconds);
}

/**
 * One touch of the sensor. When the time that the platform set is over, that is feedback; when the key's own is, it is
 * 0x2F. The last good sample makes the template, durably.
 */
async function capture(
  context: CommandContext,
  { templateId, remaining }: Enrollment,
  timeoutMilliseconds: number | undefined,
): Promise<BioEnrollmentResponse> {
  const { env, session } = context;
  const { verification, configuration } = env;
  const answer = await waitForUser(
    context,
    (signal) => {
      if (!verification.capture) throw new Error('a key that enrols fingers needs a sensor');
      return verification.capture({ remaining, signal });
    },
    Math.min(timeoutMilliseconds ?? Infinity, configuration.presenceTimeout),
  );
  if (answer === 'refused') throw new CtapStatusError(Status.OPERATION_DENIED);
  if (answer === 'timed-out' && timeoutMilliseconds === undefined)
    throw new CtapStatusError(Status.USER_ACTION_TIMEOUT);
  const sample = answer === 'timed-out' ? 'NO_USER_ACTIVITY' : answer;
  const remainingSamples = sample === 'GOOD' ? remaining - 1 : remaining;
  if (remainingSamples === 0) {
    const { templates } = env.storage.record;
    await env.storage.save({ templates: [...templates, { id: templateId }] });
  }
  session.enrollment = remainingSamples === 0 ? undefined : { templateId, remaining: remainingSamples };
  return { lastEnrollSampleStatus: SampleStatus[sample], remainingSamples };
}

/** §6.7.6: 0x2C when no finger is enrolled. */
function enumerateEnrollments(context: CommandContext, request: BioEnrollmentRequest): BioEnrollmentResponse {
  authorized(context, request);
  const { templates } = context.env.storage.record;
  if (templates.length === 0) throw new CtapStatusError(Status.INVALID_OPTION);
  return {
    templateInfos: templates.map(({ id, friendlyName }) => ({
      templateId: id,
      ...(friendlyName !== undefined && { templateFriendlyName: friendlyName }),
    })),
  };
}

/** §6.7.7: 0x03 for a name that is too long, 0x2C for an unknown finger. */
async function setFriendlyName(
  context: CommandContext,
  request: BioEnrollmentRequest,
): Promise<BioEnrollmentResponse> {
  const { configuration, storage } = context.env;
  const params = authorized(context, request, 'templateId', 'templateFriendlyName');
  const { templateId, templateFriendlyName: friendlyName } = params;
  if (Buffer.byteLength(friendlyName) > configuration.maxTemplateFriendlyName)
    throw new CtapStatusError(Status.INVALID_LENGTH, 'templateFriendlyName');
  const named = find(context, templateId);
  await storage.save({
    templates: storage.record.templates.map((template) =>
      template === named ? { ...template, friendlyName } : template,
    ),
  });
  return {};
}

/** §6.7.8: 0x2C for an unknown finger. Without the last one the key verifies nobody by itself any more. */
async function removeEnrollment(
  context: CommandContext,
  request: BioEnrollmentRequest,
): Promise<BioEnrollmentResponse> {
  const { storage } = context.env;
  const { templateId } = authorized(context, request, 'templateId');
  const removed = find(context, templateId);
  await storage.save({ templates: storage.record.templates.filter((template) => template !== removed) });
  return {};
}

function find({ env }: CommandContext, templateId: Uint8Array): FingerprintTemplate {
  const found = env.storage.record.templates.find(({ id }) => equalBytes(id, templateId));
  if (!found) throw new CtapStatusError(Status.INVALID_OPTION, 'templateId');
  return found;
}

/**
 * The parameters of a request that is permitted: 0x36 without pinUvAuthParam, 0x14 when a member of `needed` or the protocol
 * is missing, 0x02 for an unknown protocol, 0x33 for a wrong parameter or a token without the be permission.
 */
function authorized<N extends keyof BioEnrollmentParams>(
  context: CommandContext,
  request: BioEnrollmentRequest,
  ...needed: readonly N[]
): BioEnrollmentParams & Required<Pick<BioEnrollmentParams, N>> {
  const { modality, subCommand, subCommandParams, pinUvAuthParam, pinUvAuthProtocol } = request;
  const { token } = context.session;
  if (pinUvAuthParam === undefined) throw new CtapStatusError(Status.PUAT_REQUIRED);
  const params = decodeRequestMap(bioEnrollmentParams, subCommandParams);
  requireMembers(params, needed);
  const protocol = requireProtocol(context, pinUvAuthProtocol);
  const message = bioEnrollmentAuthMessage(modality ?? 0, subCommand ?? 0, subCommandParams);
  if (!token.verify(protocol, message, pinUvAuthParam) || !token.hasPermission(Permission.BE))
    throw new CtapStatusError(Status.PIN_AUTH_INVALID);
  return params;
}

function requireMembers<N extends keyof BioEnrollmentParams>(
  params: BioEnrollmentParams,
  needed: readonly N[],
): asserts params is BioEnrollmentParams & Required<Pick<BioEnrollmentParams, N>> {
  for (const member of needed)
    if (params[member] === undefined) throw new CtapStatusError(Status.MISSING_PARAMETER, member);
}
