/** Lets one thing happen after the other. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs `work` when everything before it is over, however that ended. */
  take<T>(work: () => Promise<T> | T): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined); // the caller has the rejection; the next one takes its turn all the same
    return turn;
  }
}
