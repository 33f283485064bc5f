/** Fills the windows: object graph, answers for the page, keys, passkeys of this device; and what testers and pictures want. */
import { app } from 'electron';
import type { Calls } from '../ipc/checked-calls';
import type { BrowsersDesk } from '../ipc/serve-browsers';
import { UnseenNotices } from '../inventory/unseen-notices';
import type { AppLife } from './app-life';
import type { CeremonyWindows } from './ceremony-windows';
import type { AppArguments } from './command-line';
import { compose } from './compose';
import type { KeychainAtStart } from './compose-keychain';
import { closeBeforeQuit, lockWhenAway, quitWithSession, serveWhileOwned } from './device-life';
import type { PageWindow } from './page-window';
import { backgroundStart } from './restart';
import { serveBridge } from './serve-bridge';
import { serveCeremonies } from './serve-ceremonies';
import { saveScreenshot } from './screenshot';
import { serveMainWindow } from './serve-main-window';
import type { SimulatorOffer } from './simulator-window';

/** Milliseconds that keys wait for the list of this device, which has been drawn by then unless its keychain is slow. */
const LIST_FIRST = 300;

/** The app, put together, with nothing opened yet. */
export interface Program {
  /** Answers the calls of this main window, and tells it what changes until it is closed. */
  readonly serve: (page: PageWindow) => ServedWindow;
  /** The main window was closed, and the program may go on without. */
  readonly nobodyLooks: () => void;
  /** Resolves when everything is on its way. @param page the first window, if there is one */
  readonly run: (page: PageWindow | undefined) => Promise<void>;
}

export interface ServedWindow {
  readonly calls: Calls;
  /** Of Advanced options > For testers. */
  readonly testersCalls: () => Promise<Calls>;
}

export interface Surroundings {
  readonly life: AppLife;
  readonly ceremonyWindows: () => Promise<CeremonyWindows>;
  /** Opens the main window, or brings it to the front. */
  readonly showLatchkey: () => void;
}

/** Rejects with StateError when a simulated key's file is unusable. */
export async function prepare(
  args: AppArguments,
  atStart: KeychainAtStart,
  { life, ceremonyWindows, showLatchkey }: Surroundings,
): Promise<Program> {
  const onWarning = (error: Error): void => console.error(error.message);
  const latchkey = await compose(args, atStart, onWarning);
  const { device, inventory, registry } = latchkey;
  const ceremonies = serveCeremonies(latchkey, life, ceremonyWindows);
  lockWhenAway(device);
  closeBeforeQuit(latchkey);
  quitWithSession();
  const siteNotices = new UnseenNotices();
  const { bridge, start: startBridge } = serveBridge(latchkey, {
    life,
    ceremonies,
    showLatchkey,
    siteNotices,
    startedBy: backgroundStart(args),
    onWarning,
  });
  let listDrawn = (): void => undefined;
  const firstList = new Promise<void>((resolve) => (listDrawn = resolve));
  let behindBrowsers: Promise<BrowsersDesk> | undefined;
  const browsers = (): Promise<BrowsersDesk> => (behindBrowsers ??= bridge().then(latchkey.browsers));
  let offered: Promise<SimulatorOffer> | undefined;
  const simulator = (): Promise<SimulatorOffer> =>
    (offered ??= import('./simulator-window').then(async ({ offerSimulator }) =>
      offerSimulator(await latchkey.simulator(), args),
    ));
  return {
    serve: (page) => {
      let testersCalls: Promise<Calls> | undefined;
      return {
        calls: serveMainWindow(page, { ...latchkey, siteNotices, onSettled: listDrawn }, browsers),
        testersCalls: () => (testersCalls ??= simulator().then(({ serve }) => serve(page))),
      };
    },
    nobodyLooks: () => inventory.lockKeys(),
    run: async (page) => {
      // Without a vault there is nothing to show: it can be looked at when the window is drawn.
      const opened = (atStart.hasVault || !page ? Promise.resolve() : page.drawn).then(() => {
        if (atStart.hasVault) atStart.keychain.prepare();
        return device.start();
      });
      if (page) {
        await loadedOrClosed(page);
        // Looking for keys takes as long as drawing the list, for which somebody waits; so does serving others.
        if (atStart.hasVault)
          await Promise.race([firstList, new Promise((resolve) => setTimeout(resolve, LIST_FIRST))]);
      }
      if (life.isEnding) return;
      serveWhileOwned(latchkey, ceremonies.commandLine, life);
      // In the background, a request is what it was started for. Otherwise somebody looks at the list.
      const ready = args.background ? Promise.all([startBridge(), ceremonies.makeReady()]) : undefined;
      registry.start();
      if (args.simulator || args.softKeys.length > 0) await simulator();
      await (ready ?? startBridge());
      void refreshRelay(browsers, onWarning);
      if (args.screenshot === undefined || !page) return;
      await opened;
      await saveScreenshot(page.window, latchkey, args.screenshot);
      app.quit();
    },
  };
}

/** Whoever loads it has the errors. */
function loadedOrClosed(page: PageWindow): Promise<void> {
  return page.load().catch(() => undefined);
}

/** Nobody waits for it: the relay that is there does. */
async function refreshRelay(
  browsers: () => Promise<BrowsersDesk>,
  onWarning: (error: Error) => void,
): Promise<void> {
  try {
    await (await browsers()).connector.refreshRelay();
  } catch (error) {
    onWarning(error instanceof Error ? error : new Error(String(error)));
  }
}
