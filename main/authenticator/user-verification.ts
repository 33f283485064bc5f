/** The steps about user verification that makeCredential and getAssertion share (CTAP 2.1 §6.1.2 and §6.2.2). */
import { CtapStatusError } from '../ctap/errors';
import type { Permission, PinProtocol } from '../ctap/pin-protocol';
import { Status } from '../ctap/status';
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

/** Step 11.1 of makeCredential, 6.1 of getAssertion: everything about the token that does not fit is 0x33. */
export function verifyToken(
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
