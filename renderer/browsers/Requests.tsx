import { useId } from 'react';
import { Switch } from '@fluentui/react-components';
import type { LoggedRequest } from '../../preload/browsers-contract';
import { FOCUS_FALLBACK } from '../app/focus';
import { Button } from '../controls/Button';
import { SafeText } from '../display/SafeText';
import { isBlank } from '../display/safe-text';
import { words } from '../messages/en';
import { callFor } from '../store/call';
import { useLatchkey } from '../store/context';
import { testIds } from '../test-ids';
import { useRun } from './use-run';
import styles from './Browsers.module.css';

const w = words.browsers.requests;
/** As many as are kept. */
const MOST_SHOWN = 200;

/** What sites asked for lately, and what came of it. */
export function Requests(props: {
  readonly requests: readonly LoggedRequest[];
  readonly isLogging: boolean;
}) {
  const { requests, isLogging } = props;
  const { store, api } = useLatchkey();
  const { busy, run } = useRun();
  const keep = useId();
  return (
    <section className={styles['section']} data-testid={testIds.requests}>
      <h2>{w.title}</h2>
      <p className={styles['text']}>{w.text}</p>
      <div className={styles['toolbar']}>
        <span id={keep}>{w.keep}</span>
        <Switch
          checked={isLogging}
          label={isLogging ? w.on : w.off}
          aria-labelledby={keep}
          data-testid={testIds.requestsKeep}
          onChange={(_event, data) => {
            if (!busy) void run(() => callFor(api, 'setRequestLog', data.checked));
          }}
          {...{ [FOCUS_FALLBACK]: '3' }}
        />
        <Button
          className={styles['action'] ?? ''}
          disabledFocusable={requests.length === 0}
          data-testid={testIds.requestsEmpty}
          onClick={() =>
            store.setState({ dialog: { kind: 'empty-requests', count: requests.length }, notice: null })
          }
        >
          {w.empty}
        </Button>
      </div>
      {requests.length === 0 ? (
        <p className={styles['text']} data-testid={testIds.requestsNone}>
          {isLogging ? w.none : w.noneOff}
        </p>
      ) : (
        <ul className={styles['rows']} aria-label={w.list}>
          {requests.slice(0, MOST_SHOWN).map((request) => (
            <Request key={request.id} request={request} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Request({ request }: { readonly request: LoggedRequest }) {
  const { site, kind, result, browser, when } = request;
  return (
    <li className={styles['request']} data-testid={testIds.request} data-result={result}>
      <div className={styles['names']}>
        <div className={styles['name']}>
          <SafeText text={site} max={253} blank={w.unknownSite} />
        </div>
        <div className={styles['second']}>
          {w.kinds[kind]}
          {!isBlank(browser) && (
            <>
              {' · '}
              <SafeText text={browser} max={60} />
            </>
          )}
        </div>
      </div>
      <div className={styles['result']}>
        <div>{w.results[result]}</div>
        <div className={styles['second']}>{words.common.dateAndTime(when)}</div>
      </div>
    </li>
  );
}
