/**
 * macOS: Touch ID by Electron's `systemPreferences`. Sources: Electron's documentation of canPromptTouchID and
 * promptTouchID, and Apple's of LAContext and LAError.
 *
 * - Electron asks for "user presence": the sheet also takes an Apple Watch or the password of the account.
 * - Electron cannot close the sheet. After a cancellation or a time-out it stays until the person closes it; what it
 *   says then is ignored, and meanwhile no second one is opened, so that it can never answer for a later ceremony.
 * - A rejection carries only LAError's description, in the user's language: what it means is asked of the system where
 *   possible (a lock-out makes canPromptTouchID false), and the English words are only a help.
 *
 * Not proven on a real Mac yet, see docs/unproven.md.
 */
import type { SystemPreferences } from 'electron';
import type { BiometricAnswer, Biometrics, Clock } from '../ports.js';

/** Milliseconds for the person; the sheet itself has no end. */
export const SHEET_TIME = 60_000;

/** The part of Electron's `systemPreferences` in use. */
export type TouchIdSystem = Pick<SystemPreferences, 'canPromptTouchID' | 'promptTouchID'>;

/** LAError.authenticationFailed: three fingers, or the password, were wrong. */
const FAILED = /retry limit|authentication failed|failed to verify/i;

export class TouchId implements Biometrics {
  readonly name = 'Touch ID';
  readonly #system: TouchIdSystem;
  readonly #clock: Clock;
  /** The sheet is on the screen. */
  #shown = false;

  constructor(system: TouchIdSystem, clock: Clock) {
    this.#system = system;
    this.#clock = clock;
  }

  available(): Promise<boolean> {
    return Promise.resolve(!this.#shown && this.#canPrompt());
  }

  verify(reason: string, signal: AbortSignal): Promise<BiometricAnswer> {
    if (signal.aborted) return Promise.resolve('cancelled');
    if (this.#shown || !this.#canPrompt()) return Promise.resolve('unavailable');
    return new Promise((resolve) => {
      const finish = (answer: BiometricAnswer): void => {
        stop();
        signal.removeEventListener('abort', cancel);
        resolve(answer);
      };
      const cancel = (): void => finish('cancelled');
      const stop = this.#clock.after(SHEET_TIME, () => finish('timed-out'));
      signal.addEventListener('abort', cancel, { once: true });
      void this.#sheet(reason).then(finish);
    });
  }

  async #sheet(reason: string): Promise<BiometricAnswer> {
    this.#shown = true;
    try {
      await this.#system.promptTouchID(reason);
      return 'verified';
    } catch (error) {
      if (FAILED.test(error instanceof Error ? error.message : String(error))) return 'no-match';
      return this.#canPrompt() ? 'cancelled' : 'unavailable';
    } finally {
      this.#shown = false;
    }
  }

  #canPrompt(): boolean {
    try {
      return this.#system.canPromptTouchID();
    } catch {
      // Electron has the method on macOS only.
      return false;
    }
  }
}
