import { useEffect, useLayoutEffect, useRef, type KeyboardEvent } from 'react';
import { KeyMultiple20Regular } from '@fluentui/react-icons/headless/svg/key-multiple';
import { Person20Regular } from '@fluentui/react-icons/headless/svg/person';
import type { AutofillEvent } from '../../preload/autofill-contract';
import { Names } from '../ceremony/Account';
import { Unbroken } from '../ceremony/Unbroken';
import { autofill as w } from '../messages/en/autofill';
import { ceremony } from '../messages/en/ceremony';
import { common } from '../messages/en/common';
import { testIds } from '../test-ids';
import styles from './Autofill.module.css';

const { site } = ceremony;

/** The accounts to sign in with, by mouse, and by keyboard when the window has that. */
export function SuggestionList(props: {
  readonly view: NonNullable<AutofillEvent>;
  /** CSS pixels. */
  readonly onDrawn: (height: number) => void;
  readonly onChoose: (account: string) => void;
  readonly onDismiss: () => void;
}) {
  const { view, onDrawn, onChoose, onDismiss } = props;
  const frame = useRef<HTMLElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const drawn = useRef('');
  const { origin, embeddedIn } = view.site;
  const takesKeys = view.wanted && !view.deaf;

  useLayoutEffect(() => {
    if (frame.current === null || drawn.current === view.id) return;
    drawn.current = view.id;
    list.current?.scrollTo(0, 0);
    frame.current.scrollIntoView();
    onDrawn(Math.ceil(frame.current.getBoundingClientRect().height));
  }, [view.id, onDrawn]);

  useEffect(() => {
    if (!takesKeys || list.current?.contains(document.activeElement) === true) return;
    optionsIn(list.current)[0]?.focus();
  }, [takesKeys, view.id]);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') onDismiss();
    const options = optionsIn(list.current);
    const at = options.findIndex((option) => option === document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: Math.max(at - 1, 0), Home: 0, End: options.length - 1 }[
      event.key
    ];
    if (to === undefined) return;
    event.preventDefault();
    options[Math.min(to, options.length - 1)]?.focus();
  };

  return (
    <main
      ref={frame}
      className={styles['frame']}
      inert={view.deaf}
      data-testid={testIds.autofill}
      onKeyDown={onKeyDown}
    >
      <header className={styles['site']}>
        <KeyMultiple20Regular aria-hidden="true" />
        <h1 className={styles['title']}>
          {w.title}{' '}
          <bdi dir="ltr" className={styles['origin']} data-testid={testIds.autofillSite}>
            <Unbroken text={origin} />
          </bdi>
        </h1>
        {embeddedIn !== undefined && (
          <p className={styles['embedded']}>
            <bdi dir="ltr">
              {embeddedIn === '' ? site.embeddedUnknown : <Unbroken text={site.embedded(embeddedIn)} />}
            </bdi>
          </p>
        )}
      </header>
      <div ref={list} role="listbox" aria-label={w.list(origin)} className={styles['list']}>
        {view.accounts.map((account, index) => (
          <button
            key={account.id}
            type="button"
            role="option"
            aria-selected={false}
            tabIndex={index === 0 ? 0 : -1}
            className={styles['account']}
            data-testid={testIds.autofillAccount}
            onClick={() => onChoose(account.id)}
          >
            <Person20Regular className={styles['icon'] ?? ''} aria-hidden="true" />
            <span className={styles['words']}>
              <Names names={account} />
              {account.lastUsed !== undefined && (
                <span className={styles['note']}>{w.lastUsed(common.date(account.lastUsed))}</span>
              )}
            </span>
          </button>
        ))}
      </div>
      <p className={styles['from']}>{w.from}</p>
    </main>
  );
}

function optionsIn(list: HTMLElement | null): readonly HTMLElement[] {
  return [...(list?.querySelectorAll<HTMLElement>('[role="option"]') ?? [])];
}
