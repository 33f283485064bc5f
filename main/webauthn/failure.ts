/** How `create` and `get` on one authenticator fail: reasons that a dialog can act on. The site learns no more than {@link WebAuthnError.forSite}. */
import { CtapStatusError, ProtocolError, TransportError } from '../ctap/errors';
import { Status } from '../ctap/status';
import { WebAuthnError } from './errors';

/**
 * - `excluded`: it holds a credential of excludeCredentials, and the user has agreed that the site learns it
 * - `no-credentials`: none of the site that it could use, or none of allowCredentials; the user has touched it where it has a button
 * - `refused`: the user said no at the authenticator, or their finger was not recognised and nothing else is left
 * - `cancelled`: the signal of the ceremony was aborted (its reason is the `cause`), or somebody cancelled in a dialog
 * - `touch-timeout`: nobody touched it in time
 * - `removed`: unplugged; `unreachable`: another failure of the way to it
 * - `pin-required`: it wants user verification that it was not given
 * - `pin-invalid`, `pin-not-set`, `pin-change-required`, `pin-blocked` (reset it), `pin-auth-blocked` (plug it in again)
 * - `uv-invalid`, `uv-blocked` (the PIN unblocks it)
 * - `uv-impossible`: it cannot verify anybody, and the site or the authenticator wants it
 * - `resident-key-impossible`, `unsupported-algorithm`, `extension-impossible`, `attestation-impossible`: it cannot do what the site demands
 * - `key-full`: no room for another passkey
 * - `misbehaved`: it answered what it may not answer; `failed`: a status that has no other place here
 */
export type FailureReason =
  | 'excluded'
  | 'no-credentials'
  | 'refused'
  | 'cancelled'
  | 'touch-timeout'
  | 'removed'
  | 'unreachable'
  | 'pin-required'
  | 'pin-invalid'
  | 'pin-not-set'
  | 'pin-change-required'
  | 'pin-blocked'
  | 'pin-auth-blocked'
  | 'uv-invalid'
  | 'uv-blocked'
  | 'uv-impossible'
  | 'resident-key-impossible'
  | 'unsupported-algorithm'
  | 'extension-impossible'
  | 'attestation-impossible'
  | 'key-full'
  | 'misbehaved'
  | 'failed';

export class CeremonyFailure extends Error {
  override readonly name = 'CeremonyFailure';
  readonly reason: FailureReason;

  /** @param detail for the log; it never goes to the site. */
  constructor(reason: FailureReason, detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.reason = reason;
  }
}

const reasons = new Map<number, FailureReason>([
  [Status.TIMEOUT, 'touch-timeout'],
  [Status.CREDENTIAL_EXCLUDED, 'excluded'],
  [Status.UNSUPPORTED_ALGORITHM, 'unsupported-algorithm'],
  [Status.OPERATION_DENIED, 'refused'],
  [Status.KEY_STORE_FULL, 'key-full'],
  [Status.KEEPALIVE_CANCEL, 'cancelled'],
  [Status.NO_CREDENTIALS, 'no-credentials'],
  [Status.USER_ACTION_TIMEOUT, 'touch-timeout'],
  [Status.ACTION_TIMEOUT, 'touch-timeout'],
  [Status.PIN_INVALID, 'pin-invalid'],
  [Status.PIN_BLOCKED, 'pin-blocked'],
  // Twice, for a fresh token was tried after the first.
  [Status.PIN_AUTH_INVALID, 'pin-required'],
  [Status.PIN_TOKEN_EXPIRED, 'pin-required'],
  [Status.PUAT_REQUIRED, 'pin-required'],
  [Status.PIN_AUTH_BLOCKED, 'pin-auth-blocked'],
  [Status.PIN_NOT_SET, 'pin-not-set'],
  [Status.PIN_POLICY_VIOLATION, 'pin-change-required'],
  [Status.UV_BLOCKED, 'uv-blocked'],
  [Status.UV_INVALID, 'uv-invalid'],
]);

/**
 * What `error`, of an authenticator or of its ports, comes down to. Anything else than what Ctap2Api rejects with is nobody's
 * failure but a defect, and comes back as it is.
 */
export function failureOf(error: unknown, signal?: AbortSignal): unknown {
  if (error instanceof CeremonyFailure || error instanceof WebAuthnError) return error;
  if (signal?.aborted)
    return new CeremonyFailure('cancelled', 'the ceremony was cancelled', { cause: signal.reason });
  if (error instanceof CtapStatusError)
    return new CeremonyFailure(reasons.get(error.status) ?? 'failed', error.message, { cause: error });
  if (error instanceof ProtocolError)
    return new CeremonyFailure('misbehaved', error.message, { cause: error });
  if (error instanceof TransportError)
    return new CeremonyFailure(error.failure === 'unplugged' ? 'removed' : 'unreachable', error.message, {
      cause: error,
    });
  return error;
}
