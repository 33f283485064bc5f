/** authenticatorCredentialManagement (CTAP 2.1 §6.8; 0x41 is its preview of FIDO_2_1_PRE with the same members). */
import { encodeCbor, type CborMap } from '../cbor';
import {
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

export const CREDENTIAL_MANAGEMENT = 0x0a;
export const CREDENTIAL_MANAGEMENT_PREVIEW = 0x41;

export const CredentialManagementSubcommand = {
  GET_CREDS_METADATA: 0x01,
  ENUMERATE_RPS_BEGIN: 0x02,
  ENUMERATE_RPS_GET_NEXT_RP: 0x03,
  ENUMERATE_CREDENTIALS_BEGIN: 0x04,
  ENUMERATE_CREDENTIALS_GET_NEXT_CREDENTIAL: 0x05,
  DELETE_CREDENTIAL: 0x06,
  UPDATE_USER_INFORMATION: 0x07,
} as const;

export const credentialManagementRequest = record({
  subCommand: required(0x01, uint),
  /** Kept raw because pinUvAuthParam is computed over its bytes; see {@link credentialManagementParams}. */
  subCommandParams: optional(0x02, rawMap),
  pinUvAuthProtocol: optional(0x03, uint),
  pinUvAuthParam: optional(0x04, byteString),
});

export type CredentialManagementRequest = TypeOf<typeof credentialManagementRequest>;

export const credentialManagementParams = record({
  /** SHA-256 of the RP ID. */
  rpIDHash: optional(0x01, bytes(32)),
  credentialID: optional(0x02, credentialDescriptor),
  user: optional(0x03, userEntity),
});

export type CredentialManagementParams = TypeOf<typeof credentialManagementParams>;

/** The message that pinUvAuthParam authenticates: subCommand ‖ CBOR(subCommandParams). */
export function credentialManagementAuthMessage(subCommand: number, params: CborMap | undefined): Uint8Array {
  return Uint8Array.of(subCommand, ...(params ? encodeCbor(params) : []));
}

/** In answers the name is all that may be missing, but some keys leave out the ID of RPs whose name filled the memory. */
const listedRp = record({ id: optional('id', text), name: optional('name', text) });

export const credentialManagementResponse = record({
  existingResidentCredentialsCount: optional(0x01, uint),
  maxPossibleRemainingResidentCredentialsCount: optional(0x02, uint),
  rp: optional(0x03, listedRp),
  rpIDHash: optional(0x04, bytes(32)),
  totalRPs: optional(0x05, uint),
  user: optional(0x06, userEntity),
  credentialID: optional(0x07, credentialDescriptor),
  /** COSE_Key. */
  publicKey: optional(0x08, rawMap),
  totalCredentials: optional(0x09, uint),
  credProtect: optional(0x0a, uint),
  largeBlobKey: optional(0x0b, bytes(32)),
  thirdPartyPayment: optional(0x0c, bool),
});

export type CredentialManagementResponse = TypeOf<typeof credentialManagementResponse> & Flawed;
