import type { Clock } from '../../native/ports';

/** Runs `lock` once when nobody has done anything for the given time. */
export class AutoLock {
  readonly #clock: Clock;
  readonly #milliseconds: number;
  readonly #lock: () => void;
  #cancel: (() => void) | undefined;
  #lastActive = 0;

  constructor(clock: Clock, milliseconds: number, lock: () => void) {
    this.#clock = clock;
    this.#milliseconds = milliseconds;
    this.#lock = lock;
  }

  start(): void {
    this.stop();
    this.postpone();
    this.#wait(this.#milliseconds);
  }

  /** The user did something: the time starts anew. Cheap; the timer is not touched. */
  postpone(): void {
    this.#lastActive = this.#clock.now();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #wait(milliseconds: number): void {
    this.#cancel = this.#clock.after(milliseconds, () => {
      const left = this.#lastActive + this.#milliseconds - this.#clock.now();
      if (left > 0) return this.#wait(left);
      this.#cancel = undefined;
      this.#lock();
    });
  }
}
