import { useEffect, useId, useReducer, useRef, type ReactNode } from 'react';
import { AUTOFOCUS } from '../app/autofocus';
import { TaskDialog } from '../app/TaskDialog';
import { Button } from '../controls/Button';
import { Spinner } from '../controls/Spinner';
import { safeText } from '../display/safe-text';
import { words } from '../messages/en';
import { callFor } from '../store/call';
import { useLatchkey } from '../store/context';
import type { PinPurpose } from '../store/state';
import { announce, notify } from '../store/window-store';
import { testIds } from '../test-ids';
import { nextPin, startPin, type PinEvent, type PinState } from './pin-machine';
import { PinForm, type EnteredPins } from './PinForm';
import { SensorPrompt } from './SensorPrompt';
import { useDialogKey } from './use-dialog-key';
import styles from './PinDialog.module.css';

const w = words.pin;

/** Set, change or enter the PIN of a key. Every state it can be in has a button that leads on. */
export function PinDialog(props: {
  readonly purpose: PinPurpose;
  readonly keyId: string;
  readonly onClose: () => void;
}) {
  const { purpose, onClose } = props;
  const { store, api } = useLatchkey();
  const presence = useDialogKey(props.keyId);
  const key = presence.present ? presence.last : undefined;
  const [state, send] = useReducer(
    (before: PinState, event: PinEvent) => nextPin(purpose, before, event),
    startPin(purpose, key),
  );
  const form = useId();
  const open = useRef(true);
  const name = safeText(presence.last?.name ?? '', 60).text;

  useEffect(() => {
    open.current = true;
    return () => {
      open.current = false;
    };
  }, []);
  useEffect(() => send({ type: 'key', key }), [key]);
  useEffect(() => {
    if (state.name !== 'done') return;
    if (purpose === 'unlock') announce(store, w.done.unlock(name));
    else notify(store, { intent: 'success', text: w.done[purpose](name) });
    onClose();
  }, [state.name, purpose, name, store, onClose]);

  useEffect(() => {
    if (state.name !== 'sensor') return;
    void callFor(api, 'unlockWithUv', props.keyId).then((result) => {
      if (open.current) send({ type: 'sensed', result, asked: state });
    });
  }, [state, api, props.keyId]);

  const submit = async ({ current, fresh }: EnteredPins): Promise<void> => {
    if (key === undefined) return;
    send({ type: 'submitted' });
    const result =
      purpose === 'unlock'
        ? await callFor(api, 'unlock', key.id, current)
        : purpose === 'set'
          ? await callFor(api, 'setPin', key.id, fresh)
          : await callFor(api, 'changePin', key.id, current, fresh);
    if (open.current) {
      send({ type: 'answered', result });
    } else if (!result.ok && result.problem.code !== 'cancelled' && result.problem.code !== 'unplugged') {
      // The dialog closed when the PIN was accepted; what went wrong afterwards must not be lost.
      notify(store, { intent: 'error', text: safeText(result.problem.message, 400).text });
    }
  };
  const goTo = (next: PinPurpose | 'reset'): void => {
    if (key === undefined) return;
    store.setState({
      dialog:
        next === 'reset' ? { kind: 'reset', keyId: key.id } : { kind: 'pin', purpose: next, keyId: key.id },
    });
  };
  const dismiss = (): void => {
    if ((state.name === 'sending' || state.name === 'sensor') && key !== undefined)
      void callFor(api, 'cancel', key.id);
    onClose();
  };

  const usePin = (): void => {
    send({ type: 'use-pin' });
    if (key !== undefined) void callFor(api, 'cancel', key.id);
  };
  const useSensor = (): void => send({ type: 'use-sensor' });

  const title = titleOf(state, purpose, name);
  const text = textOf(state, purpose, name, key?.pin.changeRequired ?? false);
  const entering = state.name === 'entering' || state.name === 'sending';
  return (
    <TaskDialog
      testId={testIds.pin}
      // One state to the eye: the boxes stay while the key thinks.
      state={state.name}
      title={title}
      say={state.name === 'sending' ? w.sending[purpose] : `${title}. ${text}`}
      onDismiss={dismiss}
      actions={
        <Actions
          state={state}
          purpose={purpose}
          form={form}
          canReset={key?.canReset ?? false}
          onClose={dismiss}
          goTo={goTo}
          again={again}
          onUsePin={usePin}
          {...(purpose === 'unlock' && key?.builtInUv === 'ready' && { onUseSensor: useSensor })}
        />
      }
    >
      <p>
        <bdi>{text}</bdi>
      </p>
      {state.name === 'sensor' && <SensorPrompt problem={state.problem} />}
      {entering && key !== undefined && (
        <PinForm
          id={form}
          purpose={purpose}
          pin={key.pin}
          problem={state.name === 'entering' ? state.problem : undefined}
          sending={state.name === 'sending'}
          onSubmit={(pins) => void submit(pins)}
        />
      )}
      {state.name === 'sending' && (
        <Spinner className={styles['sending'] ?? ''} size="tiny" label={w.sendingText} />
      )}
    </TaskDialog>
  );

  async function again(): Promise<void> {
    if (key !== undefined) await callFor(api, 'refresh', key.id);
    if (!open.current) return;
    const { keys } = store.getState();
    send({ type: 'again', key: keys.find((candidate) => candidate.id === key?.id) });
  }
}

