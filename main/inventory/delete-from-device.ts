/** Moves passkeys of this device to Recently deleted, and tells what became of each. */
import { deviceId, notListed, whyNotRemovable } from './device-passkeys';
import type { DeviceVault } from './device-vault';
import type { DeleteOutcome } from './model';
import { problem, problemOf, type Problem } from './problems';

/** Verified by listing again. One outcome for each, in the order asked. */
export async function deleteFromDevice(
  vault: DeviceVault,
  ids: readonly string[],
): Promise<readonly DeleteOutcome[]> {
  const held = new Map(vault.passkeys.map((passkey) => [deviceId(passkey.credential.id), passkey]));
  const wanted = [...new Set(ids)].flatMap((id) => {
    const passkey = held.get(id);
    return passkey && whyNotRemovable(passkey) === undefined ? [passkey.credential.id] : [];
  });
  let refused: Problem | undefined;
  try {
    if (wanted.length > 0) await vault.remove(wanted);
  } catch (error) {
    refused = problemOf(error);
  }
  const left = new Set(vault.passkeys.map(({ credential }) => deviceId(credential.id)));
  return ids.map((passkeyId) => {
    const passkey = held.get(passkeyId);
    if (!passkey) return { passkeyId, outcome: 'unknown', problem: notListed().problem };
    if (!left.has(passkeyId)) return { passkeyId, outcome: 'deleted' };
    const reason = whyNotRemovable(passkey);
    return {
      passkeyId,
      outcome: 'kept',
      problem: reason === undefined ? (refused ?? stillThere) : { code: 'protected', message: reason },
    };
  });
}

const stillThere = problem(
  'delete-not-verified',
  'The passkey was to be deleted, but is still on this device. Try again.',
).problem;
