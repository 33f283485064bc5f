/** Pictures of passkeys of this device, and Recently deleted. */
import type { Page } from 'playwright';
import { testIds as t } from '../../../renderer/test-ids';
import { bytesShown, click, recentlyDeleted, state, type, type Shot } from './shot';

/** The row of a site on this device. */
const menuOf = async (page: Page, site: string): Promise<void> => {
  await type(page, t.search, site);
  await page.getByTestId(t.row).filter({ hasText: 'This device' }).first().getByTestId(t.rowMenu).click();
};

export const devicePasskeysShots: readonly Shot[] = [
  {
    name: 'device-menu',
    scenario: 'device',
    steps: (page) => menuOf(page, 'amazon.de'),
  },
  {
    name: 'device-menu-protected',
    scenario: 'device-only',
    steps: (page) => menuOf(page, 'rivers@gmail.com'),
  },
  { name: 'device-menu-kept', scenario: 'device-only', steps: (page) => menuOf(page, 'pam:') },
  {
    name: 'device-details',
    scenario: 'device-only',
    steps: async (page) => {
      await menuOf(page, 'gitlab');
      await click(page, t.menuDetails);
      await bytesShown(page);
    },
  },
  {
    name: 'device-delete',
    scenario: 'device-only',
    steps: async (page) => {
      await menuOf(page, 'amazon.de');
      await click(page, t.menuDelete);
      await state(page, t.delete, 'asking');
    },
  },
  {
    name: 'device-delete-mixed',
    scenario: 'device',
    steps: async (page) => {
      await click(page, t.selectAll);
      await click(page, t.deleteSelected);
      await state(page, t.delete, 'asking');
    },
  },
  {
    name: 'device-delete-kept',
    scenario: 'device-only',
    steps: async (page) => {
      await type(page, t.search, 'pam:');
      await page.getByTestId(t.rowSite).click();
      await page.keyboard.press('Delete');
      await state(page, t.delete, 'not-removable');
    },
  },
  {
    name: 'device-delete-done',
    scenario: 'device-only',
    steps: async (page) => {
      await menuOf(page, 'amazon.de');
      await click(page, t.menuDelete);
      await click(page, t.deleteConfirm);
      await page.getByTestId(t.notice).waitFor();
    },
  },
  {
    name: 'device-delete-closed',
    scenario: 'device-only',
    steps: async (page) => {
      await menuOf(page, 'amazon.de');
      await click(page, t.menuDelete);
      await state(page, t.delete, 'asking');
      await page.evaluate(() => window.fake.device.change({ state: 'passphrase-needed' }));
      await state(page, t.delete, 'device-closed');
    },
  },
  {
    name: 'device-edit-closed',
    scenario: 'device-only',
    steps: async (page) => {
      await menuOf(page, 'amazon.de');
      await click(page, t.menuEdit);
      await page.getByTestId(t.edit).waitFor();
      await page.evaluate(() => window.fake.device.change({ state: 'passphrase-needed' }));
      await state(page, t.edit, 'removed');
    },
  },
  { name: 'deleted', scenario: 'device', steps: recentlyDeleted },
  { name: 'deleted-none', scenario: 'deleted-none', steps: recentlyDeleted },
  { name: 'deleted-thousand', scenario: 'deleted-thousand', steps: recentlyDeleted },
  { name: 'deleted-hostile', scenario: 'deleted-hostile', steps: recentlyDeleted },
  {
    name: 'deleted-restored',
    scenario: 'device',
    steps: async (page) => {
      await recentlyDeleted(page);
      await click(page, t.deletedRestore);
      await page.getByTestId(t.notice).waitFor();
    },
  },
  {
    name: 'deleted-purge',
    scenario: 'device',
    steps: async (page) => {
      await recentlyDeleted(page);
      await click(page, t.deletedPurge);
      await state(page, t.purge, 'asking');
    },
  },
  {
    name: 'deleted-empty',
    scenario: 'device',
    steps: async (page) => {
      await recentlyDeleted(page);
      await click(page, t.deletedEmpty);
      await state(page, t.purge, 'asking');
    },
  },
  {
    name: 'deleted-closed',
    scenario: 'device',
    steps: async (page) => {
      await recentlyDeleted(page);
      await page.evaluate(() => window.fake.device.change({ state: 'passphrase-needed' }));
      await page.getByTestId(t.deletedNothing).waitFor();
    },
  },
];
