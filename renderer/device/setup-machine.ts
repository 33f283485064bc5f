/** The states of the wizard that sets this device up, and what leads from one to the next. */
import type { Problem, Result } from '../../preload/contract';
import type { DeviceView, RecoveryKeyView } from '../../preload/device-contract';

export type SetUpState =
  /** What it is, and what keeps the key. */
  | { readonly name: 'intro' }
  | { readonly name: 'pin'; readonly problem?: Problem }
  /** The system has no keychain: a passphrase is offered, never taken for granted. */
  | { readonly name: 'no-keychain' }
  | { readonly name: 'passphrase'; readonly problem?: Problem }
  | { readonly name: 'working' }
  | { readonly name: 'recovery-key'; readonly recoveryKey: string }
  /** Somebody else (the command line) was faster. */
  | { readonly name: 'already' }
  | { readonly name: 'failed'; readonly problem: Problem }
  | { readonly name: 'done' };

export type SetUpEvent =
  | { readonly type: 'next' }
  /** The PIN is chosen. What keeps the key: the keychain, a passphrase by choice, or one because there is no keychain. */
  | { readonly type: 'pin-chosen'; readonly sealing: 'keychain' | 'passphrase' | 'no-keychain' }
  | { readonly type: 'use-passphrase' }
  | { readonly type: 'passphrase-chosen' }
  | { readonly type: 'back' }
  | { readonly type: 'again' }
  | { readonly type: 'answered'; readonly result: Result<RecoveryKeyView> }
  | { readonly type: 'device'; readonly device: DeviceView | null }
  | { readonly type: 'kept' };

export function startSetUp(device: DeviceView | null): SetUpState {
  return { name: device?.state === 'absent' ? 'intro' : 'already' };
}

export function nextSetUp(state: SetUpState, event: SetUpEvent): SetUpState {
  switch (event.type) {
    case 'next':
      return state.name === 'intro' ? { name: 'pin' } : state;
    case 'pin-chosen':
      if (state.name !== 'pin') return state;
      return { name: event.sealing === 'keychain' ? 'working' : event.sealing };
    case 'use-passphrase':
      return state.name === 'no-keychain' || state.name === 'failed' ? { name: 'passphrase' } : state;
    case 'passphrase-chosen':
      return state.name === 'passphrase' ? { name: 'working' } : state;
    case 'back':
      return back(state);
    case 'again':
      // With the PIN (and the passphrase) that were chosen before.
      return state.name === 'no-keychain' || state.name === 'failed' ? { name: 'working' } : state;
    case 'answered':
      return state.name === 'working' ? answered(event.result) : state;
    case 'device':
      return taken(state, event.device);
    case 'kept':
      return state.name === 'recovery-key' ? { name: 'done' } : state;
  }
}

function back(state: SetUpState): SetUpState {
  switch (state.name) {
    case 'pin':
      return { name: 'intro' };
    case 'no-keychain':
    case 'passphrase':
      return { name: 'pin' };
    default:
      return state;
  }
}

function answered(result: Result<RecoveryKeyView>): SetUpState {
  if (result.ok) return { name: 'recovery-key', recoveryKey: result.value.recoveryKey };
  const { problem } = result;
  switch (problem.code) {
    case 'pin-refused':
      return { name: 'pin', problem };
    case 'passphrase-refused':
      return { name: 'passphrase', problem };
    case 'keychain-unavailable':
      return { name: 'no-keychain' };
    default:
      return { name: 'failed', problem };
  }
}

/** While the set-up itself runs, its answer decides. */
function taken(state: SetUpState, device: DeviceView | null): SetUpState {
  const before =
    state.name === 'intro' ||
    state.name === 'pin' ||
    state.name === 'no-keychain' ||
    state.name === 'passphrase';
  return before && device?.state === 'open' ? { name: 'already' } : state;
}

/** Nothing has been written yet when the wizard is closed in this state. */
export function nothingHappened(state: SetUpState): boolean {
  return state.name !== 'recovery-key' && state.name !== 'done' && state.name !== 'already';
}
