/** authenticatorMakeCredential (CTAP 2.1 §6.1; members 0x0B and 0x06 of the answer from 2.2). */
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
import { credentialDescriptor, credentialParameters, rpEntity, userEntity } from '../entities';

export const MAKE_CREDENTIAL = 0x01;

export const makeCredentialOptions = record({
  rk: optional('rk', bool),
  up: optional('up', bool),
  uv: optional('uv', bool),
});

export const makeCredentialRequest = record({
  clientDataHash: required(0x01, bytes(32)),
  rp: required(0x02, rpEntity),
  user: required(0x03, userEntity),
  /** In order of preference. */
  pubKeyCredParams: required(0x04, arrayOf(credentialParameters)),
  excludeList: optional(0x05, arrayOf(credentialDescriptor)),
  extensions: optional(0x06, rawMap),
  options: optional(0x07, makeCredentialOptions),
  /** authenticate(pinUvAuthToken, clientDataHash) */
  pinUvAuthParam: optional(0x08, byteString),
  pinUvAuthProtocol: optional(0x09, uint),
  /** 1 vendor-facilitated, 2 platform-managed */
  enterpriseAttestation: optional(0x0a, uint),
  attestationFormatsPreference: optional(0x0b, arrayOf(text)),
});

export type MakeCredentialRequest = TypeOf<typeof makeCredentialRequest>;

export const makeCredentialResponse = record({
  fmt: required(0x01, text),
  authData: required(0x02, byteString),
  /** May be left out when fmt is "none". */
  attStmt: optional(0x03, rawMap),
  epAtt: optional(0x04, bool),
  largeBlobKey: optional(0x05, bytes(32)),
  unsignedExtensionOutputs: optional(0x06, rawMap),
});

export type MakeCredentialResponse = TypeOf<typeof makeCredentialResponse> & Flawed;
