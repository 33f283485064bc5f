/** The extensions of `create`, to the authenticator and back (WebAuthn Level 3 §10.1; CTAP 2.1 §12, CTAP 2.2 §12.8). */
import type { CborMap, CborValue } from '../ctap/cbor';
import type { AuthenticatorInfo } from '../ctap/commands/get-info';
import { ProtocolError } from '../ctap/errors';
import { CeremonyFailure } from './failure';
import type {
  AuthenticationExtensionsClientInputs,
  AuthenticationExtensionsClientOutputs,
  CredentialProtectionPolicy,
  PrfValues,
} from './model';
import type { SharedSecret } from './ports';
import { HMAC_SECRET, HMAC_SECRET_MC, hmacSecretInput, prfResults } from './prf';

export const protectionLevels: Readonly<Record<CredentialProtectionPolicy, 1 | 2 | 3>> = {
  userVerificationOptional: 1,
  userVerificationOptionalWithCredentialIDList: 2,
  userVerificationRequired: 3,
};

export interface CreateExtensions {
  /** Inputs of makeCredential that need no shared secret. */
  readonly inputs: CborMap;
  /** To be evaluated at once, by hmac-secret-mc; it counts only with user verification. */
  readonly prf: PrfValues | undefined;
}

/** Throws `extension-impossible` where the site insists on what this authenticator cannot do. */
export function planCreateExtensions(
  asked: AuthenticationExtensionsClientInputs,
  { extensions = [], options }: AuthenticatorInfo,
  rk: boolean,
): CreateExtensions {
  const has = (identifier: string): boolean => extensions.includes(identifier);
  const inputs = new Map<string, CborValue>();

  const level = asked.credentialProtectionPolicy && protectionLevels[asked.credentialProtectionPolicy];
  if (level !== undefined && has('credProtect')) inputs.set('credProtect', level);
  // Level 1 is what every credential has (CTAP 2.1 §12.1).
  else if (level !== undefined && level > 1 && asked.enforceCredentialProtectionPolicy === true)
    throw new CeremonyFailure('extension-impossible', 'it cannot protect a passkey as the site demands');

  if (asked.largeBlob) {
    const supported = rk && has('largeBlobKey') && options?.get('largeBlobs') === true;
    if (supported) inputs.set('largeBlobKey', true);
    else if (asked.largeBlob.support === 'required')
      throw new CeremonyFailure('extension-impossible', 'it cannot keep a large blob with this passkey');
  }
  if (asked.prf && has(HMAC_SECRET)) inputs.set(HMAC_SECRET, true);
  if (asked.credBlob && has('credBlob')) inputs.set('credBlob', asked.credBlob);
  if (asked.minPinLength === true && has('minPinLength')) inputs.set('minPinLength', true);
  return { inputs, prf: has(HMAC_SECRET) && has(HMAC_SECRET_MC) ? asked.prf?.eval : undefined };
}

/** All inputs of makeCredential; undefined for none. `shared` is there when the PRF is evaluated. */
export function createInputs(
  { inputs, prf }: CreateExtensions,
  shared: SharedSecret | undefined,
): CborMap | undefined {
  const all = new Map(inputs);
  if (prf && shared) all.set(HMAC_SECRET_MC, hmacSecretInput(prf, shared));
  return all.size > 0 ? all : undefined;
}

export interface CreateAnswer {
  readonly rk: boolean;
  /** Outputs in the authenticator data. */
  readonly outputs: CborMap;
  readonly hasLargeBlobKey: boolean;
  readonly shared: SharedSecret | undefined;
}

/** Throws {@link ProtocolError} for an authenticator that has not done what the site insists on. */
export function createOutputs(
  asked: AuthenticationExtensionsClientInputs,
  { inputs, prf }: CreateExtensions,
  { rk, outputs, hasLargeBlobKey, shared }: CreateAnswer,
): AuthenticationExtensionsClientOutputs {
  if (asked.largeBlob?.support === 'required' && !hasLargeBlobKey)
    throw new ProtocolError('the authenticator made a passkey without the large blob that was demanded');
  const level = inputs.get('credProtect');
  const enforced = asked.enforceCredentialProtectionPolicy === true && level !== undefined;
  if (enforced && outputs.get('credProtect') !== level)
    throw new ProtocolError('the authenticator did not protect the passkey as it was told');
  const results = prf && shared ? prfResults(outputs.get(HMAC_SECRET_MC), prf, shared) : undefined;
  return {
    ...(asked.credProps === true && { credProps: { rk } }),
    ...(asked.prf && {
      prf: {
        enabled: inputs.has(HMAC_SECRET) && outputs.get(HMAC_SECRET) === true,
        ...(results && { results }),
      },
    }),
    ...(asked.largeBlob && { largeBlob: { supported: hasLargeBlobKey } }),
    ...(asked.credBlob && { credBlob: inputs.has('credBlob') && outputs.get('credBlob') === true }),
  };
}
