/** authenticatorCredentialManagement (CTAP 2.1 §6.8) and its preview, command 0x41. */
import { equalBytes } from '@noble/ciphers/utils.js';
import { sha256 } from '@noble/hashes/sha2.js';
import {
  credentialManagementAuthMessage,
  credentialManagementParams,
  CredentialManagementSubcommand as Sub,
  type CredentialManagementRequest,
  type CredentialManagementResponse,
} from '../../ctap/commands/credential-management';
import { decodeRequestMap } from '../../ctap/codec';
import { PUBLIC_KEY, type CredentialDescriptor, type RpEntity } from '../../ctap/entities';
import { CtapStatusError } from '../../ctap/errors';
import { Permission } from '../../ctap/pin-protocol';
import { Status } from '../../ctap/status';
import { requireProtocol, type CommandContext } from '../command-context';
import type { Credential } from '../env';
import { storedUser } from '../stored-user';

/** Milliseconds in which the next GetNext must follow. */
export const ENUMERATION_TIMEOUT = 30_000;

/** The rest of an enumeration: answers that are ready to be given. */
export interface CredentialQueue {
  readonly kind: 'rps' | 'credentials';
  readonly answers: readonly CredentialManagementResponse[];
  readonly next: number;
  /** `clock.now()` of the last answer. */
  readonly since: number;
}

/** Which of the two commands was given; the preview knows no credProtect, no large blobs and no update. */
export type Generation = 'final' | 'preview';

/** `queue` is what the last command left. */
export async function credentialManagement(
  context: CommandContext,
  generation: Generation,
  request: CredentialManagementRequest,
  queue: CredentialQueue | undefined,
): Promise<CredentialManagementResponse> {
  switch (request.subCommand) {
    case Sub.GET_CREDS_METADATA:
      return getCredsMetadata(context, request);
    case Sub.ENUMERATE_RPS_BEGIN:
      return enumerateRps(context, request);
    case Sub.ENUMERATE_RPS_GET_NEXT_RP:
      return next(context, queue, 'rps');
    case Sub.ENUMERATE_CREDENTIALS_BEGIN:
      return enumerateCredentials(context, generation, request);
    case Sub.ENUMERATE_CREDENTIALS_GET_NEXT_CREDENTIAL:
      return next(context, queue, 'credentials');
    case Sub.DELETE_CREDENTIAL:
      return deleteCredential(context, request);
    case Sub.UPDATE_USER_INFORMATION:
      if (generation === 'final') return updateUserInformation(context, request);
  }
  throw new CtapStatusError(Status.INVALID_SUBCOMMAND);
}

/** §6.8.2 */
async function getCredsMetadata(
  context: CommandContext,
  request: CredentialManagementRequest,
): Promise<CredentialManagementResponse> {
  requireParam(request);
  requireUnbound(authorize(context, request));
  const { credentials } = context.env.storage;
  return {
    existingResidentCredentialsCount: await credentials.count(),
    maxPossibleRemainingResidentCredentialsCount: await credentials.remaining(),
  };
}

/** §6.8.3 */
async function enumerateRps(
  context: CommandContext,
  request: CredentialManagementRequest,
): Promise<CredentialManagementResponse> {
  requireParam(request);
  requireUnbound(authorize(context, request));
  const rps = new Map<string, RpEntity>();
  for (const { rp } of await context.env.storage.credentials.list())
    if (rp.name !== undefined || !rps.has(rp.id)) rps.set(rp.id, rp);
  const answers = [...rps.values()].map((rp) => ({ rp, rpIDHash: rpIdHash(rp.id) }));
  return begin(context, 'rps', answers, { totalRPs: answers.length });
}

/** §6.8.4 */
async function enumerateCredentials(
  context: CommandContext,
  generation: Generation,
  request: CredentialManagementRequest,
): Promise<CredentialManagementResponse> {
  requireParam(request);
  const { rpIDHash } = decodeRequestMap(credentialManagementParams, request.subCommandParams);
  if (!rpIDHash) throw new CtapStatusError(Status.MISSING_PARAMETER, 'rpIDHash');
  const { rpId } = authorize(context, request);
  if (rpId !== undefined && !equalBytes(rpIdHash(rpId), rpIDHash))
    throw new CtapStatusError(Status.PIN_AUTH_INVALID);
  const { credentials } = context.env.storage;
  const site = await credentials.rpIdOf(rpIDHash);
  const listed = site === undefined ? [] : await credentials.ofRp(site);
  const answers = listed.map((credential) => describe(credential, generation));
  return begin(context, 'credentials', answers, { totalCredentials: answers.length });
}

/** §6.8.5 */
async function deleteCredential(
  context: CommandContext,
  request: CredentialManagementRequest,
): Promise<CredentialManagementResponse> {
  requireParam(request);
  const { credentialID } = decodeRequestMap(credentialManagementParams, request.subCommandParams);
  if (!credentialID) throw new CtapStatusError(Status.MISSING_PARAMETER, 'credentialID');
  const credential = await find(context, authorize(context, request), credentialID);
  await context.env.storage.credentials.delete(credential.id);
  return {};
}

