import type { ComponentProps } from 'react';
import { ChevronDown20Regular } from '@fluentui/react-icons/headless/svg/chevron-down';
import styles from './Box.module.css';

/** The list of the system, whose box looks as Fluent's. */
export function Select({
  className = '',
  onChange,
  ...rest
}: Omit<ComponentProps<'select'>, 'onChange'> & { readonly onChange: (value: string) => void }) {
  return (
    <span className={`${styles['box']} ${styles['select']} ${className}`}>
      <select {...rest} onChange={(event) => onChange(event.target.value)} />
      <ChevronDown20Regular className={styles['chevron'] ?? ''} aria-hidden="true" />
    </span>
  );
}
