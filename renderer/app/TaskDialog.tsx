import { useEffect, useRef, useState, type ReactNode } from 'react';
import {
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
} from '@fluentui/react-components';
import { AUTOFOCUSED } from './autofocus';
import styles from './TaskDialog.module.css';

/**
 * The frame of every dialog. It draws one named state at a time; when the state changes, the focus moves to the
 * control of the new state (the old one is usually gone) and a screen reader hears what the new state says.
 */
export function TaskDialog(props: {
  readonly testId: string;
  readonly state: string;
  readonly title: ReactNode;
  /** Said to screen readers when this state appears after another one. */
  readonly say?: string;
  readonly children: ReactNode;
  readonly actions: ReactNode;
  /** Escape was pressed. Leave out where closing must be a decision. */
  readonly onDismiss?: (() => void) | undefined;
  readonly wide?: boolean;
}) {
  const surface = useRef<HTMLDivElement>(null);
  const shownState = useRef(props.state);
  const [said, setSaid] = useState('');

  useEffect(() => {
    const element = surface.current;
    if (element === null) return undefined;
    const changed = shownState.current !== props.state;
    shownState.current = props.state;
    const frame = requestAnimationFrame(() => {
      const target = element.querySelector<HTMLElement>(AUTOFOCUSED) ?? (changed ? element : null);
      target?.focus();
      if (changed) setSaid(props.say ?? '');
    });
    return () => cancelAnimationFrame(frame);
    // The words may change while a state lasts; only a new state moves the focus.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [props.state]);

  return (
    <Dialog
      open
      modalType="modal"
      onOpenChange={(_event, data) => {
        // A click beside a dialog is more often a slip than a decision.
        if (!data.open && data.type !== 'backdropClick') props.onDismiss?.();
      }}
    >
      <DialogSurface
        ref={surface}
        className={`${styles['surface']} ${props.wide === true ? styles['wide'] : ''}`}
        tabIndex={-1}
        data-testid={props.testId}
        data-state={props.state}
      >
        <DialogBody>
          <DialogTitle className={styles['title'] ?? ''}>
            <bdi>{props.title}</bdi>
          </DialogTitle>
          <DialogContent className={styles['content'] ?? ''}>
            {props.children}
            <div role="status" className="only-heard">
              {said}
            </div>
          </DialogContent>
          <DialogActions className={styles['actions'] ?? ''}>{props.actions}</DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
