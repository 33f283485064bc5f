import type { ReactNode } from 'react';
import { AUTOFOCUS } from '../app/autofocus';
import { Button } from '../controls/Button';
import { words } from '../messages/en';
import type { DeviceTask } from '../store/state';
import { testIds } from '../test-ids';
import type { TaskState } from './task-machine';

const w = words.deviceDialogs.task;

/** The buttons of each state; every one of them leads on. */
export function TaskActions(props: {
  readonly state: TaskState;
  readonly task: DeviceTask;
  readonly form: string;
  readonly onClose: () => void;
  readonly onRecover: () => void;
  readonly onStartAnew: () => void;
  readonly onAgain: () => void;
  readonly onPasskeys: () => void;
}): ReactNode {
  const { state, task } = props;
  const close = (
    <Button data-testid={testIds.pinClose} onClick={props.onClose}>
      {words.common.close}
    </Button>
  );
  const next = (label: string, act: () => void): ReactNode => (
    <>
      <Button
        // Another element than the one that submits, or the same click would do that as well.
        key="next"
        appearance="primary"
        data-testid={testIds.pinNextStep}
        onClick={act}
        {...AUTOFOCUS}
      >
        {label}
      </Button>
      {close}
    </>
  );
  switch (state.name) {
    case 'entering':
    case 'delayed':
    case 'sending':
      return (
        <>
          <Button
            key="submit"
            appearance="primary"
            type="submit"
            form={props.form}
            disabled={state.name !== 'entering'}
            data-testid={testIds.pinSubmit}
          >
            {state.name === 'sending' ? w.sending[task] : w.confirm[task]}
          </Button>
          {task === 'change-pin' && state.name !== 'sending' && (
            <Button data-testid={testIds.pinForgotten} onClick={props.onRecover}>
              {w.forgot}
            </Button>
          )}
          {task === 'passphrase' && state.name !== 'sending' && (
            <Button data-testid={testIds.passphraseForgotten} onClick={props.onStartAnew}>
              {w.forgotPassphrase}
            </Button>
          )}
          {state.name !== 'sending' && (
            <Button data-testid={testIds.pinCancel} onClick={props.onClose}>
              {words.common.cancel}
            </Button>
          )}
        </>
      );
    case 'pin-locked':
      return next(w.useRecoveryKey, props.onRecover);
    case 'closed':
      return next(w.goToPasskeys, props.onPasskeys);
    case 'failed':
      return next(words.common.tryAgain, props.onAgain);
    case 'recovery-key':
    case 'done':
      return null;
  }
}
