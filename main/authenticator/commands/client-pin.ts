/** authenticatorClientPIN (CTAP 2.1 §6.5.5), PIN/UV auth protocols one and two. */
import type { CborMap } from '../../ctap/cbor';
import {
  ClientPinSubcommand as Sub,
  type ClientPinRequest,
  type ClientPinResponse,
} from '../../ctap/commands/client-pin';
import { CtapStatusError } from '../../ctap/errors';
import { Permission, type PinProtocol } from '../../ctap/pin-protocol';
import { Status } from '../../ctap/status';
import { builtInUvConfigured, performBuiltInUv } from '../built-in-uv';
import { requireProtocol, type CommandContext } from '../command-context';
import { clientPinUsable, type AuthenticatorConfiguration } from '../configuration';
import { definedPermissions, refuseUnsupported, type ProvedBy } from '../permissions';
import { replacedPersistentToken } from '../persistent-token';

export async function clientPin(
  context: CommandContext,
  request: ClientPinRequest,
): Promise<ClientPinResponse> {
  const { clientPin: hasPin, builtInUv, pinUvAuthToken } = context.env.configuration;
  if (!hasPin && !builtInUv) throw new CtapStatusError(Status.INVALID_COMMAND);
  switch (request.subCommand) {
    case Sub.GET_KEY_AGREEMENT:
      return getKeyAgreement(context, request);
    case Sub.GET_TOKEN_USING_UV:
      if (builtInUv && pinUvAuthToken) return getTokenUsingUv(context, request);
      break;
    case Sub.GET_UV_RETRIES:
      if (builtInUv) return { uvRetries: context.env.storage.record.uvRetries };
      break;
  }
  if (!hasPin) throw new CtapStatusError(Status.INVALID_SUBCOMMAND);
  switch (request.subCommand) {
    case Sub.GET_PIN_RETRIES:
      return getPinRetries(context);
    case Sub.SET_PIN:
      return setPin(context, request);
    case Sub.CHANGE_PIN:
      return changePin(context, request);
    case Sub.GET_PIN_TOKEN:
      return getPinToken(context, request);
    case Sub.GET_TOKEN_USING_PIN:
      if (pinUvAuthToken) return getTokenUsingPin(context, request);
  }
  throw new CtapStatusError(Status.INVALID_SUBCOMMAND);
}

/** §6.5.5.2 */
function getPinRetries({ session: { pin } }: CommandContext): ClientPinResponse {
  return { pinRetries: pin.retries, ...(pin.needsPowerCycle && { powerCycleState: true }) };
}

/** §6.5.5.4 */
function getKeyAgreement(context: CommandContext, request: ClientPinRequest): ClientPinResponse {
  const protocol = requireProtocol(context, request.pinUvAuthProtocol);
  return { keyAgreement: context.session.pin.keyAgreement(protocol) };
}

/** §6.5.5.5 */
async function setPin(context: CommandContext, request: ClientPinRequest): Promise<ClientPinResponse> {
  const { pin } = context.session;
  // 1. Mandatory parameters.
  const keyAgreement = present(request.keyAgreement, 'keyAgreement');
  const newPinEnc = present(request.newPinEnc, 'newPinEnc');
  const param = present(request.pinUvAuthParam, 'pinUvAuthParam');
  // 2. Protocol.
  const protocol = requireProtocol(context, request.pinUvAuthProtocol);
  // 3. A PIN that is set is changed, not set.
  if (pin.isSet) throw new CtapStatusError(Status.PIN_AUTH_INVALID);
  // 4–5. Shared secret; the parameter proves that newPinEnc comes from whoever made it.
  const shared = decapsulate(context, protocol, keyAgreement);
  try {
    if (!protocol.verify(shared, newPinEnc, param)) throw new CtapStatusError(Status.PIN_AUTH_INVALID);
    // 6–9. Decrypt, check, store.
    await pin.store(pin.accept(protocol, shared, newPinEnc));
  } finally {
    shared.fill(0);
  }
  return {};
}

