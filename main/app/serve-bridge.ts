/** Serves browsers: their requests become ceremonies, and the user is asked about each browser once. */
import type { Bridge } from '../bridge/bridge';
import type { Signals } from '../ceremony/signals';
import type { UnseenNotices } from '../inventory/unseen-notices';
import type { AppLife } from './app-life';
import type { Latchkey } from './compose';
import type { ServedCeremonies } from './serve-ceremonies';

export interface ServedBridge {
  /** Made when first asked for; for the Browsers page. */
  readonly bridge: () => Promise<Bridge>;
  /** Browsers can connect when this resolves; until the program ends. Never rejects: the page says what is wrong. */
  readonly start: () => Promise<void>;
}

export interface BridgeSurroundings {
  readonly life: Pick<AppLife, 'stay'>;
  readonly ceremonies: ServedCeremonies;
  readonly showLatchkey: () => void;
  /** What sites have changed, for the window. */
  readonly siteNotices: UnseenNotices;
  /** How a browser starts this program in the background. */
  readonly startedBy: readonly string[];
  readonly onWarning: (error: Error) => void;
}

export function serveBridge(
  { device, bridge, signals, clock }: Pick<Latchkey, 'device' | 'bridge' | 'signals' | 'clock'>,
  { life, ceremonies, showLatchkey, siteNotices, startedBy, onWarning }: BridgeSurroundings,
): ServedBridge {
  let making: Promise<Bridge> | undefined;
  let following: Promise<Signals> | undefined;
  const openSignals = (): Promise<Signals> =>
    (following ??= import('./site-notices').then(({ tellOfSite }) =>
      signals((notice) => tellOfSite(notice, siteNotices, showLatchkey)),
    ));
  const make = async (): Promise<Bridge> => {
    const { deskSites } = await import('../bridge/desk-sites');
    let leave = (): void => undefined;
    return bridge({
      sites: deskSites({ desk: ceremonies.desk, device, signals: openSignals }),
      start: startedBy,
      confirm: async (newcomer, signal) => {
        const { askAboutBrowser } = await import('./connect-window');
        return askAboutBrowser(newcomer, signal, clock);
      },
      onServing: (isServing) => {
        leave();
        leave = isServing ? life.stay('browser') : () => undefined;
        // The next thing that a browser wants is a dialog.
        if (isServing) ceremonies.makeReady().catch(onWarning);
      },
      onWarning,
    });
  };
  const made = (): Promise<Bridge> => (making ??= make());
  return {
    bridge: made,
    start: async () => {
      try {
        const stop = await (await made()).serve();
        device.beforeClose(stop);
      } catch (error) {
        onWarning(error instanceof Error ? error : new Error(String(error)));
      }
    },
  };
}
