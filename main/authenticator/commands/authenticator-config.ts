/** authenticatorConfig (CTAP 2.1 §6.11; enableLongTouchForReset and pinComplexityPolicy as in 2.2 and 2.3). */
import {
  configAuthMessage,
  ConfigSubcommand as Sub,
  setMinPinLengthParams,
  vendorPrototypeParams,
  type AuthenticatorConfigRequest,
} from '../../ctap/commands/authenticator-config';
import { decodeRequestMap } from '../../ctap/codec';
import { CtapStatusError } from '../../ctap/errors';
import { Permission } from '../../ctap/pin-protocol';
import { Status } from '../../ctap/status';
import { isProtected } from '../built-in-uv';
import { requireProtocol, type CommandContext } from '../command-context';
import type { AuthenticatorPolicy } from '../env';
import { MIN_PIN_LENGTH, PIN_COMPLEXITY_POLICY } from '../extensions/pin-policy';
import { replacedPersistentToken } from '../persistent-token';

/** Everything is checked before anything changes, and what changes is saved at once. */
export async function authenticatorConfig(
  context: CommandContext,
  request: AuthenticatorConfigRequest,
): Promise<void> {
  const { configCommands } = context.env.configuration;
  if (configCommands.length === 0) throw new CtapStatusError(Status.INVALID_COMMAND);
  // 1. A subcommand that this key has; the general rule of §8.2 wins over the 0x02 of the command's own text.
  if (!configCommands.includes(request.subCommand)) throw new CtapStatusError(Status.INVALID_SUBCOMMAND);
  // 2–4. Who may.
  authorize(context, request);
  // 5. The subcommand.
  switch (request.subCommand) {
    case Sub.ENABLE_ENTERPRISE_ATTESTATION:
      return enableEnterpriseAttestation(context);
    case Sub.TOGGLE_ALWAYS_UV:
      return toggleAlwaysUv(context);
    case Sub.SET_MIN_PIN_LENGTH:
      return setMinPinLength(context, request);
    case Sub.ENABLE_LONG_TOUCH_FOR_RESET:
      return change(context, { longTouchForReset: true });
    case Sub.VENDOR_PROTOTYPE:
      return vendorPrototype(context, request);
    default:
      throw new CtapStatusError(Status.INVALID_SUBCOMMAND);
  }
}

/** 0x36 no parameter, 0x14 no protocol, 0x02 unknown protocol, 0x33 wrong parameter or no acfg permission. */
function authorize(context: CommandContext, request: AuthenticatorConfigRequest): void {
  const { subCommand, subCommandParams, pinUvAuthParam, pinUvAuthProtocol } = request;
  const { alwaysUv } = context.env.storage.record.policy;
  // An administrator must be able to turn alwaysUv off where nobody could be verified yet.
  if (!isProtected(context.env) && (!alwaysUv || subCommand === Sub.TOGGLE_ALWAYS_UV)) return;
  if (!pinUvAuthParam) throw new CtapStatusError(Status.PUAT_REQUIRED);
  const protocol = requireProtocol(context, pinUvAuthProtocol);
  const { token } = context.session;
  const message = configAuthMessage(subCommand, subCommandParams);
  if (!token.verify(protocol, message, pinUvAuthParam) || !token.hasPermission(Permission.ACFG))
    throw new CtapStatusError(Status.PIN_AUTH_INVALID);
}

/** §6.11.1 */
async function enableEnterpriseAttestation(context: CommandContext): Promise<void> {
  if (!context.env.configuration.enterpriseAttestation) throw new CtapStatusError(Status.INVALID_PARAMETER);
  await change(context, { enterpriseAttestation: true });
}

/** §6.11.2: 0x27 where it cannot be turned off. */
async function toggleAlwaysUv(context: CommandContext): Promise<void> {
  const { configuration, storage } = context.env;
  const { alwaysUv } = storage.record.policy;
  if (alwaysUv && configuration.keepsAlwaysUv) throw new CtapStatusError(Status.OPERATION_DENIED);
  await change(context, { alwaysUv: !alwaysUv });
}

/** §6.11.4 */
async function setMinPinLength(context: CommandContext, request: AuthenticatorConfigRequest): Promise<void> {
  const { configuration, storage } = context.env;
  const { extensions, maxRpIdsForSetMinPinLength, maxPinLength } = configuration;
  const { pin, policy } = storage.record;
  const params = decodeRequestMap(setMinPinLengthParams, request.subCommandParams);
  const { newMinPINLength: minPinLength = policy.minPinLength, minPinLengthRPIDs: rpIds = [] } = params;
  // The length only grows, and stays one that a PIN can have.
  if (minPinLength < policy.minPinLength || minPinLength > maxPinLength)
    throw new CtapStatusError(Status.PIN_POLICY_VIOLATION, 'newMinPINLength');
  // What nobody would be told, or could not be kept to, is not taken.
  if (rpIds.length > 0 && !extensions.includes(MIN_PIN_LENGTH))
    throw new CtapStatusError(Status.INVALID_PARAMETER, 'minPinLengthRPIDs');
  if (params.pinComplexityPolicy && !extensions.includes(PIN_COMPLEXITY_POLICY))
    throw new CtapStatusError(Status.INVALID_PARAMETER, 'pinComplexityPolicy');
  if (params.forceChangePin && pin.hash === undefined) throw new CtapStatusError(Status.PIN_NOT_SET);
  if (rpIds.length > maxRpIdsForSetMinPinLength)
    throw new CtapStatusError(Status.KEY_STORE_FULL, 'minPinLengthRPIDs');
  const changed: AuthenticatorPolicy = {
    ...policy,
    minPinLength,
    minPinLengthRpIds: rpIds.length > 0 ? rpIds : policy.minPinLengthRpIds,
    // Like the length it only ever gets stricter.
    pinComplexityPolicy: policy.pinComplexityPolicy || (params.pinComplexityPolicy ?? false),
  };
  const tooShort = pin.hash !== undefined && pin.codePoints < minPinLength;
  if (!params.forceChangePin && !tooShort) return storage.save({ policy: changed });
  // A PIN that has to be changed is good for nothing else, and so are the tokens that it gave.
  await storage.save({
    policy: changed,
    pin: { ...pin, forceChange: true },
    ...replacedPersistentToken(context.env),
  });
  context.session.token.stop();
}

/** §6.11.3: the listed ones are taken and do nothing. */
function vendorPrototype({ env }: CommandContext, { subCommandParams }: AuthenticatorConfigRequest): void {
  const { vendorCommandId } = decodeRequestMap(vendorPrototypeParams, subCommandParams);
  if (!env.configuration.vendorConfigCommands.some((known) => known === vendorCommandId))
    throw new CtapStatusError(Status.INVALID_PARAMETER, 'vendorCommandId');
}

function change({ env: { storage } }: CommandContext, policy: Partial<AuthenticatorPolicy>): Promise<void> {
  return storage.save({ policy: { ...storage.record.policy, ...policy } });
}
