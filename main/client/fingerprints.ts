/** The fingerprints on an authenticator with a sensor (CTAP 2.1 §6.7, and its preview 0x40). */
import { equalBytes } from '@noble/ciphers/utils.js';
import type { CallOptions, Ctap2Api } from '../ctap/api';
import type { CborMap } from '../ctap/cbor';
import {
  bioEnrollmentAuthMessage,
  bioEnrollmentParams,
  BioEnrollmentSubcommand as Subcommand,
  FINGERPRINT,
  SampleStatus,
  type BioEnrollmentParams,
  type BioEnrollmentResponse,
} from '../ctap/commands/bio-enrollment';
import type { AuthenticatorInfo } from '../ctap/commands/get-info';
import { CtapStatusError, ProtocolError } from '../ctap/errors';
import { Status } from '../ctap/status';
import { isFailure, isUnplugged, type Failure } from './failures';
import type { PinUvAuthToken } from './pin-uv-auth-token';

export interface SensorInfo {
  /** Undefined for a kind that the specification does not name. */
  readonly kind: 'touch' | 'swipe' | undefined;
  /** Good samples that a finger takes at most. */
  readonly maxSamples?: number;
  /** Bytes of UTF-8 of a finger's name; keys of the preview do not say. */
  readonly maxNameBytes?: number;
}

export interface Fingerprint {
  readonly id: Uint8Array;
  /** Unchecked text from outside. Undefined or empty for a finger without a name. */
  readonly name?: string;
}

export interface FingerprintList {
  readonly fingerprints: readonly Fingerprint[];
  /** What was odd about the key's answer, each a sentence. */
  readonly flaws: readonly string[];
}

/** What became of one touch of the sensor. `unknown`: a status that the specification does not name. */
export type SampleFeedback = keyof typeof SampleStatus | 'unknown';

export interface EnrollmentProgress {
  /** Undefined while the sensor waits for the first touch. */
  readonly sample?: SampleFeedback;
  /** Good samples that are still needed, as the key says; undefined before it has said so. */
  readonly remaining?: number;
}

export interface EnrollmentOptions extends CallOptions {
  /** Called when the sensor begins to wait for the first touch, and after every touch. */
  readonly onProgress?: (progress: EnrollmentProgress) => void;
  /** How long the sensor waits for each touch; the key's own time (about 30 s) when absent. */
  readonly timeoutMilliseconds?: number;
}

/** What is true after a removal, by listing again, and what the command itself failed with. */
export interface Removal {
  readonly outcome: 'removed' | 'kept';
  readonly refusal?: Failure;
}

export type FingerprintNameProblem =
  | { readonly problem: 'empty' }
  | { readonly problem: 'too-long'; readonly bytes: number; readonly maximum: number }
  /** Half of a surrogate pair: it has no UTF-8 form. */
  | { readonly problem: 'not-text' };

/** More touches than that for one finger, good and bad together, are no enrolment but a key that does not end it. */
const MAX_TOUCHES = 100;
/** So many times in a row nobody touched the sensor: the person is gone. */
const MAX_IDLE = 3;

/** True when the authenticator can store fingerprints, by bioEnrollment or its preview. */
export function hasSensor({ options }: AuthenticatorInfo): boolean {
  return options?.get('bioEnroll') !== undefined || options?.get('userVerificationMgmtPreview') !== undefined;
}

/** Whether a name is one that this sensor can take. */
export function checkFingerprintName(name: string, sensor: SensorInfo): 'ok' | FingerprintNameProblem {
  if (name === '') return { problem: 'empty' };
  if (/\p{Surrogate}/u.test(name)) return { problem: 'not-text' };
  const bytes = Buffer.byteLength(name);
  const maximum = sensor.maxNameBytes;
  return maximum !== undefined && bytes > maximum ? { problem: 'too-long', bytes, maximum } : 'ok';
}

/**
 * Methods reject with what {@link Ctap2Api} rejects with, among it FP_DATABASE_FULL (no room for another finger),
 * INVALID_OPTION (no such finger), PIN_AUTH_INVALID (see `isTokenRefused`), and INVALID_COMMAND without asking a key that has
 * no sensor. An enrolment must not be interrupted by other commands to the same key: run it in `SecurityKey.exclusive`.
 */
