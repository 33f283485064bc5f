/** The states of a question that is asked once before something is done. */
import type { Problem } from '../../preload/contract';

export type ConfirmState =
  | { readonly name: 'asking' }
  | { readonly name: 'working' }
  /** Nothing was done; it can be tried again. */
  | { readonly name: 'failed'; readonly problem: Problem };

export type ConfirmEvent =
  { readonly type: 'confirmed' } | { readonly type: 'refused'; readonly problem: Problem };

/** When it is done, the dialog is closed. */
export function nextConfirm(state: ConfirmState, event: ConfirmEvent): ConfirmState {
  switch (event.type) {
    case 'confirmed':
      return state.name === 'working' ? state : { name: 'working' };
    case 'refused':
      return state.name === 'working' ? { name: 'failed', problem: event.problem } : state;
  }
}
