/** The steps about user verification that makeCredential and getAssertion share (CTAP 2.1 §6.1.2 and §6.2.2). */
import { CtapStatusError } from '../ctap/errors';
import { Permission, type PinProtocol } from '../ctap/pin-protocol';
import { Status } from '../ctap/status';
import { builtInUvConfigured, isProtected, performBuiltInUv } from './built-in-uv';
import { requireProtocol, requireTouch, type CommandContext } from './command-context';
import { clientPinUsable, type AuthenticatorConfiguration } from './configuration';
import type { PresenceReason } from './env';

/** What a request says about user verification, and to whom. */
export interface VerificationRequest {
  readonly clientDataHash: Uint8Array;
  readonly rpId: string;
  readonly pinUvAuthParam?: Uint8Array;
  readonly pinUvAuthProtocol?: number;
}

/** A pinUvAuthParam with the protocol that it is for. */
export interface AuthParam {
  readonly protocol: PinProtocol;
  readonly value: Uint8Array;
}

/**
 * Steps 1 and 2. A pinUvAuthParam of length 0 is the old way of asking "touch the key you mean": 0x27 or 0x2F without a
 * touch, then 0x35 when no PIN is set and 0x31 when one is.
 */
export async function readAuthParam(
  context: CommandContext,
  { pinUvAuthParam, pinUvAuthProtocol }: VerificationRequest,
  reason: PresenceReason,
): Promise<AuthParam | undefined> {
  if (pinUvAuthParam === undefined) return undefined;
  if (pinUvAuthParam.length === 0) {
    await requireTouch(context, reason === 'create' ? 'select' : reason);
    throw new CtapStatusError(context.session.pin.isSet ? Status.PIN_INVALID : Status.PIN_NOT_SET);
  }
  return { protocol: requireProtocol(context, pinUvAuthProtocol), value: pinUvAuthParam };
}

/** What is known of the user when the steps about user verification are done. */
export interface Proof {
  readonly uv: boolean;
  /** The gesture that verified the user proves presence too; no other touch is needed. */
  readonly present: boolean;
}

/**
 * Step 5 of makeCredential, 4 of getAssertion: whether the platform asks for built-in user verification. Beside a
 * pinUvAuthParam the option counts for nothing; 0x2C where nothing is configured that could verify.
 */
export function readUvOption(
  { env }: CommandContext,
  uv: boolean | undefined,
  param: AuthParam | undefined,
): boolean {
  if (!uv || param) return false;
  if (!builtInUvConfigured(env)) throw new CtapStatusError(Status.INVALID_OPTION, 'uv');
  return true;
}

/**
 * Step 6 of makeCredential, 5 of getAssertion: with alwaysUv the authenticator verifies by itself what comes without
 * pinUvAuthParam, or else it refuses, see {@link verificationRequired}. Returns whether built-in user verification is due.
 */
export function applyAlwaysUv({ env }: CommandContext, uv: boolean, param: AuthParam | undefined): boolean {
  if (!env.storage.record.policy.alwaysUv) return uv;
  if (!isProtected(env) || (!param && !builtInUvConfigured(env)))
    throw verificationRequired(env.configuration);
  return !param;
}

/** Step 11 of makeCredential, 6 of getAssertion: by the token, or by the authenticator itself, or not at all. */
export async function verifyUser(
  context: CommandContext,
  request: VerificationRequest,
  param: AuthParam | undefined,
  uv: boolean,
  permission: typeof Permission.MC | typeof Permission.GA,
): Promise<Proof> {
  const { env, session } = context;
  // 11.1
  if (param) {
    verifyToken(context, request, param, permission);
    return { uv: true, present: session.token.userPresent };
  }
  if (!uv) return { uv: false, present: false };
  // 11.2
  const reason = permission === Permission.MC ? 'create' : 'use';
  const answer = await performBuiltInUv(context, { reason, rpId: request.rpId }, true);
  if (answer === 'verified') return { uv: true, present: true };
  if (answer === 'timed-out') throw new CtapStatusError(Status.USER_ACTION_TIMEOUT);
  // Who refuses has decided, and is not asked for the PIN instead.
  if (answer === 'refused') throw new CtapStatusError(Status.OPERATION_DENIED);
  if (clientPinUsable(env.configuration)) throw new CtapStatusError(Status.PUAT_REQUIRED);
  throw new CtapStatusError(
    env.storage.record.uvRetries === 0 ? Status.PIN_BLOCKED : Status.OPERATION_DENIED,
  );
}

/** Everything about the token that does not fit is 0x33. */
function verifyToken(
  { session: { token } }: CommandContext,
  { clientDataHash, rpId }: VerificationRequest,
  param: AuthParam,
  permission: typeof Permission.MC | typeof Permission.GA,
): void {
  const verified =
    token.verify(param.protocol, clientDataHash, param.value) &&
    token.userVerified &&
    token.hasPermission(permission) &&
    (token.rpId === undefined || token.rpId === rpId);
  if (!verified) throw new CtapStatusError(Status.PIN_AUTH_INVALID);
  // A legacy token is for the site that it is first used for.
  token.bindRpId(rpId);
}

/** 0x36 where the platform can do something about it by asking for the PIN, otherwise 0x27. */
export function verificationRequired(configuration: AuthenticatorConfiguration): CtapStatusError {
  return new CtapStatusError(clientPinUsable(configuration) ? Status.PUAT_REQUIRED : Status.OPERATION_DENIED);
}
