/** authenticatorBioEnrollment (CTAP 2.1 §6.7; 0x40 is its preview of FIDO_2_1_PRE with the same members). */
import { encodeCbor, type CborMap } from '../cbor';
import {
  arrayOf,
  bool,
  byteString,
  optional,
  rawMap,
  record,
  required,
  text,
  uint,
  type Flawed,
  type TypeOf,
} from '../codec';

export const BIO_ENROLLMENT = 0x09;
export const BIO_ENROLLMENT_PREVIEW = 0x40;

/** The only modality there is. */
export const FINGERPRINT = 0x01;

export const BioEnrollmentSubcommand = {
  ENROLL_BEGIN: 0x01,
  ENROLL_CAPTURE_NEXT_SAMPLE: 0x02,
  CANCEL_CURRENT_ENROLLMENT: 0x03,
  ENUMERATE_ENROLLMENTS: 0x04,
  SET_FRIENDLY_NAME: 0x05,
  REMOVE_ENROLLMENT: 0x06,
  GET_FINGERPRINT_SENSOR_INFO: 0x07,
} as const;

/** lastEnrollSampleStatus (§6.7.4, table of CTAP2_ENROLL_FEEDBACK_…). */
export const SampleStatus = {
  GOOD: 0x00,
  TOO_HIGH: 0x01,
  TOO_LOW: 0x02,
  TOO_LEFT: 0x03,
  TOO_RIGHT: 0x04,
  TOO_FAST: 0x05,
  TOO_SLOW: 0x06,
  POOR_QUALITY: 0x07,
  TOO_SKEWED: 0x08,
  TOO_SHORT: 0x09,
  MERGE_FAILURE: 0x0a,
  EXISTS: 0x0b,
  NO_USER_ACTIVITY: 0x0d,
  NO_USER_PRESENCE_TRANSITION: 0x0e,
} as const;

export const bioEnrollmentRequest = record({
  /** {@link FINGERPRINT} */
  modality: optional(0x01, uint),
  subCommand: optional(0x02, uint),
  /** Kept raw because pinUvAuthParam is computed over its bytes; see {@link bioEnrollmentParams}. */
  subCommandParams: optional(0x03, rawMap),
  pinUvAuthProtocol: optional(0x04, uint),
  pinUvAuthParam: optional(0x05, byteString),
  /** True asks for the modality only. */
  getModality: optional(0x06, bool),
});

export type BioEnrollmentRequest = TypeOf<typeof bioEnrollmentRequest>;

export const bioEnrollmentParams = record({
  templateId: optional(0x01, byteString),
  templateFriendlyName: optional(0x02, text),
  timeoutMilliseconds: optional(0x03, uint),
});

export type BioEnrollmentParams = TypeOf<typeof bioEnrollmentParams>;

/** The message that pinUvAuthParam authenticates: modality ‖ subCommand ‖ CBOR(subCommandParams). */
export function bioEnrollmentAuthMessage(
  modality: number,
  subCommand: number,
  params: CborMap | undefined,
): Uint8Array {
  return Uint8Array.of(modality, subCommand, ...(params ? encodeCbor(params) : []));
}

export const templateInfo = record({
  templateId: required(0x01, byteString),
  templateFriendlyName: optional(0x02, text),
});

export type TemplateInfo = TypeOf<typeof templateInfo>;

export const bioEnrollmentResponse = record({
  modality: optional(0x01, uint),
  /** 1 touch, 2 swipe */
  fingerprintKind: optional(0x02, uint),
  maxCaptureSamplesRequiredForEnroll: optional(0x03, uint),
  templateId: optional(0x04, byteString),
  /** {@link SampleStatus} */
  lastEnrollSampleStatus: optional(0x05, uint),
  remainingSamples: optional(0x06, uint),
  templateInfos: optional(0x07, arrayOf(templateInfo)),
  /** Bytes. */
  maxTemplateFriendlyName: optional(0x08, uint),
});

export type BioEnrollmentResponse = TypeOf<typeof bioEnrollmentResponse> & Flawed;
