import { useEffect, useState } from 'react';
import type { CeremonyAct, CeremonyApi, CeremonyEvent } from '../../preload/ceremony-contract';
import { Fluent } from '../app/Fluent';
import { followView } from '../app/follow-view';
import { ceremony as w } from '../messages/en/ceremony';
import { testIds } from '../test-ids';
import { CeremonyDialog } from './CeremonyDialog';
import styles from './Ceremony.module.css';

/** Draws what the main process says, and tells it what the person does. Between ceremonies it is empty. */
export function CeremonyWindow({ api }: { readonly api: CeremonyApi }) {
  const [view, setView] = useState<CeremonyEvent>(null);
  const [failed, setFailed] = useState<string | undefined>(undefined);

  useEffect(
    () =>
      followView(
        api,
        (now) => {
          setView(now);
          setFailed(undefined);
        },
        () => setFailed(w.unreachable),
      ),
    [api],
  );

  const isDrawn = view !== null && view.state.name !== 'waiting' && view.state.name !== 'closed';
  const drawn = isDrawn ? view.id : undefined;
  useEffect(() => {
    // Where nobody hears it, nothing can be done either, and that is said.
    if (drawn !== undefined) void api.drawn(drawn).catch(() => undefined);
  }, [api, drawn]);

  const run = (call: Promise<unknown>): void => {
    call.then(
      () => setFailed(undefined),
      () => setFailed(w.failed),
    );
  };
  const act = (id: string, what: CeremonyAct): void => run(api.act(id, what));

  return (
    <Fluent>
      <main className={styles['window']}>
        {failed !== undefined && (
          <p role="alert" className={styles['failed']} data-testid={testIds.ceremonyFailed}>
            {failed}
          </p>
        )}
        {view !== null && (
          // Nothing of one ceremony is left in the next.
          <CeremonyDialog
            key={view.id}
            view={view}
            onAct={(what) => act(view.id, what)}
            onShowLatchkey={() => run(api.showLatchkey())}
          />
        )}
      </main>
    </Fluent>
  );
}
