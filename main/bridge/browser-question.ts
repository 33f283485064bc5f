/**
 * The question whether a browser may ask, as a window presents it. A page chose the moment: the window is deaf at first
 * (main/ceremony/deaf-time.ts).
 */
import type { Clock } from '../../native/ports';
import { DeafTime } from '../ceremony/deaf-time';
import type { Confirmation } from './browser-session';

/** Milliseconds: longer than for a dialog, which decides about one passkey. This decides for good. */
export const QUESTION_DEAF_TIME = 600;

export class BrowserQuestion {
  /** Never rejects. */
  readonly decision: Promise<Confirmation>;
  readonly #deafTime: DeafTime;
  #resolve: (decision: Confirmation) => void = () => undefined;

  /** @param heard called when it begins to take answers */
  constructor(clock: Pick<Clock, 'after'>, heard: () => void) {
    this.#deafTime = new DeafTime(clock, heard, QUESTION_DEAF_TIME);
    this.decision = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  get isDeaf(): boolean {
    return this.#deafTime.isDeaf;
  }

  /** The window is on the screen. */
  shown(): void {
    this.#deafTime.shown();
  }

  /** The window has something in it to be seen. */
  drawn(): void {
    this.#deafTime.drawn();
  }

  /** False for what comes too early; then nothing has happened. The first answer counts. */
  decide(decision: Confirmation): boolean {
    if (this.isDeaf) return false;
    this.#end(decision);
    return true;
  }

  /** The window is gone, or nobody waits any more: at any time, as it decides nothing. */
  giveUp(): void {
    this.#end('later');
  }

  #end(decision: Confirmation): void {
    this.#deafTime.stop();
    this.#resolve(decision);
  }
}
