/** authenticatorConfig (CTAP 2.1 §6.11; enableLongTouchForReset from 2.3). Its answer has no body. */
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
  uint64,
  type TypeOf,
} from '../codec';

export const AUTHENTICATOR_CONFIG = 0x0d;

export const ConfigSubcommand = {
  ENABLE_ENTERPRISE_ATTESTATION: 0x01,
  TOGGLE_ALWAYS_UV: 0x02,
  SET_MIN_PIN_LENGTH: 0x03,
  ENABLE_LONG_TOUCH_FOR_RESET: 0x04,
  VENDOR_PROTOTYPE: 0xff,
} as const;

export const authenticatorConfigRequest = record({
  subCommand: required(0x01, uint),
  /** Kept raw because pinUvAuthParam is computed over its bytes; see {@link setMinPinLengthParams}. */
  subCommandParams: optional(0x02, rawMap),
  pinUvAuthProtocol: optional(0x03, uint),
  pinUvAuthParam: optional(0x04, byteString),
});

export type AuthenticatorConfigRequest = TypeOf<typeof authenticatorConfigRequest>;

/** subCommandParams of setMinPINLength (§6.11.4). */
export const setMinPinLengthParams = record({
  /** Code points. */
  newMinPINLength: optional(0x01, uint),
  /** The RP IDs that the minPinLength extension answers. */
  minPinLengthRPIDs: optional(0x02, arrayOf(text)),
  forceChangePin: optional(0x03, bool),
  /** From CTAP 2.2 on. */
  pinComplexityPolicy: optional(0x04, bool),
});

export type SetMinPinLengthParams = TypeOf<typeof setMinPinLengthParams>;

/** subCommandParams of vendorPrototype (§6.11.3); what else there is, is the vendor's. */
export const vendorPrototypeParams = record({ vendorCommandId: required(0x01, uint64) });

/** The message that pinUvAuthParam authenticates: 32 × 0xFF ‖ 0x0D ‖ subCommand ‖ CBOR(subCommandParams). */
export function configAuthMessage(subCommand: number, params: CborMap | undefined): Uint8Array {
  return Uint8Array.of(
    ...new Uint8Array(32).fill(0xff),
    AUTHENTICATOR_CONFIG,
    subCommand,
    ...(params ? encodeCbor(params) : []),
  );
}
