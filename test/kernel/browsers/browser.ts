/** For kernel tests: what the tests want of a browser. */

export interface Browser {
  /** It asks the key how many tries are left right before it opens its dialog for the PIN. */
  readonly asksTriesBeforePin: boolean;
  open(address: string): Promise<void>;
  /** The value of a JavaScript expression in the page, which must survive JSON; a promise is not waited for. */
  evaluate(expression: string): Promise<unknown>;
  /**
   * Types the PIN that it was launched with into its own dialog, if that is open now, and confirms it. A browser that cannot
   * tell whether its dialog is open types all the same: what the key hears shows whether it was.
   */
  answerPinDialog(): Promise<void>;
  close(): Promise<void>;
}

/** Answers that are waited for, by the number of their question. */
export class OpenQuestions<T> {
  readonly #waiting = new Map<number, (answer: T | Error) => void>();
  #last = 0;
  #end: Error | undefined;

  /** Gives `send` a new number, and waits for its answer. Rejects when the connection has ended. */
  ask(send: (id: number) => void): Promise<T> {
    if (this.#end) return Promise.reject(this.#end);
    const id = ++this.#last;
    return new Promise<T>((resolve, reject) => {
      this.#waiting.set(id, (answer) => {
        this.#waiting.delete(id);
        if (answer instanceof Error) reject(answer);
        else resolve(answer);
      });
      send(id);
    });
  }

  answer(id: number, answer: T): void {
    this.#waiting.get(id)?.(answer);
  }

  end(reason: Error): void {
    this.#end = reason;
    for (const answer of [...this.#waiting.values()]) answer(reason);
  }
}
