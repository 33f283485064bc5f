/** What hmac-secret and hmac-secret-mc have in common: the salts of the platform, and what a credential makes of them. */
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import type { CborMap, CborValue } from '../../ctap/cbor';
import {
  byteString,
  decodeRequestMap,
  optional,
  rawMap,
  record,
  required,
  uint,
  type TypeOf,
} from '../../ctap/codec';
import { CtapStatusError } from '../../ctap/errors';
import type { PinProtocol } from '../../ctap/pin-protocol';
import { Status } from '../../ctap/status';
import { requireProtocol, type CommandContext } from '../command-context';
import type { CredentialSecrets } from '../env';

const SALT_LENGTH = 32;

const hmacSaltsInput = record({
  keyAgreement: required(1, rawMap),
  saltEnc: required(2, byteString),
  saltAuth: required(3, byteString),
  pinUvAuthProtocol: optional(4, uint),
});
export type HmacSaltsInput = TypeOf<typeof hmacSaltsInput>;

/** 0x11 for anything but a map, 0x14 for a missing member. */
export function readHmacSalts(input: CborValue, identifier: string): HmacSaltsInput {
  if (!(input instanceof Map)) throw new CtapStatusError(Status.CBOR_UNEXPECTED_TYPE, identifier);
  return decodeRequestMap(hmacSaltsInput, input as CborMap);
}

/** One or two salts of 32 bytes, decrypted. */
export class HmacSalts {
  readonly #protocol: PinProtocol;
  readonly #shared: Uint8Array;
  readonly #salts: Uint8Array;

  /** Throws 0x02 protocol, key or salt length wrong; 0x33 saltAuth wrong. */
  constructor(context: CommandContext, input: HmacSaltsInput) {
    this.#protocol = requireProtocol(context, input.pinUvAuthProtocol ?? 1);
    const shared = context.session.pin.decapsulate(this.#protocol, input.keyAgreement);
    if (!shared) throw new CtapStatusError(Status.INVALID_PARAMETER, 'keyAgreement');
    if (!this.#protocol.verify(shared, input.saltEnc, input.saltAuth))
      throw new CtapStatusError(Status.PIN_AUTH_INVALID, 'saltAuth');
    const salts = this.#protocol.decrypt(shared, input.saltEnc);
    if (salts?.length !== SALT_LENGTH && salts?.length !== 2 * SALT_LENGTH)
      throw new CtapStatusError(Status.INVALID_PARAMETER, 'saltEnc');
    this.#shared = shared;
    this.#salts = salts;
  }

  /** Encrypts HMAC(CredRandom, salt1) [‖ HMAC(CredRandom, salt2)] under the shared secret. */
  output({ credRandomWithUv, credRandomWithoutUv }: CredentialSecrets, uv: boolean): Uint8Array {
    const outputs = new Uint8Array(this.#salts.length);
    for (let start = 0; start < outputs.length; start += SALT_LENGTH)
      outputs.set(
        hmac(
          sha256,
          uv ? credRandomWithUv : credRandomWithoutUv,
          this.#salts.subarray(start, start + SALT_LENGTH),
        ),
        start,
      );
    const encrypted = this.#protocol.encrypt(this.#shared, outputs);
    outputs.fill(0);
    return encrypted;
  }
}
