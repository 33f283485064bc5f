/** What can be wrong with a page whatever it shows: for tests, and for programs that draw pages. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

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
export async function tooWide(page: Page): Promise<readonly string[]> {
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
