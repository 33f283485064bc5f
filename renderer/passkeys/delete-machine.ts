/** The states of the delete dialog and what leads from one to the next. */
import type { DeleteOutcome, KeyView, PasskeyView, Problem, Result } from '../../preload/contract';
import { DEVICE } from '../device/device-id';

export type DeleteState =
  | { readonly name: 'asking' }
  /** The key locked itself (or was locked) before anything was deleted. */
  | { readonly name: 'locked'; readonly keyId: string }
  | { readonly name: 'removed' }
  /** The passkeys of this device were closed before anything was deleted. */
  | { readonly name: 'device-closed' }
  /** None of them can be deleted; each says why. */
  | { readonly name: 'not-removable' }
  | { readonly name: 'deleting' }
  /** Not everything went as asked; what happened to each. */
  | { readonly name: 'reported'; readonly outcomes: readonly DeleteOutcome[] }
  /** Every one of them is gone. */
  | { readonly name: 'done' }
  | { readonly name: 'failed'; readonly problem: Problem };

export type DeleteEvent =
  | { readonly type: 'confirmed' }
  | {
      readonly type: 'answered';
      readonly result: Result<readonly DeleteOutcome[]>;
      readonly asked: readonly PasskeyView[];
    }
  | {
      readonly type: 'places';
      readonly places: DeletePlaces;
      readonly asked: readonly PasskeyView[];
    };

/** What can be deleted from now. */
export interface DeletePlaces {
  readonly keys: readonly KeyView[];
  readonly deviceIsOpen: boolean;
}

export function nextDelete(state: DeleteState, event: DeleteEvent): DeleteState {
  switch (event.type) {
    case 'confirmed':
      return { name: 'deleting' };
    case 'answered':
      return state.name === 'deleting' ? answered(event.result, event.asked) : state;
    case 'places':
      return state.name === 'asking' || state.name === 'removed' || state.name === 'device-closed'
        ? beforeDeleting(event.places, event.asked)
        : state;
  }
}

/** Whether the passkeys can still be deleted, before anything was tried. */
export function beforeDeleting(
  { keys, deviceIsOpen }: DeletePlaces,
  asked: readonly PasskeyView[],
): DeleteState {
  if (asked.every((passkey) => passkey.notRemovable !== undefined)) return { name: 'not-removable' };
  const wanted = new Set(asked.map((passkey) => passkey.keyId));
  const present = keys.filter((key) => wanted.has(key.id));
  if (wanted.has(DEVICE) && deviceIsOpen) return { name: 'asking' };
  if (present.length === 0) return { name: wanted.has(DEVICE) ? 'device-closed' : 'removed' };
  const locked = present.find((key) => key.passkeys === 'locked');
  const usable = present.some((key) => key.passkeys === 'unlocked' || key.passkeys === 'listing');
  return locked !== undefined && !usable ? { name: 'locked', keyId: locked.id } : { name: 'asking' };
}

function answered(result: Result<readonly DeleteOutcome[]>, asked: readonly PasskeyView[]): DeleteState {
  if (!result.ok) {
    const keyId = asked[0]?.keyId;
    if (result.problem.code === 'not-open') return { name: 'device-closed' };
    if (result.problem.code === 'locked' && keyId !== undefined) return { name: 'locked', keyId };
    return { name: 'failed', problem: result.problem };
  }
  const outcomes = completeOutcomes(result.value, asked);
  // Nothing was tried because the key had locked itself: the way on is to unlock it, not to try again.
  const lockedOut = outcomes.every(
    ({ outcome, problem }) => outcome === 'kept' && problem?.code === 'locked',
  );
  if (lockedOut && asked[0] !== undefined) return { name: 'locked', keyId: asked[0].keyId };
  return outcomes.every((outcome) => outcome.outcome === 'deleted')
    ? { name: 'done' }
    : { name: 'reported', outcomes };
}

/** One outcome for each passkey that was asked for, in that order. One that was not reported is not known, never assumed. */
export function completeOutcomes(
  outcomes: readonly DeleteOutcome[],
  asked: readonly PasskeyView[],
): readonly DeleteOutcome[] {
  const byId = new Map(outcomes.map((outcome) => [outcome.passkeyId, outcome]));
  return asked.map((passkey) => byId.get(passkey.id) ?? { passkeyId: passkey.id, outcome: 'unknown' });
}

/** Those that can be deleted, and those that cannot. */
export function splitRemovable(asked: readonly PasskeyView[]): {
  readonly removable: readonly PasskeyView[];
  readonly kept: readonly PasskeyView[];
} {
  return {
    removable: asked.filter((passkey) => passkey.notRemovable === undefined),
    kept: asked.filter((passkey) => passkey.notRemovable !== undefined),
  };
}

export function countOutcome(outcomes: readonly DeleteOutcome[], wanted: DeleteOutcome['outcome']): number {
  return outcomes.filter((outcome) => outcome.outcome === wanted).length;
}
