/** A ceremony with one security key: its PIN is asked for, made or changed on the way, and the touch is announced. */
import type { RandomSource } from '../../native/ports';
import { checkNewPin, PinClient } from '../client/pin';
import type { SecurityKey } from '../client/security-key';
import type { CallOptions } from '../ctap/api';
import type { AuthenticatorInfo } from '../ctap/commands/get-info';
import { CtapStatusError } from '../ctap/errors';
import { DEFAULT_MIN_PIN_CODE_POINTS, MAX_PIN_BYTES } from '../ctap/pin-protocol';
import { Status } from '../ctap/status';
import { CeremonyFailure } from '../webauthn/failure';
import {
  builtInVerification,
  isU2fOnly,
  type CeremonyAuthenticator,
  type UserVerifier,
} from '../webauthn/ports';
import { AuthenticatorBlobs } from './authenticator-blobs';
import { infoOf, type SurveyedKey } from './key-survey';
import { KeyVerifier } from './key-verifier';
import type { CeremonyState, KeyName, NewPinRefusal, PinRules } from './dialog-view';
import type { Stage } from './stage';

export type OnAuthenticator<T> = (authenticator: CeremonyAuthenticator, options: CallOptions) => Promise<T>;

export interface KeyCeremonyOptions {
  readonly stage: Stage;
  readonly random: RandomSource;
  readonly signal: AbortSignal;
}

export class KeyCeremony {
  readonly #name: KeyName;
  readonly #key: SecurityKey;
  readonly #stage: Stage;
  readonly #random: RandomSource;
  readonly #signal: AbortSignal;
  /** What it waits for when it waits. */
  #gesture: 'touch' | 'finger' = 'touch';
  #fingerRetries: number | undefined;
  /** The PIN that was made or changed just now: nobody is asked for what they have just typed. */
  #freshPin: string | undefined;

  /** Throws {@link CeremonyFailure} `removed` when it is no longer there. */
  constructor(
    { id, name, attached }: Pick<SurveyedKey, 'id' | 'name' | 'attached'>,
    { stage, random, signal }: KeyCeremonyOptions,
  ) {
    if (!attached.key) throw new CeremonyFailure('removed', 'it was taken out');
    this.#name = { id, name };
    this.#key = attached.key;
    this.#stage = stage;
    this.#random = random;
    this.#signal = signal;
  }

