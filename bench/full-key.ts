/** The key of the listing benchmarks, and the job that is done with it. */
import { configure, type AuthenticatorConfiguration } from '../main/authenticator/configuration';
import { newKeyState, type KeyState } from '../main/authenticator/key-state';
import { withPasskeys, withPin } from '../main/authenticator/provision';
import type { RandomSource } from '../native/ports';

export const PIN = '123456';
export const SITES = 50;
export const PASSKEYS = 200;

/**
 * What a client cannot do without: getInfo, key agreement, token, metadata, one for each site (the first comes with
 * the total) and one for each passkey.
 */
export const FEWEST_ROUND_TRIPS = 4 + SITES + PASSKEYS;

/** A key with {@link PIN} and {@link PASSKEYS} passkeys on {@link SITES} sites. */
export function fullKey(random: RandomSource, changes: Partial<AuthenticatorConfiguration> = {}): KeyState {
  const recipes = Array.from({ length: PASSKEYS }, (_, index) => ({
    rpId: `site${index % SITES}.example`,
    rpName: `Site ${index % SITES}`,
    userName: `user${index}@example.com`,
    displayName: `User ${index}`,
  }));
  const empty = newKeyState(configure('2.1', { capacity: 2 * PASSKEYS, ...changes }), random);
  return withPin(withPasskeys(empty, recipes, random), PIN);
}
