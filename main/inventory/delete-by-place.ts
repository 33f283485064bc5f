/** Deletes passkeys of several places, which work side by side. */
import type { DeleteOutcome } from './model';
import { problemOf } from './problems';

export interface DeletingPlace {
  /** One outcome for each, in the order asked. Rejects when nothing was tried. */
  deletePasskeys(ids: readonly string[]): Promise<readonly DeleteOutcome[]>;
}

/** The key, or this device, that a passkey is on: by the passkey's ID. */
export function placeOf(passkeyId: string): string {
  return passkeyId.slice(0, passkeyId.lastIndexOf(':'));
}

/** One outcome for each, in the order asked. @param place throws for one that is not there */
export async function deleteByPlace(
  ids: readonly string[],
  place: (id: string) => DeletingPlace,
): Promise<readonly DeleteOutcome[]> {
  const byPlace = new Map<string, string[]>();
  for (const id of ids) {
    const placeId = placeOf(id);
    byPlace.set(placeId, [...(byPlace.get(placeId) ?? []), id]);
  }
  const outcomes = await Promise.all(
    [...byPlace].map(async ([placeId, own]): Promise<readonly DeleteOutcome[]> => {
      try {
        return await place(placeId).deletePasskeys(own);
      } catch (error) {
        // Nothing was tried.
        return own.map((passkeyId) => ({ passkeyId, outcome: 'kept', problem: problemOf(error) }));
      }
    }),
  );
  const byId = new Map(outcomes.flat().map((outcome) => [outcome.passkeyId, outcome]));
  return ids.map((id) => byId.get(id)).filter((outcome) => outcome !== undefined);
}
