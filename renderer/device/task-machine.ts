/** The states of the dialog about a secret of this device (PIN, recovery key, passphrase), and what leads from one to the next. */
import type { Problem, Result } from '../../preload/contract';
import type { DeviceView, RecoveryKeyView } from '../../preload/device-contract';
import type { DeviceTask } from '../store/state';

export type TaskState =
  | { readonly name: 'entering'; readonly problem?: Problem }
  /** After wrong PINs: the next one is not taken yet. */
  | { readonly name: 'delayed'; readonly problem?: Problem }
  | { readonly name: 'sending' }
  /** Ten wrong PINs: the recovery key is the way on. */
  | { readonly name: 'pin-locked' }
  /** There is a new one; it is shown once. */
  | { readonly name: 'recovery-key'; readonly recoveryKey: string }
  /** The passkeys of this device are not open (any more). */
  | { readonly name: 'closed' }
  | { readonly name: 'failed'; readonly problem: Problem }
  | { readonly name: 'done' };

export type TaskEvent =
  | { readonly type: 'submitted' }
  | { readonly type: 'answered'; readonly result: Result | Result<RecoveryKeyView> }
  /** `waits`: the next PIN is not taken yet. */
  | { readonly type: 'device'; readonly device: DeviceView | null; readonly waits: boolean }
  | { readonly type: 'again'; readonly device: DeviceView | null; readonly waits: boolean }
  | { readonly type: 'kept' };

/** Those that begin with the PIN, and so come to know its delays and its lock. */
export function asksPin(task: DeviceTask): boolean {
  return task === 'change-pin' || task === 'new-recovery-key' || task === 'switch-sealing';
}

export function startTask(task: DeviceTask, device: DeviceView | null, waits: boolean): TaskState {
  if (task === 'passphrase') {
    if (device?.state === 'open') return { name: 'done' };
    return { name: device?.state === 'passphrase-needed' ? 'entering' : 'closed' };
  }
  if (device?.state !== 'open') return { name: 'closed' };
  if (!asksPin(task)) return { name: 'entering' };
  if (device.pin?.locked === true) return { name: 'pin-locked' };
  return { name: waits ? 'delayed' : 'entering' };
}

export function nextTask(task: DeviceTask, state: TaskState, event: TaskEvent): TaskState {
  switch (event.type) {
    case 'submitted':
      return state.name === 'entering' ? { name: 'sending' } : state;
    case 'answered':
      return state.name === 'sending' ? answered(event.result) : state;
    case 'device':
      return deviceChanged(task, state, event.device, event.waits);
    case 'again':
      return state.name === 'failed' ? startTask(task, event.device, event.waits) : state;
    case 'kept':
      return state.name === 'recovery-key' ? { name: 'done' } : state;
  }
}

function answered(result: Result | Result<RecoveryKeyView>): TaskState {
  if (result.ok) {
    return result.value === null
      ? { name: 'done' }
      : { name: 'recovery-key', recoveryKey: result.value.recoveryKey };
  }
  const { problem } = result;
  switch (problem.code) {
    case 'pin-delayed':
    case 'pin-wrong':
      return { name: (problem.waitMilliseconds ?? 0) > 0 ? 'delayed' : 'entering', problem };
    case 'pin-refused':
    case 'passphrase-wrong':
    case 'passphrase-refused':
    case 'recovery-wrong':
      return { name: 'entering', problem };
    case 'pin-locked':
      return { name: 'pin-locked' };
    case 'not-open':
      return { name: 'closed' };
    case 'cancelled':
      return { name: 'entering' };
    default:
      return { name: 'failed', problem };
  }
}

function deviceChanged(
  task: DeviceTask,
  state: TaskState,
  device: DeviceView | null,
  waits: boolean,
): TaskState {
  switch (state.name) {
    // The answer decides, and what was reached stays.
    case 'sending':
    case 'recovery-key':
    case 'failed':
    case 'done':
      return state;
    case 'entering':
    case 'delayed': {
      const now = startTask(task, device, waits);
      const stays = now.name === 'entering' || now.name === 'delayed';
      if (now.name === state.name) return state;
      return stays && state.problem !== undefined ? { ...now, problem: state.problem } : now;
    }
    case 'pin-locked':
    case 'closed': {
      const now = startTask(task, device, waits);
      return now.name === state.name ? state : now;
    }
  }
}
