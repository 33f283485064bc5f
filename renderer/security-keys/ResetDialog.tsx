import { useEffect, useReducer, useRef, useState } from 'react';
import { Checkbox, MessageBar, MessageBarBody } from '@fluentui/react-components';
import { AUTOFOCUS } from '../app/autofocus';
import { TaskDialog } from '../app/TaskDialog';
import { Button } from '../controls/Button';
import { safeText } from '../display/safe-text';
import { words } from '../messages/en';
import { callFor } from '../store/call';
import { useLatchkey, useWindowState } from '../store/context';
import { testIds } from '../test-ids';
import { nextReset, startReset } from './reset-machine';
import { ResetSteps } from './ResetSteps';
import { useDialogKey } from './use-dialog-key';
import styles from './ResetDialog.module.css';

const w = words.reset;

/** Warns, then leads through take out, put back, touch. Nothing is erased before the touch, and until then it can be cancelled. */
export function ResetDialog(props: { readonly keyId: string; readonly onClose: () => void }) {
  const { onClose } = props;
  const { store, api } = useLatchkey();
  const view = useWindowState((state) => state.reset);
  const presence = useDialogKey(props.keyId);
  const [state, send] = useReducer(nextReset, startReset(view, props.keyId, presence.present));
  const [understood, setUnderstood] = useState(false);
  const seenView = useRef(view);
  const name = safeText(presence.last?.name ?? view?.keyName ?? '', 60).text;
  const key = presence.present ? presence.last : undefined;

  useEffect(() => send({ type: 'key', present: presence.present }), [presence.present]);
  useEffect(() => {
    // What an earlier reset left behind says nothing about this one.
    if (view === seenView.current) return;
    seenView.current = view;
    send({ type: 'view', view });
  }, [view]);

  const start = async (): Promise<void> => {
    if (key === undefined) return;
    send({ type: 'started' });
    send({ type: 'answered', result: await callFor(api, 'startReset', key.id) });
  };
  const cancel = (): void => {
    // Disarms it; after the end it takes the result away, so that nobody meets it again.
    if (state.name !== 'warning' && state.name !== 'removed') void callFor(api, 'cancelReset');
    onClose();
  };
  const close = (
    <Button data-testid={testIds.resetClose} onClick={cancel} {...AUTOFOCUS}>
      {words.common.close}
    </Button>
  );

  switch (state.name) {
    case 'warning':
    case 'starting':
      return (
        <TaskDialog
          testId={testIds.reset}
          state={state.name}
          title={w.title(name)}
          onDismiss={cancel}
          actions={
            <>
              <Button
                appearance="primary"
                disabled={!understood || state.name === 'starting'}
                data-testid={testIds.resetStart}
                onClick={() => void start()}
              >
                {state.name === 'starting' ? w.starting : w.start}
              </Button>
              <Button data-testid={testIds.resetCancel} onClick={cancel} {...AUTOFOCUS}>
                {words.common.cancel}
              </Button>
            </>
          }
        >
          <MessageBar intent="warning" layout="multiline" role="group" className={styles['warning'] ?? ''}>
            <MessageBarBody>{w.warning}</MessageBarBody>
          </MessageBar>
          <p className={styles['lossesTitle']}>{w.lossesTitle}</p>
          <ul className={styles['losses']}>
            {w.losses.map((loss) => (
              <li key={loss}>{loss}</li>
            ))}
          </ul>
          <p>{w.advice}</p>
          <Checkbox
            checked={understood}
            label={<bdi>{w.confirm(name)}</bdi>}
            data-testid={testIds.resetUnderstood}
            onChange={(_event, data) => setUnderstood(data.checked === true)}
          />
        </TaskDialog>
      );
    case 'guided': {
      const step = w.step[state.step === 'long-touch' ? 'longTouch' : state.step];
      return (
        <TaskDialog
          testId={testIds.reset}
          state={state.step}
          title={w.title(name)}
          say={`${step.title}. ${step.text}`}
          onDismiss={cancel}
          actions={
            <Button data-testid={testIds.resetCancel} onClick={cancel} {...AUTOFOCUS}>
              {words.common.cancel}
            </Button>
          }
        >
          <ResetSteps step={state.step} />
        </TaskDialog>
      );
    }
    case 'done':
      return (
        <TaskDialog
          testId={testIds.reset}
          state={state.name}
          title={w.done.title}
          say={`${w.done.title}. ${w.done.text(name)}`}
          onDismiss={cancel}
          actions={
            <>
              {key !== undefined && (
                <Button
                  appearance="primary"
                  data-testid={testIds.resetSetPin}
                  onClick={() => {
                    void callFor(api, 'cancelReset');
                    store.setState({ dialog: { kind: 'pin', purpose: 'set', keyId: key.id } });
                  }}
                >
                  {w.done.setPin}
                </Button>
              )}
              {close}
            </>
          }
        >
          <p>
            <bdi>{w.done.text(name)}</bdi>
          </p>
        </TaskDialog>
      );
    case 'failed':
    case 'cancelled':
    case 'removed': {
      const title = w[state.name].title;
      const text =
        state.name === 'failed'
          ? safeText(state.problem?.message ?? w.failed.unknown, 400).text
          : state.name === 'cancelled'
            ? w.cancelled.text
            : w.removed.text(name);
      return (
        <TaskDialog
          testId={testIds.reset}
          state={state.name}
          title={title}
          say={`${title}. ${text}`}
          onDismiss={cancel}
          actions={
            <>
              {state.name !== 'removed' && key !== undefined && (
                <Button
                  data-testid={testIds.resetAgain}
                  onClick={() => {
                    setUnderstood(false);
                    send({ type: 'again' });
                  }}
                >
                  {words.common.tryAgain}
                </Button>
              )}
              {close}
            </>
          }
        >
          <p>
            <bdi>{text}</bdi>
          </p>
        </TaskDialog>
      );
    }
  }
}
