/** authenticatorGetInfo (CTAP 2.1 §6.4; members 0x16 and later from 2.2 and 2.3). */
import {
  arrayOf,
  bool,
  byteString,
  bytes,
  optional,
  record,
  required,
  text,
  textMapOf,
  uint,
  uint64,
  type Flawed,
  type TypeOf,
} from '../codec';
import { credentialParameters } from '../entities';

export const GET_INFO = 0x04;

export const getInfoResponse = record({
  /** "U2F_V2", "FIDO_2_0", "FIDO_2_1_PRE", "FIDO_2_1", "FIDO_2_3" */
  versions: required(0x01, arrayOf(text)),
  extensions: optional(0x02, arrayOf(text)),
  /** 16 bytes. */
  aaguid: required(0x03, bytes(16)),
  /** See the option table of §6.4; absent is not the same as false. */
  options: optional(0x04, textMapOf(bool)),
  /** Bytes of the largest message; 1024 when absent. */
  maxMsgSize: optional(0x05, uint),
  /** In order of preference. */
  pinUvAuthProtocols: optional(0x06, arrayOf(uint)),
  maxCredentialCountInList: optional(0x07, uint),
  /** Bytes. */
  maxCredentialIdLength: optional(0x08, uint),
  transports: optional(0x09, arrayOf(text)),
  algorithms: optional(0x0a, arrayOf(credentialParameters)),
  /** Bytes. */
  maxSerializedLargeBlobArray: optional(0x0b, uint),
  forcePINChange: optional(0x0c, bool),
  /** Code points; 4 when absent. */
  minPINLength: optional(0x0d, uint),
  firmwareVersion: optional(0x0e, uint),
  /** Bytes. */
  maxCredBlobLength: optional(0x0f, uint),
  maxRPIDsForSetMinPINLength: optional(0x10, uint),
  preferredPlatformUvAttempts: optional(0x11, uint),
  /** Bit set of the FIDO registry's user verification methods. */
  uvModality: optional(0x12, uint),
  certifications: optional(0x13, textMapOf(uint)),
  /** An estimate. */
  remainingDiscoverableCredentials: optional(0x14, uint),
  /** Random 64-bit numbers, so some are bigints. */
  vendorPrototypeConfigCommands: optional(0x15, arrayOf(uint64)),
  attestationFormats: optional(0x16, arrayOf(text)),
  uvCountSinceLastPinEntry: optional(0x17, uint),
  longTouchForReset: optional(0x18, bool),
  /** 16-byte IV ‖ 16-byte ciphertext under a key derived from the persistent token. */
  encIdentifier: optional(0x19, bytes(32)),
  transportsForReset: optional(0x1a, arrayOf(text)),
  pinComplexityPolicy: optional(0x1b, bool),
  /** A URL as bytes. */
  pinComplexityPolicyURL: optional(0x1c, byteString),
  /** Bytes, 8..63; 63 when absent. */
  maxPINLength: optional(0x1d, uint),
  encCredStoreState: optional(0x1e, bytes(32)),
  authenticatorConfigCommands: optional(0x1f, arrayOf(uint)),
});

export type AuthenticatorInfo = TypeOf<typeof getInfoResponse> & Flawed;