export class FingerprintManager {
  readonly #api: Ctap2Api;
  readonly #info: AuthenticatorInfo;
  readonly #token: PinUvAuthToken;

  /** The token has permission `be`, or is a legacy one. */
  constructor(api: Ctap2Api, info: AuthenticatorInfo, token: PinUvAuthToken) {
    this.#api = api;
    this.#info = info;
    this.#token = token;
  }

  /** One round trip. */
  sensor(options?: CallOptions): Promise<SensorInfo> {
    return readSensor(this.#api, this.#info, options);
  }

  /** One round trip. */
  async list(options?: CallOptions): Promise<FingerprintList> {
    let answer: BioEnrollmentResponse;
    try {
      answer = await this.#authenticated(Subcommand.ENUMERATE_ENROLLMENTS, undefined, options);
    } catch (error) {
      // §6.7.6: the way to say that there are none.
      if (error instanceof CtapStatusError && error.status === Status.INVALID_OPTION)
        return { fingerprints: [], flaws: [] };
      throw error;
    }
    const flaws = answer.flaws?.map((flaw) => `In the key's answer ${flaw}.`) ?? [];
    const fingerprints = new Map<string, Fingerprint>();
    for (const { templateId, templateFriendlyName } of answer.templateInfos ?? []) {
      const identity = Buffer.from(templateId).toString('hex');
      if (templateId.length === 0) flaws.push('The key listed a finger without an ID.');
      else if (fingerprints.has(identity)) flaws.push('The key listed a finger twice.');
      else
        fingerprints.set(identity, {
          id: templateId,
          ...(templateFriendlyName !== undefined && { name: templateFriendlyName }),
        });
    }
    return { fingerprints: [...fingerprints.values()], flaws: [...new Set(flaws)] };
  }

  /**
   * Enrols a finger, as many round trips as the person needs touches. It resolves when the key lists the new finger. When
   * the signal is aborted, and after every failure, the key is told to forget the samples that it has taken.
   */
  async enroll({
    onProgress,
    timeoutMilliseconds,
    ...options
  }: EnrollmentOptions = {}): Promise<Fingerprint> {
    const timeout = timeoutMilliseconds === undefined ? {} : { timeoutMilliseconds };
    onProgress?.({});
    try {
      const begun = await this.#authenticated(Subcommand.ENROLL_BEGIN, timeout, options);
      const { templateId } = begun;
      if (!templateId?.length)
        throw new ProtocolError('The security key began to enrol a finger without giving it an ID.');
      let idle = 0;
      let touches = 0;
      for (let answer = begun; ;) {
        touches++;
        const sample = feedbackOf(answer);
        const remaining = answer.remainingSamples;
        if (remaining === undefined)
          throw new ProtocolError('The security key did not say how many touches are still needed.');
        onProgress?.({ sample, remaining });
        if (remaining === 0) break;
        idle = sample === 'NO_USER_ACTIVITY' ? idle + 1 : 0;
        if (idle === MAX_IDLE)
          throw new CtapStatusError(Status.USER_ACTION_TIMEOUT, 'nobody touched the sensor');
        if (touches === MAX_TOUCHES)
          throw new ProtocolError('The security key does not come to an end in enrolling a finger.');
        answer = await this.#authenticated(
          Subcommand.ENROLL_CAPTURE_NEXT_SAMPLE,
          { templateId, ...timeout },
          options,
        );
      }
      return await this.#listed(templateId, options);
    } catch (error) {
      await this.#cancelEnrollment();
      throw error;
    }
  }

