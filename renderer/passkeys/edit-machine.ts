/** The states of the edit dialog and what leads from one to the next. */
import type { EditedNames, Problem, Result } from '../../preload/contract';

export type EditState =
  | { readonly name: 'entering' }
  | { readonly name: 'saving' }
  /** Saved, but the key kept less than it was given. */
  | { readonly name: 'shortened'; readonly kept: EditedNames }
  | { readonly name: 'locked' }
  | { readonly name: 'removed' }
  | { readonly name: 'failed'; readonly problem: Problem }
  | { readonly name: 'done' };

/** Where the passkey is while the dialog is open. */
export type Whereabouts = 'shown' | 'locked' | 'removed';

export type EditEvent =
  | { readonly type: 'submitted' }
  | { readonly type: 'answered'; readonly result: Result<EditedNames>; readonly asked: EditedNames }
  | { readonly type: 'whereabouts'; readonly now: Whereabouts }
  | { readonly type: 'again' };

export function nextEdit(state: EditState, event: EditEvent): EditState {
  switch (event.type) {
    case 'submitted':
      return { name: 'saving' };
    case 'again':
      return { name: 'entering' };
    case 'answered':
      return answered(event.result, event.asked);
    case 'whereabouts':
      return moved(state, event.now);
  }
}

function answered(result: Result<EditedNames>, asked: EditedNames): EditState {
  if (result.ok) {
    const kept = result.value;
    const whole = kept.userName === asked.userName && kept.userDisplayName === asked.userDisplayName;
    return whole ? { name: 'done' } : { name: 'shortened', kept };
  }
  const { problem } = result;
  if (problem.code === 'locked') return { name: 'locked' };
  return problem.code === 'unplugged' || problem.code === 'not-open'
    ? { name: 'removed' }
    : { name: 'failed', problem };
}

function moved(state: EditState, now: Whereabouts): EditState {
  // While the key writes, its answer decides.
  if (state.name === 'saving' || state.name === 'shortened' || state.name === 'done') return state;
  if (now !== 'shown') return { name: now };
  return state.name === 'removed' || state.name === 'locked' ? { name: 'entering' } : state;
}

/** Many keys keep no more than this of a name (CTAP 2.1 §6.8.6); bytes of UTF-8. */
export const SAFE_NAME_BYTES = 64;

export function isLong(name: string): boolean {
  return new TextEncoder().encode(name).length > SAFE_NAME_BYTES;
}
