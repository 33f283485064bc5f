import { useEffect, useId, useReducer, useState, type FormEvent } from 'react';
import { Field, Input, MessageBar, MessageBarBody } from '@fluentui/react-components';
import { Print20Regular } from '@fluentui/react-icons/headless/svg/print';
import { Save20Regular } from '@fluentui/react-icons/headless/svg/save';
import type { Problem } from '../../preload/contract';
import { AUTOFOCUS } from '../app/autofocus';
import { TaskDialog } from '../app/TaskDialog';
import { Button } from '../controls/Button';
import { CopyButton } from '../display/CopyButton';
import { safeText } from '../display/safe-text';
import { words } from '../messages/en';
import { callFor, callForValue } from '../store/call';
import { useLatchkey } from '../store/context';
import { testIds } from '../test-ids';
import { groups, nextRecovery } from './recovery-machine';
import { RecoverySheet } from './RecoverySheet';
import styles from './DeviceDialogs.module.css';

const w = words.deviceDialogs.recoveryKey;

/**
 * Shows a recovery key once, and closes when it was kept. It lives in here alone: whoever closes this dialog without it
 * has heard what that means.
 */
export function RecoveryKeyDialog(props: {
  readonly recoveryKey: string;
  /** There was one before, which this one replaces. */
  readonly replaces: boolean;
  readonly onKept: () => void;
  readonly onLeave: () => void;
}) {
  const { recoveryKey, replaces, onKept, onLeave } = props;
  const [state, send] = useReducer(nextRecovery, { name: 'showing' });
  const [group, setGroup] = useState('');
  const form = useId();

  useEffect(() => {
    if (state.name === 'kept') onKept();
  }, [state.name, onKept]);

  const check = (event: FormEvent): void => {
    event.preventDefault();
    send({ type: 'typed', group, recoveryKey });
  };

  switch (state.name) {
    case 'showing':
    case 'kept':
      return (
        <TaskDialog
          testId={testIds.recovery}
          state={state.name}
          title={w.title}
          say={w.title}
          onDismiss={() => send({ type: 'leave' })}
          actions={
            <Button
              appearance="primary"
              data-testid={testIds.recoveryNext}
              onClick={() => {
                setGroup('');
                send({ type: 'next' });
              }}
            >
              {w.next}
            </Button>
          }
        >
          <p>{replaces ? w.newText : w.text}</p>
          <KeyToKeep recoveryKey={recoveryKey} />
        </TaskDialog>
      );
    case 'checking':
      return (
        <TaskDialog
          testId={testIds.recovery}
          state={state.name}
          title={w.checkTitle}
          say={`${w.checkTitle} ${w.checkText}`}
          onDismiss={() => send({ type: 'leave' })}
          actions={
            <>
              <Button appearance="primary" type="submit" form={form} data-testid={testIds.recoveryFinish}>
                {w.finish}
              </Button>
              <Button data-testid={testIds.recoveryBack} onClick={() => send({ type: 'show-again' })}>
                {w.back}
              </Button>
            </>
          }
        >
          <p>{w.checkText}</p>
          <form id={form} className={styles['form']} onSubmit={check}>
            <Field
              label={w.checkField}
              validationState={state.wrong ? 'error' : 'none'}
              {...(state.wrong && {
                validationMessage: group.trim() === '' ? w.checkMissing : w.checkWrong,
              })}
            >
              <Input
                className={styles['code'] ?? ''}
                value={group}
                autoComplete="off"
                spellCheck={false}
                maxLength={100}
                data-testid={testIds.recoveryGroup}
                onChange={(_event, data) => setGroup(data.value)}
                {...AUTOFOCUS}
              />
            </Field>
          </form>
        </TaskDialog>
      );
    case 'leaving': {
      const text = replaces ? w.leaveChanged : w.leaveSetUp;
      return (
        <TaskDialog
          testId={testIds.recovery}
          state={state.name}
          title={w.leaveTitle}
          say={`${w.leaveTitle} ${text} ${w.leaveHint}`}
          onDismiss={() => send({ type: 'stay' })}
          actions={
            <>
              <Button
                appearance="primary"
                data-testid={testIds.recoveryStay}
                onClick={() => send({ type: 'stay' })}
                {...AUTOFOCUS}
              >
                {w.goBack}
              </Button>
              <Button data-testid={testIds.recoveryLeave} onClick={onLeave}>
                {w.leaveAnyway}
              </Button>
            </>
          }
        >
          <p>{text}</p>
          <p>{w.leaveHint}</p>
        </TaskDialog>
      );
    }
  }
}

/** What became of printing or saving. */
type Kept = { readonly text: string } | { readonly problem: Problem };

/** In a low window, or a large print, it would appear below what is seen. */
function intoView(bar: HTMLElement | null): void {
  bar?.scrollIntoView({ block: 'nearest' });
}

function KeyToKeep({ recoveryKey }: { readonly recoveryKey: string }) {
  const { api } = useLatchkey();
  const [kept, setKept] = useState<Kept | null>(null);
  const print = async (): Promise<void> => {
    const result = await callFor(api, 'printRecoveryKey');
    if (result.ok) setKept({ text: w.printed });
    else setKept(result.problem.code === 'cancelled' ? null : { problem: result.problem });
  };
  const save = async (): Promise<void> => {
    const result = await callForValue(api, 'saveRecoveryKey', recoveryKey);
    if (!result.ok) setKept({ problem: result.problem });
    else setKept(result.value === null ? null : { text: w.saved(safeText(result.value.path, 200).text) });
  };
  return (
    <>
      <div
        className={styles['recoveryKey']}
        role="group"
        aria-label={w.label}
        tabIndex={0}
        data-testid={testIds.recoveryKey}
        {...AUTOFOCUS}
      >
        {groups(recoveryKey).map((group, index) => (
          // Groups may be alike; their order never changes.
          <span key={index}>{group} </span>
        ))}
      </div>
      <div className={styles['keepActions']}>
        <Button icon={<Print20Regular />} data-testid={testIds.recoveryPrint} onClick={() => void print()}>
          {w.print}
        </Button>
        <Button icon={<Save20Regular />} data-testid={testIds.recoverySave} onClick={() => void save()}>
          {w.save}
        </Button>
        <CopyButton text={recoveryKey} label={w.copy} testId={testIds.recoveryCopy} />
      </div>
      {kept !== null && (
        <MessageBar
          intent={'problem' in kept ? 'error' : 'success'}
          layout="multiline"
          role={'problem' in kept ? 'alert' : 'status'}
          className={styles['bar'] ?? ''}
          ref={intoView}
          data-testid={testIds.recoveryKept}
        >
          <MessageBarBody>
            <bdi>{'problem' in kept ? safeText(kept.problem.message, 400).text : kept.text}</bdi>
          </MessageBarBody>
        </MessageBar>
      )}
      <RecoverySheet recoveryKey={recoveryKey} />
    </>
  );
}
