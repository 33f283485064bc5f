/**
 * Puts passkeys, a PIN and fingers straight into the state of a simulated key, without a ceremony each:
 *
 *     let state = newKeyState(configure('2.1', { capacity: 300 }), random);
 *     state = withPin(state, '123456');
 *     state = withPasskeys(state, [{ rpId: 'example.org', userName: 'ada' }], random);
 */
import { Algorithm } from '../ctap/cose';
import type { RandomSource } from '../../native/ports';
import { pinBytes, pinCodePoints, pinHash } from '../ctap/pin-protocol';
import { signatureAlgorithm } from './algorithms';
import { configure, type ProfileName } from './configuration';
import type { CredProtect, PinRecord } from './env';
import { newKeyState, newSecrets, type KeyState, type StoredCredential } from './key-state';

export interface PasskeyRecipe {
  readonly rpId: string;
  readonly rpName?: string;
  readonly userName?: string;
  readonly displayName?: string;
  /** 1..64 bytes; 16 random ones when absent. */
  readonly userId?: Uint8Array;
  /** COSE number; ES256 when absent. */
  readonly algorithm?: number;
  /** 1 when absent. */
  readonly credProtect?: CredProtect;
  /** With a large blob key. */
  readonly largeBlob?: boolean;
  readonly thirdPartyPayment?: boolean;
  /** What the site keeps with it. */
  readonly credBlob?: Uint8Array;
}

/**
 * A new key of this profile, with what its profile comes with: a nearly full key has passkeys of a dozen sites, and room for
 * one more. No key has a PIN yet.
 */
export function profileState(profile: ProfileName, random: RandomSource): KeyState {
  return stocked(profile, newKeyState(configure(profile), random), random);
}

/** Gives a new key what its profile comes with, however it was configured. */
export function stocked(profile: ProfileName, state: KeyState, random: RandomSource): KeyState {
  if (profile !== 'nearly-full') return state;
  const count = Math.max(0, state.configuration.capacity - 1);
  return withPasskeys(
    state,
    Array.from({ length: count }, (_, index) => stock(index)),
    random,
  );
}

const STOCK_SITES = 12;

/** Two or more accounts on each of a dozen sites; the names are reserved for examples (RFC 2606). */
function stock(index: number): PasskeyRecipe {
  const site = (index % STOCK_SITES) + 1;
  const account = Math.floor(index / STOCK_SITES) + 1;
  return {
    rpId: `site-${site}.example`,
    rpName: `Site ${site}`,
    userName: `ada.${account}@site-${site}.example`,
    displayName: `Ada Lovelace (${account})`,
  };
}

/**
 * Appends passkeys, as if they had been made in this order; more than the key's capacity is allowed. Throws RangeError for
 * an algorithm that cannot be simulated.
 */
export function withPasskeys(
  state: KeyState,
  recipes: readonly PasskeyRecipe[],
  random: RandomSource,
): KeyState {
  return { ...state, credentials: [...state.credentials, ...recipes.map((recipe) => cook(recipe, random))] };
}

/** Sets a PIN without asking whether it fits the rules; `changes` may make it one with few tries left, or one to be changed. */
export function withPin(state: KeyState, pin: string, changes: Partial<PinRecord> = {}): KeyState {
  return {
    ...state,
    pin: {
      ...state.pin,
      hash: pinHash(pinBytes(pin)),
      codePoints: pinCodePoints(pin),
      ...changes,
    },
  };
}

export interface FingerRecipe {
  readonly friendlyName?: string;
}

/** Enrols fingers; more than the key has room for are allowed. Throws RangeError for a key without a sensor. */
export function withFingers(state: KeyState, recipes: readonly FingerRecipe[]): KeyState {
  if (state.configuration.bioEnrollment === 'none')
    throw new RangeError('a simulated key without a fingerprint sensor knows no fingers');
  const { templates } = state;
  const added = recipes.map(({ friendlyName }, index) => ({
    // Short beside what a sensor gives, so it meets none of those.
    id: Uint8Array.of(templates.length + index),
    ...(friendlyName !== undefined && { friendlyName }),
  }));
  return { ...state, templates: [...templates, ...added] };
}

function cook(recipe: PasskeyRecipe, random: RandomSource): StoredCredential {
  const { rpId, rpName, userName, displayName } = recipe;
  const algorithm = signatureAlgorithm(recipe.algorithm ?? Algorithm.ES256);
  if (!algorithm) throw new RangeError(`the simulated key does not know algorithm ${recipe.algorithm}`);
  const privateKey = algorithm.newPrivateKeySync(random);
  return {
    credential: {
      id: random.bytes(32),
      rp: { id: rpId, ...(rpName !== undefined && { name: rpName }) },
      user: {
        id: recipe.userId ?? random.bytes(16),
        ...(userName !== undefined && { name: userName }),
        ...(displayName !== undefined && { displayName }),
      },
      algorithm: algorithm.number,
      publicKey: algorithm.publicKeyOf(privateKey),
      credProtect: recipe.credProtect ?? 1,
      ...(recipe.largeBlob && { largeBlobKey: random.bytes(32) }),
      ...(recipe.thirdPartyPayment !== undefined && { thirdPartyPayment: recipe.thirdPartyPayment }),
    },
    secrets: newSecrets(privateKey, random, recipe.credBlob),
  };
}
