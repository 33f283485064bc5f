/** Runs operations one after the other, in the order in which they were asked for. */
export class SerialQueue {
  #busy = false;
  #end: Error | undefined;
  readonly #waiting = new Set<{ readonly go: () => void; readonly refuse: (reason: unknown) => void }>();

  /** Rejects with the signal's reason when it is aborted before the operation began, and after {@link end}. */
  async run<T>(operation: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    if (this.#end) throw this.#end;
    if (this.#busy) await this.#turn(signal);
    this.#busy = true;
    try {
      return await operation();
    } finally {
      this.#busy = false;
      const [next] = this.#waiting;
      if (next) {
        // Taken before the next one has woken up, so that nobody steps in between.
        this.#busy = true;
        next.go();
      }
    }
  }

  /** Rejects everything that waits, and everything that comes. */
  end(error: Error): void {
    this.#end ??= error;
    for (const { refuse } of [...this.#waiting]) refuse(this.#end);
  }

  #turn(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiting.delete(place);
        signal?.removeEventListener('abort', onAbort);
      };
      const place = {
        go: () => {
          leave();
          resolve();
        },
        refuse: (reason: unknown) => {
          leave();
          reject(reason);
        },
      };
      const onAbort = (): void => place.refuse(signal?.reason);
      signal?.addEventListener('abort', onAbort);
      this.#waiting.add(place);
    });
  }
}
