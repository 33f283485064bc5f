/** A {@link Clock} that stands still until a test advances it. */
import type { Clock } from '../../native/ports';

interface Alarm {
  readonly at: number;
  readonly callback: () => void;
}

export class ManualClock implements Clock {
  #now: number;
  #alarms: Alarm[] = [];

  /** @param start what `now()` says at first, in milliseconds. */
  constructor(start = 1_000_000) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, callback: () => void): () => void {
    const alarm = { at: this.#now + Math.max(0, milliseconds), callback };
    this.#alarms.push(alarm);
    return () => {
      this.#alarms = this.#alarms.filter((other) => other !== alarm);
    };
  }

  /** How many alarms are set: an idle thing that leaves one behind leaks it. */
  get pending(): number {
    return this.#alarms.length;
  }

  /** Milliseconds until the next alarm; undefined where none is set. */
  get untilNext(): number | undefined {
    const left = this.#alarms.map(({ at }) => at - this.#now);
    return left.length > 0 ? Math.min(...left) : undefined;
  }

  /**
   * Lets time pass. Alarms go off in their order, each at its own time, and what they set in motion settles before the
   * next one. Resolves when everything has settled.
   */
  async advance(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    await settled();
    for (;;) {
      const due = this.#alarms.filter(({ at }) => at <= end);
      if (due.length === 0) break;
      const next = due.reduce((first, alarm) => (alarm.at < first.at ? alarm : first));
      this.#alarms = this.#alarms.filter((alarm) => alarm !== next);
      this.#now = Math.max(this.#now, next.at);
      next.callback();
      await settled();
    }
    this.#now = end;
  }
}

/** Resolves when all promises that need no timer and no input or output have settled. */
export async function settled(): Promise<void> {
  // Two turns: microtasks run dry between turns, and a few things let one turn pass on purpose.
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
}
