/**
 * Looks at a state of the window in every way that people do: light, dark, high contrast, and in the narrowest window;
 * with axe in each of them. Pictures go to test-results/screenshots.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { expect } from 'vitest';
import { projectRoot } from '../../scripts/places.mjs';
import type { LaunchedApp } from './launch-app';

export const screenshots = join(projectRoot, 'test-results', 'screenshots');
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

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

/** Styles have been worked out again, no animation with an end runs any more, and all of it has been painted. */
export async function atRest(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));
    const running = (): readonly Animation[] =>
      document
        .getAnimations()
        .filter(
          (animation) =>
            animation.playState === 'running' && animation.effect?.getTiming().iterations !== Infinity,
        );
    // A new colour scheme reaches React first, whose new styles then start the transitions.
    for (let quiet = 0; quiet < 3; quiet += 1) {
      await frame();
      if (running().length === 0) continue;
      await Promise.allSettled(running().map((animation) => animation.finished));
      quiet = 0;
    }
  });
}

interface AxeResults {
  readonly violations: readonly {
    readonly id: string;
    readonly help: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
  }[];
}

/** What axe finds wrong; one line for each rule that is broken. */
export async function axe(page: Page, rules: 'all' | 'colours' | 'none' = 'all'): Promise<readonly string[]> {
  if (rules === 'none') return [];
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axeSource);
  return page.evaluate(async (wanted) => {
    const { axe } = window as unknown as {
      readonly axe: { run: (context: object, options: object) => Promise<AxeResults> };
    };
    const { violations } = await axe.run(
      // The focus manager's own guards: they only pass the focus on to what stands before or after a dialog or menu.
      { exclude: '[data-tabster-dummy]' },
      {
        resultTypes: ['violations'],
        ...(wanted === 'colours' && { runOnly: ['color-contrast'] }),
        // A menu floats above the page and so outside of its landmarks; it has the focus, so nobody has to look for it.
        ...(document.querySelector('[role="menu"]') !== null &&
          wanted === 'all' && { rules: { region: { enabled: false } } }),
      },
    );
    return violations.map(
      ({ id, help, nodes }) =>
        `axe ${id}: ${help}: ${nodes[0]?.html.slice(0, 200) ?? ''} ${nodes[0]?.failureSummary ?? ''}`,
    );
  }, rules);
}

/** What has to be scrolled sideways: the document, the page, or an open dialog. */
async function tooWide(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const wide = [
      document.documentElement,
      ...document.querySelectorAll('main, [role="dialog"], [role="dialog"] *'),
    ]
      .filter((element) => {
        const { overflowX } = getComputedStyle(element);
        const over = element.scrollWidth - element.clientWidth;
        return (
          element.clientWidth > 0 &&
          over > 1 &&
          (overflowX === 'auto' || overflowX === 'scroll' || element === document.documentElement)
        );
      })
      .map(
        (element) =>
          `<${element.tagName.toLowerCase()} data-testid=${element.getAttribute('data-testid') ?? ''}>`,
      );
    return wide.map((element) => `wider than there is room: ${element}`);
  });
}
