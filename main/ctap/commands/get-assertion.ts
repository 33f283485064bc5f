/** authenticatorGetAssertion (CTAP 2.1 §6.2) and authenticatorGetNextAssertion (§6.3). */
import {
  arrayOf,
  bool,
  byteString,
  bytes,
  optional,
  rawMap,
  record,
  required,
  text,
  uint,
  type Flawed,
  type TypeOf,
} from '../codec';
import { credentialDescriptor, userEntity } from '../entities';

export const GET_ASSERTION = 0x02;
/** Has no parameters; its answer is a {@link GetAssertionResponse} without numberOfCredentials. */
export const GET_NEXT_ASSERTION = 0x08;

export const getAssertionOptions = record({
  rk: optional('rk', bool),
  up: optional('up', bool),
  uv: optional('uv', bool),
});

export const getAssertionRequest = record({
  rpId: required(0x01, text),
  clientDataHash: required(0x02, bytes(32)),
  allowList: optional(0x03, arrayOf(credentialDescriptor)),
  extensions: optional(0x04, rawMap),
  options: optional(0x05, getAssertionOptions),
  /** authenticate(pinUvAuthToken, clientDataHash) */
  pinUvAuthParam: optional(0x06, byteString),
  pinUvAuthProtocol: optional(0x07, uint),
});

export type GetAssertionRequest = TypeOf<typeof getAssertionRequest>;

export const getAssertionResponse = record({
  /** CTAP 2.0 keys may leave it out when the allowList has one element. */
  credential: optional(0x01, credentialDescriptor),
  authData: required(0x02, byteString),
  signature: required(0x03, byteString),
  user: optional(0x04, userEntity),
  /** Only in the first answer, only when greater than one. */
  numberOfCredentials: optional(0x05, uint),
  userSelected: optional(0x06, bool),
  largeBlobKey: optional(0x07, bytes(32)),
  unsignedExtensionOutputs: optional(0x08, rawMap),
});

export type GetAssertionResponse = TypeOf<typeof getAssertionResponse> & Flawed;
