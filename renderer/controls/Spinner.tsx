import { useId } from 'react';
import styles from './Spinner.module.css';

/** Something is awaited. */
export function Spinner(props: {
  /** What; without one, it is said beside the spinner. */
  readonly label?: string;
  /** 20, 28 or 32 CSS pixels. */
  readonly size?: 'tiny' | 'small' | 'medium';
  /** Shown only to somebody who waits longer than a blink. */
  readonly late?: boolean;
  readonly className?: string;
}) {
  const { label, size = 'medium', late = false, className = '' } = props;
  const id = useId();
  return (
    <div
      {...(label === undefined ? { 'aria-hidden': true } : { role: 'progressbar', 'aria-labelledby': id })}
      className={`${styles['spinner']} ${styles[size]} ${late ? styles['late'] : ''} ${className}`}
    >
      <span className={styles['ring']} />
      {label !== undefined && <span id={id}>{label}</span>}
    </div>
  );
}
