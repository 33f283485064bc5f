/** Deletes passkeys of one key, each verified by listing its site again, and goes on as far as that makes sense. */
import { TransportError } from '../ctap/errors';
import type { CredentialManager } from '../client/credential-manager';
import { isTokenRefused } from '../client/pin-uv-auth-token';
import { whySigningInHere } from '../vault/pam-sites';
import type { DeleteOutcome, Passkey } from './model';
import { problem, problemOf } from './problems';

export interface Deletion {
  readonly outcomes: readonly DeleteOutcome[];
  /** What ended the job before its end: the key is gone, or no longer accepts the token. */
  readonly endedBy?: Error;
}

/** One outcome for each of `passkeys`, in their order. Once `signal` is aborted, nothing more is deleted. */
export async function deleteAndVerify(
  manager: CredentialManager,
  passkeys: readonly Passkey[],
  signal: AbortSignal,
): Promise<Deletion> {
  const outcomes: DeleteOutcome[] = [];
  let endedBy: Error | undefined;
  for (const { id, credential } of passkeys) {
    if (endedBy || signal.aborted) {
      outcomes.push({ passkeyId: id, outcome: 'kept', problem: problemOf(endedBy ?? signal.reason) });
      continue;
    }
    const reason = whySigningInHere(credential.rpId);
    if (reason !== undefined) {
      outcomes.push({ passkeyId: id, outcome: 'kept', problem: { code: 'protected', message: reason } });
      continue;
    }
    try {
      const { outcome, refusal } = await manager.deleteVerified(credential);
      if (refusal && isTokenRefused(refusal)) endedBy = refusal;
      outcomes.push(
        outcome === 'deleted'
          ? { passkeyId: id, outcome }
          : { passkeyId: id, outcome, problem: refusal ? problemOf(refusal) : notVerified },
      );
    } catch (error) {
      if (error instanceof TransportError || isTokenRefused(error)) endedBy = error;
      outcomes.push({ passkeyId: id, outcome: 'unknown', problem: problemOf(error) });
    }
  }
  return { outcomes, ...(endedBy && { endedBy }) };
}

const notVerified = problem(
  'delete-not-verified',
  'The security key said that it deleted the passkey, but still lists it. Take the key out, put it back in, and try again.',
).problem;
