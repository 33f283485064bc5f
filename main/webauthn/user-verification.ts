/** Whether the user is verified in a ceremony, and by what (WebAuthn Level 3 §5.8.6; CTAP 2.1 §6.1.2, §6.2.2). */
import type { CallOptions } from '../ctap/api';
import type { AuthenticatorInfo } from '../ctap/commands/get-info';
import { CtapStatusError } from '../ctap/errors';
import { Status } from '../ctap/status';
import { CeremonyFailure } from './failure';
import type { UserVerificationRequirement } from './model';
import type { CeremonyAuthenticator, PinUvAuth } from './ports';

/** What stands in the way of verifying somebody. */
export type VerificationObstacle = 'pin-not-set' | 'pin-change-required' | 'uv-impossible';

/** A protected authenticator refuses what is not authorized (CTAP 2.1 §6.1.2, "protected by some form of user verification"). */
export function isProtected({ options }: AuthenticatorInfo): boolean {
  return options?.get('clientPin') === true || options?.get('uv') === true;
}

/** Whether the authenticator could verify its user now. */
export function verificationObstacle({
  options,
  forcePINChange,
}: AuthenticatorInfo): VerificationObstacle | undefined {
  if (options?.get('uv') === true) return undefined;
  const pin = options?.get('clientPin');
  // CTAP 2.1 §6.4: then tokens for a PIN make and use no credentials.
  if (pin === undefined || options?.get('noMcGaPermissionsWithClientPin') === true) return 'uv-impossible';
  if (!pin) return 'pin-not-set';
  return forcePINChange === true ? 'pin-change-required' : undefined;
}

export interface VerificationNeed {
  readonly requirement: UserVerificationRequirement;
  /** For makeCredential: whether the credential will be discoverable. Undefined for getAssertion. */
  readonly rk?: boolean;
  /** An extension needs it whatever the site prefers: prf, or writing a large blob. */
  readonly forced?: boolean;
}

/** Throws {@link CeremonyFailure} with what stands in the way when it has to be and cannot. */
export function planVerification(
  info: AuthenticatorInfo,
  { requirement, rk, forced = false }: VerificationNeed,
): 'verify' | 'skip' {
  const obstacle = verificationObstacle(info);
  const must = requirement === 'required' || forced || insists(info, rk);
  if (!obstacle) return must || requirement === 'preferred' ? 'verify' : 'skip';
  if (must) throw new CeremonyFailure(obstacle, 'user verification is needed and cannot be had');
  return 'skip';
}

/** The authenticator itself refuses to do it without (CTAP 2.1 §6.1.2 steps 6 to 8, §6.2.2 step 5). */
function insists(info: AuthenticatorInfo, rk: boolean | undefined): boolean {
  const { options } = info;
  if (options?.get('alwaysUv') === true) return true;
  if (rk === undefined || !isProtected(info)) return false;
  return rk || options?.get('makeCredUvNotRqd') !== true;
}

/** How one command is authorized: by a token, by option uv, or not at all; never by both. */
export interface Authorization {
  readonly auth?: PinUvAuth;
  readonly uvOption: boolean;
  /** The answer must say that the user was verified. */
  readonly verified: boolean;
}

export interface AuthorizedRun<T> {
  readonly authenticator: CeremonyAuthenticator;
  readonly plan: 'verify' | 'skip';
  readonly permissions: number;
  readonly rpId: string;
  readonly options: CallOptions;
  readonly run: (authorization: Authorization) => Promise<T>;
}

/** The token has ended, or another program took one. */
function isTokenRefused(error: unknown): boolean {
  return (
    error instanceof CtapStatusError &&
    (error.status === Status.PIN_AUTH_INVALID || error.status === Status.PIN_TOKEN_EXPIRED)
  );
}

/**
 * Verifies the user as planned and runs the commands of the ceremony. Once more, with a new token, when the token was refused; by
 * the PIN when built-in verification failed; and with verification where the authenticator turns out to insist on it.
 */
export async function withAuthorization<T>(work: AuthorizedRun<T>): Promise<T> {
  const first = await authorized(work, work.plan, false);
  if ('value' in first) return first.value;
  const refused = first.error;
  const wantsPin = refused instanceof CtapStatusError && refused.status === Status.PUAT_REQUIRED;
  const retry = isTokenRefused(refused) ? work.plan === 'verify' : wantsPin;
  if (!retry || (wantsPin && verificationObstacle(work.authenticator.info))) throw refused;
  const second = await authorized(work, 'verify', wantsPin && work.plan === 'verify');
  if ('value' in second) return second.value;
  throw second.error;
}

async function authorized<T>(
  { authenticator: { info, verifier }, permissions, rpId, options, run }: AuthorizedRun<T>,
  plan: 'verify' | 'skip',
  builtInFailed: boolean,
): Promise<{ readonly value: T } | { readonly error: unknown }> {
  const verify = plan === 'verify';
  const auth = verify
    ? await verifier.authorize({ permissions, rpId, builtInFailed, ...options })
    : undefined;
  try {
    options.signal?.throwIfAborted();
    const uvOption = verify && !auth;
    if (uvOption && (builtInFailed || info.options?.get('uv') !== true))
      throw new CeremonyFailure(
        'pin-required',
        'nobody gave the PIN, and the authenticator cannot verify by itself',
      );
    return { value: await run({ ...(auth && { auth }), uvOption, verified: verify }) };
  } catch (error) {
    return { error };
  } finally {
    auth?.destroy();
  }
}

/** The members of makeCredential and getAssertion that carry a token. */
export function authMembers(
  auth: PinUvAuth | undefined,
  clientDataHash: Uint8Array,
): { readonly pinUvAuthParam: Uint8Array; readonly pinUvAuthProtocol: number } | undefined {
  return (
    auth && { pinUvAuthParam: auth.authenticate(clientDataHash), pinUvAuthProtocol: auth.protocolVersion }
  );
}