  /** Again after a PIN was made or changed. Rejects as `run` does, and with the signal's reason. */
  run<T>(run: OnAuthenticator<T>): Promise<T> {
    return this.#key.exclusive(async () => {
      this.#working();
      for (;;) {
        await this.#key.refreshInfo();
        this.#signal.throwIfAborted();
        try {
          return await this.#once(run);
        } catch (error) {
          if (!(error instanceof CeremonyFailure)) throw error;
          if (error.reason === 'pin-not-set') await this.#createPin();
          else if (error.reason === 'pin-change-required') await this.#changePin();
          else throw error;
        }
      }
    }, this.#signal);
  }

  #once<T>(run: OnAuthenticator<T>): Promise<T> {
    const authenticator = authenticatorOf(this.#key, this.#random, (pin, info) => this.#verifier(pin, info));
    this.#gesture = 'touch';
    this.#fingerRetries = undefined;
    // These never say that they wait.
    if (isU2fOnly(authenticator.info)) this.#waiting();
    return run(authenticator, {
      signal: this.#signal,
      onStatus: (status) => (status === 'touch-needed' ? this.#waiting() : this.#working()),
    });
  }

  #verifier(pin: PinClient, info: AuthenticatorInfo): UserVerifier {
    const inner = new KeyVerifier({
      pin,
      info,
      askPin: async ({ retries }) => {
        const fresh = this.#freshPin;
        this.#freshPin = undefined;
        if (fresh !== undefined) return fresh;
        const act = await this.#ask({
          name: 'key-pin',
          key: this.#name,
          ...(retries !== undefined && { retries }),
        });
        return act.act === 'enter-pin' ? act.pin : undefined;
      },
      onNotRecognised: (retries) => (this.#fingerRetries = retries),
    });
    return {
      authorize: async (request) => {
        this.#gesture = 'finger';
        const auth = await inner.authorize(request);
        if (auth) this.#gesture = 'touch';
        return auth;
      },
    };
  }

  async #createPin(): Promise<void> {
    let refusal: NewPinRefusal | undefined;
    do {
      const { pin, rules, info } = this.#pin();
      const act = await this.#ask({
        name: 'create-key-pin',
        key: this.#name,
        rules,
        ...(refusal && { refusal }),
      });
      if (act.act !== 'create-pin') return;
      const { pin: chosen } = act;
      refusal = refusalOf(chosen, info) ?? (await taken(() => pin.setPin(chosen, this.#options)));
      if (!refusal) this.#freshPin = chosen;
    } while (refusal);
  }

  async #changePin(): Promise<void> {
    let again: { readonly refusal?: NewPinRefusal; readonly retries?: number } | undefined = {};
    while (again) {
      const { pin, rules, info } = this.#pin();
      const act = await this.#ask({ name: 'change-key-pin', key: this.#name, rules, ...again });
      if (act.act !== 'change-pin') return;
      const { current, next } = act;
      const refusal = refusalOf(next, info);
      again = refusal ? { refusal } : await this.#changed(pin, current, next);
      if (!again) this.#freshPin = next;
    }
  }

  /** Undefined when it is done. */
  async #changed(
    pin: PinClient,
    current: string,
    next: string,
  ): Promise<{ readonly refusal?: NewPinRefusal; readonly retries?: number } | undefined> {
    try {
      // The same one again is no change, and many keys would take it.
      if (current === next) return { refusal: 'refused' };
      const refusal = await taken(() => pin.changePin(current, next, this.#options));
      return refusal && { refusal };
    } catch (error) {
      if (!(error instanceof CtapStatusError) || error.status !== Status.PIN_INVALID) throw error;
      return { retries: (await pin.retries(this.#options)).retries };
    }
  }

  #pin(): { readonly pin: PinClient; readonly rules: PinRules; readonly info: AuthenticatorInfo } {
    const { info } = this.#key;
    if (!info) throw new CeremonyFailure('uv-impossible', 'it has no PIN');
    return {
      pin: new PinClient(this.#key.api, info, this.#random),
      info,
      rules: {
        minLength: Math.max(DEFAULT_MIN_PIN_CODE_POINTS, info.minPINLength ?? 0),
        maxBytes: Math.min(MAX_PIN_BYTES, info.maxPINLength ?? MAX_PIN_BYTES),
      },
    };
  }

  get #options(): CallOptions {
    return { signal: this.#signal };
  }

  async #ask(state: CeremonyState): ReturnType<Stage['ask']> {
    const act = await this.#stage.ask(state, this.#signal);
    this.#working();
    return act;
  }

  #working(): void {
    this.#stage.show({ name: 'working', place: { is: 'key', ...this.#name } }, this.#signal);
  }

  #waiting(): void {
    const retries = this.#fingerRetries;
    this.#stage.show(
      this.#gesture === 'finger'
        ? { name: 'key-finger', key: this.#name, ...(retries !== undefined && { retries }) }
        : { name: 'touch-key', keys: [this.#name] },
      this.#signal,
    );
  }
}

/** A key as main/webauthn takes it. Throws {@link CeremonyFailure} when it speaks nothing that is known here. */
export function authenticatorOf(
  key: SecurityKey,
  random: RandomSource,
  verifierOf: (pin: PinClient, info: AuthenticatorInfo) => UserVerifier,
): CeremonyAuthenticator {
  const info = infoOf(key);
  if (!info) throw new CeremonyFailure('misbehaved', 'it speaks neither CTAP2 nor U2F');
  const base = { info, attachment: 'cross-platform', transport: 'usb' } as const;
  if (isU2fOnly(info) && key.u2f) return { ...base, api: key.u2f, verifier: builtInVerification };
  const pin = new PinClient(key.api, info, random);
  return {
    ...base,
    api: key.api,
    verifier: verifierOf(pin, info),
    secrets: pin,
    largeBlobs: new AuthenticatorBlobs(key.api, info, random),
  };
}

function refusalOf(pin: string, info: AuthenticatorInfo): NewPinRefusal | undefined {
  const verdict = checkNewPin(pin, info);
  if (verdict === 'ok') return undefined;
  return verdict.problem === 'ends-with-nul' ? 'not-text' : verdict.problem;
}

/** The key has rules of its own (CTAP 2.1 §6.5.5.5: 0x37). */
async function taken(work: () => Promise<void>): Promise<NewPinRefusal | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof CtapStatusError && error.status === Status.PIN_POLICY_VIOLATION) return 'refused';
    throw error;
  }
}
