/** The pinUvAuthToken (CTAP 2.1 §6.5.2.1): in RAM, gone with the power. */
import type { Clock, RandomSource } from '../../native/ports';
import { Permission, type PinProtocol } from '../ctap/pin-protocol';

const TOKEN_LENGTH = 32;
/** A token that is not used in this time is stopped; milliseconds (USB, BLE and internal). */
export const INITIAL_USAGE_LIMIT = 30_000;
/** A token is stopped after this time in any case; milliseconds. */
export const MAX_USAGE_PERIOD = 600_000;
/** The touch that came with the token counts for so long; milliseconds (USB, BLE and internal). */
export const USER_PRESENT_LIMIT = 30_000;

interface Token {
  readonly protocol: PinProtocol;
  /** Overwritten when the token ends. */
  readonly value: Uint8Array;
  readonly since: number;
  used: boolean;
  permissions: number;
  rpId: string | undefined;
  userVerified: boolean;
  userPresent: boolean;
}

/**
 * The specification keeps one token per protocol and resets all of them whenever it issues one; so no more than one is
 * ever in use, and that is the one kept here. A token that is not in use verifies nothing.
 */
export class TokenState {
  readonly #clock: Clock;
  readonly #random: RandomSource;
  #token: Token | undefined;

  constructor(clock: Clock, random: RandomSource) {
    this.#clock = clock;
    this.#random = random;
  }

  /**
   * resetPinUvAuthToken for all protocols, then beginUsingPinUvAuthToken(userIsPresent).
   * Returns a copy of the 32 bytes, to be overwritten by the caller.
   * @param rpId the permissions RP ID; undefined binds to the RP ID of the first use for mc or ga.
   */
  issue(protocol: PinProtocol, permissions: number, rpId?: string, userIsPresent = false): Uint8Array {
    this.stop();
    const value = this.#random.bytes(TOKEN_LENGTH);
    this.#token = {
      protocol,
      value,
      since: this.#clock.now(),
      used: false,
      permissions,
      rpId,
      userVerified: true,
      userPresent: userIsPresent,
    };
    return value.slice();
  }

  /** stopUsingPinUvAuthToken; the value is lost. */
  stop(): void {
    this.#token?.value.fill(0);
    this.#token = undefined;
  }

  /** verify(pinUvAuthToken, message, pinUvAuthParam); a success is the token's first use. */
  verify(protocol: PinProtocol, message: Uint8Array, pinUvAuthParam: Uint8Array): boolean {
    const token = this.#live();
    if (token?.protocol.version !== protocol.version) return false;
    if (!protocol.verify(token.value, message, pinUvAuthParam)) return false;
    token.used = true;
    return true;
  }

  /** getUserVerifiedFlagValue */
  get userVerified(): boolean {
    return this.#live()?.userVerified ?? false;
  }

  /** getUserPresentFlagValue: the gesture that got the token serves as the touch of its first use. */
  get userPresent(): boolean {
    const token = this.#live();
    return token !== undefined && token.userPresent && this.#clock.now() - token.since <= USER_PRESENT_LIMIT;
  }

  /**
   * Until when {@link userPresent} counts for making or using a credential, by the clock; undefined when it does not, or no
   * more.
   */
  get presentUntil(): number | undefined {
    const token = this.#token;
    if (!token || !this.userPresent) return undefined;
    return token.permissions & (Permission.MC | Permission.GA) ? token.since + USER_PRESENT_LIMIT : undefined;
  }

  hasPermission(permission: number): boolean {
    return ((this.#live()?.permissions ?? 0) & permission) !== 0;
  }

  /** The permissions RP ID; undefined when none is bound. */
  get rpId(): string | undefined {
    return this.#live()?.rpId;
  }

  bindRpId(rpId: string): void {
    const token = this.#live();
    if (token) token.rpId = rpId;
  }

  /**
   * clearUserPresentFlag, clearUserVerifiedFlag, clearPinUvAuthTokenPermissionsExceptLbw: after an operation that tested
   * user presence the token is good for nothing but large blobs.
   */
  spend(): void {
    const token = this.#live();
    if (!token) return;
    token.userVerified = false;
    token.userPresent = false;
    token.permissions &= Permission.LBW;
  }

  #live(): Token | undefined {
    const token = this.#token;
    if (!token) return undefined;
    const age = this.#clock.now() - token.since;
    if (age > MAX_USAGE_PERIOD || (!token.used && age > INITIAL_USAGE_LIMIT)) this.stop();
    return this.#token;
  }
}
