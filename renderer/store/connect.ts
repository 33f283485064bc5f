/** Feeds the store from the main process. */
import type { LatchkeyApi, Snapshot } from '../../preload/contract';
import { listen, type Feed, type Said } from './feed';
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
 * Events that arrive before the snapshot are applied after it, in order: each replaces a whole part of the state and the last one is the
 * newest, so replaying one that the snapshot already contains changes nothing.
 */
export function connect(
  store: WindowStore,
  api: LatchkeyApi,
  feed: Feed = listen(api),
): { readonly retry: () => void } {
  const apply = (said: Said): void => {
    switch (said.name) {
      case 'keys':
        return applyKeys(store, said.event);
      case 'passkeys':
        return applyPasskeys(store, said.event);
      case 'device':
        return applyDevice(store, said.event);
      case 'reset':
        return store.setState({ reset: said.event });
      case 'deleted':
        return store.setState({ deleted: said.event });
      case 'siteNotices':
        return showSiteNotices(store, api, said.event);
      case 'ownNamesNotice':
        return store.setState({ ownNamesNotice: said.event });
      case 'browserLinks': {
        const { browsers } = store.getState();
        // Before the page has asked for the rest there is nothing to put it into.
        if (browsers !== null) store.setState({ browsers: { ...browsers, links: said.event } });
      }
    }
  };
  const begin = (snapshot: Promise<Snapshot>): void => {
    store.setState({ connection: 'connecting' });
    snapshot.then(
      (answer) => {
        applySnapshot(store, answer);
        showSiteNotices(store, api, answer.siteNotices);
        feed.follow(apply);
      },
      () => store.setState({ connection: 'failed' }),
    );
  };
  begin(feed.snapshot);
  return { retry: () => begin(api.call('snapshot')) };
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
