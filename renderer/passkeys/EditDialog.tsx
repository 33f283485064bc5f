import { useEffect, useId, useReducer, useRef, useState, type FormEvent } from 'react';
import { Field, Input } from '@fluentui/react-components';
import type { EditedNames, PasskeyView } from '../../preload/contract';
import { AUTOFOCUS } from '../app/autofocus';
import { TaskDialog } from '../app/TaskDialog';
import { Button } from '../controls/Button';
import { Spinner } from '../controls/Spinner';
import { DEVICE } from '../device/device-id';
import { isBlank, safeText } from '../display/safe-text';
import { words } from '../messages/en';
import { callEdit, callForValue } from '../store/call';
import { useLatchkey, useWindowState } from '../store/context';
import { notify } from '../store/window-store';
import { testIds } from '../test-ids';
import { canEditOn } from './can-edit';
import { isLong, nextEdit, type EditEvent, type EditState, type Whereabouts } from './edit-machine';
import { siteName } from './names';
import styles from './EditDialog.module.css';

const w = words.passkeys.edit;
const MAX_CHARACTERS = 256;
/** As many as are kept: code points, of which these UTF-16 units are never more. */
const MAX_OWN_CHARACTERS = 64;

/** Changes the names that a passkey shows, and that which the user gave it. The site is not told. */
export function EditDialog(props: { readonly passkey: PasskeyView; readonly onClose: () => void }) {
  const { passkey, onClose } = props;
  const { store, api } = useLatchkey();
  const now = useWhereabouts(passkey);
  const [state, send] = useReducer(nextEdit, { name: now === 'shown' ? 'entering' : now });
  const canEdit = useWindowState((state) => canEditOn(state, passkey.keyId));
  const [ownName, setOwnName] = useState(passkey.ownName ?? '');
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
    const own = isBlank(ownName) ? w.doneOwnRemoved(site) : w.doneOwn(site);
    notify(store, { intent: 'success', text: state.what === 'own-name' ? own : w.done(site) });
    onClose();
  }, [state, site, ownName, store, onClose]);

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (state.name !== 'entering') return;
    const asked = namesOf(userName, displayName);
    const others = asked.userName !== passkey.userName || asked.userDisplayName !== passkey.userDisplayName;
    const own = ownName.trim() !== (passkey.ownName ?? '');
    if (!others && !own) return onClose();
    send({ type: 'submitted' });
    const answer = await save(others ? asked : undefined, own ? ownName.trim() : undefined);
    if (open.current) return send(answer);
    const problem =
      answer.type === 'own-name-refused'
        ? answer.problem
        : answer.type === 'answered' && !answer.result.ok
          ? answer.result.problem
          : undefined;
    if (problem) notify(store, { intent: 'error', text: safeText(problem.message, 400).text });
  };

  /** The key first: when it refuses, nothing has changed. */
  const save = async (asked: EditedNames | undefined, own: string | undefined): Promise<EditEvent> => {
    const result = asked && (await callEdit(api, passkey.id, asked));
    if (own !== undefined && result?.ok !== false) {
      const kept = await callForValue(api, 'nameOwn', passkey.id, own);
      if (!kept.ok)
        return { type: 'own-name-refused', othersSaved: asked !== undefined, problem: kept.problem };
    }
    return asked && result ? { type: 'answered', result, asked } : { type: 'own-name-saved' };
  };

  const entering = state.name === 'entering' || state.name === 'saving';
  const deviceClosed = onDevice && state.name === 'removed';
  const title = entering
    ? w.title
    : deviceClosed
      ? w.deviceClosedTitle
      : state.name === 'failed' && state.what === 'own-name'
        ? w.ownFailedTitle
        : w.stateTitle[state.name === 'done' ? 'shortened' : state.name];
  const intro = canEdit ? w.intro(site) : w.introOwn(site);
  const text = deviceClosed ? w.deviceClosedText : textOf(state, intro);
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
          <Field label={w.ownName} hint={w.ownNameHint}>
            <NameInput
              value={ownName}
              onChange={setOwnName}
              readOnly={state.name === 'saving'}
              maxLength={MAX_OWN_CHARACTERS}
              testId={testIds.editOwnName}
              autofocus
            />
          </Field>
          {canEdit && (
            <>
              <NameField
                label={w.userName}
                value={userName}
                onChange={setUserName}
                readOnly={state.name === 'saving'}
                onDevice={onDevice}
                testId={testIds.editUserName}
              />
              <NameField
                label={w.displayName}
                value={displayName}
                onChange={setDisplayName}
                readOnly={state.name === 'saving'}
                onDevice={onDevice}
                testId={testIds.editDisplayName}
              />
            </>
          )}
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
}) {
  const { label, onDevice, ...input } = props;
  const { value } = input;
  const long = !onDevice && isLong(value);
  const emptyName = onDevice ? w.emptyNameDevice : w.emptyName;
  const message = long ? w.long : value.trim() === '' ? emptyName : undefined;
  return (
    <Field
      label={label}
      validationState={long ? 'warning' : 'none'}
      {...(message === undefined ? {} : { validationMessage: message })}
    >
      <NameInput {...input} maxLength={MAX_CHARACTERS} />
    </Field>
  );
}

function NameInput(props: {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly readOnly: boolean;
  /** UTF-16 units. */
  readonly maxLength: number;
  readonly testId: string;
  readonly autofocus?: boolean;
}) {
  const { onChange, testId, autofocus, ...input } = props;
  return (
    <Input
      {...input}
      autoComplete="off"
      spellCheck={false}
      dir="auto"
      data-testid={testId}
      {...(autofocus === true ? AUTOFOCUS : {})}
      onChange={(_event, data) => onChange(data.value)}
    />
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

function textOf(state: EditState, intro: string): string {
  switch (state.name) {
    case 'entering':
    case 'saving':
    case 'done':
      return intro;
    case 'shortened':
      return w.shortenedText(shown(state.kept.userName), shown(state.kept.userDisplayName));
    case 'locked':
      return w.lockedText;
    case 'removed':
      return w.removedText;
    case 'failed': {
      const message = safeText(state.problem.message, 400).text;
      return state.what === 'own-name' && state.othersSaved ? `${message} ${w.othersSaved}` : message;
    }
  }
}
