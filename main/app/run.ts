/** Fills the window: object graph, answers for the page, keys, passkeys of this device; and what testers and pictures want. */
import { app } from 'electron';
import type { Calls } from '../ipc/checked-calls';
import type { AppArguments } from './command-line';
import { compose } from './compose';
import type { KeychainAtStart } from './compose-keychain';
import { closeBeforeQuit, lockWhenAway, serveWhileOwned } from './device-life';
import type { PageWindow } from './page-window';
import { serveCeremonies } from './serve-ceremonies';
import { saveScreenshot } from './screenshot';
import { serveMainWindow } from './serve-main-window';

/** Milliseconds that keys wait for the list of this device, which is on the screen by then unless its keychain is slow. */
const LIST_FIRST = 300;

/** The app, put together, with nothing opened yet. */
export interface Program {
  /** Of the main page. */
  readonly calls: Calls;
  /** Of Advanced options > For testers. */
  readonly testersCalls: () => Promise<Calls>;
  /** Resolves when everything is on its way. */
  readonly run: (loaded: Promise<void>) => Promise<void>;
}

/** Rejects with StateError when a simulated key's file is unusable. */
export async function prepare(
  main: PageWindow,
  args: AppArguments,
  atStart: KeychainAtStart,
): Promise<Program> {
  const latchkey = await compose(args, atStart, (error) => console.error(error.message));
  const calls = serveMainWindow(main, latchkey);
  // Tokens are given up and keys are closed before the program ends.
  main.window.once('closed', () => {
    latchkey.inventory.close();
    void latchkey.registry.stop();
  });
  lockWhenAway(latchkey.device);
  serveWhileOwned(latchkey, serveCeremonies(main, latchkey));
  closeBeforeQuit(latchkey);
  let offered: Promise<Calls> | undefined;
  const testersCalls = (): Promise<Calls> =>
    (offered ??= import('./simulator-window').then(async ({ offerSimulator }) =>
      offerSimulator(main, await latchkey.simulator(), args),
    ));
  return {
    calls,
    testersCalls,
    run: async (loaded) => {
      // Without a vault there is nothing to show: it can be looked at when the window is drawn.
      const opened = (atStart.hasVault ? Promise.resolve() : main.drawn).then(() => latchkey.device.start());
      await loaded;
      // Looking for keys takes as long as drawing the list, which somebody looks at already.
      if (atStart.hasVault)
        await Promise.race([opened, new Promise((resolve) => setTimeout(resolve, LIST_FIRST))]);
      if (main.window.isDestroyed()) return;
      latchkey.registry.start();
      if (args.simulator || args.softKeys.length > 0) await testersCalls();
      if (args.screenshot === undefined) return;
      await opened;
      await saveScreenshot(main.window, latchkey, args.screenshot);
      app.quit();
    },
  };
}
