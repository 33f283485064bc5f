import { useEffect, type RefObject } from 'react';
import { AUTOFOCUSED } from '../app/autofocus';

/** For the line around what has the focus. CSS pixels. */
const ROOM = 6;

/**
 * Puts the focus on the control of each new state, or on its title where none is marked; and on the title when the control that
 * had it went away while the state lasts. A state that is drawn anew keeps the focus where it is.
 * @param isDeaf the focus waits until it is no longer
 */
export function useFocusOfState(frame: RefObject<HTMLElement | null>, key: string, isDeaf: boolean): void {
  useEffect(() => {
    const element = frame.current;
    const show = ({ target }: FocusEvent): void => {
      // Under a mouse nothing moves.
      if (element && target instanceof Element && target.matches(':focus-visible')) uncover(target, element);
    };
    element?.addEventListener('focusin', show);
    return () => element?.removeEventListener('focusin', show);
  }, [frame]);

  useEffect(() => {
    const element = frame.current;
    if (element === null || isDeaf) return;
    element.scrollTo(0, 0);
    const marked = element.querySelector<HTMLElement>(AUTOFOCUSED);
    // In a small window the buttons are far below: what is to be read comes first then, and Enter is theirs from there too.
    const isFar = marked !== null && marked.closest('footer') !== null && isBelow(marked, element);
    if (marked !== null && !isFar) marked.focus();
    // Who asks stands above it, and is read before.
    else titleIn(element)?.focus({ preventScroll: true });
  }, [frame, key, isDeaf]);

  // After every drawing: what had the focus may not be there any more.
  useEffect(() => {
    if (frame.current !== null && !isDeaf && document.activeElement === document.body)
      titleIn(frame.current)?.focus();
  });
}

/** A browser scrolls what has the focus into sight, and is content when it lies under what sticks to the edges. */
function uncover(control: Element, frame: HTMLElement): void {
  const { top, bottom } = control.getBoundingClientRect();
  const from = frame.querySelector('header')?.getBoundingClientRect().bottom ?? top;
  const to = frame.querySelector('footer')?.getBoundingClientRect().top ?? bottom;
  if (control.closest('header, footer') !== null) return;
  if (bottom + ROOM > to) frame.scrollBy(0, Math.min(bottom + ROOM - to, top - from));
  else if (top < from) frame.scrollBy(0, top - ROOM - from);
}

function isBelow(control: HTMLElement, frame: HTMLElement): boolean {
  return control.getBoundingClientRect().bottom > frame.getBoundingClientRect().bottom;
}

function titleIn(frame: HTMLElement): HTMLElement | null {
  return frame.querySelector<HTMLElement>('h1');
}
