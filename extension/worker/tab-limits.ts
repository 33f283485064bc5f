/** A limit for each tab, however many frames come and go in it. */
import type { RateLimit } from '../between/rate';

/** Tabs that are remembered. */
const MOST_TABS = 500;

export class TabLimits {
  readonly #make: () => RateLimit;
  readonly #ofTabs = new Map<number, RateLimit>();

  constructor(make: () => RateLimit) {
    this.#make = make;
  }

  of(tab: number): RateLimit {
    const limit = this.#ofTabs.get(tab) ?? this.#make();
    // The one that has been asked for last is forgotten last.
    this.#ofTabs.delete(tab);
    this.#ofTabs.set(tab, limit);
    for (const oldest of this.#ofTabs.keys()) {
      if (this.#ofTabs.size <= MOST_TABS) break;
      this.#ofTabs.delete(oldest);
    }
    return limit;
  }
}
