import { useEffect, useRef } from 'react';
import { Later } from '../app/Later';
import { PageTitle } from '../app/PageTitle';
import { TextLink } from '../controls/TextLink';
import { safeText } from '../display/safe-text';
import { words } from '../messages/en';
import { callFor } from '../store/call';
import { useLatchkey, useWindowState } from '../store/context';
import { announce } from '../store/window-store';
import { testIds } from '../test-ids';
import { KeyCards } from './KeyCards';
import { PasskeyList } from './PasskeyList';
import { PasskeysEmpty } from './PasskeysEmpty';
import { PasskeyToolbar } from './PasskeyToolbar';
import { RefreshButton } from './RefreshButton';
import { useShownPasskeys } from './use-shown-passkeys';
import styles from './PasskeysPage.module.css';

/** A screen reader hears how many were found once the typing has stopped. */
const ANNOUNCE_AFTER_MS = 600;

export function PasskeysPage() {
  const { api } = useLatchkey();
  return (
    <section data-testid={testIds.passkeysPage} className={styles['page']}>
      <div className={styles['head']}>
        <PageTitle title={words.common.pages.passkeys} underAccounts />
        <RefreshButton />
      </div>
      <p className={styles['explanation']}>
        {words.passkeys.explanation}{' '}
        <TextLink
          inline
          testId={testIds.passkeysHelp}
          onClick={() => void callFor(api, 'openHelp', 'passkeys')}
        >
          {words.passkeys.learnMore}
        </TextLink>
      </p>
      <KeyCards />
      <OwnNamesNotice />
      <PasskeysSection />
    </section>
  );
}

function OwnNamesNotice() {
  const notice = useWindowState((state) => state.ownNamesNotice);
  if (notice === null) return null;
  return (
    <Later
      draw={({ MessageBar, MessageBarBody }) => (
        <MessageBar
          intent="warning"
          layout="multiline"
          className={styles['notice'] ?? ''}
          role="group"
          data-testid={testIds.ownNamesNotice}
        >
          <MessageBarBody>
            <bdi>{safeText(notice, 400).text}</bdi>
          </MessageBarBody>
        </MessageBar>
      )}
    />
  );
}

/** What changes with every keystroke, and nothing else. */
function PasskeysSection() {
  const { shown, ids, all } = useShownPasskeys();
  const query = useWindowState((state) => state.query);
  const { store } = useLatchkey();
  const search = useRef<HTMLInputElement>(null);
  useFindKey(search);

  useEffect(() => {
    if (query === '') return undefined;
    const timer = setTimeout(
      () => announce(store, words.passkeys.foundAnnouncement(shown.length)),
      ANNOUNCE_AFTER_MS,
    );
    return () => clearTimeout(timer);
  }, [query, shown.length, store]);

  return (
    <>
      {(all > 0 || query !== '') && <PasskeyToolbar searchRef={search} ids={ids} all={all} />}
      {shown.length > 0 ? (
        <PasskeyList shown={shown} ids={ids} />
      ) : (
        <PasskeysEmpty all={all} search={search} />
      )}
    </>
  );
}

/** Ctrl+F (⌘F) goes to the search box, as everywhere. */
function useFindKey(search: { readonly current: HTMLInputElement | null }): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (
        !(event.ctrlKey || event.metaKey) ||
        event.altKey ||
        event.shiftKey ||
        event.key.toLowerCase() !== 'f'
      )
        return;
      if (search.current === null) return;
      event.preventDefault();
      search.current.focus();
      search.current.select();
    };
    document.addEventListener('keydown', pressed);
    return () => document.removeEventListener('keydown', pressed);
  }, [search]);
}
