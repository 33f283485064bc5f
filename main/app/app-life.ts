/**
 * How long the program lives: while there is its window, or another reason to stay. Knows nothing of Electron.
 *
 *     started by a person    window ──────────────┐
 *     in the background      nobody ── browser ───┤── with the last reason ──> over
 *                              └── 30 s ──────────┘
 */
import type { Clock } from '../../native/ports';

/** Milliseconds that a program waits, which was started in the background for a browser that does not come. */
export const WAITS_FOR_A_BROWSER = 30_000;

export type Reason =
  /** The main window is open. */
  | 'window'
  /** One is connected. */
  | 'browser'
  /** A dialog is open. */
  | 'ceremony'
  /** A program of this user waits for its answer. */
  | 'request'
  /** Started in the background: what for has not come yet. */
  | 'start';

/** These are what a start in the background is for: when they go, it has served. */
const wanted: readonly Reason[] = ['window', 'browser'];

export interface AppLifeOptions {
  readonly clock: Clock;
  /** The last reason is gone; called once at most. */
  readonly onOver: () => void;
}

export class AppLife {
  readonly #options: AppLifeOptions;
  readonly #reasons = new Set<{ readonly reason: Reason }>();
  #stopWaiting = (): void => undefined;
  #isEnding = false;

  constructor(options: AppLifeOptions) {
    this.#options = options;
  }

  /** It ends: because there is no reason left, or because somebody wants it to. Reasons make no difference any more. */
  get isEnding(): boolean {
    return this.#isEnding;
  }

  /** Stays until what this returns is called (idempotent), and as long as there are other reasons. */
  stay(reason: Reason): () => void {
    const held = { reason };
    this.#reasons.add(held);
    if (wanted.includes(reason)) this.#stopWaiting();
    return () => {
      if (this.#reasons.delete(held) && this.#reasons.size === 0) this.#over();
    };
  }

  /** Started in the background: stays a while for a browser, or for somebody who opens the window. */
  waitForBrowser(): void {
    const leave = this.stay('start');
    const callOff = this.#options.clock.after(WAITS_FOR_A_BROWSER, leave);
    this.#stopWaiting = () => {
      callOff();
      leave();
    };
  }

  /** Somebody quits, the system shuts down, or nothing is left to stay for. */
  end(): void {
    this.#isEnding = true;
    this.#stopWaiting();
  }

  #over(): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.#options.onOver();
  }
}
