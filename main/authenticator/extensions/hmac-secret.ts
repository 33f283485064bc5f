/** hmac-secret (CTAP 2.1 §12.5): a secret of the credential that the platform gets by giving a salt. */
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import type { CborMap } from '../../ctap/cbor';
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
import { Status } from '../../ctap/status';
import { requireProtocol, type CommandContext } from '../command-context';
import type { CredentialSecrets } from '../env';

export const HMAC_SECRET = 'hmac-secret';
const SALT_LENGTH = 32;

const hmacSecretInput = record({
  keyAgreement: required(1, rawMap),
  saltEnc: required(2, byteString),
  saltAuth: required(3, byteString),
  pinUvAuthProtocol: optional(4, uint),
});
export type HmacSecretInput = TypeOf<typeof hmacSecretInput>;

/** makeCredential: true when the secret is asked for. 0x11 for anything but a bool. */
export function wantsHmacSecret(extensions: CborMap | undefined): boolean {
  const value = extensions?.get(HMAC_SECRET);
  if (value === undefined) return false;
  if (typeof value !== 'boolean') throw new CtapStatusError(Status.CBOR_UNEXPECTED_TYPE, HMAC_SECRET);
  return value;
}

/** getAssertion: 0x11 for anything but a map, 0x14 for a missing member, 0x2B without user presence. */
export function readHmacSecret(extensions: CborMap | undefined, up: boolean): HmacSecretInput | undefined {
  const value = extensions?.get(HMAC_SECRET);
  if (value === undefined) return undefined;
  if (!(value instanceof Map)) throw new CtapStatusError(Status.CBOR_UNEXPECTED_TYPE, HMAC_SECRET);
  const input = decodeRequestMap(hmacSecretInput, value as CborMap);
  if (!up) throw new CtapStatusError(Status.UNSUPPORTED_OPTION, HMAC_SECRET);
  return input;
}

/** What {@link hmacSecretOutput} needs for each credential of one getAssertion. */
export interface OpenedSalts {
  /** Encrypts HMAC(CredRandom, salt1) [‖ HMAC(CredRandom, salt2)] under the shared secret. */
  output(secrets: CredentialSecrets, uv: boolean): Uint8Array;
}

/** 0x02 protocol, key or salt length wrong; 0x33 saltAuth wrong. */
export function openSalts(context: CommandContext, input: HmacSecretInput): OpenedSalts {
  const protocol = requireProtocol(context, input.pinUvAuthProtocol ?? 1);
  const shared = context.session.pin.decapsulate(protocol, input.keyAgreement);
  if (!shared) throw new CtapStatusError(Status.INVALID_PARAMETER, 'keyAgreement');
  if (!protocol.verify(shared, input.saltEnc, input.saltAuth))
    throw new CtapStatusError(Status.PIN_AUTH_INVALID, 'saltAuth');
  const salts = protocol.decrypt(shared, input.saltEnc);
  if (salts?.length !== SALT_LENGTH && salts?.length !== 2 * SALT_LENGTH)
    throw new CtapStatusError(Status.INVALID_PARAMETER, 'saltEnc');
  return {
    output(secrets, uv) {
      const credRandom = uv ? secrets.credRandomWithUv : secrets.credRandomWithoutUv;
      const outputs: number[] = [];
      for (let start = 0; start < salts.length; start += SALT_LENGTH)
        outputs.push(...hmac(sha256, credRandom, salts.subarray(start, start + SALT_LENGTH)));
      return protocol.encrypt(shared, Uint8Array.from(outputs));
    },
  };
}
