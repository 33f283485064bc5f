/** The prf extension over hmac-secret and hmac-secret-mc (WebAuthn Level 3 §10.1.4; CTAP 2.1 §12.5, CTAP 2.2 §12.8). */
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes } from '@noble/hashes/utils.js';
import type { CborMap, CborValue } from '../ctap/cbor';
import { ProtocolError } from '../ctap/errors';
import { encodeBase64Url } from './base64url';
import type { PrfInputs, PrfValues } from './model';
import type { SharedSecret } from './ports';

export const HMAC_SECRET = 'hmac-secret';
export const HMAC_SECRET_MC = 'hmac-secret-mc';

/** "WebAuthn PRF" and a zero byte. */
const CONTEXT = Uint8Array.from(Buffer.from('WebAuthn PRF\0', 'ascii'));
const SALT_LENGTH = 32;

/** SHA-256("WebAuthn PRF" ‖ 00 ‖ input), 32 bytes. */
export function prfSalt(input: Uint8Array): Uint8Array {
  return sha256(concatBytes(CONTEXT, input));
}

/** What to evaluate for the credential that will be used; undefined for nothing. An entry of its own comes before `eval`. */
export function prfValuesFor(inputs: PrfInputs, credentialId: Uint8Array | undefined): PrfValues | undefined {
  const own = credentialId && inputs.evalByCredential?.get(encodeBase64Url(credentialId));
  return own ?? inputs.eval;
}

/** The input of hmac-secret at getAssertion, and of hmac-secret-mc: {1: keyAgreement, 2: saltEnc, 3: saltAuth, 4: protocol}. */
export function hmacSecretInput({ first, second }: PrfValues, shared: SharedSecret): CborMap {
  const { protocol, secret, keyAgreement } = shared;
  const salts = second ? concatBytes(prfSalt(first), prfSalt(second)) : prfSalt(first);
  const saltEnc = protocol.encrypt(secret, salts);
  const members: [number, CborValue][] = [
    [1, keyAgreement],
    [2, saltEnc],
    [3, protocol.authenticate(secret, saltEnc)],
  ];
  // CTAP 2.0 keys know only protocol one, and no member that says so.
  if (protocol.version !== 1) members.push([4, protocol.version]);
  return new Map(members);
}

/**
 * The results in an extension output; undefined where the authenticator gave none: its credential has no secrets. Throws
 * {@link ProtocolError} for what cannot be the answer to `values`.
 */
export function prfResults(
  output: CborValue | undefined,
  { second }: PrfValues,
  { protocol, secret }: SharedSecret,
): PrfValues | undefined {
  if (output === undefined) return undefined;
  const results = output instanceof Uint8Array ? protocol.decrypt(secret, output) : undefined;
  if (results?.length !== (second ? 2 * SALT_LENGTH : SALT_LENGTH))
    throw new ProtocolError('the output of hmac-secret has the wrong length');
  const values = {
    first: results.slice(0, SALT_LENGTH),
    ...(second && { second: results.slice(SALT_LENGTH) }),
  };
  results.fill(0);
  return values;
}
