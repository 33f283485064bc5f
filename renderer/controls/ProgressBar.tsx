import styles from './ProgressBar.module.css';

/** How far something has come. @param value between 0 and 1; without one, only that it goes on */
export function ProgressBar({ value, label }: { readonly value?: number; readonly label: string }) {
  const known = value !== undefined && { 'aria-valuemin': 0, 'aria-valuemax': 1, 'aria-valuenow': value };
  return (
    <div role="progressbar" aria-label={label} className={styles['track']} {...known}>
      {value === undefined ? (
        <div className={styles['passing']} />
      ) : (
        <div className={styles['done']} style={{ width: `${value * 100}%` }} />
      )}
    </div>
  );
}