/** §6.5.5.6 */
async function changePin(context: CommandContext, request: ClientPinRequest): Promise<ClientPinResponse> {
  const { pin, token } = context.session;
  // 1. Mandatory parameters.
  const keyAgreement = present(request.keyAgreement, 'keyAgreement');
  const newPinEnc = present(request.newPinEnc, 'newPinEnc');
  const pinHashEnc = present(request.pinHashEnc, 'pinHashEnc');
  const param = present(request.pinUvAuthParam, 'pinUvAuthParam');
  // 2. Protocol.
  const protocol = requireProtocol(context, request.pinUvAuthProtocol);
  // 3–4. None set, no tries left, three wrong in a row.
  pin.requireUsable();
  // 5. Shared secret.
  const shared = decapsulate(context, protocol, keyAgreement);
  try {
    // 6. The parameter.
    if (!protocol.verify(shared, Uint8Array.of(...newPinEnc, ...pinHashEnc), param))
      throw new CtapStatusError(Status.PIN_AUTH_INVALID);
    // 7–11. The current PIN, at the price of a try.
    await pin.check(protocol, shared, pinHashEnc);
    // 12–14. The new PIN; a demanded change must change something.
    const accepted = pin.accept(protocol, shared, newPinEnc);
    if (pin.forceChange && pin.equals(accepted)) throw new CtapStatusError(Status.PIN_POLICY_VIOLATION);
    // 15–16. Store; forcePINChange is done with. The persistent token that the old PIN gave ends in the same moment.
    await pin.store(accepted, replacedPersistentToken(context.env));
    // 17. So do the others.
    token.stop();
  } finally {
    shared.fill(0);
  }
  return {};
}

/** §6.5.5.7.1: the legacy token. */
async function getPinToken(context: CommandContext, request: ClientPinRequest): Promise<ClientPinResponse> {
  const { configuration } = context.env;
  // 1. Mandatory parameters; those of 0x09 have no place here.
  const keyAgreement = present(request.keyAgreement, 'keyAgreement');
  const pinHashEnc = present(request.pinHashEnc, 'pinHashEnc');
  const protocol = requireProtocol(context, request.pinUvAuthProtocol);
  if (request.permissions !== undefined || request.rpId !== undefined)
    throw new CtapStatusError(Status.INVALID_PARAMETER);
  // Its permissions: mc and ga for the site of the first use; on preview keys it also opens what the previews manage.
  const permissions =
    (clientPinUsable(configuration) ? Permission.MC | Permission.GA : 0) |
    (isPreview(configuration.credentialManagement) ? Permission.CM : 0) |
    (isPreview(configuration.bioEnrollment) ? Permission.BE : 0);
  return issueToken(context, { protocol, keyAgreement, pinHashEnc }, Status.PIN_INVALID, permissions);
}

function isPreview(generation: AuthenticatorConfiguration['bioEnrollment']): boolean {
  return generation === 'preview' || generation === 'both';
}

/** §6.5.5.7.2: getPinUvAuthTokenUsingPinWithPermissions */
async function getTokenUsingPin(
  context: CommandContext,
  request: ClientPinRequest,
): Promise<ClientPinResponse> {
  // 1. Mandatory parameters.
  const keyAgreement = present(request.keyAgreement, 'keyAgreement');
  const pinHashEnc = present(request.pinHashEnc, 'pinHashEnc');
  const permissions = present(request.permissions, 'permissions');
  // 2. Protocol.
  const protocol = requireProtocol(context, request.pinUvAuthProtocol);
  // 3–5. Permissions.
  checkPermissions(context, 'pin', permissions, request.rpId);
  return issueToken(
    context,
    { protocol, keyAgreement, pinHashEnc },
    Status.PIN_POLICY_VIOLATION,
    permissions,
    request.rpId,
  );
}

