/** Answers by script: what a person does at a key that has none. */

/** `wait` leaves the asker waiting until {@link Script.answer} is called. */
export type ScriptedAnswer<A> = A | 'wait';

export class Script<Q extends { readonly signal: AbortSignal }, A> {
  /** Everything that was asked, oldest first. */
  readonly requests: Q[] = [];
  readonly #what: string;
  readonly #usual: ScriptedAnswer<A>;
  readonly #script: ScriptedAnswer<A>[] = [];
  #waiting: ((answer: A) => void) | undefined;

  /**
   * @param what is asked for, in a word.
   * @param usual the answer when the script is at its end.
   */
  constructor(what: string, usual: ScriptedAnswer<A>) {
    this.#what = what;
    this.#usual = usual;
  }

  /** Appends answers to the script. */
  next(...answers: readonly ScriptedAnswer<A>[]): void {
    this.#script.push(...answers);
  }

  /** True while somebody waits for {@link answer}. */
  get waiting(): boolean {
    return this.#waiting !== undefined;
  }

  /** Answers the request that waits. Throws when none does. */
  answer(answer: A): void {
    if (!this.#waiting) throw new Error(`no ${this.#what} is being waited for`);
    this.#waiting(answer);
    this.#waiting = undefined;
  }

  request(request: Q): Promise<A> {
    this.requests.push(request);
    const answer = this.#script.shift() ?? this.#usual;
    if (answer !== 'wait') return Promise.resolve(answer);
    return new Promise((resolve) => {
      this.#waiting = resolve;
      request.signal.addEventListener('abort', () => {
        if (this.#waiting === resolve) this.#waiting = undefined;
      });
    });
  }
}
