/** Feeds the store from the main process. */
import type { Events, LatchkeyApi } from '../../preload/contract';
import {
  applyDevice,
  applyKeys,
  applyPasskeys,
  applySnapshot,
  notify,
  type WindowStore,
} from './window-store';

/** `active` is sent at most this often. */
const ACTIVE_EVERY_MS = 5000;

/**
 * Listens first and asks for the snapshot afterwards, so that nothing is lost in between. Events that arrive before the
 * snapshot are applied after it, in order: each replaces a whole part of the state and the last one is the newest, so
 * replaying one that the snapshot already contains changes nothing.
 */
export function connect(store: WindowStore, api: LatchkeyApi): { readonly retry: () => void } {
  let early: (() => void)[] | null = [];
  const whenReady = (apply: () => void): void => {
    if (early === null) apply();
    else early.push(apply);
  };
  api.on('keys', (keys) => whenReady(() => applyKeys(store, keys)));
  api.on('passkeys', (event) => whenReady(() => applyPasskeys(store, event)));
  api.on('reset', (reset: Events['reset']) => whenReady(() => store.setState({ reset })));

  api.on('device', (device) => whenReady(() => applyDevice(store, device)));
  api.on('deleted', (deleted) => whenReady(() => store.setState({ deleted })));
  api.on('siteNotices', (notices) => whenReady(() => showSiteNotices(store, api, notices)));
  api.on('ownNamesNotice', (ownNamesNotice) => whenReady(() => store.setState({ ownNamesNotice })));

  // Before the page has asked for the rest there is nothing to put it into.
  api.on('browserLinks', (links) =>
    store.setState(({ browsers }) => (browsers === null ? {} : { browsers: { ...browsers, links } })),
  );

  const ask = (): void => {
    store.setState({ connection: 'connecting' });
    api.call('snapshot').then(
      (snapshot) => {
        applySnapshot(store, snapshot);
        showSiteNotices(store, api, snapshot.siteNotices);
        const waiting = early ?? [];
        early = null;
        for (const apply of waiting) apply();
      },
      () => store.setState({ connection: 'failed' }),
    );
  };
  ask();
  return { retry: ask };
}

/** They stay until the person dismisses them; a newer one takes the place of those before it with all that it says. */
function showSiteNotices(store: WindowStore, api: LatchkeyApi, notices: readonly string[]): void {
  if (notices.length === 0) return;
  notify(store, { intent: 'info', text: notices.join(' ') });
  // If the main process is gone, so is the window.
  api.call('siteNoticesSeen').catch(() => undefined);
}

/** Tells the main process that somebody is there, which keeps unlocked keys from locking. */
export function reportActivity(target: Document, api: LatchkeyApi): void {
  let last = -Infinity;
  const report = (): void => {
    const now = performance.now();
    if (now - last < ACTIVE_EVERY_MS) return;
    last = now;
    // Nothing depends on the answer; if the main process is gone, so is the window.
    api.call('active').catch(() => undefined);
  };
  for (const type of ['pointerdown', 'pointermove', 'keydown', 'wheel'] as const) {
    target.addEventListener(type, report, { passive: true, capture: true });
  }
}
