/** Who asks, as the browser knows it. Nothing here comes from a page. */
import type { Sender } from '../browser-api';

export interface Asker {
  /** As the browser serialises it; never an opaque one. */
  readonly origin: string;
  readonly tab: number;
  /** In a private window. */
  readonly isPrivate: boolean;
}

/** Undefined: nobody whom Latchkey serves. */
export function askerOf(sender: Sender | undefined, extensionId: string): Asker | undefined {
  if (!sender || sender.id !== extensionId) return undefined;
  const { origin, url, frameId, tab } = sender;
  if (typeof frameId !== 'number' || typeof tab?.id !== 'number') return undefined;
  if (origin === undefined || !isServed(origin)) return undefined;
  const address = parsed(url);
  // Frames of about:blank, about:srcdoc and blob: have the origin of who made them; all others, that of their address.
  const isMade = address?.protocol === 'about:' || address?.protocol === 'blob:';
  if (!address || (!isMade && address.origin !== origin)) return undefined;
  return { origin, tab: tab.id, isPrivate: tab.incognito === true };
}

/** Those that have WebAuthn and a domain: https, and http on this very computer. */
function isServed(origin: string): boolean {
  const address = parsed(origin);
  if (!address || address.origin !== origin) return false;
  if (address.protocol === 'https:') return true;
  return address.protocol === 'http:' && /^(.+\.)?localhost$/.test(address.hostname);
}

function parsed(address: string | undefined): URL | undefined {
  return address !== undefined && URL.canParse(address) ? new URL(address) : undefined;
}
