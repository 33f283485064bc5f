/**
 * What a page made appear takes nothing at first: a key or a second click that was meant for the page must neither land in a box for a
 * PIN nor on a button, wherever a page places its own so that it does.
 */
import type { Clock } from '../../native/ports';

/** Milliseconds: longer than a double click takes, and shorter than it takes to read. */
export const DEAF_TIME = 400;

export class DeafTime {
  readonly #clock: Pick<Clock, 'after'>;
  readonly #over: () => void;
  #callOff: (() => void) | undefined;
  #isOver = false;

  /** Deaf at once, until {@link DEAF_TIME} after {@link appeared}. @param over called then */
  constructor(clock: Pick<Clock, 'after'>, over: () => void) {
    this.#clock = clock;
    this.#over = over;
  }

  get isDeaf(): boolean {
    return !this.#isOver;
  }

  /** It is on the screen now. Counts once. */
  appeared(): void {
    this.#callOff ??= this.#clock.after(DEAF_TIME, () => {
      this.#isOver = true;
      this.#over();
    });
  }

  /** Nobody looks at it any more. */
  stop(): void {
    this.#callOff?.();
  }
}
