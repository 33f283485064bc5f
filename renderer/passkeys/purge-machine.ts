/** The states of deleting for good what is in Recently deleted. */
import type { Problem, Result } from '../../preload/contract';

export type PurgeState =
  | { readonly name: 'asking' }
  | { readonly name: 'deleting' }
  | { readonly name: 'failed'; readonly problem: Problem }
  | { readonly name: 'done' };

export type PurgeEvent =
  { readonly type: 'confirmed' } | { readonly type: 'answered'; readonly result: Result };

export function nextPurge(state: PurgeState, event: PurgeEvent): PurgeState {
  switch (event.type) {
    case 'confirmed':
      return state.name === 'asking' || state.name === 'failed' ? { name: 'deleting' } : state;
    case 'answered':
      if (state.name !== 'deleting') return state;
      return event.result.ok ? { name: 'done' } : { name: 'failed', problem: event.result.problem };
  }
}
