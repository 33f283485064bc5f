import type { Page } from 'playwright';

/** Clicks what closes the window that it is in; resolves when that is gone. */
export async function clicksAway(page: Page, testId: string): Promise<void> {
  const closed = page.waitForEvent('close');
  await page
    .getByTestId(testId)
    .click()
    .catch((error: unknown) => {
      // It may be gone before the click is over.
      if (!page.isClosed()) throw error;
    });
  await closed;
}
