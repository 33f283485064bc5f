import { useCallback, useEffect, useId, useReducer, useRef, useState } from 'react';
import { AUTOFOCUS } from '../app/autofocus';
import { TaskDialog } from '../app/TaskDialog';
import { Button } from '../controls/Button';
import { Spinner } from '../controls/Spinner';
import { safeText } from '../display/safe-text';
import { words } from '../messages/en';
import { callForValue } from '../store/call';
import { useLatchkey, useWindowState } from '../store/context';
import { notify } from '../store/window-store';
import { testIds } from '../test-ids';
import { PassphraseMeans } from './NewPinFields';
import { RecoveryKeyDialog } from './RecoveryKeyDialog';
import { PassphraseStep, PinStep, SetUpIntro } from './SetUpSteps';
import { nextSetUp, nothingHappened, startSetUp, type SetUpState } from './setup-machine';
import styles from './DeviceDialogs.module.css';

const w = words.deviceDialogs.setUp;

/** The wizard: what it is, a PIN, a passphrase where one is wanted or needed, and the recovery key at the end. */
export function SetUpDialog({ onClose }: { readonly onClose: () => void }) {
  const { store, api } = useLatchkey();
  const device = useWindowState((state) => state.device);
  const [state, send] = useReducer(nextSetUp, startSetUp(device));
  // Chosen by hand, or because there is no keychain.
  const [wantsPassphrase, setWantsPassphrase] = useState(false);
  // Known beforehand; otherwise the answer says so.
  const hasNoKeychain = device?.state === 'absent' && device.problem !== undefined;
  const chosen = useRef<{ pin: string; passphrase: string | null }>({ pin: '', passphrase: null });
  const form = useId();
  const open = useRef(true);

  useEffect(() => {
    open.current = true;
    return () => {
      open.current = false;
      chosen.current = { pin: '', passphrase: null };
    };
  }, []);
  useEffect(() => send({ type: 'device', device }), [device]);

  const setUp = async (): Promise<void> => {
    const { pin, passphrase } = chosen.current;
    const result = await callForValue(api, 'setUpDevice', pin, passphrase);
    if (open.current) send({ type: 'answered', result });
  };
  const leave = (): void => {
    if (nothingHappened(state) && state.name !== 'intro')
      notify(store, { intent: 'info', text: w.nothingHappened });
    onClose();
  };
  const kept = useCallback((): void => {
    notify(store, { intent: 'success', text: w.done });
    onClose();
  }, [store, onClose]);

  if (state.name === 'recovery-key')
    return (
      <RecoveryKeyDialog
        recoveryKey={state.recoveryKey}
        replaces={false}
        onKept={kept}
        onLeave={() => {
          notify(store, { intent: 'warning', text: w.doneWithoutKey });
          onClose();
        }}
      />
    );

  const { title, text } = textOf(state);
  const steps = wantsPassphrase ? 3 : 2;
  return (
    <TaskDialog
      testId={testIds.setUp}
      state={state.name}
      title={title}
      say={`${title}. ${text}`}
      // What has begun is finished: the answer holds the recovery key.
      onDismiss={state.name === 'working' ? undefined : leave}
      actions={
        <Actions
          state={state}
          form={form}
          onNext={() => send({ type: 'next' })}
          onBack={() => send({ type: 'back' })}
          onUsePassphrase={() => {
            setWantsPassphrase(true);
            send({ type: 'use-passphrase' });
          }}
          onAgain={() => {
            send({ type: 'again' });
            void setUp();
          }}
          onClose={leave}
        />
      }
    >
      {state.name === 'pin' && <p className={styles['step']}>{w.step(1, steps)}</p>}
      {state.name === 'passphrase' && <p className={styles['step']}>{w.step(2, steps)}</p>}
      <p>
        <bdi>{text}</bdi>
      </p>
      {state.name === 'intro' && (
        <SetUpIntro passphrase={wantsPassphrase} onPassphrase={setWantsPassphrase} />
      )}
      {state.name === 'pin' && (
        <PinStep
          id={form}
          problem={state.problem}
          onChosen={(pin) => {
            const sealing = wantsPassphrase ? 'passphrase' : hasNoKeychain ? 'no-keychain' : 'keychain';
            chosen.current = { pin, passphrase: null };
            send({ type: 'pin-chosen', sealing });
            if (sealing === 'keychain') void setUp();
          }}
        />
      )}
      {state.name === 'no-keychain' && <PassphraseMeans className={styles['points']} />}
      {state.name === 'passphrase' && (
        <PassphraseStep
          id={form}
          problem={state.problem}
          onChosen={(passphrase) => {
            chosen.current.passphrase = passphrase;
            send({ type: 'passphrase-chosen' });
            void setUp();
          }}
        />
      )}
      {state.name === 'working' && (
        <Spinner className={styles['sending'] ?? ''} size="tiny" label={w.working} />
      )}
      {state.name === 'failed' && <p>{w.nothingHappened}</p>}
    </TaskDialog>
  );
}

