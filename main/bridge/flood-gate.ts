/** A site whose requests come to nothing again and again is not served for a while: nobody is to be worn down by dialogs. */
import type { Clock } from '../../native/ports';

/** Requests of one site that came to nothing, within {@link WINDOW}. */
export const MOST_IN_VAIN = 20;
/** Milliseconds. */
export const WINDOW = 60_000;
/** Sites that are remembered; a page can make up any number. */
export const MOST_SITES = 1_000;

export class FloodGate {
  readonly #clock: Clock;
  /** Times of those in vain, the oldest first. */
  readonly #inVain = new Map<string, number[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @param origin of the page that asks */
  isOpen(origin: string): boolean {
    return this.#recent(origin).length < MOST_IN_VAIN;
  }

  /** A request of this page ended without a passkey saved or used. */
  countInVain(origin: string): void {
    const times = [...this.#recent(origin), this.#clock.now()];
    this.#inVain.delete(origin);
    this.#inVain.set(origin, times);
    const [oldest] = this.#inVain.keys();
    if (this.#inVain.size > MOST_SITES && oldest !== undefined) this.#inVain.delete(oldest);
  }

  #recent(origin: string): number[] {
    const since = this.#clock.now() - WINDOW;
    return (this.#inVain.get(origin) ?? []).filter((time) => time > since);
  }
}
