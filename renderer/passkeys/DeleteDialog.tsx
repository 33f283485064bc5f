import { useEffect, useMemo, useReducer, useRef, useState } from 'react';
import { MessageBar, MessageBarBody } from '@fluentui/react-components';
import type { PasskeyView } from '../../preload/contract';
import { AUTOFOCUS } from '../app/autofocus';
import { TaskDialog } from '../app/TaskDialog';
import { Button } from '../controls/Button';
import { ProgressBar } from '../controls/ProgressBar';
import { DEVICE } from '../device/device-id';
import { safeText } from '../display/safe-text';
import { words } from '../messages/en';
import { callDelete } from '../store/call';
import { useLatchkey, useWindowState } from '../store/context';
import type { Places } from '../store/state';
import { notify, type WindowStore } from '../store/window-store';
import { testIds } from '../test-ids';
import { DeleteReport, KeptPasskeys, PasskeysToDelete, reportTitle } from './DeleteLists';
import {
  beforeDeleting,
  nextDelete,
  splitRemovable,
  type DeleteEvent,
  type DeletePlaces,
  type DeleteState,
} from './delete-machine';
import { consequence, doneText } from './delete-words';

const w = words.passkeys.delete;

/** When deleting takes longer than this, waiting is no longer the only choice. */
const SLOW_AFTER_MS = 15_000;

