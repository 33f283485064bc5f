import { MessageBar, MessageBarBody } from '@fluentui/react-components';
import type { BrowserLinkView, BrowsersView } from '../../preload/browsers-contract';
import { EmptyState } from '../app/EmptyState';
import { PageTitle } from '../app/PageTitle';
import { Button } from '../controls/Button';
import { Spinner } from '../controls/Spinner';
import { SafeText } from '../display/SafeText';
import { isBlank, safeText } from '../display/safe-text';
import { words } from '../messages/en';
import { useLatchkey, useWindowState } from '../store/context';
import { testIds } from '../test-ids';
import { BrowserCard } from './BrowserCard';
import { isOther } from './card-state';
import { Decisions } from './Decisions';
import { loadBrowsers, useBrowsersLooked } from './load-browsers';
import { Requests } from './Requests';
import { useCardNews } from './use-card-news';
import styles from './Browsers.module.css';

const w = words.browsers;

/** Which browsers there are, which are connected, who may ask, and what was asked. */
export function BrowsersPage() {
  const { store, api } = useLatchkey();
  const view = useWindowState((state) => state.browsers);
  const problem = useWindowState((state) => state.browsersProblem);
  useBrowsersLooked();
  useCardNews();
  return (
    <section data-testid={testIds.browsersPage} className={styles['page']}>
      <PageTitle title={words.common.pages.browsers} underAccounts />
      <p className={styles['explanation']}>{w.explanation}</p>
      {view !== null ? (
        <Known view={view} />
      ) : problem !== null ? (
        <EmptyState
          testId={testIds.browsersFailed}
          title={w.failedTitle}
          text={safeText(problem.message, 400).text}
          action={
            <Button
              appearance="primary"
              data-testid={testIds.browsersAgain}
              onClick={() => void loadBrowsers(store, api)}
            >
              {words.common.tryAgain}
            </Button>
          }
        />
      ) : (
        <Spinner label={w.loading} late />
      )}
    </section>
  );
}

function Known({ view: { browsers, links } }: { readonly view: BrowsersView }) {
  const { connections } = links;
  const here = browsers.filter((browser) => !isOther(browser, connections));
  const others = browsers.filter((browser) => isOther(browser, connections));
  const unknown = connections.filter(({ is }) => is === undefined);
  return (
    <>
      {links.problem !== undefined && (
        <MessageBar
          intent="warning"
          layout="multiline"
          role="group"
          className={styles['notice'] ?? ''}
          data-testid={testIds.browsersProblem}
        >
          <MessageBarBody>
            <bdi>{safeText(links.problem, 400).text}</bdi>
          </MessageBarBody>
        </MessageBar>
      )}
      <h2 className="only-heard">{w.list}</h2>
      {here.length === 0 && <p className={styles['text']}>{w.noneInstalled}</p>}
      <div className={styles['cards']}>
        {here.map((browser) => (
          <BrowserCard key={browser.id} browser={browser} />
        ))}
      </div>
      {others.length > 0 && (
        <details className={styles['others']} data-testid={testIds.browsersOthers}>
          <summary>{w.others(others.length)}</summary>
          <p className={styles['text']}>{w.othersText}</p>
          <div className={styles['cards']}>
            {others.map((browser) => (
              <BrowserCard key={browser.id} browser={browser} />
            ))}
          </div>
        </details>
      )}
      {unknown.length > 0 && <Unknown links={unknown} />}
      <Decisions decisions={links.decisions} />
      <Requests requests={links.requests} isLogging={links.isLogging} />
    </>
  );
}

/** Made of Chromium or Firefox, under a name that Latchkey does not know. */
function Unknown({ links }: { readonly links: readonly BrowserLinkView[] }) {
  return (
    <section className={styles['section']} data-testid={testIds.browsersUnknown}>
      <h2>{w.unknownTitle}</h2>
      <ul className={styles['rows']} aria-label={w.unknownTitle}>
        {links.map((link) => (
          <li key={link.id} className={styles['row']}>
            <div className={styles['names']}>
              <div className={styles['name']}>
                <SafeText text={link.browser} max={60} blank={w.unknownName} />
              </div>
              <div className={styles['second']}>
                <SafeText text={link.program} max={200} />
              </div>
            </div>
            <div className={styles['result']}>{linkText(link)}</div>
          </li>
        ))}
      </ul>
    </section>
  );
}

function linkText({ state, extension }: BrowserLinkView): string {
  const said = w.state[state === 'waiting-for-confirmation' ? 'confirm' : state];
  return isBlank(extension) ? said : `${said} · ${w.extension(safeText(extension, 40).text)}`;
}
