import { useEffect, useState, type ReactNode } from 'react';
import { Laptop20Regular } from '@fluentui/react-icons/headless/svg/laptop';
import { LockClosed20Regular } from '@fluentui/react-icons/headless/svg/lock-closed';
import { Warning20Regular } from '@fluentui/react-icons/headless/svg/warning';
import type { DeviceView } from '../../preload/device-contract';
import { Button } from '../controls/Button';
import { safeText } from '../display/safe-text';
import { words } from '../messages/en';
import styles from '../passkeys/KeyCard.module.css';
import { callFor } from '../store/call';
import { useLatchkey, useWindowState } from '../store/context';
import type { DialogRequest } from '../store/state';
import { notify } from '../store/window-store';
import { testIds } from '../test-ids';
import { deviceCard, mayStartAnew, type DeviceCardKind } from './device-card';
import { DEVICE } from './device-id';

const w = words.device.card;

/** Opening takes a blink as a rule; only somebody who waits is told what for. */
const WAITING_AFTER_MS = 500;

/** This device beside the keys: what it needs, or how many passkeys it keeps. */
export function DeviceCard() {
  const device = useWindowState((state) => state.device);
  const kind = device === null ? 'opening' : deviceCard(device);
  const waited = useWaited(kind === 'opening');
  if (device === null || (kind === 'opening' && !waited)) return null;
  return <Card device={device} kind={kind} />;
}

function Card({ device, kind }: { readonly device: DeviceView; readonly kind: DeviceCardKind }) {
  const count = useWindowState((state) => state.passkeys[DEVICE]?.length ?? 0);
  const { title, text } = textOf(device, kind, count);
  return (
    <section
      className={styles['card']}
      data-testid={testIds.deviceCard}
      data-kind={kind}
      aria-label={kind === 'open' ? w.label : title}
    >
      <div className={styles['icon']} aria-hidden="true">
        {iconOf(kind)}
      </div>
      <div className={styles['words']}>
        <h2 className={styles['title']}>{title}</h2>
        <p className={styles['text']}>
          <bdi>{text}</bdi>
        </p>
      </div>
      <div className={styles['actions']}>
        <CardActions device={device} kind={kind} />
      </div>
    </section>
  );
}

function textOf(
  device: DeviceView,
  kind: DeviceCardKind,
  count: number,
): { readonly title: string; readonly text: string } {
  switch (kind) {
    case 'opening':
      return { title: w.closedTitle, text: w.closedText };
    case 'set-up':
      return { title: w.absentTitle, text: w.absentText };
    case 'off':
      return { title: w.offTitle, text: w.offText };
    case 'passphrase':
      return { title: w.passphraseTitle, text: w.passphraseText };
    case 'problem':
      return { title: w.problemTitle, text: safeText(device.problem?.message ?? '', 400).text };
    case 'pin-locked':
      return { title: w.lockedTitle, text: w.lockedText };
    case 'open':
      return { title: w.openTitle, text: device.enabled ? w.openText(count) : w.openOffText(count) };
  }
}

function iconOf(kind: DeviceCardKind): ReactNode {
  switch (kind) {
    case 'opening':
    case 'set-up':
    case 'off':
    case 'open':
      return <Laptop20Regular />;
    case 'passphrase':
      return <LockClosed20Regular />;
    case 'problem':
    case 'pin-locked':
      return <Warning20Regular />;
  }
}

function CardActions({ device, kind }: { readonly device: DeviceView; readonly kind: DeviceCardKind }) {
  const { store, api } = useLatchkey();
  const deleted = useWindowState((state) => state.deleted.length);
  const [trying, setTrying] = useState(false);
  const openDialog = (dialog: DialogRequest): void => store.setState({ dialog, notice: null });
  const tryAgain = async (): Promise<void> => {
    setTrying(true);
    const result = await callFor(api, 'openDevice');
    setTrying(false);
    // What is wrong with the vault stands on the card.
    if (!result.ok && result.problem.code === 'internal')
      notify(store, { intent: 'error', text: safeText(result.problem.message, 400).text });
  };
  switch (kind) {
    case 'set-up':
      return (
        <Button data-testid={testIds.deviceCardSetUp} onClick={() => openDialog({ kind: 'device-set-up' })}>
          {w.setUp}
        </Button>
      );
    case 'off':
      return (
        <Button
          data-testid={testIds.deviceCardOptions}
          onClick={() => store.setState({ page: 'advanced-options' })}
        >
          {w.options}
        </Button>
      );
    case 'passphrase':
      return (
        <Button
          appearance="primary"
          data-testid={testIds.deviceCardPassphrase}
          onClick={() => openDialog({ kind: 'device-task', task: 'passphrase' })}
        >
          {w.enterPassphrase}
        </Button>
      );
    case 'problem':
      return (
        <>
          {device.canRestorePrevious && (
            <Button
              data-testid={testIds.deviceCardRestore}
              onClick={() => openDialog({ kind: 'restore-previous' })}
            >
              {w.restorePrevious}
            </Button>
          )}
          {/* The previous version comes first; Advanced options have both. */}
          {!device.canRestorePrevious && mayStartAnew(device) && (
            <Button
              data-testid={testIds.deviceCardStartAnew}
              onClick={() => openDialog({ kind: 'start-anew' })}
            >
              {w.startAnew}
            </Button>
          )}
          <Button
            disabledFocusable={trying}
            data-testid={testIds.deviceCardRetry}
            onClick={() => void tryAgain()}
          >
            {words.common.tryAgain}
          </Button>
        </>
      );
    case 'pin-locked':
      return (
        <Button
          appearance="primary"
          data-testid={testIds.deviceCardRecover}
          onClick={() => openDialog({ kind: 'device-task', task: 'recover' })}
        >
          {w.useRecoveryKey}
        </Button>
      );
    case 'open':
      return (
        <Button
          data-testid={testIds.deviceCardDeleted}
          onClick={() => store.setState({ page: 'recently-deleted' })}
        >
          {w.recentlyDeleted(deleted)}
        </Button>
      );
    case 'opening':
      return null;
  }
}

function useWaited(waiting: boolean): boolean {
  const [waited, setWaited] = useState(false);
  useEffect(() => {
    if (!waiting) return undefined;
    const timer = setTimeout(() => setWaited(true), WAITING_AFTER_MS);
    return () => {
      clearTimeout(timer);
      setWaited(false);
    };
  }, [waiting]);
  return waited;
}
