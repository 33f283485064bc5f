import { useState, type FormEvent } from 'react';
import type { PinView, Problem } from '../../preload/contract';
import { words } from '../messages/en';
import type { PinPurpose } from '../store/state';
import { testIds } from '../test-ids';
import { KeyPinProblem } from './KeyPinProblem';
import { checkPin, samePin } from './pin-rules';
import { PinField, type FieldMessage } from './PinField';
import styles from './PinDialog.module.css';

const w = words.pin;

export interface EnteredPins {
  readonly current: string;
  readonly fresh: string;
}

/** The boxes of the PIN dialog. What is typed lives here and goes away with the dialog. */
export function PinForm(props: {
  readonly id: string;
  readonly purpose: PinPurpose;
  readonly pin: PinView;
  readonly problem: Problem | undefined;
  readonly sending: boolean;
  readonly onSubmit: (pins: EnteredPins) => void;
}) {
  const { purpose, pin, problem, sending } = props;
  const [current, setCurrent] = useState('');
  const [fresh, setFresh] = useState('');
  const [again, setAgain] = useState('');
  const [shown, setShown] = useState(false);
  const [tried, setTried] = useState(false);
  const [answeredProblem, setAnsweredProblem] = useState(problem);

  // A wrong PIN is never right the second time: the box is emptied, once, when the answer comes.
  if (problem !== answeredProblem) {
    setAnsweredProblem(problem);
    if (problem?.code === 'pin-invalid') setCurrent('');
    setTried(false);
  }

  const needsCurrent = purpose !== 'set';
  const needsFresh = purpose !== 'unlock';
  const check = checkPin(fresh, pin);
  const sameAsOld = purpose === 'change' && fresh !== '' && samePin(current, fresh);
  const matches = samePin(fresh, again);
  const ready = (!needsCurrent || current !== '') && (!needsFresh || (check.ok && matches && !sameAsOld));

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (sending) return;
    setTried(true);
    if (ready) props.onSubmit({ current, fresh });
  };
  const toggleShown = (): void => setShown(!shown);

  return (
    <form id={props.id} className={styles['form']} onSubmit={submit}>
      <KeyPinProblem
        problem={problem}
        retriesLeft={problem?.retriesLeft ?? pin.retriesLeft}
        needsCurrent={needsCurrent}
      />
      {needsCurrent && (
        <PinField
          label={purpose === 'unlock' ? w.field.pin : w.field.current}
          value={current}
          onChange={setCurrent}
          shown={shown}
          onToggleShown={toggleShown}
          autofocus
          readOnly={sending}
          testId={testIds.pinCurrent}
          message={tried && current === '' ? { state: 'error', text: w.currentMissing } : undefined}
        />
      )}
      {needsFresh && (
        <>
          <PinField
            label={w.field.fresh}
            value={fresh}
            onChange={setFresh}
            shown={shown}
            {...(needsCurrent ? {} : { onToggleShown: toggleShown })}
            autofocus={!needsCurrent}
            readOnly={sending}
            testId={testIds.pinNew}
            hint={w.rules(pin.minLength, pin.maxBytes)}
            message={freshMessage()}
          />
          <PinField
            label={w.field.again}
            value={again}
            onChange={setAgain}
            shown={shown}
            readOnly={sending}
            testId={testIds.pinAgain}
            message={againMessage()}
          />
        </>
      )}
    </form>
  );

  function freshMessage(): FieldMessage | undefined {
    if (fresh === '' && !tried) return undefined;
    if (check.tooLong) return { state: 'error', text: w.tooLong(check.bytes, pin.maxBytes) };
    if (check.tooShort) {
      return { state: tried ? 'error' : 'none', text: w.tooShort(pin.minLength - check.codePoints) };
    }
    if (sameAsOld) return { state: 'error', text: w.sameAsOld };
    return { state: 'success', text: w.longEnough };
  }

  function againMessage(): FieldMessage | undefined {
    if (again === '' && !(tried && check.ok)) return undefined;
    if (matches && again !== '') return { state: 'success', text: w.match };
    // While the beginning is right, nobody has made a mistake yet.
    const onTheWay = fresh.normalize('NFC').startsWith(again.normalize('NFC'));
    return { state: onTheWay && !tried ? 'none' : 'error', text: w.mismatch };
  }
}
