import type { ReactNode } from 'react';
import { Info20Regular } from '@fluentui/react-icons/headless/svg/info';
import { LockClosed20Regular } from '@fluentui/react-icons/headless/svg/lock-closed';
import { UsbStick20Regular } from '@fluentui/react-icons/headless/svg/usb-stick';
import { Warning20Regular } from '@fluentui/react-icons/headless/svg/warning';
import type { KeyView } from '../../preload/contract';
import { PermissionHelp } from '../advanced-options/PermissionHelp';
import { Button } from '../controls/Button';
import { ProgressBar } from '../controls/ProgressBar';
import { safeText } from '../display/safe-text';
import { SimulatedBadge } from '../display/SimulatedBadge';
import { words } from '../messages/en';
import { callFor } from '../store/call';
import { useLatchkey } from '../store/context';
import type { PinPurpose } from '../store/state';
import { testIds } from '../test-ids';
import type { KeyCardKind } from './page-state';
import styles from './KeyCard.module.css';

const w = words.passkeys.card;

interface CardProps {
  readonly view: KeyView;
  readonly kind: KeyCardKind;
}

/** What a key needs, in words, with the button that leads on. */
export function KeyCard({ view, kind }: CardProps) {
  const { title, text } = textOf(view, kind);
  return (
    <section
      className={styles['card']}
      data-testid={testIds.keyCard}
      data-key-id={view.id}
      data-kind={kind}
      aria-label={title}
    >
      <div className={styles['icon']} aria-hidden="true">
        {iconOf(kind)}
      </div>
      <div className={styles['words']}>
        <h2 className={styles['title']}>
          <bdi className={styles['titleText']}>{title}</bdi>
          {view.simulated && <SimulatedBadge />}
        </h2>
        {text !== '' && (
          <p className={styles['text']}>
            <bdi>{text}</bdi>
          </p>
        )}
        {kind === 'listing' && <Progress view={view} />}
        {kind === 'no-permission' && <PermissionHelp />}
      </div>
      <div className={styles['actions']}>
        <CardActions view={view} kind={kind} />
      </div>
    </section>
  );
}

function textOf(view: KeyView, kind: KeyCardKind): { readonly title: string; readonly text: string } {
  const name = safeText(view.name, 60).text;
  switch (kind) {
    case 'opening':
      return { title: w.openingTitle(name), text: w.openingText };
    case 'no-permission':
    case 'problem':
      return { title: w.problemTitle(name), text: safeText(view.problem?.message ?? '', 400).text };
    case 'reinsert':
      return { title: w.lockedTitle(name), text: w.reinsertText };
    case 'blocked':
      return { title: w.lockedTitle(name), text: w.blockedText };
    case 'change-pin':
      return { title: w.lockedTitle(name), text: w.changeText };
    case 'locked':
      return {
        title: w.lockedTitle(name),
        text: view.builtInUv === 'ready' ? w.lockedFingerText : w.lockedText,
      };
    case 'listing':
      return { title: w.listingTitle(name), text: '' };
    case 'cannot-list':
      return {
        title: w.cannotTitle(name),
        text: w.cannot[view.cannotList ?? 'no-discoverable-credentials'],
      };
    case 'cut':
      return { title: name, text: w.cutAt(name, view.listCutAt ?? 0) };
    case 'few-slots':
      return { title: name, text: w.fewSlots(view.slots.free ?? 0) };
  }
}

function iconOf(kind: KeyCardKind): ReactNode {
  switch (kind) {
    case 'locked':
    case 'change-pin':
      return <LockClosed20Regular />;
    case 'cannot-list':
      return <Info20Regular />;
    case 'opening':
    case 'listing':
      return <UsbStick20Regular />;
    case 'no-permission':
    case 'problem':
    case 'reinsert':
    case 'blocked':
    case 'cut':
    case 'few-slots':
      return <Warning20Regular />;
  }
}

function Progress({ view }: { readonly view: KeyView }) {
  const { progress } = view;
  const total = progress?.total;
  const text = progress === undefined ? w.listingStart : w.listingText(progress.done, total);
  return (
    <div className={styles['progress']} data-testid={testIds.keyCardProgress}>
      <p className={styles['text']}>{text}</p>
      {progress !== undefined && total !== undefined && total > 0 ? (
        <ProgressBar
          value={Math.min(1, progress.done / total)}
          label={w.listingTitle(safeText(view.name, 60).text)}
        />
      ) : (
        <ProgressBar label={w.listingTitle(safeText(view.name, 60).text)} />
      )}
    </div>
  );
}

function CardActions({ view, kind }: CardProps) {
  const { store, api } = useLatchkey();
  const openPin = (purpose: PinPurpose): void =>
    store.setState({ dialog: { kind: 'pin', purpose, keyId: view.id }, notice: null });
  const about = (
    <Button data-testid={testIds.keyCardAbout} onClick={() => store.setState({ page: 'security-keys' })}>
      {w.aboutKey}
    </Button>
  );
  switch (kind) {
    case 'locked':
      return (
        <Button appearance="primary" data-testid={testIds.keyCardUnlock} onClick={() => openPin('unlock')}>
          {w.unlock}
        </Button>
      );
    case 'reinsert':
      return (
        <Button data-testid={testIds.keyCardUnlock} onClick={() => openPin('unlock')}>
          {w.unlock}
        </Button>
      );
    case 'change-pin':
      return (
        <Button appearance="primary" data-testid={testIds.keyCardChangePin} onClick={() => openPin('change')}>
          {w.changePin}
        </Button>
      );
    case 'blocked':
      return view.canReset ? (
        <Button
          data-testid={testIds.keyCardReset}
          onClick={() => store.setState({ dialog: { kind: 'reset', keyId: view.id }, notice: null })}
        >
          {w.reset}
        </Button>
      ) : (
        about
      );
    case 'listing':
      return (
        <Button data-testid={testIds.keyCardStop} onClick={() => void callFor(api, 'cancel', view.id)}>
          {w.stop}
        </Button>
      );
    case 'cannot-list':
      return view.cannotList === 'no-pin' ? (
        <Button appearance="primary" data-testid={testIds.keyCardSetPin} onClick={() => openPin('set')}>
          {w.setPin}
        </Button>
      ) : (
        about
      );
    case 'problem':
    case 'no-permission':
      return (
        <Button data-testid={testIds.keyCardRetry} onClick={() => void callFor(api, 'refresh', view.id)}>
          {words.common.tryAgain}
        </Button>
      );
    case 'cut':
    case 'few-slots':
      return about;
    case 'opening':
      return null;
  }
}
