import type { ComponentProps, ReactNode } from 'react';
import styles from './Button.module.css';

interface ButtonProps extends ComponentProps<'button'> {
  readonly appearance?: 'secondary' | 'primary' | 'subtle' | 'transparent';
  readonly size?: 'medium' | 'small';
  readonly icon?: ReactNode;
  /** Does nothing, but keeps the focus and is heard: for a while that ends by itself. */
  readonly disabledFocusable?: boolean;
}

/** Looks as Fluent's, beside which it stands in dialogs. An icon without children needs an `aria-label`. */
export function Button({
  appearance = 'secondary',
  size = 'medium',
  icon,
  disabledFocusable = false,
  className = '',
  children,
  onClick,
  ...rest
}: ButtonProps) {
  const classes = [styles['button'], styles[appearance], styles[size], className];
  if (icon !== undefined) classes.push(styles[children === undefined ? 'iconOnly' : 'withIcon']);
  return (
    <button
      type="button"
      {...rest}
      {...(disabledFocusable && { 'aria-disabled': true })}
      className={classes.join(' ')}
      onClick={disabledFocusable ? (event) => event.preventDefault() : onClick}
    >
      {icon !== undefined && <span className={styles['icon']}>{icon}</span>}
      {children}
    </button>
  );
}
