/** authenticatorClientPIN (CTAP 2.1 §6.5). */
import {
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

export const CLIENT_PIN = 0x06;

export const ClientPinSubcommand = {
  GET_PIN_RETRIES: 0x01,
  GET_KEY_AGREEMENT: 0x02,
  SET_PIN: 0x03,
  CHANGE_PIN: 0x04,
  /** The legacy token, without permissions. */
  GET_PIN_TOKEN: 0x05,
  GET_TOKEN_USING_UV: 0x06,
  GET_UV_RETRIES: 0x07,
  GET_TOKEN_USING_PIN: 0x09,
} as const;

export const clientPinRequest = record({
  pinUvAuthProtocol: optional(0x01, uint),
  subCommand: required(0x02, uint),
  /** The platform's COSE_Key. */
  keyAgreement: optional(0x03, rawMap),
  pinUvAuthParam: optional(0x04, byteString),
  newPinEnc: optional(0x05, byteString),
  pinHashEnc: optional(0x06, byteString),
  /** {@link Permission} bits. */
  permissions: optional(0x09, uint),
  rpId: optional(0x0a, text),
});

export type ClientPinRequest = TypeOf<typeof clientPinRequest>;

export const clientPinResponse = record({
  keyAgreement: optional(0x01, rawMap),
  /** Encrypted under the shared secret. */
  pinUvAuthToken: optional(0x02, byteString),
  pinRetries: optional(0x03, uint),
  /** True: take the key out and put it back in before the next try. */
  powerCycleState: optional(0x04, bool),
  uvRetries: optional(0x05, uint),
});

export type ClientPinResponse = TypeOf<typeof clientPinResponse> & Flawed;
