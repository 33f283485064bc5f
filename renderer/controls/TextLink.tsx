import type { ReactNode } from 'react';
import styles from './TextLink.module.css';

/** Leads out of the window. A button, since the page itself can go nowhere. */
export function TextLink(props: {
  readonly children: ReactNode;
  readonly onClick: () => void;
  /** Within a sentence, where its colour alone would not show it. */
  readonly inline?: boolean;
  readonly testId?: string;
}) {
  return (
    <button
      type="button"
      className={`${styles['link']} ${props.inline === true ? styles['inline'] : ''}`}
      data-testid={props.testId}
      onClick={props.onClick}
    >
      {props.children}
    </button>
  );
}
