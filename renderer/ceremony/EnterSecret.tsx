import { useState, type FormEvent, type ReactNode } from 'react';
import { MessageBar, MessageBarBody } from '@fluentui/react-components';
import type { CeremonyAct, CeremonyState } from '../../preload/ceremony-contract';
import { PinTrouble } from '../device/PinTrouble';
import { words } from '../messages/en';
import { ceremony } from '../messages/en/ceremony';
import { KeyPinProblem } from '../security-keys/KeyPinProblem';
import { PinField } from '../security-keys/PinField';
import { testIds } from '../test-ids';
import { Account } from './Account';
import { useWait } from './use-wait';
import styles from './Ceremony.module.css';

const w = ceremony.pin;
type State<N extends CeremonyState['name']> = Extract<CeremonyState, { readonly name: N }>;
interface Asking<N extends CeremonyState['name']> {
  readonly id: string;
  readonly state: State<N>;
  readonly onAct: (act: CeremonyAct) => void;
}

/** The PIN of a security key. */
export function KeyPinForm({ id, state: { retries }, onAct }: Asking<'key-pin'>) {
  return (
    <SecretForm
      id={id}
      secret="pin"
      trouble={
        retries === undefined ? null : (
          <KeyPinProblem
            problem={{ code: 'pin-invalid', message: '', retriesLeft: retries }}
            retriesLeft={retries}
            needsCurrent
          />
        )
      }
      onSend={(pin) => onAct({ act: 'enter-pin', pin })}
    />
  );
}

/** The PIN of this device. After a wrong one nothing is sent until the wait is over. */
export function DevicePinForm(props: Asking<'device-pin'> & { readonly isNamed: boolean }) {
  const { id, state, onAct } = props;
  const wait = useWait(state.wait ?? 0);
  return (
    <>
      {state.account !== undefined && !props.isNamed && <Account names={state.account} />}
      <SecretForm
        id={id}
        secret="pin"
        waits={wait > 0}
        trouble={
          <PinTrouble
            problem={
              state.problem && {
                code: state.problem === 'wrong' ? 'pin-wrong' : 'pin-delayed',
                message: '',
              }
            }
            triesLeft={state.triesLeft}
            wait={wait}
          />
        }
        onSend={(pin) => onAct({ act: 'enter-pin', pin })}
      />
    </>
  );
}

/** The passphrase of this device. */
export function DevicePassphraseForm({ id, state, onAct }: Asking<'device-passphrase'>) {
  return (
    <SecretForm
      id={id}
      secret="passphrase"
      trouble={
        state.wrong && (
          <MessageBar intent="error" layout="multiline" role="alert" data-testid={testIds.pinProblem}>
            <MessageBarBody>{w.passphraseWrong}</MessageBarBody>
          </MessageBar>
        )
      }
      onSend={(passphrase) => onAct({ act: 'enter-passphrase', passphrase })}
    />
  );
}

/** One secret. It is wiped as soon as it is sent. */
function SecretForm(props: {
  readonly id: string;
  readonly secret: 'pin' | 'passphrase';
  readonly trouble: ReactNode;
  readonly waits?: boolean;
  readonly onSend: (secret: string) => void;
}) {
  const [typed, setTyped] = useState('');
  const [shown, setShown] = useState(false);
  const [tried, setTried] = useState(false);
  const isPin = props.secret === 'pin';

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (props.waits === true) return;
    setTried(typed === '');
    if (typed === '') return;
    setTyped('');
    setShown(false);
    props.onSend(typed);
  };

  return (
    <form id={props.id} className={styles['form']} onSubmit={submit}>
      {props.trouble}
      <PinField
        label={isPin ? w.field : words.deviceDialogs.passphrase.field}
        secret={props.secret}
        value={typed}
        onChange={setTyped}
        shown={shown}
        onToggleShown={() => setShown(!shown)}
        autofocus
        testId={isPin ? testIds.pinCurrent : testIds.passphrase}
        message={
          tried && typed === ''
            ? { state: 'error', text: isPin ? w.missing : words.deviceDialogs.passphrase.missing }
            : undefined
        }
      />
    </form>
  );
}
