import type { Page } from 'playwright';

/** Milliseconds since the epoch, when the frame was painted in which the page shows this. */
export function paintedWith(page: Page, text: string): Promise<number> {
  return page.evaluate(
    (wanted) =>
      new Promise<number>((resolve) => {
        new MutationObserver((_changes, observer) => {
          if (!document.body.textContent?.includes(wanted)) return;
          observer.disconnect();
          requestAnimationFrame(() => setTimeout(() => resolve(performance.timeOrigin + performance.now())));
        }).observe(document.body, { attributes: true, childList: true, subtree: true, characterData: true });
        // It may be there already: a change for the observer to look at.
        document.body.toggleAttribute('data-looked-at');
      }),
    text,
  );
}
