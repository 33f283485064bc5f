import type { ReactNode } from 'react';
import styles from './EmptyState.module.css';

/** A page or list with nothing in it: what that means, and what to do next. */
export function EmptyState(props: {
  readonly title: string;
  readonly text: string;
  readonly icon?: ReactNode;
  readonly action?: ReactNode;
  readonly testId: string;
  readonly kind?: string;
}) {
  return (
    <div className={styles['empty']} data-testid={props.testId} data-kind={props.kind}>
      {props.icon !== undefined && (
        <div className={styles['icon']} aria-hidden="true">
          {props.icon}
        </div>
      )}
      <h2 className={styles['title']}>
        <bdi>{props.title}</bdi>
      </h2>
      <p className={styles['text']}>
        <bdi>{props.text}</bdi>
      </p>
      {props.action}
    </div>
  );
}
