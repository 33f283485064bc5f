import { useState } from 'react';
import { createPortal } from 'react-dom';
import { words } from '../messages/en';
import { groups } from './recovery-machine';
import styles from './RecoverySheet.module.css';

const w = words.deviceDialogs.recoveryKey.paper;

/** The page that is printed: on paper there is nothing else, and on the screen it is not. */
export function RecoverySheet({ recoveryKey }: { readonly recoveryKey: string }) {
  const [today] = useState(() => Date.now());
  return createPortal(
    <div className={styles['sheet']} data-paper="" role="main">
      <h1>{w.title}</h1>
      <p>{w.text}</p>
      <p className={styles['key']}>{groups(recoveryKey).join(' ')}</p>
      <p>{w.keep}</p>
      <p>{w.made(words.common.date(today))}</p>
    </div>,
    document.body,
  );
}