/** Asks once, deletes, and tells what really happened to each passkey. */
export function DeleteDialog(props: {
  readonly passkeys: readonly PasskeyView[];
  readonly places: Places;
  readonly onClose: () => void;
}) {
  const { places, onClose } = props;
  const { store, api } = useLatchkey();
  const keys = useWindowState((state) => state.keys);
  const deviceIsOpen = useWindowState((state) => state.device?.state === 'open');
  const now = useMemo((): DeletePlaces => ({ keys, deviceIsOpen }), [keys, deviceIsOpen]);
  const { removable, kept: stays } = splitRemovable(props.passkeys);
  // Shrinks to the ones that were kept when somebody tries again.
  const [asked, setAsked] = useState(removable.length > 0 ? removable : stays);
  const [state, send] = useReducer(
    (before: DeleteState, event: DeleteEvent) => nextDelete(before, event),
    beforeDeleting(now, asked),
  );
  const slow = useSlow(state.name === 'deleting');
  const open = useRef(true);

  useEffect(() => {
    open.current = true;
    return () => {
      open.current = false;
    };
  }, []);
  useEffect(() => send({ type: 'places', places: now, asked }), [now, asked]);
  useEffect(() => {
    if (state.name !== 'done') return;
    tellDone(store, asked, places);
    onClose();
  }, [state.name, asked, places, store, onClose]);

  const run = async (targets: readonly PasskeyView[]): Promise<void> => {
    setAsked(targets);
    send({ type: 'confirmed' });
    const result = await callDelete(
      api,
      targets.map((passkey) => passkey.id),
    );
    if (open.current) send({ type: 'answered', result, asked: targets });
    else
      tellLate(
        store,
        nextDelete({ name: 'deleting' }, { type: 'answered', result, asked: targets }),
        targets,
        places,
      );
  };

  const first = asked[0];
  if (first === undefined) return null;
  const many = asked.length > 1;
  const keyName = nameOf(first.keyId, places);
  const missing = asked.find(({ keyId }) => keyId !== DEVICE && !keys.some((key) => key.id === keyId));
  const allOnDevice = asked.every(({ keyId }) => keyId === DEVICE);
  const runningText = allOnDevice ? w.runningTextDevice : w.runningText;
  const close = (
    <Button data-testid={testIds.deleteClose} onClick={onClose} {...AUTOFOCUS}>
      {words.common.close}
    </Button>
  );

  switch (state.name) {
    case 'asking':
    case 'done':
      return (
        <TaskDialog
          testId={testIds.delete}
          state={state.name}
          title={many ? w.titleMany(asked.length) : w.titleOne}
          onDismiss={onClose}
          actions={
            <>
              <Button
                appearance="primary"
                data-testid={testIds.deleteConfirm}
                onClick={() => void run(asked)}
              >
                {many ? w.confirmMany(asked.length) : w.confirmOne}
              </Button>
              {/* Enter pressed once too often must not delete. */}
              <Button data-testid={testIds.deleteCancel} onClick={onClose} {...AUTOFOCUS}>
                {words.common.cancel}
              </Button>
            </>
          }
        >
          <PasskeysToDelete passkeys={asked} places={places} />
          <p>
            <bdi>{consequence(asked)}</bdi>
          </p>
          {stays.length > 0 && (
            <>
              <p data-testid={testIds.deletePartly}>{w.partly(stays.length)}</p>
              <KeptPasskeys passkeys={stays} places={places} />
            </>
          )}
        </TaskDialog>
      );
    case 'deleting': {
      const title = many ? w.runningTitleMany(asked.length) : w.runningTitleOne;
      return (
        <TaskDialog
          testId={testIds.delete}
          state={state.name}
          title={title}
          say={`${title} ${runningText}`}
          actions={missing !== undefined || slow ? close : null}
        >
          <p>{runningText}</p>
          <div data-testid={testIds.deleteProgress}>
            <ProgressBar label={title} />
          </div>
          {missing !== undefined && (
            <MessageBar intent="warning" layout="multiline" role="alert" style={{ marginTop: 12 }}>
              <MessageBarBody>
                <bdi>{w.removedWhileRunning(nameOf(missing.keyId, places))}</bdi>
              </MessageBarBody>
            </MessageBar>
          )}
          {missing === undefined && slow && <p style={{ marginTop: 12 }}>{w.slow}</p>}
        </TaskDialog>
      );
    }
    case 'reported': {
      const kept = asked.filter((passkey) =>
        state.outcomes.some((outcome) => outcome.passkeyId === passkey.id && outcome.outcome === 'kept'),
      );
      const title = reportTitle(state.outcomes);
      return (
        <TaskDialog
          testId={testIds.delete}
          state={state.name}
          title={title}
          say={title}
          onDismiss={onClose}
          actions={
            <>
              {kept.length > 0 && (
                <Button data-testid={testIds.deleteAgain} onClick={() => void run(kept)}>
                  {w.again(kept.length)}
                </Button>
              )}
              {close}
            </>
          }
        >
          <DeleteReport passkeys={asked} outcomes={state.outcomes} places={places} />
        </TaskDialog>
      );
    }
    case 'locked': {
      const { keyId } = state;
      const text = w.lockedText(nameOf(keyId, places));
      return (
        <TaskDialog
          testId={testIds.delete}
          state={state.name}
          title={w.lockedTitle}
          say={`${w.lockedTitle}. ${text}`}
          onDismiss={onClose}
          actions={
            <>
              <Button
                appearance="primary"
                data-testid={testIds.deleteUnlock}
                onClick={() => store.setState({ dialog: { kind: 'pin', purpose: 'unlock', keyId } })}
                {...AUTOFOCUS}
              >
                {w.unlock}
              </Button>
              <Button data-testid={testIds.deleteClose} onClick={onClose}>
                {words.common.close}
              </Button>
            </>
          }
        >
          <p>
            <bdi>{text}</bdi>
          </p>
        </TaskDialog>
      );
    }
    case 'not-removable': {
      const title = w.keptTitle(asked.length);
      return (
        <TaskDialog
          testId={testIds.delete}
          state={state.name}
          title={title}
          onDismiss={onClose}
          actions={close}
        >
          <KeptPasskeys passkeys={asked} places={places} />
        </TaskDialog>
      );
    }
    case 'device-closed':
    case 'removed':
    case 'failed': {
      const { title, text } = stoppedText(state, keyName);
      return (
        <TaskDialog
          testId={testIds.delete}
          state={state.name}
          title={title}
          say={`${title}. ${text}`}
          onDismiss={onClose}
          actions={
            <>
              {state.name === 'failed' && (
                <Button data-testid={testIds.deleteAgain} onClick={() => void run(asked)}>
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

function stoppedText(
  state: Extract<DeleteState, { readonly name: 'device-closed' | 'removed' | 'failed' }>,
  keyName: string,
): { readonly title: string; readonly text: string } {
  switch (state.name) {
    case 'device-closed':
      return { title: w.deviceClosedTitle, text: w.deviceClosedText };
    case 'removed':
      return { title: w.removedTitle, text: w.removedText(keyName) };
    case 'failed':
      return { title: w.failedTitle, text: safeText(state.problem.message, 400).text };
  }
}

function nameOf(keyId: string, places: Places): string {
  return safeText(places[keyId]?.name ?? '', 60).text;
}

function tellDone(store: WindowStore, asked: readonly PasskeyView[], places: Places): void {
  const first = asked[0];
  if (first === undefined) return;
  notify(store, { intent: 'success', text: doneText(asked, nameOf(first.keyId, places)) });
}

/** The dialog was closed before the answer came; the answer is told all the same. */
function tellLate(
  store: WindowStore,
  state: DeleteState,
  asked: readonly PasskeyView[],
  places: Places,
): void {
  if (state.name === 'done') tellDone(store, asked, places);
  else if (state.name === 'reported')
    notify(store, { intent: 'warning', text: `${reportTitle(state.outcomes)}.` });
  else if (state.name === 'failed')
    notify(store, { intent: 'error', text: safeText(state.problem.message, 400).text });
  else notify(store, { intent: 'error', text: w.failedTitle });
}

function useSlow(running: boolean): boolean {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    if (!running) return undefined;
    const timer = setTimeout(() => setSlow(true), SLOW_AFTER_MS);
    return () => {
      clearTimeout(timer);
      setSlow(false);
    };
  }, [running]);
  return slow;
}
