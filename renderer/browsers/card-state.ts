/** What the card of a browser shows: one named state, out of its manifest and its connections. */
import type { BrowserLinkView, BrowserStatus } from '../../preload/browsers-contract';

export type CardState =
  | 'absent'
  | 'confined'
  | 'not-connected'
  | 'waiting'
  | 'connected'
  | 'confirm'
  | 'not-allowed'
  | 'older-extension'
  | 'newer-extension'
  | 'outdated'
  | 'foreign'
  | 'unreadable';

/** Of several profiles, the one that gets furthest speaks for the browser. */
const furthestFirst = [
  ['connected', 'connected'],
  ['waiting-for-confirmation', 'confirm'],
  ['not-allowed', 'not-allowed'],
  ['older-extension', 'older-extension'],
  ['newer-extension', 'newer-extension'],
] as const;

export interface BrowserCard {
  readonly state: CardState;
  /** Connections in that state. */
  readonly links: readonly BrowserLinkView[];
}

export function browserCard(browser: BrowserStatus, connections: readonly BrowserLinkView[]): BrowserCard {
  const own = connections.filter(({ is }) => is === browser.id);
  for (const [link, state] of furthestFirst) {
    const links = own.filter((one) => one.state === link);
    if (links.length > 0) return { state, links };
  }
  return { state: withoutLinks(browser), links: [] };
}

function withoutLinks({ manifest, program, confined, family }: BrowserStatus): CardState {
  switch (manifest.is) {
    case 'ours':
      return 'waiting';
    case 'outdated':
    case 'foreign':
    case 'unreadable':
      return manifest.is;
    case 'none':
      if (program !== undefined) return 'not-connected';
      if (confined.length === 0) return 'absent';
      return mayReach({ family, confined }) ? 'not-connected' : 'confined';
  }
}

/** Firefox as a Snap gets out where the desktop has a portal for that. */
export function mayReach({ family, confined }: Pick<BrowserStatus, 'family' | 'confined'>): boolean {
  return family === 'firefox' && confined.includes('snap');
}

/** Those with something to see or to do stand first; the others are a list of what could be connected. */
export function isOther(browser: BrowserStatus, connections: readonly BrowserLinkView[]): boolean {
  return browserCard(browser, connections).state === 'absent';
}

/** What its button does. */
export type CardAction = 'connect' | 'connect-again' | 'replace' | 'disconnect' | 'look-again' | 'none';

export function cardAction({ manifest }: BrowserStatus, { state }: BrowserCard): CardAction {
  switch (manifest.is) {
    case 'ours':
      return 'disconnect';
    case 'outdated':
      return 'connect-again';
    case 'foreign':
      return 'replace';
    case 'unreadable':
      return 'look-again';
    case 'none':
      return state === 'confined' ? 'none' : 'connect';
  }
}
