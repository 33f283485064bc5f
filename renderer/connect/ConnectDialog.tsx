import { useEffect, useId, useRef } from 'react';
import { GlobeDesktop24Regular } from '@fluentui/react-icons/headless/svg/globe-desktop';
import type { ConnectDecision, ConnectView } from '../../preload/connect-contract';
import { Button } from '../controls/Button';
import { connect as w } from '../messages/en/connect';
import { testIds } from '../test-ids';
import styles from './Connect.module.css';

/** Who wants to ask, and what can be answered. */
export function ConnectDialog(props: {
  readonly view: ConnectView;
  readonly onDecide: (decision: ConnectDecision) => void;
}) {
  const { view, onDecide } = props;
  const title = useRef<HTMLHeadingElement>(null);
  const id = useId();
  useEffect(() => {
    // Not on a button: whoever types on decides nothing.
    if (!view.deaf) title.current?.focus();
  }, [view.deaf]);
  return (
    <div
      role="dialog"
      aria-labelledby={`${id}title`}
      aria-describedby={`${id}text`}
      className={styles['dialog']}
      inert={view.deaf}
      data-testid={testIds.connect}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onDecide('later');
      }}
    >
      <div className={styles['body']}>
        <div className={styles['head']}>
          <GlobeDesktop24Regular className={styles['icon'] ?? ''} aria-hidden="true" />
          <h1 id={`${id}title`} ref={title} tabIndex={-1} className={styles['title']}>
            {w.title(view.browser)}
          </h1>
        </div>
        <div id={`${id}text`}>
          <p>{w.text}</p>
          <p>{w.everyTime}</p>
        </div>
        <dl className={styles['facts']}>
          <dt>{w.site}</dt>
          <dd>
            <bdi dir="ltr">{view.site}</bdi>
          </dd>
          <dt>{w.program}</dt>
          <dd>
            <bdi dir="ltr">{view.program === '' ? w.unknownProgram : view.program}</bdi>
          </dd>
          <dt>{w.extension}</dt>
          <dd>{view.extension}</dd>
        </dl>
        <p className={styles['hint']}>{w.later}</p>
      </div>
      <footer className={styles['footer']}>
        <Button appearance="primary" data-testid={testIds.connectAllow} onClick={() => onDecide('allowed')}>
          {w.allow}
        </Button>
        <Button data-testid={testIds.connectDeny} onClick={() => onDecide('denied')}>
          {w.deny}
        </Button>
        <Button appearance="subtle" data-testid={testIds.connectLater} onClick={() => onDecide('later')}>
          {w.notNow}
        </Button>
      </footer>
    </div>
  );
}
