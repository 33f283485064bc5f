/** The states of the edit dialog and what leads from one to the next. */
import type { EditedNames, Problem, Result } from '../../preload/contract';

export type EditState =
  | { readonly name: 'entering' }
  | { readonly name: 'saving' }
  /** Saved, but the key kept less than it was given. */
  | { readonly name: 'shortened'; readonly kept: EditedNames }
  | { readonly name: 'locked' }
  | { readonly name: 'removed' }
  /** `names`: nothing was changed. `own-name`: that was not saved; the others are, if they were to be. */
  | { readonly name: 'failed'; readonly what: 'names'; readonly problem: Problem }
  | {
      readonly name: 'failed';
      readonly what: 'own-name';
      readonly othersSaved: boolean;
      readonly problem: Problem;
    }
  | { readonly name: 'done'; readonly what: 'names' | 'own-name' };

/** Where the passkey is while the dialog is open. */
export type Whereabouts = 'shown' | 'locked' | 'removed';

export type EditEvent =
  | { readonly type: 'submitted' }
  | { readonly type: 'answered'; readonly result: Result<EditedNames>; readonly asked: EditedNames }
  /** Nothing else was to be changed. */
  | { readonly type: 'own-name-saved' }
  | { readonly type: 'own-name-refused'; readonly othersSaved: boolean; readonly problem: Problem }
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
    case 'own-name-saved':
      return { name: 'done', what: 'own-name' };
    case 'own-name-refused':
      return refused(event.problem, event.othersSaved);
    case 'whereabouts':
      return moved(state, event.now);
  }
}

function answered(result: Result<EditedNames>, asked: EditedNames): EditState {
  if (result.ok) {
    const kept = result.value;
    const whole = kept.userName === asked.userName && kept.userDisplayName === asked.userDisplayName;
    return whole ? { name: 'done', what: 'names' } : { name: 'shortened', kept };
  }
  const { problem } = result;
  if (problem.code === 'locked') return { name: 'locked' };
  return problem.code === 'unplugged' || problem.code === 'not-open'
    ? { name: 'removed' }
    : { name: 'failed', what: 'names', problem };
}

function refused(problem: Problem, othersSaved: boolean): EditState {
  return problem.code === 'unplugged' && !othersSaved
    ? { name: 'removed' }
    : { name: 'failed', what: 'own-name', othersSaved, problem };
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
