/**
 * Leads a person through a reset (CTAP 2.1 §6.6, design decision 12): the key is taken out, the same key is put back in,
 * and within ten seconds of that it gets the reset as its first command and is touched. Any doubt disarms.
 */
import { CtapStatusError, TransportError } from '../ctap/errors';
import { Status } from '../ctap/status';
import type { Clock } from '../../native/ports';
import { doubtAboutIdentity, sameModel } from './key-identity';
import type { AttachedKey, KeyRegistry } from './key-registry';
import type { SecurityKey } from './security-key';

/** Milliseconds that a person has for taking the key out, and as many for putting it back in. */
const STEP_TIMEOUT = 60_000;

/**
 * - `wrong-key`: not, or not certainly, the key that was to be reset
 * - `too-late`: the key did not accept the reset, because too much time had passed since it got power
 * - `unsupported`: the key has no reset over USB
 */
export type ResetFailure = 'wrong-key' | 'too-late' | 'unsupported';

/** The message is one or two sentences for people. */
export class ResetError extends Error {
  override readonly name = 'ResetError';
  readonly failure: ResetFailure;

  constructor(failure: ResetFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
  }
}

export type ResetStep = 'remove' | 'insert' | 'touch' | 'done' | 'failed';

export class ResetGuide {
  readonly #registry: KeyRegistry;
  readonly #clock: Clock;
  readonly #onChange: (guide: ResetGuide) => void;
  readonly #abort = new AbortController();
  readonly #target: AttachedKey;
  #confirmed: SecurityKey | undefined;
  /** Keys that were there before the reset began, other than the target. */
  #bystanders: ReadonlySet<string> = new Set();
  #step: ResetStep = 'remove';
  #error: Error | undefined;
  #reinserted: AttachedKey | undefined;
  #stopListening: () => void = () => undefined;
  #callOffTimer: () => void = () => undefined;

  private constructor(
    registry: KeyRegistry,
    target: AttachedKey,
    clock: Clock,
    onChange: (guide: ResetGuide) => void,
  ) {
    this.#registry = registry;
    this.#target = target;
    this.#clock = clock;
    this.#onChange = onChange;
  }

  /**
   * Arms the reset of a key that is ready and that the person has confirmed. `onChange` is called after every change of
   * {@link step}, never before this method has returned; the guide may have failed at once when it returns.
   */
  static start(
    registry: KeyRegistry,
    target: AttachedKey,
    deps: { readonly clock: Clock },
    onChange: (guide: ResetGuide) => void,
  ): ResetGuide {
    const guide = new ResetGuide(registry, target, deps.clock, onChange);
    guide.#arm();
    return guide;
  }

  /** `remove` → `insert` → `touch` → `done`; `failed` from anywhere. */
  get step(): ResetStep {
    return this.#step;
  }

  /**
   * When failed: ResetError; TransportError (`timed-out`, `unplugged`, …); CtapStatusError (touch denied or timed out);
   * after {@link cancel} a DOMException named AbortError.
   */
  get error(): Error | undefined {
    return this.#error;
  }

  /** The key that was put back in; its info is out of date when the step is `done`. */
  get reinserted(): AttachedKey | undefined {
    return this.#reinserted;
  }

  /** The key wants to be held for about five seconds. */
  get longTouch(): boolean {
    return this.#confirmed?.info?.longTouchForReset === true;
  }

  /** Disarms; while the key waits for the touch, cancels there. No effect when the guide has ended. */
  cancel(): void {
    if (this.#ended) return;
    const reason = new DOMException('The reset was cancelled.', 'AbortError');
    this.#abort.abort(reason);
    this.#fail(reason);
  }

  get #ended(): boolean {
    return this.#step === 'done' || this.#step === 'failed';
  }

