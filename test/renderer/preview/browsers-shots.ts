/** Pictures of the Browsers page. */
import type { Page } from 'playwright';
import { testIds as t } from '../../../renderer/test-ids';
import { click, state, type Shot } from './shot';

const browsers = async (page: Page): Promise<void> => {
  await click(page, t.navBrowsers);
  await page.locator(`[data-testid="${t.browsersPage}"]:not(:has([role="progressbar"]))`).waitFor();
};

export const browsersShots: readonly Shot[] = [
  { name: 'browsers', steps: browsers },
  {
    name: 'browsers-others',
    steps: async (page) => {
      await browsers(page);
      await page.getByTestId(t.browsersOthers).locator('summary').click();
    },
  },
  { name: 'browsers-connected', scenario: 'browsers-connected', steps: browsers },
  {
    name: 'browsers-connected-end',
    scenario: 'browsers-connected',
    steps: async (page) => {
      await browsers(page);
      await page.getByTestId(t.request).last().scrollIntoViewIfNeeded();
    },
  },
  ...['states', 'troubles', 'snap-only', 'none', 'windows', 'hostile', 'full-log', 'failed'].map((name) => ({
    name: `browsers-${name}`,
    scenario: `browsers-${name}`,
    steps: browsers,
  })),
  {
    name: 'browsers-hostile-end',
    scenario: 'browsers-hostile',
    steps: async (page) => {
      await browsers(page);
      await page.getByTestId(t.request).last().scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'browsers-refused',
    scenario: 'browsers-refused',
    steps: async (page) => {
      await browsers(page);
      await click(page, t.browserAction);
      await page.getByTestId(t.notice).waitFor();
    },
  },
  {
    name: 'browsers-replace',
    scenario: 'browsers-states',
    steps: async (page) => {
      await browsers(page);
      await page.locator('[data-action="replace"]').click();
      await state(page, t.replaceManifest, 'asking');
    },
  },
  {
    name: 'browsers-empty',
    scenario: 'browsers-refused',
    steps: async (page) => {
      await browsers(page);
      await click(page, t.requestsEmpty);
      await state(page, t.emptyRequests, 'asking');
    },
  },
  {
    name: 'browsers-empty-failed',
    scenario: 'browsers-refused',
    steps: async (page) => {
      await browsers(page);
      await click(page, t.requestsEmpty);
      await click(page, t.browsersConfirm);
      await state(page, t.emptyRequests, 'failed');
    },
  },
];
