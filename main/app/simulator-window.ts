/** What builds for testers have beside the main window: the simulator window, and the calls of Advanced options > For testers. */
import type { Simulator } from '../authenticator/simulator';
import { checkedCalls, type Calls } from '../ipc/checked-calls';
import { answerCalls, sendTo } from '../ipc/register';
import { simulatedKeyViews, simulatorHandlers, testersHandlers } from '../ipc/serve-simulator';
import { simulatorArguments, testersArguments } from '../../preload/simulator-contract';
import type { AppArguments } from './command-line';
import { createPageWindow, type PageWindow } from './page-window';

export interface SimulatorOffer {
  /** What answers the calls of this page of testers; it is told of the simulated keys until it is closed. */
  readonly serve: (page: PageWindow) => Calls;
}

/** Opens the simulator window as soon as there is a key in need of a finger. It goes with the program. */
export function offerSimulator(
  simulator: Simulator,
  args: Pick<AppArguments, 'simulator' | 'screenshot'>,
): SimulatorOffer {
  let open: PageWindow | undefined;
  const show = async (): Promise<void> => {
    if (open) return open.window.focus();
    const page = createSimulatorWindow(simulator);
    open = page;
    page.window.once('closed', () => (open = undefined));
    await page.load().catch((error: unknown) => {
      // Closed before it was loaded.
      if (!page.window.isDestroyed()) throw error;
    });
  };
  let keys = 0;
  const follow = (): void => {
    const more = simulator.seats.length > keys;
    keys = simulator.seats.length;
    // A picture is one of the main window.
    if (more && args.screenshot === undefined) void show();
  };
  simulator.onChange(follow);
  if (args.simulator && args.screenshot === undefined) void show();
  else follow();
  return {
    serve: (page) => {
      const tell = (): void => sendTo(page, 'testers:keys', simulatedKeyViews(simulator));
      const stop = simulator.onChange(tell);
      void page.closed.then(stop);
      tell();
      return checkedCalls('testers', testersArguments, testersHandlers(simulator, show));
    },
  };
}

function createSimulatorWindow(simulator: Simulator): PageWindow {
  const page = createPageWindow('simulator', 'simulator', {
    title: 'Simulated security key',
    width: 360,
    height: Math.min(140 + 170 * Math.max(simulator.seats.length, 1), 700),
    minWidth: 300,
    minHeight: 200,
  });
  // Does not take the focus from the window that waits for the touch.
  page.window.once('ready-to-show', () => page.window.showInactive());
  const calls = checkedCalls('simulator', simulatorArguments, simulatorHandlers(simulator));
  answerCalls('simulator', page, async () => calls);
  const stop = simulator.onChange(() => sendTo(page, 'simulator:keys', simulatedKeyViews(simulator)));
  page.window.once('closed', stop);
  return page;
}