/** §6.5.5.7.3: getPinUvAuthTokenUsingUvWithPermissions. The gesture is the touch of the operation that follows, too. */
async function getTokenUsingUv(
  context: CommandContext,
  request: ClientPinRequest,
): Promise<ClientPinResponse> {
  const { configuration, storage } = context.env;
  // 1. Mandatory parameters.
  const keyAgreement = present(request.keyAgreement, 'keyAgreement');
  const permissions = present(request.permissions, 'permissions');
  // 2. Protocol.
  const protocol = requireProtocol(context, request.pinUvAuthProtocol);
  // 3–5. Permissions.
  checkPermissions(context, 'uv', permissions, request.rpId);
  // 6. Something to compare with.
  if (!builtInUvConfigured(context.env)) throw new CtapStatusError(Status.NOT_ALLOWED);
  const shared = decapsulate(context, protocol, keyAgreement);
  try {
    // 7–8. A try that is left. The platform may ask again, unless it is told to make but one attempt.
    const internalRetry = configuration.preferredPlatformUvAttempts === 1;
    const forSite = request.rpId === undefined ? {} : { rpId: request.rpId };
    const answer = await performBuiltInUv(context, { reason: 'unlock', ...forSite }, internalRetry);
    if (answer === 'timed-out') throw new CtapStatusError(Status.USER_ACTION_TIMEOUT);
    if (answer === 'refused') throw new CtapStatusError(Status.OPERATION_DENIED);
    if (answer === 'no-match')
      throw new CtapStatusError(storage.record.uvRetries === 0 ? Status.UV_BLOCKED : Status.UV_INVALID);
    // 9.
    return handOver(context, { protocol, shared }, permissions, request.rpId, true);
  } finally {
    shared.fill(0);
  }
}

/** Some, none that this key does not give, a site for mc and ga: 0x02, 0x40, 0x14. */
function checkPermissions(
  { env }: CommandContext,
  by: ProvedBy,
  permissions: number,
  rpId: string | undefined,
): void {
  if (permissions === 0) throw new CtapStatusError(Status.INVALID_PARAMETER, 'permissions');
  refuseUnsupported(env.configuration, by, permissions);
  if (permissions & (Permission.MC | Permission.GA)) present(rpId, 'rpId');
}

interface TokenRequest {
  readonly protocol: PinProtocol;
  readonly keyAgreement: CborMap;
  readonly pinHashEnc: Uint8Array;
}

/** The steps that both ways to a token share, after their permission checks. */
async function issueToken(
  context: CommandContext,
  { protocol, keyAgreement, pinHashEnc }: TokenRequest,
  whenChangeIsDue: number,
  permissions: number,
  rpId?: string,
): Promise<ClientPinResponse> {
  const { pin } = context.session;
  // None set, no tries left, three wrong in a row.
  pin.requireUsable();
  // Shared secret.
  const shared = decapsulate(context, protocol, keyAgreement);
  try {
    // The PIN, at the price of a try.
    await pin.check(protocol, shared, pinHashEnc);
    // A PIN that must be changed is good for nothing else.
    if (pin.forceChange) throw new CtapStatusError(whenChangeIsDue);
    return handOver(context, { protocol, shared }, permissions, rpId, false);
  } finally {
    shared.fill(0);
  }
}

/**
 * The persistent token is the same for everyone and leaves the others alone (CTAP 2.2). Otherwise: reset all tokens, begin
 * using a new one. Either is handed over encrypted.
 */
function handOver(
  { env, session }: CommandContext,
  { protocol, shared }: { readonly protocol: PinProtocol; readonly shared: Uint8Array },
  permissions: number,
  rpId: string | undefined,
  userIsPresent: boolean,
): ClientPinResponse {
  const value =
    definedPermissions(permissions) === Permission.PCMR
      ? env.storage.record.persistentToken.slice()
      : session.token.issue(protocol, permissions, rpId, userIsPresent);
  const pinUvAuthToken = protocol.encrypt(shared, value);
  value.fill(0);
  return { pinUvAuthToken };
}

function decapsulate({ session }: CommandContext, protocol: PinProtocol, peer: CborMap): Uint8Array {
  const shared = session.pin.decapsulate(protocol, peer);
  if (!shared) throw new CtapStatusError(Status.INVALID_PARAMETER, 'keyAgreement');
  return shared;
}

function present<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new CtapStatusError(Status.MISSING_PARAMETER, name);
  return value;
}
