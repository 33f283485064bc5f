import { useEffect, type RefObject } from 'react';
import { AUTOFOCUSED } from '../app/autofocus';

/**
 * Puts the focus on the control of each new state, or on its title where none is marked; and on the title when the control that
 * had it went away while the state lasts. A state that is drawn anew keeps the focus where it is.
 */
export function useFocusOfState(frame: RefObject<HTMLElement | null>, key: string): void {
  // A browser is content with what is in sight but for what sticks to the edges. Under a mouse nothing moves.
  useEffect(() => {
    const element = frame.current;
    const show = ({ target }: FocusEvent): void => {
      if (target instanceof Element && target.matches(':focus-visible'))
        target.scrollIntoView({ block: 'nearest' });
    };
    element?.addEventListener('focusin', show);
    return () => element?.removeEventListener('focusin', show);
  }, [frame]);

  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    element.scrollTo(0, 0);
    const marked = element.querySelector<HTMLElement>(AUTOFOCUSED);
    // In a small window the buttons are far below: what is to be read comes first then, and Enter is theirs from there too.
    const isFar = marked !== null && marked.closest('footer') !== null && isBelow(marked, element);
    (isFar ? titleIn(element) : (marked ?? titleIn(element)))?.focus();
  }, [frame, key]);

  // After every drawing: what had the focus may not be there any more.
  useEffect(() => {
    if (frame.current !== null && document.activeElement === document.body) titleIn(frame.current)?.focus();
  });
}

function isBelow(control: HTMLElement, frame: HTMLElement): boolean {
  return control.getBoundingClientRect().bottom > frame.getBoundingClientRect().bottom;
}

function titleIn(frame: HTMLElement): HTMLElement | null {
  return frame.querySelector<HTMLElement>('h1');
}
