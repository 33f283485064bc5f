/** The PIN of one key: how it stands, and every use of it. Methods are for inside `SecurityKey.exclusive`. */
import type { RandomSource } from '../../native/ports';
import type { AuthenticatorInfo } from '../ctap/commands/get-info';
import { CtapStatusError } from '../ctap/errors';
import { DEFAULT_MIN_PIN_CODE_POINTS, MAX_PIN_BYTES } from '../ctap/pin-protocol';
import { checkNewPin, PinClient, type NewPinProblem } from '../client/pin';
import type { PinUvAuthToken } from '../client/pin-uv-auth-token';
import type { SecurityKey } from '../client/security-key';
import type { PinState } from './model';
import { problem, ProblemError, problemOf } from './problems';

/** CTAP 2.1 §6.5.2.1: the most PIN tries that a key may give. */
const FULL_RETRIES = 8;

const noPin: PinState = {
  supported: false,
  set: false,
  changeRequired: false,
  minLength: DEFAULT_MIN_PIN_CODE_POINTS,
  maxBytes: MAX_PIN_BYTES,
};

export class KeyPin {
  readonly #random: RandomSource;
  /** `left` is undefined when the key tells of more tries than there can be: that says nothing. */
  #retries: { readonly left: number | undefined; readonly powerCycleNeeded: boolean } | undefined;

  constructor(random: RandomSource) {
    this.#random = random;
  }

  /** How it stands, by what the key said last. */
  state(info: AuthenticatorInfo | undefined): PinState {
    const set = info?.options?.get('clientPin');
    if (!info || set === undefined) return noPin;
    const left = this.#retries?.left;
    const blocked =
      left === 0 ? 'for-good' : this.#retries?.powerCycleNeeded ? 'until-reinserted' : undefined;
    return {
      supported: true,
      set,
      ...(set && left !== undefined && { retriesLeft: left }),
      ...(set && blocked && { blocked }),
      changeRequired: set && info.forcePINChange === true,
      minLength: info.minPINLength ?? DEFAULT_MIN_PIN_CODE_POINTS,
      maxBytes: Math.min(info.maxPINLength ?? MAX_PIN_BYTES, MAX_PIN_BYTES),
    };
  }

  /** Asks how many tries are left; one round trip where a PIN is set. */
  async read(key: SecurityKey): Promise<void> {
    this.#retries = undefined;
    if (key.info?.options?.get('clientPin') !== true) return;
    const { retries, powerCycleNeeded } = await this.#client(key).retries();
    this.#retries = { left: retries <= FULL_RETRIES ? retries : undefined, powerCycleNeeded };
  }

  /** A token with `permissions`, Permission bits. */
  async token(
    key: SecurityKey,
    pin: string,
    permissions: number,
    signal: AbortSignal,
  ): Promise<PinUvAuthToken> {
    if (this.state(key.info).changeRequired)
      throw problem(
        'pin-change-required',
        'This security key wants a new PIN first. Change its PIN, then try again.',
      );
    const token = await this.#counted(key, (client) => client.token(pin, permissions, undefined, { signal }));
    // The right PIN restores the tries (CTAP 2.1 §6.5.5.7.2).
    if ((this.#retries?.left ?? FULL_RETRIES) < FULL_RETRIES) await this.read(key);
    return token;
  }

  async set(key: SecurityKey, pin: string): Promise<void> {
    await this.#counted(key, (client) => client.setPin(pin));
    await key.refreshInfo();
    await this.read(key);
  }

  async change(key: SecurityKey, current: string, next: string): Promise<void> {
    await this.#counted(key, (client) => client.changePin(current, next));
    await key.refreshInfo();
    await this.read(key);
  }

  /** Throws with the rule that `pin` breaks as a new PIN of this key. */
  checkNew(key: SecurityKey, pin: string): void {
    const verdict = checkNewPin(pin, infoOf(key));
    if (verdict !== 'ok') throw problem('pin-policy', newPinWords(verdict));
  }

  /** After a wrong PIN the tries left are asked for and told. */
  async #counted<T>(key: SecurityKey, operation: (client: PinClient) => Promise<T>): Promise<T> {
    try {
      return await operation(this.#client(key));
    } catch (error) {
      if (!(error instanceof CtapStatusError)) throw error;
      await this.read(key);
      const told = problemOf(error);
      throw new ProblemError(
        (told.code === 'pin-invalid' || told.code === 'pin-auth-blocked') && this.#retries?.left !== undefined
          ? { ...told, retriesLeft: this.#retries.left }
          : told,
        { cause: error },
      );
    }
  }

  #client(key: SecurityKey): PinClient {
    return new PinClient(key.api, infoOf(key), this.#random);
  }
}

/** What getInfo said; throws for a key that speaks only U2F. */
export function infoOf(key: SecurityKey): AuthenticatorInfo {
  if (!key.info)
    throw problem(
      'unsupported',
      'This security key knows only the older U2F, which has neither a PIN nor passkeys.',
    );
  return key.info;
}

function newPinWords(verdict: NewPinProblem): string {
  switch (verdict.problem) {
    case 'too-short':
      return `The PIN is too short: this security key wants at least ${verdict.minimum} characters.`;
    case 'too-long':
      return `The PIN is too long: this security key takes at most ${verdict.maximum} bytes (letters with accents and symbols count more than one).`;
    case 'ends-with-nul':
    case 'not-text':
      return 'The PIN has a character that security keys cannot take. Choose another one.';
  }
}
