import { useEffect, useReducer, useRef, type ReactNode } from 'react';
import type { Result } from '../../preload/contract';
import { Button } from '../controls/Button';
import { safeText } from '../display/safe-text';
import { words } from '../messages/en';
import { useLatchkey } from '../store/context';
import { notify } from '../store/window-store';
import { AUTOFOCUS } from './autofocus';
import { nextConfirm } from './confirm-machine';
import { TaskDialog } from './TaskDialog';

/** Asks once, and then does it. What came of it is said also when the dialog was closed meanwhile. */
export function ConfirmDialog(props: {
  readonly testId: string;
  readonly confirmTestId: string;
  readonly closeTestId: string;
  readonly title: string;
  readonly text: string;
  /** Below the text, while nothing went wrong. */
  readonly more?: ReactNode;
  readonly failedTitle: string;
  readonly confirm: string;
  readonly working: string;
  readonly done: string;
  readonly act: () => Promise<Result>;
  /** Before it is closed. */
  readonly onDone?: () => void;
  readonly onClose: () => void;
}) {
  const { store } = useLatchkey();
  const [state, send] = useReducer(nextConfirm, { name: 'asking' });
  const open = useRef(true);
  useEffect(() => {
    open.current = true;
    return () => {
      open.current = false;
    };
  }, []);

  const act = async (): Promise<void> => {
    send({ type: 'confirmed' });
    const result = await props.act();
    if (result.ok) {
      notify(store, { intent: 'success', text: props.done });
      if (!open.current) return;
      props.onDone?.();
      props.onClose();
    } else if (open.current) send({ type: 'refused', problem: result.problem });
    else notify(store, { intent: 'error', text: safeText(result.problem.message, 400).text });
  };

  const failed = state.name === 'failed';
  const title = failed ? props.failedTitle : props.title;
  const text = failed ? safeText(state.problem.message, 400).text : props.text;
  return (
    <TaskDialog
      testId={props.testId}
      state={state.name}
      title={title}
      say={state.name === 'working' ? props.working : `${title}. ${text}`}
      onDismiss={props.onClose}
      actions={
        <>
          <Button
            appearance="primary"
            disabled={state.name === 'working'}
            data-testid={props.confirmTestId}
            onClick={() => void act()}
          >
            {failed ? words.common.tryAgain : state.name === 'asking' ? props.confirm : props.working}
          </Button>
          {/* Enter pressed once too often must not do it. */}
          <Button data-testid={props.closeTestId} onClick={props.onClose} {...AUTOFOCUS}>
            {failed ? words.common.close : words.common.cancel}
          </Button>
        </>
      }
    >
      <p>
        <bdi>{text}</bdi>
      </p>
      {!failed && props.more}
    </TaskDialog>
  );
}
