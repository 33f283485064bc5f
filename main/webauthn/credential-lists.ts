/** Exclude and allow lists: what of them an authenticator can take at once, and which of it is its own (CTAP 2.1 §6.1.2, §6.2). */
import type { CallOptions } from '../ctap/api';
import { encodeBody, type Codec } from '../ctap/codec';
import { getAssertionRequest, type GetAssertionRequest } from '../ctap/commands/get-assertion';
import type { AuthenticatorInfo } from '../ctap/commands/get-info';
import type { CredentialDescriptor } from '../ctap/entities';
import { CtapStatusError, ProtocolError } from '../ctap/errors';
import { Status } from '../ctap/status';
import { PUBLIC_KEY, type PublicKeyCredentialDescriptor } from './model';
import type { CeremonyAuthenticator, PinUvAuth } from './ports';
import { authMembers } from './user-verification';

/** Bytes of the largest message when getInfo does not say (CTAP 2.1 §6.4). */
const DEFAULT_MAX_MESSAGE_SIZE = 1024;
/** Nobody signs in with the answer to a silent question. */
const NO_CLIENT_DATA = new Uint8Array(32);

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

/** What of a site's list the authenticator could know: no other types, no IDs that are too long for it, none twice. */
export function credentialsFor(
  { maxCredentialIdLength = Infinity }: AuthenticatorInfo,
  list: readonly PublicKeyCredentialDescriptor[],
): readonly CredentialDescriptor[] {
  const found = new Map<string, CredentialDescriptor>();
  for (const { type, id } of list)
    if (type === PUBLIC_KEY && id.length > 0 && id.length <= maxCredentialIdLength)
      found.set(Buffer.from(id).toString('hex'), { type, id });
  return [...found.values()];
}

/** Whether the authenticator takes lists as long as this one. */
export function fitsCount(
  { maxCredentialCountInList = 1 }: AuthenticatorInfo,
  list: readonly unknown[],
): boolean {
  return list.length <= Math.max(1, maxCredentialCountInList);
}

/** Whether a request is short enough for the authenticator. */
export function fitsMessage<T>(
  { maxMsgSize = DEFAULT_MAX_MESSAGE_SIZE }: AuthenticatorInfo,
  codec: Codec<T>,
  request: T,
): boolean {
  return 1 + encodeBody(codec, request).length <= maxMsgSize;
}

/** The authenticator has found a request or a list in it too long, whatever getInfo says. */
export function isTooLong(error: unknown): boolean {
  return (
    error instanceof CtapStatusError &&
    (error.status === Status.REQUEST_TOO_LARGE || error.status === Status.LIMIT_EXCEEDED)
  );
}

export function isNoCredentials(error: unknown): boolean {
  return error instanceof CtapStatusError && error.status === Status.NO_CREDENTIALS;
}

export interface SilentQuestion {
  readonly rpId: string;
  /** From {@link credentialsFor}. */
  readonly list: readonly CredentialDescriptor[];
  /** With permission ga: shows credentials, too, that demand user verification. Not used up by the question. */
  readonly auth?: PinUvAuth;
}

/**
 * The first credential of `list` that is the authenticator's own, by silent questions (getAssertion with option up false), in as
 * few as its limits allow. Nobody is asked for a touch or a PIN. Without `auth`, credentials with credProtect level 3 are not seen.
 */
export async function findListed(
  { api, info }: Pick<CeremonyAuthenticator, 'api' | 'info'>,
  { rpId, list, auth }: SilentQuestion,
  options: CallOptions = {},
): Promise<CredentialDescriptor | undefined> {
  const question = (allowList: readonly CredentialDescriptor[]): GetAssertionRequest => ({
    rpId,
    clientDataHash: NO_CLIENT_DATA,
    allowList,
    options: { up: false },
    ...authMembers(auth, NO_CLIENT_DATA),
  });
  const fits = (chunk: readonly CredentialDescriptor[]): boolean =>
    fitsCount(info, chunk) && fitsMessage(info, getAssertionRequest, question(chunk));
  let most = list.length;
  for (let start = 0; start < list.length;) {
    let end = start + 1; // one is tried even where the sizes say that it does not fit
    while (end < list.length && end - start < most && fits(list.slice(start, end + 1))) end++;
    const chunk = list.slice(start, end);
    try {
      const { credential } = await api.getAssertion(question(chunk), options);
      return ownOf(chunk, credential);
    } catch (error) {
      if (isTooLong(error) && chunk.length > 1) most = Math.ceil(chunk.length / 2);
      // One that does not even fit alone cannot be the authenticator's own.
      else if (isNoCredentials(error) || isTooLong(error)) start = end;
      else throw error;
    }
  }
  return undefined;
}

/**
 * The one of `list` that the authenticator has answered with; it may leave it out where there is only one (CTAP 2.0 §5.2). Throws
 * {@link ProtocolError} for one that was not asked for.
 */
export function ownOf(
  list: readonly CredentialDescriptor[],
  answered: CredentialDescriptor | undefined,
): CredentialDescriptor {
  const own = answered ? list.find(({ id }) => sameBytes(id, answered.id)) : list.length === 1 && list[0];
  if (!own) throw new ProtocolError('the authenticator answered with a credential that was not asked for');
  return own;
}
