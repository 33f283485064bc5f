import { useEffect, useId, useReducer, useRef, useState, type FormEvent } from 'react';
import { Button, Field, Input, Spinner } from '@fluentui/react-components';
import type { EditedNames, PasskeyView } from '../../preload/contract';
import { AUTOFOCUS } from '../app/autofocus';
import { TaskDialog } from '../app/TaskDialog';
import { DEVICE } from '../device/device-id';
import { isBlank, safeText } from '../display/safe-text';
import { words } from '../messages/en';
import { callEdit } from '../store/call';
import { useLatchkey, useWindowState } from '../store/context';
import { notify } from '../store/window-store';
import { testIds } from '../test-ids';
import { isLong, nextEdit, type EditState, type Whereabouts } from './edit-machine';
import { siteName } from './names';
import styles from './EditDialog.module.css';

const w = words.passkeys.edit;
const MAX_CHARACTERS = 256;

/** Changes the names that a passkey shows. The site is not told. */
export function EditDialog(props: { readonly passkey: PasskeyView; readonly onClose: () => void }) {
  const { passkey, onClose } = props;
  const { store, api } = useLatchkey();
  const now = useWhereabouts(passkey);
  const [state, send] = useReducer(nextEdit, { name: now === 'shown' ? 'entering' : now });
  const [userName, setUserName] = useState(passkey.userName ?? '');
  const [displayName, setDisplayName] = useState(passkey.userDisplayName ?? '');
  const onDevice = passkey.keyId === DEVICE;
  const form = useId();
  const open = useRef(true);
  const site = safeText(siteName(passkey), 100).text;

  useEffect(() => {
    open.current = true;
    return () => {
      open.current = false;
    };
  }, []);
  useEffect(() => send({ type: 'whereabouts', now }), [now]);
  useEffect(() => {
    if (state.name !== 'done') return;
    notify(store, { intent: 'success', text: w.done(site) });
    onClose();
  }, [state.name, site, store, onClose]);

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (state.name !== 'entering') return;
    const asked = namesOf(userName, displayName);
    if (asked.userName === passkey.userName && asked.userDisplayName === passkey.userDisplayName)
      return onClose();
    send({ type: 'submitted' });
    const result = await callEdit(api, passkey.id, asked);
    if (open.current) send({ type: 'answered', result, asked });
    else if (!result.ok) notify(store, { intent: 'error', text: safeText(result.problem.message, 400).text });
  };

  const entering = state.name === 'entering' || state.name === 'saving';
  const deviceClosed = onDevice && state.name === 'removed';
  const title = entering
    ? w.title
    : deviceClosed
      ? w.deviceClosedTitle
      : w.stateTitle[state.name === 'done' ? 'shortened' : state.name];
  const text = deviceClosed ? w.deviceClosedText : textOf(state, site);
  return (
    <TaskDialog
      testId={testIds.edit}
      state={state.name}
      title={title}
      say={state.name === 'saving' ? w.saving : `${title}. ${text}`}
      onDismiss={onClose}
      actions={
        <>
          {entering && (
            <Button
              appearance="primary"
              type="submit"
              form={form}
              disabled={state.name === 'saving'}
              data-testid={testIds.editSave}
            >
              {state.name === 'saving' ? w.saving : w.save}
            </Button>
          )}
          {state.name === 'locked' && (
            <Button
              appearance="primary"
              data-testid={testIds.editNextStep}
              onClick={() =>
                store.setState({ dialog: { kind: 'pin', purpose: 'unlock', keyId: passkey.keyId } })
              }
              {...AUTOFOCUS}
            >
              {w.unlock}
            </Button>
          )}
          {state.name === 'failed' && (
            <Button
              appearance="primary"
              data-testid={testIds.editNextStep}
              onClick={() => send({ type: 'again' })}
              {...AUTOFOCUS}
            >
              {words.common.tryAgain}
            </Button>
          )}
          <Button
            data-testid={testIds.editClose}
            onClick={onClose}
            {...(state.name === 'removed' || state.name === 'shortened' ? AUTOFOCUS : {})}
          >
            {entering ? words.common.cancel : words.common.close}
          </Button>
        </>
      }
    >
      <p>
        <bdi>{text}</bdi>
      </p>
      {entering && (
        <form id={form} className={styles['form']} onSubmit={(event) => void submit(event)}>
          <NameField
            label={w.userName}
            value={userName}
            onChange={setUserName}
            readOnly={state.name === 'saving'}
            onDevice={onDevice}
            testId={testIds.editUserName}
            autofocus
          />
          <NameField
            label={w.displayName}
            value={displayName}
            onChange={setDisplayName}
            readOnly={state.name === 'saving'}
            onDevice={onDevice}
            testId={testIds.editDisplayName}
          />
        </form>
      )}
      {state.name === 'saving' && (
        <Spinner className={styles['saving'] ?? ''} size="tiny" label={onDevice ? w.saving : w.savingText} />
      )}
    </TaskDialog>
  );
}

function NameField(props: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly readOnly: boolean;
  /** Where names are never cut. */
  readonly onDevice: boolean;
  readonly testId: string;
  readonly autofocus?: boolean;
}) {
  const { value, onDevice } = props;
  const long = !onDevice && isLong(value);
  const emptyName = onDevice ? w.emptyNameDevice : w.emptyName;
  const message = long ? w.long : value.trim() === '' ? emptyName : undefined;
  return (
    <Field
      label={props.label}
      validationState={long ? 'warning' : 'none'}
      {...(message === undefined ? {} : { validationMessage: message })}
    >
      <Input
        value={value}
        readOnly={props.readOnly}
        autoComplete="off"
        spellCheck={false}
        dir="auto"
        maxLength={MAX_CHARACTERS}
        data-testid={props.testId}
        {...(props.autofocus === true ? AUTOFOCUS : {})}
        onChange={(_event, data) => props.onChange(data.value)}
      />
    </Field>
  );
}

/** What is left empty is removed. */
function namesOf(userName: string, displayName: string): EditedNames {
  return {
    ...(isBlank(userName) ? {} : { userName: userName.trim() }),
    ...(isBlank(displayName) ? {} : { userDisplayName: displayName.trim() }),
  };
}

function useWhereabouts(passkey: PasskeyView): Whereabouts {
  return useWindowState((state) => {
    if (passkey.keyId === DEVICE) return state.device?.state === 'open' ? 'shown' : 'removed';
    const key = state.keys.find(({ id }) => id === passkey.keyId);
    if (key === undefined) return 'removed';
    return key.passkeys === 'locked' ? 'locked' : 'shown';
  });
}

function shown(name: string | undefined): string {
  return name === undefined ? w.none : w.quoted(safeText(name, 100).text);
}

function textOf(state: EditState, site: string): string {
  switch (state.name) {
    case 'entering':
    case 'saving':
    case 'done':
      return w.intro(site);
    case 'shortened':
      return w.shortenedText(shown(state.kept.userName), shown(state.kept.userDisplayName));
    case 'locked':
      return w.lockedText;
    case 'removed':
      return w.removedText;
    case 'failed':
      return safeText(state.problem.message, 400).text;
  }
}
