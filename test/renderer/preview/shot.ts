/** A picture for look.mts: a scenario, and what is done in it before. With the steps that several pages have. */
import type { Page } from 'playwright';
import { testIds as t } from '../../../renderer/test-ids';

export interface Shot {
  readonly name: string;
  readonly scenario?: string;
  readonly page?: string;
  /** CSS pixels, of a window that is smaller than the main one. */
  readonly size?: { readonly width: number; readonly height: number };
  /** Drawn as it is printed; what reads the screen has no part in it. */
  readonly paper?: true;
  readonly steps?: (page: Page) => Promise<void>;
}

export const click = async (page: Page, id: string): Promise<void> => page.getByTestId(id).first().click();
export const type = async (page: Page, id: string, text: string): Promise<void> =>
  page.getByTestId(id).fill(text);
export const state = async (page: Page, dialog: string, name: string): Promise<void> =>
  page.locator(`[data-testid="${dialog}"][data-state="${name}"]`).waitFor();
/** The details, with the answer about the bytes. */
export const bytesShown = (page: Page): Promise<void> =>
  page.locator(`[data-testid="${t.detailsTechnical}"][data-state="known"]`).waitFor();
export const openMenu = async (page: Page, row = 0): Promise<void> => {
  await page.getByTestId(t.rowMenu).nth(row).click();
  await page.getByTestId(t.menuDelete).waitFor();
};
export const select = async (page: Page, count: number): Promise<void> => {
  for (let row = 0; row < count; row += 1) await page.getByTestId(t.rowCheckbox).nth(row).click();
};
export const unplug = (page: Page): Promise<void> => page.evaluate(() => window.fake.unplug('key-1'));
export const advanced = (page: Page): Promise<void> => click(page, t.navAdvancedOptions);
export const recentlyDeleted = (page: Page): Promise<void> => click(page, t.deviceCardDeleted);
