/** Changes the names of one passkey, and tells what the key made of it. */
import { CtapStatusError } from '../ctap/errors';
import { Status } from '../ctap/status';
import type { CredentialManager } from '../client/credential-manager';
import type { StoredCredential } from '../client/stored-credential';
import type { EditOutcome, PasskeyNames } from './model';
import { problem, ProblemError, problemOf } from './problems';

/** CTAP 2.1 §6.1.2: a key keeps at least so many bytes of a name, and may cut off the rest. */
export const CERTAIN_NAME_BYTES = 64;
/** Bytes; two such names and a credential ID still fit into the smallest message that a key takes. */
const MAX_NAME_BYTES = 256;

/** What to say before a name is saved that a key may shorten; undefined for a name that it keeps whole. */
export function longNameWarning(name: string): string | undefined {
  const bytes = Buffer.byteLength(name);
  return bytes > CERTAIN_NAME_BYTES
    ? `This is ${bytes} bytes long; many security keys keep only the first ${CERTAIN_NAME_BYTES}.`
    : undefined;
}

/** Rejects with {@link ProblemError}, whose cause is the answer of the key, when the names are not saved. */
export async function editAndVerify(
  manager: CredentialManager,
  credential: StoredCredential,
  names: PasskeyNames,
  signal: AbortSignal,
): Promise<{ readonly outcome: EditOutcome['outcome']; readonly credential: StoredCredential }> {
  for (const name of [names.name ?? '', names.displayName ?? '']) checkName(name);
  let update;
  try {
    update = await manager.updateUser(credential, names, { signal });
  } catch (error) {
    throw new ProblemError(problemOf(error), { cause: error });
  }
  const { outcome, refusal } = update;
  if (outcome === 'updated') return { outcome: 'saved', credential: update.credential };
  // What the key lists counts, also when it has denied the change.
  if (outcome === 'shortened') return { outcome, credential: update.credential };
  if (!refusal)
    throw problem(
      'not-verified',
      outcome === 'kept'
        ? 'The security key said that it changed the names, but still lists the old ones. Take it out, put it back in, and try again.'
        : 'The security key said that it changed the names, but lists others. Refresh the list to see them.',
    );
  throw new ProblemError(refusalWords(refusal), { cause: refusal });
}

/** Throws {@link ProblemError} for a name that can be saved nowhere. */
export function checkName(name: string): void {
  if (/\p{Surrogate}/u.test(name))
    throw problem('invalid-argument', 'The name has half a character, which cannot be saved. Type it anew.');
  const bytes = Buffer.byteLength(name);
  if (bytes > MAX_NAME_BYTES)
    throw problem(
      'invalid-argument',
      `The name is too long: ${bytes} bytes of at most ${MAX_NAME_BYTES} (letters with accents and symbols count more than one). Shorten it.`,
    );
}

function refusalWords(refusal: Error): ReturnType<typeof problemOf> {
  if (refusal instanceof CtapStatusError)
    switch (refusal.status) {
      case Status.INVALID_COMMAND:
      case Status.INVALID_SUBCOMMAND:
        return {
          code: 'unsupported',
          message:
            'This security key claims that it can change the names of passkeys, but does not know the command. The names stay as they are.',
        };
      case Status.KEY_STORE_FULL:
        return {
          code: 'full',
          message:
            'The security key has no room for these names. Use shorter ones, or delete a passkey first.',
        };
      case Status.INVALID_PARAMETER:
      case Status.INVALID_LENGTH:
        return {
          code: 'refused',
          message: `The security key does not take these names (${refusal.message}). Try shorter ones.`,
        };
      default:
    }
  return problemOf(refusal);
}