function titleOf(state: PinState, purpose: PinPurpose, name: string): string {
  switch (state.name) {
    case 'sensor':
    case 'entering':
    case 'sending':
    case 'done':
      return w.title[purpose](name);
    case 'reinsert':
      return w.reinsertTitle;
    case 'blocked':
      return w.blockedTitle;
    case 'change-required':
      return w.changeTitle;
    case 'not-set':
      return w.notSetTitle;
    case 'already-set':
      return w.alreadySetTitle;
    case 'removed':
      return w.removedTitle;
    case 'failed':
      return w.failedTitle[purpose];
  }
}

function textOf(state: PinState, purpose: PinPurpose, name: string, forced: boolean): string {
  switch (state.name) {
    case 'sensor':
      return w.sensorText;
    case 'entering':
    case 'sending':
    case 'done':
      return purpose === 'change' && forced ? w.intro.forced : w.intro[purpose];
    case 'reinsert':
      return state.retriesLeft === undefined
        ? w.reinsertText
        : `${w.reinsertText} ${w.reinsertTries(state.retriesLeft)}`;
    case 'blocked':
      return w.blockedText;
    case 'change-required':
      return w.changeText;
    case 'not-set':
      return w.notSetText;
    case 'already-set':
      return w.alreadySetText;
    case 'removed':
      return w.removedText(name);
    case 'failed':
      return safeText(state.problem.message, 400).text;
  }
}

function Actions(props: {
  readonly state: PinState;
  readonly purpose: PinPurpose;
  readonly form: string;
  readonly canReset: boolean;
  readonly onClose: () => void;
  readonly goTo: (next: PinPurpose | 'reset') => void;
  readonly again: () => Promise<void>;
  readonly onUsePin: () => void;
  /** Left out where the key has no sensor. */
  readonly onUseSensor?: () => void;
}): ReactNode {
  const { state, purpose, goTo } = props;
  const close = (
    <Button data-testid={testIds.pinClose} onClick={props.onClose}>
      {words.common.close}
    </Button>
  );
  const next = (label: string, act: () => void): ReactNode => (
    <>
      <Button appearance="primary" data-testid={testIds.pinNextStep} onClick={act} {...AUTOFOCUS}>
        {label}
      </Button>
      {close}
    </>
  );
  switch (state.name) {
    case 'sensor':
      return (
        <>
          <Button data-testid={testIds.pinUsePin} onClick={props.onUsePin} {...AUTOFOCUS}>
            {w.usePin}
          </Button>
          <Button data-testid={testIds.pinCancel} onClick={props.onClose}>
            {words.common.cancel}
          </Button>
        </>
      );
    case 'entering':
    case 'sending':
    case 'done':
      return (
        <>
          <Button
            appearance="primary"
            type="submit"
            form={props.form}
            disabled={state.name !== 'entering'}
            data-testid={testIds.pinSubmit}
          >
            {state.name === 'sending' ? w.sending[purpose] : w.confirm[purpose]}
          </Button>
          {props.onUseSensor !== undefined && state.name === 'entering' && (
            <Button data-testid={testIds.pinUseSensor} onClick={props.onUseSensor}>
              {w.useSensor}
            </Button>
          )}
          <Button data-testid={testIds.pinCancel} onClick={props.onClose}>
            {words.common.cancel}
          </Button>
        </>
      );
    case 'reinsert':
      return next(w.reinsertCheck, () => void props.again());
    case 'blocked':
      return props.canReset ? next(w.blockedReset, () => goTo('reset')) : close;
    case 'change-required':
      return next(w.changeGo, () => goTo('change'));
    case 'not-set':
      return next(w.notSetGo, () => goTo('set'));
    case 'already-set':
      return next(w.changeGo, () => goTo('change'));
    case 'failed':
      return next(words.common.tryAgain, () => void props.again());
    case 'removed':
      return (
        <Button data-testid={testIds.pinClose} onClick={props.onClose} {...AUTOFOCUS}>
          {words.common.close}
        </Button>
      );
  }
}
