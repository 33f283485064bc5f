/** Pictures of the question about a browser, and of the accounts beside a field. */
import { testIds as t } from '../../../renderer/test-ids';
import { questions, suggestions } from './small-window-scenarios';
import type { Shot } from './shot';

const page = 'small-windows.html';

/** As large as the windows are at first. CSS pixels. */
export const smallWindowsShots: readonly Shot[] = [
  ...Object.keys(questions).map((name): Shot => ({
    name,
    page,
    scenario: name,
    size: { width: 460, height: 440 },
    steps: (window) => window.getByTestId(t.connect).waitFor(),
  })),
  ...Object.keys(suggestions).map((name): Shot => ({
    name,
    page,
    scenario: name,
    size: { width: 340, height: 480 },
    steps: async (window) => {
      await window.getByTestId(t.autofill).waitFor();
      // Who asks is never cut off.
      await window.locator('h1').evaluate((title) => {
        const { bottom } = title.getBoundingClientRect();
        if (title.scrollHeight > title.clientHeight || bottom > innerHeight)
          throw new Error('the site is cut off');
      });
    },
  })),
];
