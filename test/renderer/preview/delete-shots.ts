/** Pictures of deleting passkeys, and keys that go meanwhile. */
import { testIds as t } from '../../../renderer/test-ids';
import { click, openMenu, select, state, unplug, type Shot } from './shot';

export const deleteShots: readonly Shot[] = [
  {
    name: 'delete-one',
    steps: async (page) => {
      await openMenu(page, 1);
      await click(page, t.menuDelete);
      await state(page, t.delete, 'asking');
    },
  },
  {
    name: 'delete-hostile',
    scenario: 'hostile',
    steps: async (page) => {
      await click(page, t.selectAll);
      await click(page, t.deleteSelected);
      await state(page, t.delete, 'asking');
    },
  },
  {
    name: 'delete-many',
    steps: async (page) => {
      await click(page, t.selectAll);
      await click(page, t.deleteSelected);
      await state(page, t.delete, 'asking');
    },
  },
  {
    name: 'delete-running',
    steps: async (page) => {
      await select(page, 3);
      await page.evaluate(() => void window.fake.hold('deletePasskeys'));
      await click(page, t.deleteSelected);
      await click(page, t.deleteConfirm);
      await state(page, t.delete, 'deleting');
    },
  },
  {
    name: 'delete-running-removed',
    steps: async (page) => {
      await select(page, 3);
      await page.evaluate(() => void window.fake.hold('deletePasskeys'));
      await click(page, t.deleteSelected);
      await click(page, t.deleteConfirm);
      await state(page, t.delete, 'deleting');
      await page.evaluate(() => {
        window.fake.unplug('key-1');
        window.fake.unplug('key-2');
      });
      await page.getByTestId(t.deleteClose).waitFor();
    },
  },
  {
    name: 'delete-report',
    scenario: 'delete-some',
    steps: async (page) => {
      await click(page, t.selectAll);
      await click(page, t.deleteSelected);
      await click(page, t.deleteConfirm);
      await state(page, t.delete, 'reported');
    },
  },
  {
    name: 'delete-done',
    steps: async (page) => {
      await openMenu(page, 1);
      await click(page, t.menuDelete);
      await click(page, t.deleteConfirm);
      await page.getByTestId(t.notice).waitFor();
    },
  },
  {
    name: 'delete-removed',
    steps: async (page) => {
      await openMenu(page, 1);
      await click(page, t.menuDelete);
      await state(page, t.delete, 'asking');
      await page.evaluate(() => {
        window.fake.unplug('key-1');
        window.fake.unplug('key-2');
      });
      await state(page, t.delete, 'removed');
    },
  },
  {
    name: 'delete-locked',
    scenario: 'delete-some',
    steps: async (page) => {
      await openMenu(page, 1);
      await click(page, t.menuDelete);
      await state(page, t.delete, 'asking');
      await page.evaluate(() => void window.fake.call('lock', 'key-1'));
      await state(page, t.delete, 'locked');
    },
  },
  { name: 'unplugged', scenario: 'delete-some', steps: unplug },
];
