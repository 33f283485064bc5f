/** What a ceremony begins with: one match is one step, and who can serve nothing does not get in the way. */
import type { CeremonyRequest } from './model';
import type { Places } from './places';
import { inTrouble, type Ending, type Step } from './step';

const fallThrough: Ending = { to: 'end', result: { is: 'fall-through' } };

export function firstStep(request: CeremonyRequest, places: Places): Step | Ending {
  return request.kind === 'create' ? toSave(request, places) : toUse(request, places);
}

function toSave({ hasOwnDialog }: CeremonyRequest, places: Places): Step | Ending {
  const device = places.device?.place;
  if (device && !device.obstacle) {
    if (!places.takesKeys) return { to: 'device' };
    return { to: 'places', all: places.prefersKeys };
  }
  const { keys } = places.keys;
  if (!places.takesKeys) {
    if (hasOwnDialog) return fallThrough;
    return device ? { to: 'device' } : inTrouble({ is: 'policy' }, { to: 'start' });
  }
  // Also to show why none of them can take it.
  const isChoice = device !== undefined || places.contestants.length === 0;
  if (keys.length > 0) return isChoice ? { to: 'places', all: true } : { to: 'any-key' };
  if (hasOwnDialog) return fallThrough;
  return device ? { to: 'places', all: true } : { to: 'any-key' };
}

function toUse({ hasOwnDialog, only }: CeremonyRequest, places: Places): Step | Ending {
  const { accounts, contestants, device } = places;
  const [first, ...others] = accounts;
  if (first && others.length > 0)
    return others.every(({ place }) => place.is === 'key') && first.place.is === 'key'
      ? { to: 'any-key' }
      : { to: 'accounts' };
  if (first?.place.is === 'key') return { to: 'key', id: first.place.id };
  if (first)
    return places.prefersKeys && (contestants.length > 0 || places.keysAreBySystem)
      ? { to: 'accounts' }
      : { to: 'device' };
  const isLocked = device?.device.situation.is === 'passphrase-needed';
  if (isLocked) return places.takesKeys ? { to: 'places', all: true } : { to: 'device' };
  if (contestants.length > 0) return { to: 'any-key' };
  if (hasOwnDialog) return fallThrough;
  if (device && only === 'device') return { to: 'device' };
  // Nobody knows what they have before its dialog.
  if (places.keysAreBySystem) return { to: 'any-key' };
  const keys = places.takesKeys ? places.keys.keys.map(({ id, name }) => ({ id, name })) : [];
  if (only === 'key' && keys.length === 0) return { to: 'any-key' };
  return inTrouble({ is: 'no-match', keys }, { to: 'start' });
}
