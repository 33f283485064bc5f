/** The states of the reset dialog: ours around the steps that the main process reports. */
import type { Problem, ResetView, Result } from '../../preload/contract';

export type ResetState =
  | { readonly name: 'warning' }
  | { readonly name: 'starting' }
  | { readonly name: 'guided'; readonly step: 'remove' | 'insert' | 'touch' | 'long-touch' }
  | { readonly name: 'done' }
  | { readonly name: 'failed'; readonly problem?: Problem }
  | { readonly name: 'cancelled' }
  /** Taken out before the reset was started. */
  | { readonly name: 'removed' };

export type ResetEvent =
  | { readonly type: 'started' }
  | { readonly type: 'answered'; readonly result: Result }
  | { readonly type: 'view'; readonly view: ResetView | null }
  | { readonly type: 'key'; readonly present: boolean }
  | { readonly type: 'again' };

/** A reset that goes on already (the window was loaded again) is followed, not warned about. */
export function startReset(view: ResetView | null, keyId: string, present: boolean): ResetState {
  if (view !== null && view.keyId === keyId && view.step !== 'done' && view.step !== 'failed')
    return following(view);
  return { name: present ? 'warning' : 'removed' };
}

export function nextReset(state: ResetState, event: ResetEvent): ResetState {
  switch (event.type) {
    case 'started':
      return { name: 'starting' };
    case 'answered':
      // Yes only means that it was armed; the steps come as events.
      if (state.name !== 'starting') return state;
      return event.result.ok
        ? { name: 'guided', step: 'remove' }
        : { name: 'failed', problem: event.result.problem };
    case 'view':
      return viewChanged(state, event.view);
    case 'key':
      // During the steps the key comes and goes as asked.
      if (state.name === 'warning' && !event.present) return { name: 'removed' };
      if (state.name === 'removed' && event.present) return { name: 'warning' };
      return state;
    case 'again':
      return { name: 'warning' };
  }
}

function viewChanged(state: ResetState, view: ResetView | null): ResetState {
  if (state.name !== 'starting' && state.name !== 'guided') return state;
  if (view === null) return state.name === 'guided' ? { name: 'cancelled' } : state;
  return following(view);
}

function following(view: ResetView): ResetState {
  switch (view.step) {
    case 'touch':
      return { name: 'guided', step: view.longTouch ? 'long-touch' : 'touch' };
    case 'remove':
    case 'insert':
      return { name: 'guided', step: view.step };
    case 'done':
      return { name: 'done' };
    case 'failed':
      return view.problem === undefined ? { name: 'failed' } : { name: 'failed', problem: view.problem };
  }
}

/** 1 to 3, for the row of steps. */
export function stepNumber(step: 'remove' | 'insert' | 'touch' | 'long-touch'): number {
  return step === 'remove' ? 1 : step === 'insert' ? 2 : 3;
}
