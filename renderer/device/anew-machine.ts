/** The states of starting anew, where nothing opens the passkeys of this device any more. */
import type { Problem, Result } from '../../preload/contract';

export type AnewState =
  | { readonly name: 'asking' }
  | { readonly name: 'working' }
  | { readonly name: 'failed'; readonly problem: Problem }
  | { readonly name: 'done' };

export type AnewEvent =
  { readonly type: 'confirmed' } | { readonly type: 'answered'; readonly result: Result };

export function nextAnew(state: AnewState, event: AnewEvent): AnewState {
  switch (event.type) {
    case 'confirmed':
      return state.name === 'asking' || state.name === 'failed' ? { name: 'working' } : state;
    case 'answered':
      if (state.name !== 'working') return state;
      return event.result.ok ? { name: 'done' } : { name: 'failed', problem: event.result.problem };
  }
}
