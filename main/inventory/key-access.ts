/** How a person gets at one key: by its PIN, or by the sensor or keypad of its own. Methods are for inside `SecurityKey.exclusive`. */
import type { RandomSource } from '../../native/ports';
import type { CallOptions } from '../ctap/api';
import type { AuthenticatorInfo } from '../ctap/commands/get-info';
import { CtapStatusError } from '../ctap/errors';
import { Permission } from '../ctap/pin-protocol';
import { Status } from '../ctap/status';
import { canVerifyItself, PinClient } from '../client/pin';
import type { PinUvAuthToken } from '../client/pin-uv-auth-token';
import type { SecurityKey } from '../client/security-key';
import { infoOf, KeyPin } from './key-pin';
import type { BuiltInUvState, Purpose, Verification } from './model';
import { problem, ProblemError, problemOf } from './problems';

/** {@link Permission} bits. Which blob belongs to which passkey, only credential management tells. */
export const purposes: Readonly<Record<Purpose, number>> = {
  list: Permission.CM,
  fingerprints: Permission.BE,
  policies: Permission.ACFG,
  blobs: Permission.CM | Permission.LBW,
};

export class KeyAccess {
  readonly pin: KeyPin;
  readonly #random: RandomSource;
  #uvRetries: number | undefined;

  constructor(random: RandomSource) {
    this.pin = new KeyPin(random);
    this.#random = random;
  }

  /** How built-in verification stands, by what the key said last. */
  builtInUv(info: AuthenticatorInfo | undefined): BuiltInUvState {
    if (!info || !canVerifyItself(info)) return 'none';
    return this.#uvRetries === 0 ? 'blocked' : 'ready';
  }

  /** Undefined when nobody is enrolled, or the key has not told. */
  get uvRetries(): number | undefined {
    return this.#uvRetries;
  }

  /** What will do as {@link Verification} for a purpose, the most convenient first; empty for a key without PIN and finger. */
  ways(info: AuthenticatorInfo | undefined, purpose: Purpose): readonly Verification['by'][] {
    if (!info) return [];
    const ways: Verification['by'][] = [];
    if (this.builtInUv(info) === 'ready' && allowsUv(info, purposes[purpose])) ways.push('built-in');
    if (info.options?.get('clientPin') === true) ways.push('pin');
    return ways;
  }

  /** Asks how many tries are left; one round trip where a PIN is set, another where a finger is enrolled. */
  async read(key: SecurityKey): Promise<void> {
    await this.pin.read(key);
    await this.#readUv(key);
  }

  /** A token with `permissions` ({@link Permission} bits). Throws {@link ProblemError} with the tries left when it was not right. */
  async token(
    key: SecurityKey,
    verification: Verification,
    permissions: number,
    signal: AbortSignal,
  ): Promise<PinUvAuthToken> {
    const token =
      verification.by === 'pin'
        ? await this.pin.token(key, verification.pin, permissions, signal)
        : await this.#tokenByUv(key, permissions, {
            signal,
            onStatus: (status) => status === 'touch-needed' && verification.onWaiting?.(),
          });
    // Success restores the tries of the finger, by whichever way (CTAP 2.1 §6.5.3.1, §6.5.5.7.2).
    await this.#readUv(key);
    return token;
  }

  async #tokenByUv(key: SecurityKey, permissions: number, options: CallOptions): Promise<PinUvAuthToken> {
    const info = infoOf(key);
    if (!canVerifyItself(info))
      throw problem(
        'unsupported',
        'This security key cannot verify you by itself, or nobody is enrolled. Use its PIN.',
      );
    if (!allowsUv(info, permissions))
      throw problem('unsupported', 'This security key wants its PIN for that; a fingerprint will not do.');
    try {
      return await new PinClient(key.api, info, this.#random).tokenByUv(permissions, undefined, options);
    } catch (error) {
      if (!(error instanceof CtapStatusError)) throw error;
      await this.#readUv(key);
      const told = problemOf(error);
      const hasPin = info.options?.get('clientPin') === true;
      if (error.status === Status.UV_BLOCKED && !hasPin)
        throw new ProblemError(blockedWithoutPin, { cause: error });
      throw new ProblemError(
        told.code === 'uv-invalid' && this.#uvRetries !== undefined
          ? { ...told, retriesLeft: this.#uvRetries }
          : told,
        { cause: error },
      );
    }
  }

  async #readUv(key: SecurityKey): Promise<void> {
    this.#uvRetries = undefined;
    if (!key.info || !canVerifyItself(key.info)) return;
    this.#uvRetries = await new PinClient(key.api, key.info, this.#random).uvRetries();
  }
}

/** CTAP 2.1 §6.4: fingers permit managing fingers and policies only where uvBioEnroll and uvAcfg say so. */
function allowsUv({ options }: AuthenticatorInfo, permissions: number): boolean {
  return (
    ((permissions & Permission.BE) === 0 || options?.get('uvBioEnroll') === true) &&
    ((permissions & Permission.ACFG) === 0 || options?.get('uvAcfg') === true)
  );
}

const blockedWithoutPin = problem(
  'uv-blocked',
  'The security key no longer takes fingerprints after too many tries, and it has no PIN that would allow them again. Set a PIN, then unlock it with that.',
).problem;
