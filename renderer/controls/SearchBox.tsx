import type { ComponentProps, RefObject } from 'react';
import { Dismiss20Regular } from '@fluentui/react-icons/headless/svg/dismiss';
import { Search20Regular } from '@fluentui/react-icons/headless/svg/search';
import styles from './Box.module.css';

/** What is searched for, and a cross that takes it away. */
export function SearchBox({
  inputRef,
  className = '',
  value,
  onChange,
  clearLabel,
  ...rest
}: Omit<ComponentProps<'input'>, 'ref' | 'type' | 'onChange'> & {
  readonly inputRef: RefObject<HTMLInputElement | null>;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly clearLabel: string;
}) {
  const clear = (): void => {
    onChange('');
    inputRef.current?.focus();
  };
  return (
    <span className={`${styles['box']} ${styles['search']} ${className}`}>
      <Search20Regular className={styles['mark'] ?? ''} aria-hidden="true" />
      <input
        {...rest}
        ref={inputRef}
        type="search"
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
      {value !== '' && (
        // Escape does the same, so that Tab leads past it to the list.
        <button
          type="button"
          tabIndex={-1}
          className={styles['clear']}
          aria-label={clearLabel}
          onClick={clear}
        >
          <Dismiss20Regular aria-hidden="true" />
        </button>
      )}
    </span>
  );
}
