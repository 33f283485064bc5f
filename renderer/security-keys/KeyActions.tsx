import { useState } from 'react';
import { ArrowSync20Regular } from '@fluentui/react-icons/headless/svg/arrow-sync';
import { LockClosed20Regular } from '@fluentui/react-icons/headless/svg/lock-closed';
import { LockOpen20Regular } from '@fluentui/react-icons/headless/svg/lock-open';
import type { KeyView } from '../../preload/contract';
import { Button } from '../controls/Button';
import { safeText } from '../display/safe-text';
import { words } from '../messages/en';
import { callFor } from '../store/call';
import { useLatchkey } from '../store/context';
import type { PinPurpose } from '../store/state';
import { announce, notify } from '../store/window-store';
import { testIds } from '../test-ids';
import styles from './KeyActions.module.css';

const w = words.keys;

/** What can be done with a key now. What cannot be done is not offered. */
export function KeyActions({ view }: { readonly view: KeyView }) {
  const { store, api } = useLatchkey();
  const [busy, setBusy] = useState(false);
  const name = safeText(view.name, 60).text;
  const openPin = (purpose: PinPurpose): void =>
    store.setState({ dialog: { kind: 'pin', purpose, keyId: view.id }, notice: null });

  const run = async (call: 'lock' | 'refresh' | 'cancel', done: string): Promise<void> => {
    setBusy(true);
    const result = await callFor(api, call, view.id);
    setBusy(false);
    if (result.ok) announce(store, done);
    else notify(store, { intent: 'error', text: safeText(result.problem.message, 400).text });
  };

  const ready = view.state === 'ready';
  const { pin } = view;
  const blocked = pin.blocked === 'for-good';
  return (
    <div className={styles['actions']} role="group" aria-label={w.actions.label(name)}>
      {ready && view.passkeys === 'locked' && pin.set && !blocked && (
        <Button
          appearance={pin.changeRequired ? 'secondary' : 'primary'}
          icon={<LockOpen20Regular />}
          data-testid={testIds.keyUnlock}
          onClick={() => openPin('unlock')}
        >
          {w.actions.unlock}
        </Button>
      )}
      {ready && view.passkeys === 'unlocked' && (
        <Button
          icon={<LockClosed20Regular />}
          disabled={busy}
          data-testid={testIds.keyLock}
          onClick={() => void run('lock', w.locked(name))}
        >
          {w.actions.lock}
        </Button>
      )}
      {view.passkeys === 'listing' && (
        <Button data-testid={testIds.keyStop} onClick={() => void callFor(api, 'cancel', view.id)}>
          {w.actions.stop}
        </Button>
      )}
      {ready && pin.supported && !pin.set && (
        <Button appearance="primary" data-testid={testIds.keySetPin} onClick={() => openPin('set')}>
          {w.actions.setPin}
        </Button>
      )}
      {ready && pin.set && !blocked && (
        <Button
          appearance={pin.changeRequired ? 'primary' : 'secondary'}
          data-testid={testIds.keyChangePin}
          onClick={() => openPin('change')}
        >
          {w.actions.changePin}
        </Button>
      )}
      <Button
        icon={<ArrowSync20Regular />}
        disabled={busy || view.state === 'opening'}
        data-testid={testIds.keyRefresh}
        onClick={() => void run('refresh', w.refreshed(name))}
      >
        {w.actions.refresh}
      </Button>
      {ready && view.canReset && (
        <Button
          appearance={blocked ? 'primary' : 'secondary'}
          data-testid={testIds.keyReset}
          onClick={() => store.setState({ dialog: { kind: 'reset', keyId: view.id }, notice: null })}
        >
          {w.actions.reset}
        </Button>
      )}
    </div>
  );
}
