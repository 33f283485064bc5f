/**
 * Touches in U2F: the key does not wait for one, but answers that it needs one, and the platform asks again until there was
 * one (FIDO U2F Raw Message Formats v1.2 §4.3, §5.4).
 */
import type { Env, PresenceReason } from './env';

/** Milliseconds without being asked again after which the platform has given up, and a touch is forgotten. */
export const U2F_TOUCH_PATIENCE = 3000;

interface Asked {
  readonly reason: PresenceReason;
  readonly cancel: AbortController;
  answer: 'none-yet' | 'granted' | 'refused';
  stopTimer: () => void;
}

export class U2fTouch {
  readonly #env: Pick<Env, 'clock' | 'presence'>;
  #asked: Asked | undefined;

  constructor(env: Pick<Env, 'clock' | 'presence'>) {
    this.#env = env;
  }

  /** True when the key was touched since this was first asked for the same reason. The touch is used up then. */
  take(reason: PresenceReason): boolean {
    if (this.#asked?.reason !== reason) this.#ask(reason);
    else if (this.#asked.answer === 'granted') {
      this.end();
      return true;
    }
    this.#restartTimer();
    return false;
  }

  /** Nobody waits for a touch any more. */
  end(): void {
    this.#asked?.stopTimer();
    this.#asked?.cancel.abort();
    this.#asked = undefined;
  }

  #ask(reason: PresenceReason): void {
    this.end();
    const cancel = new AbortController();
    const asked: Asked = { reason, cancel, answer: 'none-yet', stopTimer: () => undefined };
    this.#asked = asked;
    // U2F has no word for a refusal: the platform goes on asking, but the user is left alone.
    const refuse = (): void => {
      asked.answer = 'refused';
    };
    this.#env.presence.request({ reason, signal: cancel.signal }).then((answer) => {
      if (answer === 'granted') asked.answer = 'granted';
      else refuse();
    }, refuse);
  }

  #restartTimer(): void {
    const asked = this.#asked;
    if (!asked) return;
    asked.stopTimer();
    asked.stopTimer = this.#env.clock.after(U2F_TOUCH_PATIENCE, () => this.end());
  }
}
