import { useEffect } from 'react';
import { Dismiss20Regular } from '@fluentui/react-icons/headless/svg/dismiss';
import { Button } from '../controls/Button';
import { words } from '../messages/en';
import { useLatchkey, useWindowState } from '../store/context';
import { testIds } from '../test-ids';
import { Later } from './Later';
import styles from './NoticeBar.module.css';

const GOOD_NEWS_STAYS_MS = 8000;

/** A message that blocks nothing. Good news goes away by itself; anything else stays until it is dismissed. */
export function NoticeBar() {
  const notice = useWindowState((state) => state.notice);
  const { store } = useLatchkey();

  useEffect(() => {
    if (notice?.intent !== 'success') return undefined;
    const timer = setTimeout(() => {
      if (store.getState().notice === notice) store.setState({ notice: null });
    }, GOOD_NEWS_STAYS_MS);
    return () => clearTimeout(timer);
  }, [notice, store]);

  if (notice === null) return null;
  return (
    <section className={styles['place']} aria-label={words.common.notice}>
      {/* Announced by the Announcer, so the bar itself keeps quiet. */}
      <Later
        draw={({ MessageBar, MessageBarActions, MessageBarBody }) => (
          <MessageBar
            intent={notice.intent}
            layout="multiline"
            className={styles['bar'] ?? ''}
            role="group"
            data-testid={testIds.notice}
            data-intent={notice.intent}
          >
            <MessageBarBody>
              <bdi>{notice.text}</bdi>
            </MessageBarBody>
            <MessageBarActions
              containerAction={
                <Button
                  appearance="transparent"
                  size="small"
                  icon={<Dismiss20Regular />}
                  aria-label={words.common.dismiss}
                  data-testid={testIds.noticeDismiss}
                  onClick={() => store.setState({ notice: null })}
                />
              }
            />
          </MessageBar>
        )}
      />
    </section>
  );
}
