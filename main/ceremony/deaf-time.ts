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
  readonly #time: number;
  #isShown = false;
  #isDrawn = false;
  #callOff: (() => void) | undefined;
  #isOver = false;

  /** Deaf at once, until `time` (milliseconds) after it is {@link shown} and {@link drawn}. @param over called then */
  constructor(clock: Pick<Clock, 'after'>, over: () => void, time = DEAF_TIME) {
    this.#clock = clock;
    this.#over = over;
    this.#time = time;
  }

  get isDeaf(): boolean {
    return !this.#isOver;
  }

  /** The window is on the screen. */
  shown(): void {
    this.#isShown = true;
    this.#begin();
  }

  /** The window has something in it to be seen. */
  drawn(): void {
    this.#isDrawn = true;
    this.#begin();
  }

  /** Nobody looks at it any more: it stays as it is. */
  stop(): void {
    this.#callOff?.();
    this.#callOff = () => undefined;
  }

  /** An empty window that is shown says nothing, and a full one that is hidden neither. Counts once. */
  #begin(): void {
    if (!this.#isShown || !this.#isDrawn) return;
    this.#callOff ??= this.#clock.after(this.#time, () => {
      this.#isOver = true;
      this.#over();
    });
  }
}
