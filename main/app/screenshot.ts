/** `--screenshot`: waits until the page is settled and saves a picture of it. */
import type { BrowserWindow } from 'electron';
import { writeFile } from 'node:fs/promises';
import type { Inventory } from '../inventory/inventory';
import { UsageError } from './command-line';
import type { Latchkey } from './compose';

/** Rejects with UsageError when the file cannot be written. */
export async function saveScreenshot(
  window: BrowserWindow,
  { registry, inventory }: Latchkey,
  file: string,
): Promise<void> {
  await registry.looked;
  await keysKnown(inventory);
  await window.webContents.executeJavaScript(settled);
  const picture = await window.webContents.capturePage();
  await writeFile(file, picture.toPNG()).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`The picture could not be saved (${reason}). Choose another place for it.`, {
      cause: error,
    });
  });
}

/** Every key has said who it is, or that it cannot. */
function keysKnown(inventory: Inventory): Promise<void> {
  return new Promise((resolve) => {
    const known = (): boolean => inventory.keys.every(({ state }) => state !== 'opening');
    if (known()) return resolve();
    const stop = inventory.onChange(() => {
      if (!known()) return;
      stop();
      resolve();
    });
  });
}

/**
 * In the page: it says that it is settled, fonts are there, no animation runs, and two frames have been painted since.
 * A page that has not settled by then is shown as it is.
 */
const settled = `(async () => {
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const patience = performance.now() + 20_000;
  while (!document.querySelector('[data-settled]') && performance.now() < patience) await frame();
  await document.fonts.ready;
  await frame();
  await Promise.allSettled(document.getAnimations().filter((a) => a.effect?.getTiming().iterations !== Infinity).map((a) => a.finished));
  await frame();
  await frame();
})()`;
