/** The system's {@link Clock}: the monotonic clock and Node's timers. */
import type { Clock } from './ports.js';

/** The longest delay `setTimeout` takes, in milliseconds (about 24.8 days); a longer one would fire at once. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;

/** `now()` does not jump when the wall clock is set. Pending timers keep the process alive. */
export class SystemClock implements Clock {
  now(): number {
    return performance.now();
  }

  after(milliseconds: number, callback: () => void): () => void {
    let timer: NodeJS.Timeout;
    const arm = (left: number): void => {
      const step = Math.min(left, LONGEST_TIMEOUT);
      timer = setTimeout(() => (left > step ? arm(left - step) : callback()), step);
    };
    arm(Math.max(0, milliseconds));
    return () => clearTimeout(timer);
  }
}
