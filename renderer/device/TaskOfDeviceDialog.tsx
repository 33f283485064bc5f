import { useCallback, useEffect, useId, useReducer, useRef, useState } from 'react';
import type { Result } from '../../preload/contract';
import type { DeviceView, RecoveryKeyView, SealingView } from '../../preload/device-contract';
import { TaskDialog } from '../app/TaskDialog';
import { Spinner } from '../controls/Spinner';
import { safeText } from '../display/safe-text';
import { words } from '../messages/en';
import { callFor, callForValue } from '../store/call';
import { useLatchkey, useWindowState } from '../store/context';
import type { DeviceTask } from '../store/state';
import { announce, notify, waitForPin } from '../store/window-store';
import { testIds } from '../test-ids';
import { RecoveryKeyDialog } from './RecoveryKeyDialog';
import { nextTask, startTask, type TaskEvent, type TaskState } from './task-machine';
import { TaskActions } from './TaskActions';
import { TaskForm, type Entered } from './TaskForm';
import { usePinWait } from './use-pin-wait';
import styles from './DeviceDialogs.module.css';

const w = words.deviceDialogs.task;

/** Changes what opens the passkeys of this device, or opens them: PIN, recovery key, passphrase, keychain. */
export function TaskOfDeviceDialog(props: { readonly task: DeviceTask; readonly onClose: () => void }) {
  const { task, onClose } = props;
  const { store, api } = useLatchkey();
  const device = useWindowState((state) => state.device);
  const wait = usePinWait();
  const waits = wait > 0;
  const [state, send] = useReducer(
    (before: TaskState, event: TaskEvent) => nextTask(task, before, event),
    startTask(task, device, waits),
  );
  // What it is about stays, also when the switch has been made and the dialog is about to close.
  const [sealing] = useState<SealingView>(device?.sealing ?? 'keychain');
  const form = useId();
  const open = useRef(true);

  useEffect(() => {
    open.current = true;
    return () => {
      open.current = false;
    };
  }, []);
  useEffect(() => send({ type: 'device', device, waits }), [device, waits]);
  useEffect(() => {
    if (state.name === 'entering' && state.problem !== undefined && !waits)
      announce(store, words.deviceDialogs.pin.waitOver);
    // Only the end of the wait is told.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [waits]);
  const done = useCallback((): void => {
    notify(store, { intent: 'success', text: doneText(task, sealing) });
    onClose();
  }, [store, task, sealing, onClose]);
  useEffect(() => {
    if (state.name === 'done') done();
  }, [state.name, done]);

  const submit = async (entered: Entered): Promise<void> => {
    send({ type: 'submitted' });
    const result = await run(entered);
    const waitMilliseconds = result.ok ? 0 : (result.problem.waitMilliseconds ?? 0);
    if (waitMilliseconds > 0) waitForPin(store, waitMilliseconds);
    if (open.current) send({ type: 'answered', result });
  };
  const run = ({
    pin,
    recoveryKey,
    passphrase,
    newPin,
  }: Entered): Promise<Result | Result<RecoveryKeyView>> => {
    switch (task) {
      case 'change-pin':
        return callFor(api, 'changeDevicePin', pin, newPin);
      case 'recover':
        return callForValue(api, 'recoverDevice', recoveryKey, newPin);
      case 'new-recovery-key':
        return callForValue(api, 'newRecoveryKey', pin);
      case 'switch-sealing':
        return callFor(api, 'switchSealing', pin, sealing === 'keychain' ? { passphrase } : 'keychain');
      case 'passphrase':
        return callFor(api, 'openDeviceWithPassphrase', passphrase);
    }
  };

  if (state.name === 'recovery-key')
    return <RecoveryKeyDialog recoveryKey={state.recoveryKey} replaces onKept={done} onLeave={onClose} />;

  const title = titleOf(state, task, sealing);
  const text = textOf(state, task, sealing);
  const entering = state.name === 'entering' || state.name === 'delayed' || state.name === 'sending';
  return (
    <TaskDialog
      testId={testIds.deviceTask}
      state={state.name}
      title={title}
      say={state.name === 'sending' ? w.sending[task] : `${title}. ${text}`}
      // What has begun is finished: the answer may hold a recovery key.
      onDismiss={state.name === 'sending' ? undefined : onClose}
      actions={
        <TaskActions
          state={state}
          task={task}
          form={form}
          onClose={onClose}
          onRecover={() => store.setState({ dialog: { kind: 'device-task', task: 'recover' } })}
          onStartAnew={() => store.setState({ dialog: { kind: 'start-anew' } })}
          onAgain={() => send({ type: 'again', device, waits })}
          onPasskeys={() => store.setState({ page: 'passkeys', dialog: null })}
        />
      }
    >
      <p>
        <bdi>{text}</bdi>
      </p>
      {entering && (
        <TaskForm
          id={form}
          task={task}
          device={asItWas(device, sealing)}
          problem={state.name === 'sending' ? undefined : state.problem}
          wait={wait}
          sending={state.name === 'sending'}
          onSubmit={(entered) => void submit(entered)}
        />
      )}
      {state.name === 'sending' && (
        <Spinner className={styles['sending'] ?? ''} size="tiny" label={w.sending[task]} />
      )}
    </TaskDialog>
  );
}

/** The boxes do not change while the switch is being made. */
function asItWas(device: DeviceView | null, sealing: SealingView): DeviceView | null {
  return device === null ? null : { ...device, sealing };
}

function titleOf(state: TaskState, task: DeviceTask, sealing: SealingView): string {
  switch (state.name) {
    case 'pin-locked':
      return w.lockedTitle;
    case 'closed':
      return w.closedTitle;
    case 'failed':
      return w.failedTitle[task];
    default:
      return task === 'switch-sealing' ? w.title[task][sealing] : w.title[task];
  }
}

function textOf(state: TaskState, task: DeviceTask, sealing: SealingView): string {
  switch (state.name) {
    case 'pin-locked':
      return w.lockedText;
    case 'closed':
      return w.closedText;
    case 'failed':
      return safeText(state.problem.message, 400).text;
    default:
      return task === 'switch-sealing' ? w.text[task][sealing] : w.text[task];
  }
}

function doneText(task: DeviceTask, sealing: SealingView): string {
  return task === 'switch-sealing' ? w.done[task][sealing] : w.done[task];
}
