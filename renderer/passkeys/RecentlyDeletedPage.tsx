import { useState } from 'react';
import { Delete28Regular } from '@fluentui/react-icons/headless/svg/delete';
import type { DeletedPasskeyView } from '../../preload/device-contract';
import { EmptyState } from '../app/EmptyState';
import { PageTitle } from '../app/PageTitle';
import { Button } from '../controls/Button';
import { safeText } from '../display/safe-text';
import { words } from '../messages/en';
import { callFor } from '../store/call';
import { useLatchkey, useWindowState } from '../store/context';
import { notify } from '../store/window-store';
import { testIds } from '../test-ids';
import { DeletedList } from './DeletedList';
import { accountName, siteName } from './names';
import styles from './PasskeysPage.module.css';

const w = words.device.deleted;

/** What was deleted from this device and can still be had back. */
export function RecentlyDeletedPage() {
  const { store, api } = useLatchkey();
  const deleted = useWindowState((state) => state.deleted);
  const isOpen = useWindowState((state) => state.device?.state === 'open');
  const [restoring, setRestoring] = useState<string | null>(null);

  const goToPasskeys = (): void => store.setState({ page: 'passkeys' });
  const restore = async (passkey: DeletedPasskeyView): Promise<void> => {
    if (restoring !== null) return;
    setRestoring(passkey.id);
    const result = await callFor(api, 'restorePasskeys', [passkey.id]);
    setRestoring(null);
    notify(
      store,
      result.ok
        ? { intent: 'success', text: w.restored(siteName(passkey), accountName(passkey)) }
        : { intent: 'error', text: safeText(result.problem.message, 400).text },
    );
  };

  return (
    <section data-testid={testIds.deletedPage} className={styles['page']}>
      <PageTitle
        title={w.title}
        underAccounts
        parent={{ title: words.common.pages.passkeys, go: goToPasskeys }}
      />
      <p className={styles['explanation']}>{w.explanation}</p>
      {isOpen && deleted.length > 0 ? (
        <>
          <div className={styles['deletedHead']}>
            <span className={styles['count']} data-testid={testIds.deletedCount}>
              {w.count(deleted.length)}
            </span>
            <Button
              size="small"
              data-testid={testIds.deletedEmpty}
              onClick={() =>
                store.setState({ dialog: { kind: 'purge', passkeys: deleted, all: true }, notice: null })
              }
            >
              {w.empty}
            </Button>
          </div>
          <DeletedList
            deleted={deleted}
            onRestore={(passkey) => void restore(passkey)}
            onPurge={(passkey) =>
              store.setState({ dialog: { kind: 'purge', passkeys: [passkey], all: false }, notice: null })
            }
          />
        </>
      ) : (
        <EmptyState
          testId={testIds.deletedNothing}
          kind={isOpen ? 'nothing' : 'closed'}
          title={isOpen ? w.emptyTitle : w.closedTitle}
          text={isOpen ? w.emptyText : w.closedText}
          icon={<Delete28Regular />}
          action={
            <Button data-testid={testIds.deletedGo} onClick={goToPasskeys}>
              {w.goToPasskeys}
            </Button>
          }
        />
      )}
    </section>
  );
}
