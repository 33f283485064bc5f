/** Touches by a person: what the simulator's window shows and answers. */
import type { PresenceAnswer, PresenceReason, PresenceRequest, UserPresence } from './env';

export interface AwaitedTouch {
  readonly reason: PresenceReason;
  readonly rpId?: string;
}

export class ManualPresence implements UserPresence {
  readonly #listeners = new Set<() => void>();
  #awaited: AwaitedTouch | undefined;
  #resolve: ((answer: PresenceAnswer) => void) | undefined;

  /** What the key waits for now, if for anything. */
  get awaited(): AwaitedTouch | undefined {
    return this.#awaited;
  }

  /** Grants the touch that is waited for; nothing happens when none is. */
  touch(): void {
    this.#settle('granted');
  }

  /** Refuses it: the command answers OPERATION_DENIED. */
  refuse(): void {
    this.#settle('refused');
  }

  /** Calls `listener` after every change of {@link awaited}; returns the function that stops it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  request({ reason, rpId, signal }: PresenceRequest): Promise<PresenceAnswer> {
    return new Promise((resolve) => {
      this.#resolve = resolve;
      this.#change({ reason, ...(rpId !== undefined && { rpId }) });
      signal.addEventListener('abort', () => {
        if (this.#resolve === resolve) this.#settle('timed-out'); // nobody listens to the answer any more
      });
    });
  }

  #settle(answer: PresenceAnswer): void {
    const resolve = this.#resolve;
    if (!resolve) return;
    this.#resolve = undefined;
    this.#change(undefined);
    resolve(answer);
  }

  #change(awaited: AwaitedTouch | undefined): void {
    this.#awaited = awaited;
    for (const listener of [...this.#listeners]) listener();
  }
}
