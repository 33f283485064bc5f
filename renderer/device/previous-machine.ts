/** The states of restoring the previous version of this device's passkeys. */
import type { Problem, Result } from '../../preload/contract';
import type { GenerationView } from '../../preload/device-contract';

export type PreviousState =
  | { readonly name: 'looking' }
  | { readonly name: 'asking'; readonly generation: GenerationView }
  | { readonly name: 'none' }
  | { readonly name: 'restoring' }
  | { readonly name: 'failed'; readonly problem: Problem }
  | { readonly name: 'done' };

export type PreviousEvent =
  | { readonly type: 'found'; readonly result: Result<GenerationView | null> }
  | { readonly type: 'confirmed' }
  | { readonly type: 'answered'; readonly result: Result }
  | { readonly type: 'again' };

export function nextPrevious(state: PreviousState, event: PreviousEvent): PreviousState {
  switch (event.type) {
    case 'found':
      return state.name === 'looking' ? found(event.result) : state;
    case 'confirmed':
      return state.name === 'asking' ? { name: 'restoring' } : state;
    case 'answered':
      if (state.name !== 'restoring') return state;
      return event.result.ok ? { name: 'done' } : { name: 'failed', problem: event.result.problem };
    // What is there may have changed: it is looked at once more, and asked about once more.
    case 'again':
      return state.name === 'failed' ? { name: 'looking' } : state;
  }
}

function found(result: Result<GenerationView | null>): PreviousState {
  if (!result.ok) return { name: 'failed', problem: result.problem };
  return result.value === null ? { name: 'none' } : { name: 'asking', generation: result.value };
}
