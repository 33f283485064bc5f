import { useId, useState, type FormEvent } from 'react';
import { Field, Input, MessageBar, MessageBarBody } from '@fluentui/react-components';
import type { ProfileView, TestersApi } from '../../preload/simulator-contract';
import { AUTOFOCUS } from '../app/autofocus';
import { TaskDialog } from '../app/TaskDialog';
import { Button } from '../controls/Button';
import { Select } from '../controls/Select';
import { safeText } from '../display/safe-text';
import { words } from '../messages/en';
import { useLatchkey } from '../store/context';
import { notify } from '../store/window-store';
import { testIds } from '../test-ids';
import { callTesters } from './call-testers';
import { describedKey, MOST_PASSKEYS, passkeyCount, type EnteredKey } from './entered-key';
import styles from './AddSimulatedKeyDialog.module.css';

const w = words.testers;

/** Asks what a new simulated key is to be, and makes it. */
export function AddSimulatedKeyDialog(props: {
  readonly testers: TestersApi;
  readonly profiles: readonly ProfileView[];
  readonly onClose: () => void;
}) {
  const { testers, profiles, onClose } = props;
  const { store } = useLatchkey();
  const [entered, setEntered] = useState<EnteredKey>({
    profile: profiles.find(({ profile }) => profile === '2.1')?.profile ?? profiles[0]?.profile ?? '',
    name: '',
    pin: '',
    passkeys: '3',
  });
  const [state, setState] = useState<'entering' | 'adding'>('entering');
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const form = useId();
  const change = (changes: Partial<EnteredKey>): void => setEntered({ ...entered, ...changes });
  const wrongCount = passkeyCount(entered.passkeys) === undefined;
  const usualName = profiles.find(({ profile }) => profile === entered.profile)?.name ?? '';

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const described = describedKey(entered);
    if (state !== 'entering' || described === undefined) return;
    setState('adding');
    const result = await callTesters(testers.add(described));
    if (result.ok) {
      notify(store, { intent: 'success', text: w.added(safeText(described.name ?? usualName, 60).text) });
      return onClose();
    }
    setProblem(safeText(result.problem.message, 400).text);
    setState('entering');
  };

  return (
    <TaskDialog
      testId={testIds.addKey}
      state={state}
      title={w.addTitle}
      say={state === 'adding' ? w.adding : (problem ?? '')}
      onDismiss={onClose}
      actions={
        <>
          <Button
            appearance="primary"
            type="submit"
            form={form}
            disabled={state === 'adding' || wrongCount}
            data-testid={testIds.addKeyConfirm}
          >
            {state === 'adding' ? w.adding : w.confirmAdd}
          </Button>
          <Button data-testid={testIds.addKeyCancel} onClick={onClose}>
            {words.common.cancel}
          </Button>
        </>
      }
    >
      <form id={form} className={styles['form']} onSubmit={(event) => void submit(event)}>
        {problem !== undefined && (
          <MessageBar intent="error" layout="multiline" role="alert" data-testid={testIds.addKeyProblem}>
            <MessageBarBody>
              <bdi>{problem}</bdi>
            </MessageBarBody>
          </MessageBar>
        )}
        <Field label={w.profile}>
          {(field) => (
            <Select
              {...field}
              value={entered.profile}
              data-testid={testIds.addKeyProfile}
              onChange={(value) => change({ profile: value })}
              {...AUTOFOCUS}
            >
              {profiles.map(({ profile, name }) => (
                <option key={profile} value={profile}>
                  {w.profileOption(profile, name)}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field label={w.name} hint={w.nameHint}>
          <Input
            value={entered.name}
            placeholder={usualName}
            autoComplete="off"
            spellCheck={false}
            dir="auto"
            maxLength={100}
            data-testid={testIds.addKeyName}
            onChange={(_event, { value }) => change({ name: value })}
          />
        </Field>
        <Field label={w.pin} hint={w.pinHint}>
          <Input
            value={entered.pin}
            autoComplete="off"
            spellCheck={false}
            maxLength={256}
            data-testid={testIds.addKeyPin}
            onChange={(_event, { value }) => change({ pin: value })}
          />
        </Field>
        <Field
          label={w.passkeys}
          {...(wrongCount && {
            validationState: 'error',
            validationMessage: w.passkeysWrong(MOST_PASSKEYS),
          })}
        >
          <Input
            value={entered.passkeys}
            inputMode="numeric"
            autoComplete="off"
            maxLength={8}
            data-testid={testIds.addKeyPasskeys}
            onChange={(_event, { value }) => change({ passkeys: value })}
          />
        </Field>
      </form>
    </TaskDialog>
  );
}
