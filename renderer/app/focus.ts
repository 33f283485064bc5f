/**
 * Where the focus goes when a dialog closes. A dialog is opened from a row, a menu or a button, some of which are gone
 * by the time it closes (a menu closes, a deleted row leaves); so the last place inside the page that had the focus is
 * remembered, and the page marks where to go when that place is no longer there.
 */

let lastInPage: HTMLElement | null = null;

/** Watches the page itself; dialogs are drawn outside it. Returns the function that stops it. */
export function trackFocus(page: HTMLElement): () => void {
  const focused = (event: FocusEvent): void => {
    if (event.target instanceof HTMLElement) lastInPage = event.target;
  };
  page.addEventListener('focusin', focused);
  return () => page.removeEventListener('focusin', focused);
}

/** Attribute of the element that takes the focus when the place it should return to is gone. Lower numbers first. */
export const FOCUS_FALLBACK = 'data-focus-fallback';
/** The title of the page: always there, and nothing that anybody works with. */
export const LAST_RESORT = '9';

function canTake(element: HTMLElement): boolean {
  return element.isConnected && !element.matches(':disabled') && element.getClientRects().length > 0;
}

function focusFallback(): void {
  const fallbacks = [...document.querySelectorAll<HTMLElement>(`[${FOCUS_FALLBACK}]`)].filter(canTake);
  fallbacks.sort((a, b) => Number(a.getAttribute(FOCUS_FALLBACK)) - Number(b.getAttribute(FOCUS_FALLBACK)));
  fallbacks[0]?.focus();
}

export function returnFocus(): void {
  if (lastInPage !== null && canTake(lastInPage)) lastInPage.focus();
  else focusFallback();
}

/** After going to another page by a control that went away with the last one. */
export function focusTitle(): void {
  if (document.activeElement !== document.body) return;
  document.querySelector<HTMLElement>(`[${FOCUS_FALLBACK}="${LAST_RESORT}"]`)?.focus();
}

/**
 * After the page has changed by itself. Finds a new place for the focus when the control that had it is gone (a card
 * that is no longer needed, a row that left), or when it was parked on the title until there is something better.
 */
export function rescueFocus(): void {
  const active = document.activeElement;
  const lost = active === document.body && lastInPage !== null && !lastInPage.isConnected;
  const parked = active?.getAttribute(FOCUS_FALLBACK) === LAST_RESORT;
  if (lost || parked) focusFallback();
}
