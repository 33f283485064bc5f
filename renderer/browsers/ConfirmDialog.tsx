import { useEffect, useRef, useState, type ReactNode } from 'react';
import { Button } from '@fluentui/react-components';
import type { Problem, Result } from '../../preload/contract';
import { AUTOFOCUS } from '../app/autofocus';
import { TaskDialog } from '../app/TaskDialog';
import { safeText } from '../display/safe-text';
import { words } from '../messages/en';
import { useLatchkey } from '../store/context';
import { notify } from '../store/window-store';
import { testIds } from '../test-ids';

type State = { readonly name: 'asking' | 'working' } | { readonly name: 'failed'; readonly problem: Problem };

/** Asks once, and then does it: `asking` → `working` → closed, or `failed`, from where it can be tried again. */
export function ConfirmDialog(props: {
  readonly testId: string;
  readonly title: string;
  readonly text: string;
  readonly more?: ReactNode;
  readonly failedTitle: string;
  readonly confirm: string;
  readonly working: string;
  readonly done: string;
  readonly act: () => Promise<Result>;
  readonly onClose: () => void;
}) {
  const { store } = useLatchkey();
  const [state, setState] = useState<State>({ name: 'asking' });
  const open = useRef(true);
  useEffect(() => {
    open.current = true;
    return () => {
      open.current = false;
    };
  }, []);

  const act = async (): Promise<void> => {
    setState({ name: 'working' });
    const result = await props.act();
    if (result.ok) {
      notify(store, { intent: 'success', text: props.done });
      if (open.current) props.onClose();
    } else if (open.current) setState({ name: 'failed', problem: result.problem });
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
            data-testid={testIds.browsersConfirm}
            onClick={() => void act()}
          >
            {failed ? words.common.tryAgain : state.name === 'asking' ? props.confirm : props.working}
          </Button>
          {/* Enter pressed once too often must not do it. */}
          <Button data-testid={testIds.browsersCancel} onClick={props.onClose} {...AUTOFOCUS}>
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
