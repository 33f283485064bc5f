import { useState, type FormEvent, type ReactNode } from 'react';
import { Field, Input } from '@fluentui/react-components';
import type { Problem } from '../../preload/contract';
import type { DeviceView } from '../../preload/device-contract';
import { AUTOFOCUS } from '../app/autofocus';
import { words } from '../messages/en';
import { PinField } from '../security-keys/PinField';
import type { DeviceTask } from '../store/state';
import { testIds } from '../test-ids';
import { isGoodNewPin, isGoodPassphrase, type NewPin } from './new-pin';
import { NewPassphraseFields, NewPinFields, PassphraseMeans } from './NewPinFields';
import { PinTrouble } from './PinTrouble';
import { asksPin } from './task-machine';
import styles from './DeviceDialogs.module.css';

const w = words.deviceDialogs;
const NOTHING_TYPED: NewPin = { fresh: '', again: '' };

/** What somebody typed. Empty where the task does not ask for it. */
export interface Entered {
  readonly pin: string;
  readonly recoveryKey: string;
  readonly passphrase: string;
  readonly newPin: string;
}

/** The boxes of a task. What is typed lives here and goes away with the dialog. */
export function TaskForm(props: {
  readonly id: string;
  readonly task: DeviceTask;
  readonly device: DeviceView | null;
  readonly problem: Problem | undefined;
  /** Seconds until the next PIN is taken. */
  readonly wait: number;
  readonly sending: boolean;
  readonly onSubmit: (entered: Entered) => void;
}) {
  const { task, device, problem, sending } = props;
  const [pin, setPin] = useState('');
  const [recoveryKey, setRecoveryKey] = useState('');
  const [passphrase, setPassphrase] = useState('');
  const [fresh, setFresh] = useState(NOTHING_TYPED);
  const [shown, setShown] = useState(false);
  const [tried, setTried] = useState(false);
  const [answeredProblem, setAnsweredProblem] = useState(problem);

  // What was wrong is never right the second time: the box is emptied, once, when the answer comes.
  if (problem !== answeredProblem) {
    setAnsweredProblem(problem);
    if (problem?.code === 'pin-wrong') setPin('');
    if (problem?.code === 'passphrase-wrong') setPassphrase('');
    setTried(false);
  }

  const needs = {
    pin: asksPin(task),
    recoveryKey: task === 'recover',
    passphrase: task === 'passphrase',
    newPin: task === 'change-pin' || task === 'recover',
    newPassphrase: task === 'switch-sealing' && device?.sealing === 'keychain',
  };
  const current = task === 'change-pin' ? pin : undefined;
  const ready =
    (!needs.pin || pin !== '') &&
    (!needs.recoveryKey || recoveryKey.trim() !== '') &&
    (!needs.passphrase || passphrase !== '') &&
    (!needs.newPin || isGoodNewPin(fresh, current)) &&
    (!needs.newPassphrase || isGoodPassphrase(fresh));

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (sending || props.wait > 0) return;
    setTried(true);
    if (!ready) return;
    props.onSubmit({
      pin,
      recoveryKey: recoveryKey.trim(),
      passphrase: needs.newPassphrase ? fresh.fresh : passphrase,
      newPin: fresh.fresh,
    });
  };
  const toggleShown = (): void => setShown(!shown);
  const missing = (empty: boolean, text: string) =>
    tried && empty ? ({ state: 'error', text } as const) : undefined;

  const boxes: ReactNode[] = [];
  if (needs.newPassphrase) boxes.push(<PassphraseMeans key="means" className={styles['points']} />);
  boxes.push(
    <PinTrouble
      key="trouble"
      problem={problem}
      triesLeft={needs.pin ? device?.pin?.triesLeft : undefined}
      wait={needs.pin ? props.wait : 0}
    />,
  );
  if (needs.pin)
    boxes.push(
      <PinField
        key="pin"
        label={task === 'change-pin' ? w.pin.currentOld : w.pin.current}
        value={pin}
        onChange={setPin}
        shown={shown}
        onToggleShown={toggleShown}
        autofocus
        readOnly={sending}
        testId={testIds.pinCurrent}
        message={missing(pin === '', w.pin.missing)}
      />,
    );
  if (needs.recoveryKey)
    boxes.push(
      <Field
        key="recovery"
        label={w.task.recoveryField}
        hint={w.task.recoveryHint}
        validationState={tried && recoveryKey.trim() === '' ? 'error' : 'none'}
        {...(tried && recoveryKey.trim() === '' && { validationMessage: w.task.recoveryMissing })}
      >
        <Input
          className={styles['code'] ?? ''}
          value={recoveryKey}
          readOnly={sending}
          autoComplete="off"
          spellCheck={false}
          maxLength={256}
          data-testid={testIds.recoveryTyped}
          onChange={(_event, data) => setRecoveryKey(data.value)}
          {...AUTOFOCUS}
        />
      </Field>,
    );
  if (needs.passphrase)
    boxes.push(
      <PinField
        key="passphrase"
        label={w.passphrase.field}
        secret="passphrase"
        value={passphrase}
        onChange={setPassphrase}
        shown={shown}
        onToggleShown={toggleShown}
        autofocus
        readOnly={sending}
        testId={testIds.passphrase}
        message={missing(passphrase === '', w.passphrase.missing)}
      />,
    );
  if (needs.newPin)
    boxes.push(
      <NewPinFields
        key="new-pin"
        value={fresh}
        onChange={setFresh}
        tried={tried}
        readOnly={sending}
        shown={shown}
        {...(needs.pin ? {} : { onToggleShown: toggleShown })}
        {...(current !== undefined && { current })}
        autofocus={false}
      />,
    );
  if (needs.newPassphrase)
    boxes.push(
      <NewPassphraseFields
        key="new-passphrase"
        value={fresh}
        onChange={setFresh}
        tried={tried}
        readOnly={sending}
        shown={shown}
        autofocus={false}
      />,
    );
  return (
    <form id={props.id} className={styles['form']} onSubmit={submit}>
      {boxes}
    </form>
  );
}
