/** Runs operations one after the other, in the order in which they were asked for. */
export class SerialQueue {
  #busy = false;
  #end: Error | undefined;
  /** Each takes true for "your turn", false for "never". */
  readonly #waiting = new Set<(granted: boolean) => void>();

  /** Rejects with the signal's reason when it is aborted before the operation began, and after {@link end}. */
  async run<T>(operation: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    if (this.#end) throw this.#end;
    if (this.#busy && !(await this.#turn(signal))) {
      signal?.throwIfAborted();
      throw this.#end ?? new Error('the queue gave no turn');
    }
    this.#busy = true;
    try {
      return await operation();
    } finally {
      this.#busy = false;
      const [next] = this.#waiting;
      if (next) {
        // Taken before the next one has woken up, so that nobody steps in between.
        this.#busy = true;
        next(true);
      }
    }
  }

  /** Rejects everything that waits, and everything that comes. */
  end(error: Error): void {
    this.#end ??= error;
    for (const decide of [...this.#waiting]) decide(false);
  }

  #turn(signal: AbortSignal | undefined): Promise<boolean> {
    return new Promise((resolve) => {
      const decide = (granted: boolean): void => {
        this.#waiting.delete(decide);
        signal?.removeEventListener('abort', onAbort);
        resolve(granted);
      };
      const onAbort = (): void => decide(false);
      signal?.addEventListener('abort', onAbort);
      this.#waiting.add(decide);
    });
  }
}
