/** Pictures of the Passkeys page: list, details, edit. */
import type { Page } from 'playwright';
import { testIds as t } from '../../../renderer/test-ids';
import { bytesShown, click, openMenu, recentlyDeleted, select, state, type, unplug, type Shot } from './shot';

/** The end of the details. */
const scrollToBytes = (page: Page): Promise<void> =>
  page.locator(`[data-testid="${t.detailsTechnical}"] > dl > :last-child`).scrollIntoViewIfNeeded();

/** Scenarios that need no steps. */
const still = [
  'no-key',
  'locked',
  'one-locked-one-open',
  'listing',
  'listing-start',
  'opening',
  'no-permission',
  'no-permission-windows',
  'in-use',
  'no-pin',
  'u2f-only',
  'no-credential-management',
  'no-passkeys',
  'pin-reinsert',
  'pin-blocked',
  'pin-change',
  'list-cut',
  'full',
  'hostile',
  'failed',
  'thousand',
  'device',
  'device-only',
  'device-empty',
  'device-off',
  'device-off-open',
  'device-closed',
  'device-passphrase',
  'device-damaged',
  'device-two-vaults',
  'device-keychain-locked',
  'device-pin-locked',
] as const;

export const passkeysShots: readonly Shot[] = [
  { name: 'passkeys' },
  ...still.map((scenario) => ({ name: scenario, scenario })),
  { name: 'search', steps: (page) => type(page, t.search, 'google sam') },
  { name: 'no-hit', steps: (page) => type(page, t.search, 'nothing like it') },
  { name: 'menu', steps: (page) => openMenu(page, 2) },
  { name: 'selected', steps: (page) => select(page, 3) },
  {
    name: 'scrolled',
    scenario: 'thousand',
    steps: async (page) => {
      await page.getByTestId(t.row).first().focus();
      await page.keyboard.press('End');
    },
  },
  {
    name: 'row-focus',
    steps: async (page) => {
      await page.getByTestId(t.row).first().focus();
      await page.keyboard.press('ArrowDown');
    },
  },
  {
    name: 'nav-open',
    steps: async (page) => {
      const toggle = page.getByTestId(t.navToggle);
      if (await toggle.isVisible()) await toggle.click();
    },
  },
  {
    name: 'details',
    steps: async (page) => {
      await openMenu(page);
      await click(page, t.menuDetails);
      await bytesShown(page);
    },
  },
  {
    name: 'details-bytes',
    steps: async (page) => {
      await openMenu(page);
      await click(page, t.menuDetails);
      await bytesShown(page);
      await scrollToBytes(page);
    },
  },
  {
    name: 'details-asking',
    steps: async (page) => {
      await page.evaluate(() => void window.fake.hold('passkeyDetails'));
      await openMenu(page);
      await click(page, t.menuDetails);
      await page.getByTestId(t.details).getByText('Reading…').first().waitFor();
      await scrollToBytes(page);
    },
  },
  {
    name: 'details-failed',
    scenario: 'details-failed',
    steps: async (page) => {
      await openMenu(page);
      await click(page, t.menuDetails);
      await state(page, t.detailsTechnical, 'failed');
      await scrollToBytes(page);
    },
  },
  {
    name: 'details-hostile',
    scenario: 'hostile',
    steps: async (page) => {
      await page.locator('[data-passkey-id="key-1:2"]').dblclick();
      await bytesShown(page);
    },
  },
  {
    name: 'details-odd',
    scenario: 'hostile',
    steps: async (page) => {
      await page.locator('[data-passkey-id="key-1:5"]').dblclick();
      await bytesShown(page);
    },
  },
  {
    name: 'details-removed',
    steps: async (page) => {
      await page.locator('[data-passkey-id="key-1:5"]').dblclick();
      await bytesShown(page);
      await unplug(page);
      await state(page, t.details, 'removed');
    },
  },
  {
    name: 'edit',
    steps: async (page) => {
      await openMenu(page);
      await click(page, t.menuEdit);
      await page
        .getByTestId(t.editUserName)
        .fill('a name that is much longer than what a key with little memory keeps of it');
      await page.getByTestId(t.editDisplayName).fill('');
    },
  },
  { name: 'own-names', scenario: 'own-names' },
  { name: 'own-names-hostile', scenario: 'own-names-hostile' },
  { name: 'own-names-deleted', scenario: 'own-names', steps: recentlyDeleted },
  {
    name: 'own-names-details',
    scenario: 'own-names',
    steps: async (page) => {
      await page.getByTestId(t.row).first().dblclick();
      await bytesShown(page);
    },
  },
  {
    name: 'own-names-delete',
    scenario: 'own-names',
    steps: async (page) => {
      await select(page, 2);
      await click(page, t.deleteSelected);
      await page.getByTestId(t.delete).waitFor();
    },
  },
  {
    name: 'edit-own-name',
    scenario: 'own-name-only',
    steps: async (page) => {
      await openMenu(page);
      await click(page, t.menuEdit);
      await page.getByTestId(t.editOwnName).fill('Work');
    },
  },
  {
    name: 'edit-own-name-failed',
    scenario: 'own-name-only',
    steps: async (page) => {
      await openMenu(page);
      await click(page, t.menuEdit);
      await page.getByTestId(t.editOwnName).fill('Work');
      await click(page, t.editSave);
      await state(page, t.edit, 'failed');
    },
  },
  {
    name: 'edit-shortened',
    scenario: 'edit-short',
    steps: async (page) => {
      await openMenu(page);
      await click(page, t.menuEdit);
      await page.getByTestId(t.editUserName).fill('somebody-else');
      await click(page, t.editSave);
      await state(page, t.edit, 'shortened');
    },
  },
  {
    name: 'edit-removed',
    steps: async (page) => {
      await openMenu(page);
      await click(page, t.menuEdit);
      await page.getByTestId(t.edit).waitFor();
      await unplug(page);
      await state(page, t.edit, 'removed');
    },
  },
];
