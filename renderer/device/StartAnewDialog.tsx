import { useEffect, useReducer, useRef } from 'react';
import { Button } from '@fluentui/react-components';
import { AUTOFOCUS } from '../app/autofocus';
import { TaskDialog } from '../app/TaskDialog';
import { safeText } from '../display/safe-text';
import { words } from '../messages/en';
import { callFor } from '../store/call';
import { useLatchkey } from '../store/context';
import { notify } from '../store/window-store';
import { testIds } from '../test-ids';
import { nextAnew } from './anew-machine';

const w = words.deviceDialogs.anew;

/** Puts aside what does not open, so that this device can be set up again. */
export function StartAnewDialog({ onClose }: { readonly onClose: () => void }) {
  const { store, api } = useLatchkey();
  const [state, send] = useReducer(nextAnew, { name: 'asking' });
  const open = useRef(true);

  useEffect(() => {
    open.current = true;
    return () => {
      open.current = false;
    };
  }, []);
  useEffect(() => {
    if (state.name !== 'done') return;
    notify(store, { intent: 'success', text: w.done });
    store.setState({ page: 'passkeys' });
    onClose();
  }, [state.name, store, onClose]);

  const start = async (): Promise<void> => {
    send({ type: 'confirmed' });
    const result = await callFor(api, 'startDeviceAnew');
    if (open.current) send({ type: 'answered', result });
    else if (!result.ok) notify(store, { intent: 'error', text: safeText(result.problem.message, 400).text });
  };

  const failed = state.name === 'failed';
  const title = failed ? w.failedTitle : w.title;
  const text = failed ? safeText(state.problem.message, 400).text : w.text;
  return (
    <TaskDialog
      testId={testIds.anew}
      state={state.name}
      title={title}
      say={state.name === 'working' ? w.working : `${title}. ${text}`}
      onDismiss={onClose}
      actions={
        <>
          <Button
            appearance="primary"
            disabled={state.name === 'working' || state.name === 'done'}
            data-testid={testIds.anewConfirm}
            onClick={() => void start()}
          >
            {failed ? words.common.tryAgain : state.name === 'asking' ? w.confirm : w.working}
          </Button>
          {/* Enter pressed once too often must not do it. */}
          <Button data-testid={testIds.anewClose} onClick={onClose} {...AUTOFOCUS}>
            {failed ? words.common.close : words.common.cancel}
          </Button>
        </>
      }
    >
      <p>
        <bdi>{text}</bdi>
      </p>
      {!failed && <p>{w.kept}</p>}
    </TaskDialog>
  );
}