  /**
   * Names a finger and tells what the key lists it as afterwards. INVALID_LENGTH without asking the key when
   * {@link checkFingerprintName} objects. Three round trips.
   */
  async rename(id: Uint8Array, name: string, options?: CallOptions): Promise<Fingerprint> {
    const verdict = checkFingerprintName(name, await this.sensor(options));
    if (verdict !== 'ok') throw new CtapStatusError(Status.INVALID_LENGTH, verdict.problem);
    await this.#authenticated(
      Subcommand.SET_FRIENDLY_NAME,
      { templateId: id, templateFriendlyName: name },
      options,
    );
    return this.#listed(id, options);
  }

  /**
   * Removes a finger, then lists again and says what is true, whatever the key answered. Rejects when the truth could
   * not be found out. Two round trips.
   */
  async remove(id: Uint8Array, options?: CallOptions): Promise<Removal> {
    let refusal: Failure | undefined;
    try {
      await this.#authenticated(Subcommand.REMOVE_ENROLLMENT, { templateId: id }, options);
    } catch (error) {
      if (!isFailure(error) || isUnplugged(error)) throw error;
      refusal = error;
    }
    const { fingerprints } = await this.list(options);
    const kept = fingerprints.some((fingerprint) => equalBytes(fingerprint.id, id));
    return { outcome: kept ? 'kept' : 'removed', ...(refusal && { refusal }) };
  }

  async #listed(id: Uint8Array, options: CallOptions | undefined): Promise<Fingerprint> {
    const { fingerprints } = await this.list(options);
    const found = fingerprints.find((fingerprint) => equalBytes(fingerprint.id, id));
    if (!found)
      throw new ProtocolError('The security key does not list the finger that it said it had stored.');
    return found;
  }

  /** What the key says to it changes nothing: the samples are of no use without the command that comes next. */
  async #cancelEnrollment(): Promise<void> {
    try {
      await this.#api.bioEnrollment({
        modality: FINGERPRINT,
        subCommand: Subcommand.CANCEL_CURRENT_ENROLLMENT,
      });
    } catch (error) {
      if (!isFailure(error)) throw error;
    }
  }

  async #authenticated(
    subCommand: number,
    params: BioEnrollmentParams | undefined,
    options: CallOptions | undefined,
  ): Promise<BioEnrollmentResponse> {
    requireSensor(this.#info);
    const encoded = params && (bioEnrollmentParams.encode(params) as CborMap);
    const subCommandParams = encoded && encoded.size > 0 ? encoded : undefined;
    return this.#api.bioEnrollment(
      {
        modality: FINGERPRINT,
        subCommand,
        ...(subCommandParams && { subCommandParams }),
        pinUvAuthProtocol: this.#token.protocolVersion,
        pinUvAuthParam: this.#token.authenticate(
          bioEnrollmentAuthMessage(FINGERPRINT, subCommand, subCommandParams),
        ),
      },
      options,
    );
  }
}

/** What the sensor can; wants no token. One round trip. */
export async function readSensor(
  api: Ctap2Api,
  info: AuthenticatorInfo,
  options?: CallOptions,
): Promise<SensorInfo> {
  requireSensor(info);
  const { fingerprintKind, maxCaptureSamplesRequiredForEnroll, maxTemplateFriendlyName } =
    await api.bioEnrollment(
      { modality: FINGERPRINT, subCommand: Subcommand.GET_FINGERPRINT_SENSOR_INFO },
      options,
    );
  return {
    kind: fingerprintKind === 1 ? 'touch' : fingerprintKind === 2 ? 'swipe' : undefined,
    ...(maxCaptureSamplesRequiredForEnroll !== undefined && {
      maxSamples: maxCaptureSamplesRequiredForEnroll,
    }),
    ...(maxTemplateFriendlyName !== undefined && { maxNameBytes: maxTemplateFriendlyName }),
  };
}

function requireSensor(info: AuthenticatorInfo): void {
  if (!hasSensor(info))
    throw new CtapStatusError(Status.INVALID_COMMAND, 'this security key has no fingerprint sensor');
}

const feedbackNames = new Map<number, keyof typeof SampleStatus>(
  Object.entries(SampleStatus).map(([name, status]) => [status, name as keyof typeof SampleStatus]),
);

function feedbackOf({ lastEnrollSampleStatus }: BioEnrollmentResponse): SampleFeedback {
  return (lastEnrollSampleStatus !== undefined && feedbackNames.get(lastEnrollSampleStatus)) || 'unknown';
}
