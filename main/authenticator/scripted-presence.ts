/** Touches by script, for tests and for keys that need no person. */
import type { PresenceAnswer, PresenceRequest, UserPresence } from './env';

/** `wait` leaves the key waiting until {@link ScriptedPresence.answer} is called. */
export type ScriptedAnswer = PresenceAnswer | 'wait';

export class ScriptedPresence implements UserPresence {
  /** Every touch that was asked for, oldest first. */
  readonly requests: PresenceRequest[] = [];
  readonly #usual: ScriptedAnswer;
  readonly #script: ScriptedAnswer[] = [];
  #waiting: ((answer: PresenceAnswer) => void) | undefined;

  /** @param usual the answer when the script is at its end. */
  constructor(usual: ScriptedAnswer = 'granted') {
    this.#usual = usual;
  }

  /** Appends answers to the script. */
  next(...answers: readonly ScriptedAnswer[]): void {
    this.#script.push(...answers);
  }

  /** True while the key waits for {@link answer}. */
  get waiting(): boolean {
    return this.#waiting !== undefined;
  }

  /** Answers the touch that waits. Throws when none does. */
  answer(answer: PresenceAnswer): void {
    if (!this.#waiting) throw new Error('no touch is being waited for');
    this.#waiting(answer);
    this.#waiting = undefined;
  }

  request(request: PresenceRequest): Promise<PresenceAnswer> {
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
