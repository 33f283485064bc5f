import { useEffect, useRef } from 'react';
import { Button } from '../controls/Button';
import { Spinner } from '../controls/Spinner';
import { words } from '../messages/en';
import { PasskeysPage } from '../passkeys/PasskeysPage';
import { callFor } from '../store/call';
import { useLatchkey, useWindowState } from '../store/context';
import type { Page } from '../store/state';
import { testIds } from '../test-ids';
import { Announcer } from './Announcer';
import { DialogHost } from './DialogHost';
import { EmptyState } from './EmptyState';
import { focusTitle, rescueFocus, trackFocus } from './focus';
import { Later, useLaterBehind } from './Later';
import { Navigation } from './Navigation';
import { NoticeBar } from './NoticeBar';
import { PageTitle } from './PageTitle';
import styles from './Shell.module.css';

function CurrentPage({ page }: { readonly page: Page }) {
  switch (page) {
    case 'passkeys':
      return <PasskeysPage />;
    case 'security-keys':
      return <Later draw={({ SecurityKeysPage }) => <SecurityKeysPage />} />;
    case 'recently-deleted':
      return <Later draw={({ RecentlyDeletedPage }) => <RecentlyDeletedPage />} />;
    case 'browsers':
      return <Later draw={({ BrowsersPage }) => <BrowsersPage />} />;
    case 'advanced-options':
      return <Later draw={({ AdvancedOptionsPage }) => <AdvancedOptionsPage />} />;
  }
}

/** The frame of the window: navigation, the page, what floats above it. */
export function Shell() {
  const page = useWindowState((state) => state.page);
  const connection = useWindowState((state) => state.connection);
  // Nothing is about to change by itself: what a picture of the window waits for.
  const settled = useWindowState(
    (state) =>
      state.connection === 'ready' &&
      state.device?.state !== 'closed' &&
      !state.keys.some((key) => key.state === 'opening' || key.passkeys === 'listing'),
  );
  const { api, reconnect, store } = useLatchkey();
  const shell = useRef<HTMLDivElement>(null);
  useLaterBehind(settled);

  useEffect(() => (shell.current === null ? undefined : trackFocus(shell.current)), []);

  useEffect(() => {
    if (!settled) return undefined;
    // Behind the frame that shows it.
    const frame = requestAnimationFrame(() => setTimeout(() => void callFor(api, 'settled')));
    return () => cancelAnimationFrame(frame);
  }, [api, settled]);

  useEffect(
    () =>
      store.subscribe((now, before) => {
        if (now.page !== before.page) requestAnimationFrame(focusTitle);
        const same =
          now.keys === before.keys &&
          now.passkeys === before.passkeys &&
          now.device === before.device &&
          now.deleted === before.deleted &&
          now.browsers === before.browsers;
        if (now.dialog === null && !same) requestAnimationFrame(rescueFocus);
      }),
    [store],
  );

  return (
    <div
      ref={shell}
      className={styles['shell']}
      data-testid={testIds.shell}
      data-connection={connection}
      data-settled={settled ? '' : undefined}
    >
      <Navigation />
      <main className={styles['main']} id="page" key={page}>
        <div className={styles['page']}>
          {connection === 'ready' && <CurrentPage page={page} />}
          {connection === 'connecting' && (
            <div className={styles['connecting']}>
              <Spinner label={words.common.loading} late />
            </div>
          )}
          {connection === 'failed' && (
            <>
              <PageTitle title={words.common.appName} />
              <EmptyState
                testId={testIds.connectionFailed}
                title={words.common.failedTitle}
                text={words.common.failedText}
                action={
                  <Button appearance="primary" data-testid={testIds.connectionRetry} onClick={reconnect}>
                    {words.common.tryAgain}
                  </Button>
                }
              />
            </>
          )}
        </div>
      </main>
      <NoticeBar />
      <DialogHost />
      <Announcer />
    </div>
  );
}
