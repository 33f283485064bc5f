import { useId, useRef, type KeyboardEvent } from 'react';
import type { CeremonyAct, CeremonyView } from '../../preload/ceremony-contract';
import { testIds } from '../test-ids';
import { Account } from './Account';
import { buttonsOf } from './buttons';
import { CeremonyButtons } from './CeremonyButtons';
import { CeremonyState } from './CeremonyState';
import { SiteHeader } from './SiteHeader';
import { StateIcon } from './StateIcon';
import { stateKey } from './state-key';
import { heardOf, textOf, titleOf } from './state-words';
import { useFocusOfState } from './use-focus-of-state';
import { useSaid } from './use-said';
import styles from './Ceremony.module.css';

/** What has Enter for itself. */
const TAKES_ENTER = 'button, a, input, textarea, select';

/** The frame of every state, and the state within it. Draws nothing where there is nothing to be seen. */
export function CeremonyDialog(props: {
  readonly view: CeremonyView;
  readonly onAct: (act: CeremonyAct) => void;
  readonly onShowLatchkey: () => void;
}) {
  const { name } = props.view.state;
  return name === 'waiting' || name === 'closed' ? null : <Frame {...props} />;
}

function Frame(props: {
  readonly view: CeremonyView;
  readonly onAct: (act: CeremonyAct) => void;
  readonly onShowLatchkey: () => void;
}) {
  const { view, onAct } = props;
  const { state } = view;
  const key = stateKey(state);
  const frame = useRef<HTMLDivElement>(null);
  const primary = useRef<HTMLButtonElement>(null);
  const id = useId();
  const buttons = buttonsOf(view);
  const title = titleOf(view);
  const text = textOf(view);
  const isDeaf = view.deaf === true;
  useFocusOfState(frame, key, isDeaf);
  const said = useSaid(key, heardOf(view));

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.nativeEvent.isComposing) return;
    if (event.key === 'Escape' && view.acts.includes('cancel')) {
      event.preventDefault();
      onAct({ act: 'cancel' });
    }
    if (event.key !== 'Enter') return;
    // A key that is held down since the state before decides nothing.
    if (event.repeat) event.preventDefault();
    else if (event.target instanceof Element && event.target.closest(TAKES_ENTER) === null)
      primary.current?.click();
  };

  return (
    <div
      ref={frame}
      role="dialog"
      aria-labelledby={`${id}title`}
      aria-describedby={`${id}site`}
      // A click beside everything leaves the keys to it.
      tabIndex={-1}
      inert={isDeaf}
      className={styles['dialog']}
      data-testid={testIds.ceremony}
      data-state={state.name}
      data-trouble={state.name === 'trouble' ? state.trouble.is : undefined}
      data-kind={view.kind}
      onKeyDown={onKeyDown}
    >
      <SiteHeader id={`${id}site`} view={view} />
      <div className={styles['body']}>
        {view.account !== undefined && <Account names={view.account} />}
        <div className={styles['head']}>
          <StateIcon name={state.name} />
          <h1 id={`${id}title`} className={styles['title']} tabIndex={-1} data-testid={testIds.ceremonyTitle}>
            {title}
          </h1>
        </div>
        {text !== '' && (
          <p className={styles['text']} data-testid={testIds.ceremonyText}>
            {text}
          </p>
        )}
        <CeremonyState key={key} view={view} formId={`${id}form`} onAct={onAct} />
      </div>
      <CeremonyButtons
        key={`buttons ${key}`}
        buttons={buttons}
        primary={primary}
        wait={state.name === 'device-pin' ? (state.wait ?? 0) : 0}
        formId={`${id}form`}
        onAct={onAct}
        onShowLatchkey={props.onShowLatchkey}
      />
      <div role="status" className="only-heard">
        {said}
      </div>
    </div>
  );
}
