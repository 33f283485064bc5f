/** The states of the PIN dialog and what leads from one to the next. */
import type { KeyView, Problem, Result } from '../../preload/contract';
import type { PinPurpose } from '../store/state';

export type PinState =
  /** The key waits for a finger; `problem` is why the last one did not do. */
  | { readonly name: 'sensor'; readonly problem?: Problem }
  | { readonly name: 'entering'; readonly problem?: Problem }
  | { readonly name: 'sending' }
  /** Three wrong PINs in a row: the key waits to be taken out and put back in. */
  | { readonly name: 'reinsert'; readonly retriesLeft?: number }
  /** No tries left. */
  | { readonly name: 'blocked' }
  /** The key wants its PIN changed before anything else. */
  | { readonly name: 'change-required' }
  | { readonly name: 'not-set' }
  | { readonly name: 'already-set' }
  | { readonly name: 'removed' }
  | { readonly name: 'failed'; readonly problem: Problem }
  | { readonly name: 'done' };

export type PinEvent =
  | { readonly type: 'submitted' }
  /** What a finger came to; `asked` is the state that asked for it. */
  | { readonly type: 'sensed'; readonly result: Result; readonly asked: PinState }
  | { readonly type: 'use-pin' }
  | { readonly type: 'use-sensor' }
  | { readonly type: 'answered'; readonly result: Result }
  | { readonly type: 'key'; readonly key: KeyView | undefined }
  | { readonly type: 'again'; readonly key: KeyView | undefined };

/** Where the dialog starts, and where it goes on when a key comes back. */
export function startPin(purpose: PinPurpose, key: KeyView | undefined): PinState {
  if (key === undefined) return { name: 'removed' };
  const { pin } = key;
  if (purpose === 'set') return { name: pin.set ? 'already-set' : 'entering' };
  if (!pin.set) return { name: 'not-set' };
  if (pin.blocked === 'for-good') return { name: 'blocked' };
  if (pin.blocked === 'until-reinserted') return reinsert(pin.retriesLeft);
  if (purpose === 'unlock' && pin.changeRequired) return { name: 'change-required' };
  return { name: purpose === 'unlock' && key.builtInUv === 'ready' ? 'sensor' : 'entering' };
}

export function nextPin(purpose: PinPurpose, state: PinState, event: PinEvent): PinState {
  switch (event.type) {
    case 'submitted':
      return state.name === 'entering' ? { name: 'sending' } : state;
    case 'sensed':
      return state === event.asked ? sensed(event.result) : state;
    case 'use-pin':
      return state.name === 'sensor' ? { name: 'entering' } : state;
    case 'use-sensor':
      return state.name === 'entering' ? { name: 'sensor' } : state;
    case 'answered':
      return answered(purpose, state, event.result);
    case 'key':
      return keyChanged(purpose, state, event.key);
    case 'again':
      return startPin(purpose, event.key);
  }
}

function sensed(result: Result): PinState {
  if (result.ok) return { name: 'done' };
  const { problem } = result;
  switch (problem.code) {
    case 'uv-invalid':
      return { name: 'sensor', problem };
    // The PIN is always another way.
    case 'uv-blocked':
    case 'timed-out':
    case 'touch-denied':
      return { name: 'entering', problem };
    case 'unplugged':
      return { name: 'removed' };
    case 'pin-change-required':
      return { name: 'change-required' };
    case 'cancelled':
      return { name: 'entering' };
    default:
      return { name: 'failed', problem };
  }
}

function answered(purpose: PinPurpose, state: PinState, result: Result): PinState {
  // The key was taken out before it answered; what it said no longer matters, unless it was yes.
  if (state.name !== 'sending') return result.ok && state.name === 'removed' ? { name: 'done' } : state;
  if (result.ok) return { name: 'done' };
  const { problem } = result;
  switch (problem.code) {
    case 'pin-invalid':
    case 'pin-policy':
      return { name: 'entering', problem };
    case 'pin-auth-blocked':
      return reinsert(problem.retriesLeft);
    case 'pin-blocked':
      return { name: 'blocked' };
    case 'pin-not-set':
      return { name: purpose === 'set' ? 'entering' : 'not-set', problem };
    case 'pin-change-required':
      return purpose === 'unlock' ? { name: 'change-required' } : { name: 'failed', problem };
    case 'unplugged':
      return { name: 'removed' };
    case 'cancelled':
      return { name: 'entering' };
    default:
      return { name: 'failed', problem };
  }
}

function keyChanged(purpose: PinPurpose, state: PinState, key: KeyView | undefined): PinState {
  if (state.name === 'done') return state;
  if (key === undefined) return { name: 'removed' };
  switch (state.name) {
    case 'removed':
      return key.state === 'ready' ? startPin(purpose, key) : state;
    case 'sending':
    case 'sensor':
      // The PIN (or the finger) was right; reading the passkeys goes on behind, where its progress shows.
      return purpose === 'unlock' && (key.passkeys === 'listing' || key.passkeys === 'unlocked')
        ? { name: 'done' }
        : state;
    case 'entering':
      return key.pin.blocked === undefined ? state : startPin(purpose, key);
    case 'reinsert':
      return key.pin.blocked === 'for-good' ? { name: 'blocked' } : state;
    case 'blocked':
      return key.pin.set ? state : startPin(purpose, key);
    case 'change-required':
    case 'not-set':
    case 'already-set':
    case 'failed':
      return state;
  }
}

function reinsert(retriesLeft: number | undefined): PinState {
  return retriesLeft === undefined ? { name: 'reinsert' } : { name: 'reinsert', retriesLeft };
}
