/** What is shown now, and whoever waits for an answer to it. */
import type { CeremonyAct, CeremonyState } from './dialog-view';

export class Stage {
  readonly #changed: () => void;
  #state: CeremonyState = { name: 'waiting' };
  #answer: ((act: CeremonyAct) => void) | undefined;

  /** @param changed called after every change of the state. */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get state(): CeremonyState {
    return this.#state;
  }

  /** Nobody waits for an answer then. Without effect when `signal` is aborted: something else is shown since. */
  show(state: CeremonyState, signal?: AbortSignal): void {
    if (signal?.aborted) return;
    this.#answer = undefined;
    this.#state = state;
    this.#changed();
  }

  /** Shows `state` until there is an answer. Rejects with the signal's reason. */
  ask(state: CeremonyState, signal: AbortSignal): Promise<CeremonyAct> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const onAbort = (): void => reject(asError(signal.reason));
      signal.addEventListener('abort', onAbort, { once: true });
      this.show(state);
      this.#answer = (act) => {
        signal.removeEventListener('abort', onAbort);
        resolve(act);
      };
    });
  }

  /** Draws what is asked anew: the answer is still waited for. */
  redraw(state: CeremonyState): void {
    this.#state = state;
    this.#changed();
  }

  /** False when nobody waits. */
  answer(act: CeremonyAct): boolean {
    const answer = this.#answer;
    if (!answer) return false;
    this.#answer = undefined;
    answer(act);
    return true;
  }
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('the dialog went on to something else');
}
