/** What the main process says, from before there is a store to put it into. */
import type { EventName, Events, LatchkeyApi, Snapshot } from '../../preload/contract';

/** One event. */
export type Said = { readonly [N in EventName]: { readonly name: N; readonly event: Events[N] } }[EventName];

export interface Feed {
  /** Asked for when the feed began. */
  readonly snapshot: Promise<Snapshot>;
  /** Gives what has been said since the feed began, in order, and then everything as it comes. */
  readonly follow: (take: (said: Said) => void) => void;
}

const names: Readonly<Record<EventName, true>> = {
  keys: true,
  passkeys: true,
  reset: true,
  device: true,
  deleted: true,
  siteNotices: true,
  ownNamesNotice: true,
  browserLinks: true,
};

/** Listens first and asks for the snapshot afterwards, so that nothing is lost in between. */
export function listen(api: LatchkeyApi): Feed {
  const early: Said[] = [];
  let take = (said: Said): void => void early.push(said);
  const listenTo = <N extends EventName>(name: N): void => {
    api.on(name, (event) => take({ name, event } as Said));
  };
  for (const name of Object.keys(names) as EventName[]) listenTo(name);
  const snapshot = api.call('snapshot');
  // Whoever connects has the rejection.
  snapshot.catch(() => undefined);
  return {
    snapshot,
    follow: (next) => {
      take = next;
      for (const said of early.splice(0)) next(said);
    },
  };
}