function textOf(state: SetUpState): { readonly title: string; readonly text: string } {
  switch (state.name) {
    case 'intro':
      return { title: w.introTitle, text: w.introText };
    case 'pin':
      return { title: w.pinTitle, text: w.pinText };
    case 'no-keychain':
      return { title: w.noKeychainTitle, text: w.noKeychainText };
    case 'passphrase':
      return { title: w.passphraseTitle, text: w.passphraseText };
    case 'working':
    case 'recovery-key':
    case 'done':
      return { title: w.workingTitle, text: w.workingText };
    case 'already':
      return { title: w.alreadyTitle, text: w.alreadyText };
    case 'failed':
      return { title: w.failedTitle, text: safeText(state.problem.message, 400).text };
  }
}

function Actions(props: {
  readonly state: SetUpState;
  readonly form: string;
  readonly onNext: () => void;
  readonly onBack: () => void;
  readonly onUsePassphrase: () => void;
  readonly onAgain: () => void;
  readonly onClose: () => void;
}) {
  const { state } = props;
  const cancel = (
    <Button data-testid={testIds.setUpCancel} onClick={props.onClose}>
      {words.common.cancel}
    </Button>
  );
  const back = (
    <Button data-testid={testIds.setUpBack} onClick={props.onBack}>
      {words.common.back}
    </Button>
  );
  switch (state.name) {
    case 'intro':
      return (
        <>
          <Button
            // Another element than the one of the next state, which would submit with the same click.
            key={state.name}
            appearance="primary"
            data-testid={testIds.setUpNext}
            onClick={props.onNext}
            {...AUTOFOCUS}
          >
            {words.common.next}
          </Button>
          {cancel}
        </>
      );
    case 'pin':
    case 'passphrase':
      return (
        <>
          <Button
            key={state.name}
            appearance="primary"
            type="submit"
            form={props.form}
            data-testid={testIds.setUpNext}
          >
            {words.common.next}
          </Button>
          {back}
          {cancel}
        </>
      );
    case 'no-keychain':
      return (
        <>
          <Button
            key={state.name}
            appearance="primary"
            data-testid={testIds.setUpUsePassphrase}
            onClick={props.onUsePassphrase}
            {...AUTOFOCUS}
          >
            {w.usePassphrase}
          </Button>
          <Button data-testid={testIds.setUpAgain} onClick={props.onAgain}>
            {words.common.tryAgain}
          </Button>
          {cancel}
        </>
      );
    case 'failed':
      return (
        <>
          <Button
            key={state.name}
            appearance="primary"
            data-testid={testIds.setUpAgain}
            onClick={props.onAgain}
            {...AUTOFOCUS}
          >
            {words.common.tryAgain}
          </Button>
          {isKeychainTrouble(state.problem.code) && (
            <Button data-testid={testIds.setUpUsePassphrase} onClick={props.onUsePassphrase}>
              {w.usePassphrase}
            </Button>
          )}
          <Button data-testid={testIds.setUpCancel} onClick={props.onClose}>
            {words.common.close}
          </Button>
        </>
      );
    case 'already':
      return (
        <Button data-testid={testIds.setUpCancel} onClick={props.onClose} {...AUTOFOCUS}>
          {words.common.close}
        </Button>
      );
    case 'working':
    case 'recovery-key':
    case 'done':
      return null;
  }
}

function isKeychainTrouble(code: string): boolean {
  return code === 'keychain-failed' || code === 'keychain-locked' || code === 'keychain-timed-out';
}
