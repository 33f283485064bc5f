/** Fills the window: object graph, page, keys; and the simulated keys or the picture, where asked for. */
import { app } from 'electron';
import type { AppArguments } from './command-line';
import { compose } from './compose';
import { closeBeforeQuit, lockWhenAway, serveWhileOwned } from './device-life';
import type { PageWindow } from './page-window';
import { saveScreenshot } from './screenshot';
import { serveMainWindow } from './serve-main-window';
import { offerSimulator } from './simulator-window';

/** Resolves when everything is on its way. Rejects with StateError when a simulated key's file is unusable. */
export async function run(main: PageWindow, args: AppArguments): Promise<void> {
  const painted = new Promise<void>((resolve) => main.window.once('ready-to-show', () => resolve()));
  const latchkey = await compose(args, (error) => console.error(error.message));
  serveMainWindow(main, latchkey);
  if (args.forTesters) offerSimulator(main, latchkey.simulator, args);
  // Tokens are given up and keys are closed before the program ends.
  main.window.once('closed', () => {
    latchkey.inventory.close();
    void latchkey.registry.stop();
  });
  lockWhenAway(latchkey.device);
  serveWhileOwned(latchkey);
  closeBeforeQuit(latchkey);
  await main.load();
  latchkey.registry.start();
  // Keychain and vault cost time that the first picture of the window shall not wait for.
  await painted;
  const opened = latchkey.device.start();
  if (args.screenshot !== undefined) {
    await opened;
    await saveScreenshot(main.window, latchkey, args.screenshot);
    app.quit();
  }
}
