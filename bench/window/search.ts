/** What a keystroke in the search box costs with many passkeys, from the key event to the painted frame. */
import { testIds } from '../../renderer/test-ids';
import { startProgram } from '../electron-program';
import { median, percentile, type Figure } from '../statistics';
import { buildFilledProgram } from './filled-program';

const PASSKEYS = 10_000;
/** Words, part words and mistakes as a person types them; each is typed and erased key by key. */
const SEARCHES = ['maple', 'harbour-l', 'user.12', 'falcon.7', 'zzz', 'example.org', 'quartz 31'];
const ROUNDS = 3;

export async function measureSearch(electron: string): Promise<readonly Figure[]> {
  const program = await startProgram(electron, await buildFilledProgram(), {
    LATCHKEY_BENCH_PASSKEYS: String(PASSKEYS),
  });
  try {
    const { page } = program;
    const box = page.getByTestId(testIds.search);
    await box.click();
    await page.evaluate(recordKeystrokes);
    for (let round = 0; round <= ROUNDS; round++) {
      for (const words of SEARCHES) {
        for (const key of words) await keystroke(key);
        for (let left = words.length; left > 0; left--) await keystroke('Backspace');
      }
      // The first round warms the code up.
      if (round === 0) await page.evaluate(() => void (window.keystrokes = []));
    }
    const times = await page.evaluate(() => window.keystrokes);
    const note = `${times.length} keystrokes over ${PASSKEYS} passkeys`;
    return [
      { name: 'search, keystroke to paint, median', value: median(times), unit: 'ms', limit: 16, note },
      {
        name: 'search, keystroke to paint, 95th percentile',
        value: percentile(times, 0.95),
        unit: 'ms',
        limit: 33,
        note,
      },
    ];

    async function keystroke(key: string): Promise<void> {
      const before = await page.evaluate(() => window.keystrokes.length);
      await page.keyboard.press(key === ' ' ? 'Space' : key);
      await page.waitForFunction((count) => window.keystrokes.length > count, before);
    }
  } finally {
    await program.end();
  }
}

declare global {
  interface Window {
    /** Milliseconds from each key event to the end of the frame that shows its effect. */
    keystrokes: number[];
  }
}

/** In the page. A task that is posted from an animation frame runs when that frame has been painted. */
function recordKeystrokes(): void {
  window.keystrokes = [];
  document.addEventListener(
    'input',
    (event) => {
      const pressed = event.timeStamp;
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => window.keystrokes.push(performance.now() - pressed);
        port2.postMessage(undefined);
      });
    },
    { capture: true },
  );
}
