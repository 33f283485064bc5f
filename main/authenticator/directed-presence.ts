/** A person with a script: acts by it while it lasts, and afterwards as usual: by hand, or always in the same way. */
import type {
  CaptureAnswer,
  CaptureRequest,
  PresenceAnswer,
  PresenceRequest,
  UserVerificationAnswer,
  UserVerificationRequest,
} from './env';
import { ManualPresence } from './manual-presence';

/**
 * What becomes of one touch. `granted`: the finger that is waited for; `wrong-finger`: another one, which only a sensor
 * tells apart; `badly`: the right one, laid on carelessly, which only an enrolment minds; `refused`, `timed-out`: none;
 * `wait`: the key waits until somebody acts by hand.
 */
export type TouchAct = 'granted' | 'wrong-finger' | 'badly' | 'refused' | 'timed-out' | 'wait';

export class DirectedPresence extends ManualPresence {
  #script: readonly TouchAct[] = [];
  #usual: TouchAct = 'wait';

  /** Replaces what is left of the script; `usual` is what is done when it is at its end. */
  direct(script: readonly TouchAct[], usual: TouchAct = 'wait'): void {
    this.#script = [...script];
    this.#usual = usual;
  }

  /** How many touches the script still has. */
  get scripted(): number {
    return this.#script.length;
  }

  override request(request: PresenceRequest): Promise<PresenceAnswer> {
    return this.#act(() => super.request(request));
  }

  override verify(request: UserVerificationRequest): Promise<UserVerificationAnswer> {
    return this.#act(() => super.verify(request));
  }

  override capture(request: CaptureRequest): Promise<CaptureAnswer> {
    return this.#act(() => super.capture(request));
  }

  #act<T>(wait: () => Promise<T>): Promise<T | 'timed-out'> {
    const [act = this.#usual, ...rest] = this.#script;
    this.#script = rest;
    if (act === 'timed-out') return Promise.resolve(act);
    const answer = wait();
    if (act === 'refused') this.refuse();
    else if (act !== 'wait')
      this.touch(({ granted: 'right', 'wrong-finger': 'other', badly: 'badly' } as const)[act]);
    return answer;
  }
}
