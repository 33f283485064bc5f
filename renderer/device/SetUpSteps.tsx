import { useState, type FormEvent } from 'react';
import { Checkbox, MessageBar, MessageBarBody } from '@fluentui/react-components';
import type { Problem } from '../../preload/contract';
import { safeText } from '../display/safe-text';
import { words } from '../messages/en';
import { testIds } from '../test-ids';
import { isGoodNewPin, isGoodPassphrase, type NewPin } from './new-pin';
import { NewPassphraseFields, NewPinFields, PassphraseMeans } from './NewPinFields';
import styles from './DeviceDialogs.module.css';

const w = words.deviceDialogs.setUp;
const NOTHING_TYPED: NewPin = { fresh: '', again: '' };

export function SetUpIntro(props: {
  readonly passphrase: boolean;
  readonly onPassphrase: (passphrase: boolean) => void;
}) {
  return (
    <>
      <ul className={styles['points']}>
        {w.introPoints.map((point) => (
          <li key={point}>{point}</li>
        ))}
      </ul>
      <Checkbox
        className={styles['choice'] ?? ''}
        checked={props.passphrase}
        label={
          <>
            {w.choosePassphrase}
            <span className={styles['hint']}>{w.choosePassphraseHint}</span>
          </>
        }
        data-testid={testIds.setUpPassphrase}
        onChange={(_event, data) => props.onPassphrase(data.checked === true)}
      />
    </>
  );
}

interface StepProps {
  readonly id: string;
  readonly problem: Problem | undefined;
}

/** What is typed lives here until it is handed on. */
export function PinStep({ id, problem, onChosen }: StepProps & { readonly onChosen: (pin: string) => void }) {
  const [value, setValue] = useState(NOTHING_TYPED);
  const [tried, setTried] = useState(false);
  const [shown, setShown] = useState(false);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (isGoodNewPin(value)) onChosen(value.fresh);
  };
  return (
    <form id={id} className={styles['form']} onSubmit={submit}>
      <Refusal problem={problem} />
      <NewPinFields
        value={value}
        onChange={setValue}
        tried={tried}
        readOnly={false}
        shown={shown}
        onToggleShown={() => setShown(!shown)}
        autofocus
      />
    </form>
  );
}

export function PassphraseStep({
  id,
  problem,
  onChosen,
}: StepProps & { readonly onChosen: (passphrase: string) => void }) {
  const [value, setValue] = useState(NOTHING_TYPED);
  const [tried, setTried] = useState(false);
  const [shown, setShown] = useState(false);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (isGoodPassphrase(value)) onChosen(value.fresh);
  };
  return (
    <form id={id} className={styles['form']} onSubmit={submit}>
      <PassphraseMeans className={styles['points']} />
      <Refusal problem={problem} />
      <NewPassphraseFields
        value={value}
        onChange={setValue}
        tried={tried}
        readOnly={false}
        shown={shown}
        onToggleShown={() => setShown(!shown)}
        autofocus
      />
    </form>
  );
}

function Refusal({ problem }: { readonly problem: Problem | undefined }) {
  if (problem === undefined) return null;
  return (
    <MessageBar intent="error" layout="multiline" role="alert" data-testid={testIds.pinProblem}>
      <MessageBarBody>
        <bdi>{safeText(problem.message, 400).text}</bdi>
      </MessageBarBody>
    </MessageBar>
  );
}
