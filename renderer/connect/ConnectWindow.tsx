import { useEffect, useState } from 'react';
import type { ConnectApi, ConnectView } from '../../preload/connect-contract';
import { followView } from '../app/follow-view';
import { connect as w } from '../messages/en/connect';
import { ConnectDialog } from './ConnectDialog';
import styles from './Connect.module.css';

/** Draws who wants to ask, and tells the main process what the person decides. */
export function ConnectWindow({ api }: { readonly api: ConnectApi }) {
  const [view, setView] = useState<ConnectView | undefined>(undefined);
  const [failed, setFailed] = useState(false);

  useEffect(
    () =>
      followView(api, setView, () => {
        setFailed(true);
      }),
    [api],
  );
  const isDrawn = view !== undefined;
  useEffect(() => {
    // Where nobody hears it, nothing can be decided either.
    if (isDrawn) void api.drawn().catch(() => undefined);
  }, [api, isDrawn]);

  return (
    <main className={styles['window']}>
      {failed && (
        <p role="alert" className={styles['failed']}>
          {w.failed}
        </p>
      )}
      {view !== undefined && (
        <ConnectDialog
          view={view}
          onDecide={(decision) => {
            // Its window is closed before there is an answer.
            void api.decide(decision);
          }}
        />
      )}
    </main>
  );
}
