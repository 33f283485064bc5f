/** Answers the window's calls about web browsers. Knows nothing of Electron. */
import type { BrowserConnector } from '../bridge/browser-connector';
import { browserOfLink } from '../bridge/browser-of-link';
import type { BrowserFamily } from '../bridge/browser-status';
import type { BrowserLinks } from '../bridge/links';
import type { CallArguments } from '../../preload/contract';
import type { BrowserLinksView, BrowsersCallResults } from '../../preload/browsers-contract';
import { outcome, result } from './answers';

export type BrowsersHandlers = {
  readonly [N in keyof BrowsersCallResults]: (...args: CallArguments<N>) => Promise<BrowsersCallResults[N]>;
};

/** Where the extension lies that people load by hand. */
export interface ExtensionFolders {
  /** Absolute paths, of folders that stay where they are. Never rejects. */
  readonly paths: () => Promise<Readonly<Record<BrowserFamily, string>>>;
}

/** Everything behind the Browsers page. */
export interface BrowsersDesk {
  readonly connector: BrowserConnector;
  readonly links: BrowserLinks;
  readonly extensions: ExtensionFolders;
}

export interface BrowsersServices {
  /** Made, and its code loaded, with the first call. */
  readonly browsers: () => Promise<BrowsersDesk>;
  /** Opens a folder in the file manager of the system. */
  readonly showFolder: (path: string) => Promise<void>;
  readonly sendLinks: (links: BrowserLinksView) => void;
}

/** @returns with the handlers what ends the events. */
export function browsersHandlers({ browsers, showFolder, sendLinks }: BrowsersServices): {
  readonly handlers: BrowsersHandlers;
  readonly stop: () => void;
} {
  let stopped = false;
  let stopEvents: (() => void) | undefined;
  const follow = ({ links }: BrowsersDesk): void => {
    if (stopped) return;
    stopEvents ??= links.onChange(() => sendLinks(linksView(links)));
  };
  const links = async (): Promise<BrowserLinks> => (await browsers()).links;
  return {
    handlers: {
      browsers: () =>
        outcome(async () => {
          const desk = await browsers();
          follow(desk);
          const [list, extensions] = await Promise.all([desk.connector.list(), desk.extensions.paths()]);
          return { browsers: list, links: linksView(desk.links), extensions };
        }),
      connectBrowser: (id, replaceForeign) =>
        result(async () => (await browsers()).connector.connect(id, { replaceForeign })),
      disconnectBrowser: (id) => result(async () => (await browsers()).connector.disconnect(id)),
      allowBrowser: (id) => result(async () => (await links()).allow(id)),
      denyBrowser: (id) => result(async () => (await links()).deny(id)),
      forgetBrowser: (id) => result(async () => (await links()).forget(id)),
      setRequestLog: (on) => result(async () => (await links()).setLogging(on)),
      emptyRequestLog: () => result(async () => (await links()).emptyLog()),
      showExtensionFolder: (family) =>
        result(async () => showFolder((await (await browsers()).extensions.paths())[family])),
    },
    stop: () => {
      stopped = true;
      stopEvents?.();
    },
  };
}

function linksView({ problem, connections, decisions, requests, isLogging }: BrowserLinks): BrowserLinksView {
  return {
    ...(problem !== undefined && { problem }),
    connections: connections.map((link) => {
      const is = browserOfLink(link);
      return { ...link, ...(is !== undefined && { is }) };
    }),
    decisions,
    requests,
    isLogging,
  };
}
