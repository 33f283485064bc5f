/**
 * Looks at a state of the window in every way that people do: light, dark, high contrast, and in the narrowest window;
 * with axe in each of them. Pictures go to test-results/screenshots.
 */
import { join } from 'node:path';
import { expect } from 'vitest';
import { projectRoot } from '../../scripts/places.mjs';
import type { LaunchedApp } from './launch-app';
import { atRest, axe, tooWide } from './page-faults';

export const screenshots = join(projectRoot, 'test-results', 'screenshots');

/** CSS pixels. */
const WIDE = { width: 1100, height: 760 };
const NARROW = { width: 480, height: 700 };

/** `rules`: which of axe's. In the dark only the colours are others; in high contrast they are the system's own. */
const looks = [
  { name: 'light', colorScheme: 'light', forcedColors: 'none', size: WIDE, rules: 'all' },
  { name: 'dark', colorScheme: 'dark', forcedColors: 'none', size: WIDE, rules: 'colours' },
  { name: 'contrast', colorScheme: 'dark', forcedColors: 'active', size: WIDE, rules: 'none' },
  { name: 'narrow', colorScheme: 'light', forcedColors: 'none', size: NARROW, rules: 'all' },
] as const;

export interface LookOptions {
  /** Something is open that closes when the window changes its size (a menu). */
  readonly keepSize?: boolean;
}

/**
 * Takes the pictures of what the main window shows now and expects axe to find nothing in it, and nothing to be wider
 * than the window. Afterwards the window is as it was before.
 */
export async function looksRight(
  { app, window: page }: LaunchedApp,
  name: string,
  { keepSize = false }: LookOptions = {},
): Promise<void> {
  const faults: string[] = [];
  let size: { readonly width: number; readonly height: number } = WIDE;
  const resize = async (wanted: typeof size): Promise<void> => {
    if (wanted === size) return;
    size = wanted;
    await app.evaluate(({ BrowserWindow }, { width, height }) => {
      const window = BrowserWindow.getAllWindows().find((candidate) =>
        candidate.webContents.getURL().endsWith('/index.html'),
      );
      window?.setContentSize(width, height);
    }, wanted);
    await page.waitForFunction((width) => window.innerWidth === width, wanted.width);
  };
  for (const look of looks) {
    if (keepSize && look.size !== WIDE) continue;
    await resize(look.size);
    await page.emulateMedia({
      colorScheme: look.colorScheme,
      forcedColors: look.forcedColors,
      reducedMotion: 'reduce',
    });
    await atRest(page);
    await page.screenshot({ path: join(screenshots, `${name}-${look.name}.png`) });
    const found = [...(await axe(page, look.rules)), ...(await tooWide(page))];
    faults.push(...found.map((fault) => `${name} (${look.name}): ${fault}`));
  }
  await resize(WIDE);
  await page.emulateMedia({ colorScheme: null, forcedColors: null, reducedMotion: null });
  expect(faults).toEqual([]);
}
