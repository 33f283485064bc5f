/** Touches by a person: what the simulator's window shows and answers. */
import type {
  CaptureAnswer,
  CaptureRequest,
  FingerprintSensor,
  PresenceAnswer,
  PresenceReason,
  PresenceRequest,
  UserPresence,
  UserVerificationAnswer,
  UserVerificationReason,
  UserVerificationRequest,
} from './env';

/**
 * - `touch`: any finger will do
 * - `finger`: an enrolled one, which the sensor compares
 * - `sample`: the one that is being enrolled
 */
export type Gesture = 'touch' | 'finger' | 'sample';

export interface AwaitedGesture {
  readonly gesture: Gesture;
  readonly reason: PresenceReason | UserVerificationReason | 'enroll';
  readonly rpId?: string;
}

/** The finger that the key waits for, another one, or the right one laid on carelessly. */
export type Finger = 'right' | 'other' | 'badly';

/** What a person's finger, or their refusal, is to the one who waits for it. */
type Act = Finger | 'refused';

export class ManualPresence implements UserPresence, FingerprintSensor {
  readonly #listeners = new Set<() => void>();
  #awaited: AwaitedGesture | undefined;
  #resolve: ((act: Act | 'timed-out') => void) | undefined;

  /** What the key waits for now, if for anything. */
  get awaited(): AwaitedGesture | undefined {
    return this.#awaited;
  }

  /** Does what is waited for, or tries to; nothing happens when nothing is. */
  touch(finger: Finger = 'right'): void {
    this.#settle(finger);
  }

  /** Refuses it: the command answers OPERATION_DENIED. */
  refuse(): void {
    this.#settle('refused');
  }

  /** Calls `listener` after every change of {@link awaited}; returns the function that stops it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async request({ reason, rpId, signal }: PresenceRequest): Promise<PresenceAnswer> {
    const act = await this.#wait({ gesture: 'touch', reason, ...(rpId !== undefined && { rpId }) }, signal);
    return act === 'refused' || act === 'timed-out' ? act : 'granted';
  }

  async verify({ reason, rpId, signal }: UserVerificationRequest): Promise<UserVerificationAnswer> {
    const act = await this.#wait({ gesture: 'finger', reason, ...(rpId !== undefined && { rpId }) }, signal);
    if (act === 'refused' || act === 'timed-out') return act;
    return act === 'right' ? 'verified' : 'no-match';
  }

  async capture({ signal }: CaptureRequest): Promise<CaptureAnswer> {
    const act = await this.#wait({ gesture: 'sample', reason: 'enroll' }, signal);
    if (act === 'refused' || act === 'timed-out') return act;
    return ({ right: 'GOOD', other: 'MERGE_FAILURE', badly: 'POOR_QUALITY' } as const)[act];
  }

  #wait(awaited: AwaitedGesture, signal: AbortSignal): Promise<Act | 'timed-out'> {
    return new Promise((resolve) => {
      this.#resolve = resolve;
      this.#change(awaited);
      signal.addEventListener('abort', () => {
        if (this.#resolve === resolve) this.#settle('timed-out'); // nobody listens to the answer any more
      });
    });
  }

  #settle(act: Act | 'timed-out'): void {
    const resolve = this.#resolve;
    if (!resolve) return;
    this.#resolve = undefined;
    this.#change(undefined);
    resolve(act);
  }

  #change(awaited: AwaitedGesture | undefined): void {
    this.#awaited = awaited;
    for (const listener of [...this.#listeners]) listener();
  }
}
