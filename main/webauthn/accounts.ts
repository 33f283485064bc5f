/** The accounts that a getAssertion has found, and which of them the user means (CTAP 2.1 §6.2.2 steps 11 to 13, §6.3). */
import type { CallOptions, Ctap2Api } from '../ctap/api';
import type { CborMap } from '../ctap/cbor';
import type { GetAssertionResponse } from '../ctap/commands/get-assertion';
import type { CredentialDescriptor, UserEntity } from '../ctap/entities';
import { ProtocolError } from '../ctap/errors';
import { readAsserted, type Expectation } from './answers';
import { ownOf, sameBytes } from './credential-lists';
import { CeremonyFailure } from './failure';

/** No site has more of one person; a key that claims more is not asked for them. */
const MAX_ACCOUNTS = 1000;

/** One account that the user may sign in with. */
export interface Account {
  readonly credentialId: Uint8Array;
  /** Names are there only where the user was verified. */
  readonly user: UserEntity;
}

/**
 * Lets the user choose, the newest first; resolves to a place in the list, undefined when they do not want any. `signal` is aborted
 * when the answer no longer matters.
 */
export type AccountChooser = (
  accounts: readonly Account[],
  signal: AbortSignal | undefined,
) => Promise<number | undefined>;

/** An answer to getAssertion that a site may see. */
export interface CheckedAssertion {
  readonly id: Uint8Array;
  readonly user: UserEntity | undefined;
  readonly answer: GetAssertionResponse;
  /** Extension outputs in the authenticator data. */
  readonly outputs: CborMap;
}

/** The answer to an allow list. Throws {@link ProtocolError} for what cannot be one. */
export function listedAssertion(
  list: readonly CredentialDescriptor[],
  answer: GetAssertionResponse,
  expected: Expectation,
): CheckedAssertion {
  const outputs = readAsserted(answer.authData, answer.signature, expected);
  const user = answer.user && checkedUser(answer.user);
  return { id: ownOf(list, answer.credential).id, user, answer, outputs };
}

/** All answers to a getAssertion without a list; rejects as Ctap2Api does. */
export async function discoveredAssertions(
  api: Partial<Pick<Ctap2Api, 'getNextAssertion'>>,
  first: GetAssertionResponse,
  expected: Expectation,
  options: CallOptions,
): Promise<readonly CheckedAssertion[]> {
  const found = [discovered(first, expected)];
  const count = Math.min(first.numberOfCredentials ?? 1, MAX_ACCOUNTS);
  while (found.length < count && api.getNextAssertion) {
    const next = discovered(await api.getNextAssertion(options), expected);
    if (found.some(({ id }) => sameBytes(id, next.id)))
      throw new ProtocolError('the authenticator gave the same passkey twice');
    found.push(next);
  }
  return found;
}

function discovered(answer: GetAssertionResponse, expected: Expectation): CheckedAssertion {
  const outputs = readAsserted(answer.authData, answer.signature, expected);
  const { credential, user } = answer;
  if (!credential || credential.id.length === 0 || !user)
    throw new ProtocolError('the authenticator does not say whose passkey it has used');
  return { id: credential.id, user: checkedUser(user), answer, outputs };
}

function checkedUser(user: UserEntity): UserEntity {
  if (user.id.length === 0 || user.id.length > 64)
    throw new ProtocolError('the user handle of a passkey is not 1 to 64 bytes long');
  return user;
}

/** The one that signs in. Throws `cancelled` when the user wants none. */
export async function chosenAssertion(
  found: readonly CheckedAssertion[],
  choose: AccountChooser,
  signal: AbortSignal | undefined,
): Promise<CheckedAssertion> {
  const [only, ...others] = found;
  if (only && others.length === 0) return only;
  const accounts = found.flatMap(({ id, user }) => (user ? [{ credentialId: id, user }] : []));
  const place = await choose(accounts, signal);
  signal?.throwIfAborted();
  const chosen = place === undefined ? undefined : found[place];
  if (!chosen) throw new CeremonyFailure('cancelled', 'no account was chosen');
  return chosen;
}
