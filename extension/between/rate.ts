/** How often something may happen: a few at once, then one now and then. */
export interface Rate {
  /** At once. */
  readonly most: number;
  /** Milliseconds until one more is allowed again. */
  readonly every: number;
}

/** Requests that came to nothing: a person who changes their mind is nowhere near. */
export const REQUESTS_OF_FRAME: Rate = { most: 20, every: 1000 };
export const REQUESTS_OF_TAB: Rate = { most: 40, every: 500 };
/** Questions and signals, which no person sees. */
export const ASIDES_OF_FRAME: Rate = { most: 40, every: 500 };

/** A bucket that fills by itself. */
export class RateLimit {
  readonly #rate: Rate;
  readonly #now: () => number;
  #left: number;
  #filled: number;

  /** @param now milliseconds */
  constructor(rate: Rate, now: () => number) {
    this.#rate = rate;
    this.#now = now;
    this.#left = rate.most;
    this.#filled = now();
  }

  /** Whether there is one left; takes it. */
  take(): boolean {
    const { most, every } = this.#rate;
    const more = Math.floor((this.#now() - this.#filled) / every);
    if (more > 0) {
      this.#left = Math.min(most, this.#left + more);
      this.#filled += more * every;
    }
    if (this.#left === 0) return false;
    this.#left--;
    return true;
  }

  /** It was worth it: a person answered. */
  giveBack(): void {
    this.#left = Math.min(this.#rate.most, this.#left + 1);
  }
}
