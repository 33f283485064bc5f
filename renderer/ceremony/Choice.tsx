import type { ReactNode } from 'react';
import { ChevronRight20Regular } from '@fluentui/react-icons/headless/svg/chevron-right';
import type { ActName } from '../../preload/ceremony-contract';
import styles from './Ceremony.module.css';

/** One of several to choose from: a button where it can be chosen, plain words where not. */
export function Choice(props: {
  readonly icon: ReactNode;
  readonly testId: string;
  readonly id: string;
  readonly act: ActName;
  /** Left out where it cannot be chosen. */
  readonly onChoose?: () => void;
  /** Shown as what was chosen already. */
  readonly chosen?: boolean;
  readonly 'data-autofocus'?: '';
  readonly children: ReactNode;
}) {
  const inside = (
    <>
      <span className={styles['choiceIcon']} aria-hidden="true">
        {props.icon}
      </span>
      <span className={styles['choiceWords']}>{props.children}</span>
    </>
  );
  const marks = { 'data-testid': props.testId, 'data-id': props.id };
  if (props.onChoose === undefined)
    return (
      <div className={styles['choice']} data-chosen={props.chosen === true ? '' : undefined} {...marks}>
        {inside}
      </div>
    );
  return (
    <button
      type="button"
      className={styles['choice']}
      data-act={props.act}
      data-autofocus={props['data-autofocus']}
      onClick={props.onChoose}
      {...marks}
    >
      {inside}
      <ChevronRight20Regular className={styles['chevron'] ?? ''} aria-hidden="true" />
    </button>
  );
}
