import { useEffect, useReducer, useRef } from 'react';
import { AUTOFOCUS } from '../app/autofocus';
import { TaskDialog } from '../app/TaskDialog';
import { Button } from '../controls/Button';
import { Spinner } from '../controls/Spinner';
import { safeText } from '../display/safe-text';
import { words } from '../messages/en';
import { callFor, callForValue } from '../store/call';
import { useLatchkey, useWindowState } from '../store/context';
import { notify } from '../store/window-store';
import { testIds } from '../test-ids';
import { DEVICE } from './device-id';
import { nextPrevious, type PreviousState } from './previous-machine';
import styles from './DeviceDialogs.module.css';

const w = words.deviceDialogs.previous;

/** Shows what the previous version is before anything is done, and says what becomes of the one that is there. */
export function RestorePreviousDialog({ onClose }: { readonly onClose: () => void }) {
  const { store, api } = useLatchkey();
  const [state, send] = useReducer(nextPrevious, { name: 'looking' });
  const isOpen = useWindowState(({ device }) => device?.state === 'open');
  const count = useWindowState(({ passkeys }) => passkeys[DEVICE]?.length ?? 0);
  const open = useRef(true);

  useEffect(() => {
    open.current = true;
    return () => {
      open.current = false;
    };
  }, []);
  useEffect(() => {
    if (state.name !== 'looking') return;
    void callForValue(api, 'previousGeneration').then((result) => {
      if (open.current) send({ type: 'found', result });
    });
  }, [state.name, api]);
  useEffect(() => {
    if (state.name !== 'done') return;
    notify(store, { intent: 'success', text: w.done });
    onClose();
  }, [state.name, store, onClose]);

  const restore = async (): Promise<void> => {
    send({ type: 'confirmed' });
    const result = await callFor(api, 'restorePrevious');
    if (open.current) send({ type: 'answered', result });
    else if (!result.ok) notify(store, { intent: 'error', text: safeText(result.problem.message, 400).text });
  };

  const { title, text } = textOf(state);
  return (
    <TaskDialog
      testId={testIds.previous}
      state={state.name}
      title={title}
      say={`${title}. ${text}`}
      onDismiss={onClose}
      actions={
        <>
          {state.name === 'asking' && (
            <Button appearance="primary" data-testid={testIds.previousConfirm} onClick={() => void restore()}>
              {w.confirm}
            </Button>
          )}
          {state.name === 'failed' && (
            <Button
              appearance="primary"
              data-testid={testIds.previousAgain}
              onClick={() => send({ type: 'again' })}
              {...AUTOFOCUS}
            >
              {words.common.tryAgain}
            </Button>
          )}
          {state.name !== 'restoring' && (
            // Enter pressed once too often must not restore.
            <Button
              data-testid={testIds.previousClose}
              onClick={onClose}
              {...(state.name === 'failed' ? {} : AUTOFOCUS)}
            >
              {state.name === 'asking' || state.name === 'looking' ? words.common.cancel : words.common.close}
            </Button>
          )}
        </>
      }
    >
      {(state.name === 'looking' || state.name === 'restoring') && (
        <Spinner className={styles['sending'] ?? ''} size="tiny" label={text} />
      )}
      {state.name !== 'looking' && state.name !== 'restoring' && (
        <p>
          <bdi>{text}</bdi>
          {state.name === 'asking' && isOpen && <> {w.now(count)}</>}
        </p>
      )}
      {state.name === 'asking' && <p>{w.consequence}</p>}
    </TaskDialog>
  );
}

function textOf(state: PreviousState): { readonly title: string; readonly text: string } {
  switch (state.name) {
    case 'looking':
      return { title: w.lookingTitle, text: w.looking };
    case 'asking': {
      const { written, passkeys } = state.generation;
      return { title: w.title, text: w.found(words.common.dateAndTime(written), passkeys) };
    }
    case 'none':
      return { title: w.noneTitle, text: w.noneText };
    case 'restoring':
    case 'done':
      return { title: w.title, text: w.restoring };
    case 'failed':
      return { title: w.failedTitle, text: safeText(state.problem.message, 400).text };
  }
}