  #arm(): void {
    const { key } = this.#target;
    const info = key?.info;
    if (!info || (info.transportsForReset && !info.transportsForReset.includes('usb'))) {
      this.#disarm(new ResetError('unsupported', 'This security key cannot be reset over USB.'));
      return;
    }
    this.#confirmed = key;
    const others = this.#registry.keys.filter((other) => other.id !== this.#target.id);
    if (this.#hasTwin(others)) {
      this.#disarm(
        new ResetError(
          'wrong-key',
          'Another key of the same model is plugged in. Take it out, so that the right key is reset.',
        ),
      );
      return;
    }
    this.#bystanders = new Set(others.map((other) => other.id));
    this.#stopListening = this.#registry.onChange(() => this.#look(), 'first');
    this.#limit('The key was not taken out in time. Nothing was reset.');
    // What the key said last may be old. When this fails, the old is compared, which errs on the side of doubt.
    key.exclusive(() => key.refreshInfo(), this.#abort.signal).catch(() => undefined);
  }

  #hasTwin(others: readonly AttachedKey[]): boolean {
    const { device } = this.#target;
    return others.some((other) => sameModel(other.device, device) && other.device.serial === device.serial);
  }

  /** Something was plugged in, taken out or opened. */
  #look(): void {
    const { keys } = this.#registry;
    if (this.#step === 'remove') {
      const others = keys.filter((key) => key.id !== this.#target.id);
      if (others.length < keys.length) {
        this.#bystanders = new Set(others.map((key) => key.id));
        if (this.#hasTwin(others))
          this.#fail(
            new ResetError('wrong-key', 'Another key of the same model was plugged in. Nothing was reset.'),
          );
        return;
      }
      this.#limit('The key was not put back in in time. Nothing was reset.');
      this.#advance('insert');
    }
    // A quick hand has put it back in before the system told that it was out.
    if (this.#step === 'insert') {
      const [candidate, ...more] = keys.filter((key) => !this.#bystanders.has(key.id));
      if (more.length > 0)
        this.#fail(new ResetError('wrong-key', 'More than one key was plugged in. Nothing was reset.'));
      else if (candidate) this.#examine(candidate);
    }
  }

  #examine(candidate: AttachedKey): void {
    const { device, key, state, error } = candidate;
    const before = this.#confirmed;
    if (!before?.info) return;
    if (!sameModel(device, before.device)) {
      this.#fail(new ResetError('wrong-key', 'Another key was plugged in. Nothing was reset.'));
      return;
    }
    if (state === 'opening') return;
    if (!key) {
      this.#fail(error ?? new TransportError('io', 'The security key could not be opened.'));
      return;
    }
    const others = this.#registry.keys.filter((other) => other.id !== candidate.id);
    const doubt = key.info
      ? doubtAboutIdentity(
          { device: before.device, info: before.info },
          { device, info: key.info },
          others.map((other) => other.device),
        )
      : 'This key speaks only U2F.';
    if (doubt) {
      this.#fail(
        new ResetError(
          'wrong-key',
          `${doubt} Nothing was reset, because it may not be the key you confirmed.`,
        ),
      );
      return;
    }
    this.#reinserted = candidate;
    const { signal } = this.#abort;
    const reset = key.exclusive(() => key.api.reset({ signal }), signal);
    this.#callOffTimer();
    this.#advance('touch');
    reset.then(
      () => this.#end('done'),
      (failure: unknown) => this.#fail(meaning(failure)),
    );
  }

  #limit(message: string): void {
    this.#callOffTimer();
    this.#callOffTimer = this.#clock.after(STEP_TIMEOUT, () =>
      this.#fail(new TransportError('timed-out', message)),
    );
  }

  #advance(step: ResetStep): void {
    this.#step = step;
    this.#onChange(this);
  }

  #fail(error: Error): void {
    if (this.#ended) return;
    this.#error = error;
    this.#end('failed');
  }

  #end(step: 'done' | 'failed'): void {
    if (this.#ended) return;
    this.#stopListening();
    this.#callOffTimer();
    this.#advance(step);
  }

  /** Fails without a call, before {@link start} has returned. */
  #disarm(error: Error): void {
    this.#error = error;
    this.#step = 'failed';
  }
}

function meaning(failure: unknown): Error {
  if (failure instanceof CtapStatusError && failure.status === Status.NOT_ALLOWED)
    return new ResetError(
      'too-late',
      'The security key did not accept the reset: it must come within ten seconds of plugging the key in. Start again.',
      { cause: failure },
    );
  return failure instanceof Error ? failure : new Error(String(failure));
}
