/** Sentences for the user that nobody has seen in the window yet. */

/** The newest so many. */
export const MOST_UNSEEN = 20;

export class UnseenNotices {
  #list: readonly string[] = [];
  readonly #listeners = new Set<() => void>();

  /** The oldest first. */
  get list(): readonly string[] {
    return this.#list;
  }

  add(sentence: string): void {
    this.#list = [...this.#list, sentence].slice(-MOST_UNSEEN);
    for (const listener of [...this.#listeners]) listener();
  }

  /** They were shown. */
  seen(): void {
    this.#list = [];
  }

  /** Calls back after each that comes. Returns what ends it. */
  onNew(listener: () => void): () => void {
    const own = (): void => listener();
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }
}
