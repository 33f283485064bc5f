import { useId } from 'react';
import { GlobeDesktop24Regular } from '@fluentui/react-icons/headless/svg/globe-desktop';
import type { BrowserStatus } from '../../preload/browsers-contract';
import { Button } from '../controls/Button';
import { CopyButton } from '../display/CopyButton';
import { SafeText } from '../display/SafeText';
import { words } from '../messages/en';
import { callFor } from '../store/call';
import { useLatchkey, useWindowState } from '../store/context';
import { testIds } from '../test-ids';
import { browserCard, cardAction, type BrowserCard as Card } from './card-state';
import { hintsFor, LONGEST_PATH, stateText } from './card-words';
import { LoadExtension } from './LoadExtension';
import { loadBrowsers } from './load-browsers';
import { useRun } from './use-run';
import styles from './Browsers.module.css';

const w = words.browsers;

/** One browser: what it is to Latchkey, and what can be done about that. */
export function BrowserCard({ browser }: { readonly browser: BrowserStatus }) {
  const connections = useWindowState((state) => state.browsers?.links.connections);
  const card = browserCard(browser, connections ?? []);
  const title = useId();
  const state = useId();
  return (
    <article
      className={styles['card']}
      aria-labelledby={title}
      data-testid={testIds.browser}
      data-browser={browser.id}
      data-state={card.state}
    >
      <div className={styles['head']}>
        <GlobeDesktop24Regular className={styles['icon'] ?? ''} aria-hidden="true" />
        <div className={styles['names']}>
          <h3 id={title}>{browser.name}</h3>
          <p id={state} className={styles['state']} data-testid={testIds.browserState}>
            {stateText(browser, card)}
          </p>
        </div>
        <Action browser={browser} card={card} describedBy={state} />
      </div>
      <Hints browser={browser} card={card} />
      {card.state !== 'confined' && card.state !== 'absent' && <Places browser={browser} />}
      {(browser.manifest.is === 'ours' || card.links.length > 0) && (
        <LoadExtension
          browser={browser}
          startsOpen={card.state === 'waiting' || card.state === 'older-extension'}
        />
      )}
    </article>
  );
}

function Action(props: {
  readonly browser: BrowserStatus;
  readonly card: Card;
  readonly describedBy: string;
}) {
  const { browser, card } = props;
  const { store, api } = useLatchkey();
  const { busy, run } = useRun();
  const action = cardAction(browser, card);
  if (action === 'none') return null;

  const act = async (): Promise<void> => {
    if (action === 'replace') {
      store.setState({ dialog: { kind: 'replace-manifest', browser }, notice: null });
      return;
    }
    if (action === 'disconnect')
      await run(() => callFor(api, 'disconnectBrowser', browser.id), w.disconnectedNotice(browser.name));
    else if (action !== 'look-again')
      await run(
        () => callFor(api, 'connectBrowser', browser.id, false),
        action === 'connect' && card.links.length === 0
          ? w.connectedNotice(browser.name)
          : w.connectedAgainNotice(browser.name),
      );
    // Also after a failure: what is there may be different from what was shown.
    await loadBrowsers(store, api);
  };

  const label = {
    connect: w.connect,
    'connect-again': w.connectAgain,
    replace: w.connectHere,
    disconnect: w.disconnect,
    'look-again': words.common.tryAgain,
  }[action];
  return (
    <Button
      className={styles['action'] ?? ''}
      appearance={action === 'connect' && card.state !== 'absent' ? 'primary' : 'secondary'}
      disabledFocusable={busy}
      aria-label={w.about(label, browser.name)}
      aria-describedby={props.describedBy}
      data-testid={testIds.browserAction}
      data-action={action}
      onClick={() => void act()}
    >
      {label}
    </Button>
  );
}

function Hints({ browser, card }: { readonly browser: BrowserStatus; readonly card: Card }) {
  const all = useWindowState((state) => state.browsers?.browsers);
  const shared = (all ?? []).filter(({ id }) => browser.sharedWith.includes(id)).map(({ name }) => name);
  const hints = [...hintsFor(browser, card), ...(shared.length > 0 ? [w.shared(shared.join(', '))] : [])];
  if (hints.length === 0) return null;
  return (
    <div className={styles['hints']} data-testid={testIds.browserHint}>
      {hints.map((hint) => (
        <p key={hint}>
          <bdi>{hint}</bdi>
        </p>
      ))}
    </div>
  );
}

/** Where the connection is written down, and which program is meant. */
function Places({ browser }: { readonly browser: BrowserStatus }) {
  return (
    <dl className={styles['places']}>
      {browser.program !== undefined && (
        <div>
          <dt>{w.program}</dt>
          <dd>
            <SafeText text={browser.program} max={LONGEST_PATH} />
          </dd>
        </div>
      )}
      <div>
        <dt>{w.file}</dt>
        <dd className={styles['copied']}>
          <span className={styles['path']} data-testid={testIds.browserFile}>
            <SafeText text={browser.file} max={LONGEST_PATH} />
          </span>
          <CopyButton text={browser.file} what={w.path} testId={testIds.browserCopyFile} />
        </dd>
      </div>
      {browser.registryKey !== undefined && (
        <div>
          <dt>{w.registryKey}</dt>
          <dd className={styles['copied']}>
            <span className={styles['path']}>{browser.registryKey}</span>
            <CopyButton text={browser.registryKey} what={w.key} testId={testIds.browserCopyKey} />
          </dd>
        </div>
      )}
    </dl>
  );
}