/** §6.8.6: names that are absent or empty are removed. There is always room for a name, so never 0x28. */
async function updateUserInformation(
  context: CommandContext,
  request: CredentialManagementRequest,
): Promise<CredentialManagementResponse> {
  requireParam(request);
  const { credentialID, user } = decodeRequestMap(credentialManagementParams, request.subCommandParams);
  if (!credentialID || !user) throw new CtapStatusError(Status.MISSING_PARAMETER);
  const credential = await find(context, authorize(context, request), credentialID);
  if (!equalBytes(credential.user.id, user.id))
    throw new CtapStatusError(Status.INVALID_PARAMETER, 'user.id');
  const { configuration, storage } = context.env;
  await storage.credentials.updateUser(credential.id, storedUser(configuration, user));
  return {};
}

/** 0x36 without pinUvAuthParam, even where no PIN is set. */
function requireParam({ pinUvAuthParam }: CredentialManagementRequest): void {
  if (pinUvAuthParam === undefined) throw new CtapStatusError(Status.PUAT_REQUIRED);
}

/** What the token of a request opens: one site, or all of them. */
interface Authority {
  readonly rpId?: string;
}

/** What the persistent token is good for (CTAP 2.2 §6.8): to look. */
const READ_ONLY: readonly number[] = [
  Sub.GET_CREDS_METADATA,
  Sub.ENUMERATE_RPS_BEGIN,
  Sub.ENUMERATE_CREDENTIALS_BEGIN,
];

/** 0x14 no protocol, 0x02 unknown protocol, 0x33 wrong parameter or no cm permission. */
function authorize(context: CommandContext, request: CredentialManagementRequest): Authority {
  const { subCommand, subCommandParams, pinUvAuthParam, pinUvAuthProtocol } = request;
  const { configuration, storage } = context.env;
  const { token } = context.session;
  const protocol = requireProtocol(context, pinUvAuthProtocol);
  const message = credentialManagementAuthMessage(subCommand, subCommandParams);
  if (!pinUvAuthParam) throw new CtapStatusError(Status.PIN_AUTH_INVALID);
  if (
    configuration.persistentToken &&
    READ_ONLY.includes(subCommand) &&
    protocol.verify(storage.record.persistentToken, message, pinUvAuthParam)
  )
    return {};
  if (!token.verify(protocol, message, pinUvAuthParam) || !token.hasPermission(Permission.CM))
    throw new CtapStatusError(Status.PIN_AUTH_INVALID);
  return token.rpId === undefined ? {} : { rpId: token.rpId };
}

/** A token for one site shows nothing about the others: 0x33. */
function requireUnbound({ rpId }: Authority): void {
  if (rpId !== undefined) throw new CtapStatusError(Status.PIN_AUTH_INVALID);
}

/** 0x2E unknown, 0x33 of another site than the token is for. */
async function find(
  { env }: CommandContext,
  { rpId }: Authority,
  { id, type }: CredentialDescriptor,
): Promise<Credential> {
  const credential = type === PUBLIC_KEY ? await env.storage.credentials.find(id) : undefined;
  if (!credential) throw new CtapStatusError(Status.NO_CREDENTIALS);
  if (rpId !== undefined && rpId !== credential.rp.id) throw new CtapStatusError(Status.PIN_AUTH_INVALID);
  return credential;
}

function begin(
  { env, session }: CommandContext,
  kind: CredentialQueue['kind'],
  [first, ...rest]: readonly CredentialManagementResponse[],
  total: CredentialManagementResponse,
): CredentialManagementResponse {
  if (!first) throw new CtapStatusError(Status.NO_CREDENTIALS);
  if (rest.length > 0) session.enumeration = { kind, answers: rest, next: 0, since: env.clock.now() };
  return { ...first, ...total };
}

/** 0x30 when there is nothing to go on with, it is used up or too old. */
function next(
  { env, session }: CommandContext,
  queue: CredentialQueue | undefined,
  kind: CredentialQueue['kind'],
): CredentialManagementResponse {
  const answer = queue?.kind === kind ? queue.answers[queue.next] : undefined;
  if (!queue || !answer || env.clock.now() - queue.since > ENUMERATION_TIMEOUT)
    throw new CtapStatusError(Status.NOT_ALLOWED);
  session.enumeration = { ...queue, next: queue.next + 1, since: env.clock.now() };
  return answer;
}

function describe(credential: Credential, generation: Generation): CredentialManagementResponse {
  const { id, user, publicKey, credProtect, largeBlobKey, thirdPartyPayment } = credential;
  return {
    user,
    credentialID: { id, type: PUBLIC_KEY },
    publicKey,
    ...(generation === 'final' && {
      credProtect,
      ...(largeBlobKey && { largeBlobKey }),
      ...(thirdPartyPayment !== undefined && { thirdPartyPayment }),
    }),
  };
}

function rpIdHash(rpId: string): Uint8Array {
  return sha256(Buffer.from(rpId));
}
