/**
 * A simulated key as a tester describes it, in plain JSON, and the state that it comes to. What is described is checked
 * like a state file (`state.ts`), so that a mistyped member is told and not passed over.
 */
import type { RandomSource } from '../../native/ports';
import { pinBytes, pinCodePoints } from '../ctap/pin-protocol';
import {
  configure,
  profiles,
  SIMULATED,
  type AuthenticatorConfiguration,
  type ProfileName,
} from './configuration';
import type { CredProtect } from './env';
import { newKeyState, type KeyState } from './key-state';
import { stocked, withFingers, withPasskeys, withPin, type PasskeyRecipe } from './provision';
import { quirkParameters, type Quirk } from './quirks';
import { parseState, STATE_FORMAT, STATE_VERSION, StateError } from './state';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };
export type JsonObject = Readonly<Record<string, Json>>;

/** {@link PasskeyRecipe} in JSON. */
export interface DescribedPasskey {
  readonly rpId: string;
  readonly rpName?: string | undefined;
  readonly userName?: string | undefined;
  readonly displayName?: string | undefined;
  /** base64url of 1..64 bytes; 16 random ones when absent. */
  readonly userId?: string | undefined;
  /** COSE number; ES256 when absent. */
  readonly algorithm?: number | undefined;
  readonly credProtect?: CredProtect | undefined;
  readonly largeBlob?: boolean | undefined;
  readonly thirdPartyPayment?: boolean | undefined;
}

export interface DescribedKey {
  /** A name of {@link profiles}; `2.1` when absent. */
  readonly profile?: string | undefined;
  /** As the USB product name; "Simulated " is put in front where it does not begin so. */
  readonly name?: string | undefined;
  readonly serial?: string | undefined;
  /** None when absent. */
  readonly pin?: string | undefined;
  readonly passkeys?: readonly DescribedPasskey[] | undefined;
  /** That many made-up passkeys more. */
  readonly samplePasskeys?: number | undefined;
  /** Names of enrolled fingers, for a key with a sensor. */
  readonly fingers?: readonly string[] | undefined;
  /** As in the state file: `[{ "name": "delete-pretends" }]`. */
  readonly quirks?: readonly JsonObject[] | undefined;
  /** Any other members of `configuration` in the state file: `{ "capacity": 3 }`. */
  readonly configuration?: JsonObject | undefined;
  /** The whole state, as in a state file; the profile, the configuration and the name are in it. */
  readonly state?: JsonObject | undefined;
}

/** What is described cannot be; the message says what and why. */
export class RecipeError extends Error {
  override readonly name = 'RecipeError';
}

/** Throws {@link RecipeError}. */
export function stateOfDescribed(described: DescribedKey, random: RandomSource): KeyState {
  const { profile, name, serial, pin, quirks, configuration, state } = described;
  let made: KeyState;
  if (state) {
    if ([profile, name, serial, quirks, configuration].some((member) => member !== undefined))
      throw new RecipeError(
        'A key that is given its whole state takes no profile, name, serial, quirks or configuration.',
      );
    made = read(state);
  } else {
    const known = knownProfile(profile ?? '2.1');
    if (configuration?.['profile'] !== undefined)
      throw new RecipeError('The profile stands beside the configuration, not in it.');
    checkQuirks(quirks);
    const complete = readConfiguration({
      ...configuration,
      profile: known,
      ...(name !== undefined && { productName: simulatedName(name) }),
      ...(serial !== undefined && { serial }),
      ...(quirks && { quirks }),
    });
    made = stocked(known, newKeyState(complete, random), random);
  }
  const passkeys = [
    ...(described.passkeys ?? []).map(passkeyRecipe),
    ...samples(described.samplePasskeys ?? 0),
  ];
  if (passkeys.length > 0) made = withRoomFor(made, passkeys, random);
  if (described.fingers) made = withRoomForFingers(made, described.fingers);
  return pin === undefined ? made : withCheckedPin(made, pin);
}

/** Quirks as in the state file. Throws {@link RecipeError}. */
export function quirksOfDescribed(quirks: readonly JsonObject[]): readonly Quirk[] {
  checkQuirks(quirks);
  return readConfiguration({ quirks }).quirks;
}

function readConfiguration(configuration: JsonObject): AuthenticatorConfiguration {
  return read({ configuration }).configuration;
}

function read(state: JsonObject): KeyState {
  const content = JSON.stringify({ format: STATE_FORMAT, version: STATE_VERSION, ...state });
  try {
    return parseState(Uint8Array.from(Buffer.from(content)), 'description');
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    throw new RecipeError(`This key cannot be simulated: its description ${error.problem}.`, {
      cause: error,
    });
  }
}

function knownProfile(profile: string): ProfileName {
  if (!Object.hasOwn(profiles, profile))
    throw new RecipeError(
      `There is no profile "${profile}". The profiles are ${listed(Object.keys(profiles))}.`,
    );
  return profile as ProfileName;
}

function checkQuirks(quirks: readonly JsonObject[] = []): void {
  for (const { name } of quirks)
    if (typeof name !== 'string' || !Object.hasOwn(quirkParameters, name))
      throw new RecipeError(
        `There is no quirk ${JSON.stringify(name)}. The quirks are ${listed(Object.keys(quirkParameters))}.`,
      );
}

function listed(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}

/** Design decision 9: what is simulated says so wherever it shows. */
function simulatedName(name: string): string {
  return name.startsWith(SIMULATED) ? name : `${SIMULATED} ${name}`;
}

function passkeyRecipe({ userId, ...rest }: DescribedPasskey): PasskeyRecipe {
  const recipe = Object.fromEntries(
    Object.entries(rest).filter(([, value]) => value !== undefined),
  ) as unknown as PasskeyRecipe;
  if (userId === undefined) return recipe;
  const bytes = Uint8Array.from(Buffer.from(userId, 'base64url'));
  if (Buffer.from(bytes).toString('base64url') !== userId || bytes.length < 1 || bytes.length > 64)
    throw new RecipeError(`A userId is the base64url of 1 to 64 bytes; "${userId}" is not.`);
  return { ...recipe, userId: bytes };
}

const people = ['ada', 'grace', 'alan', 'hedy', 'katherine'] as const;

/** Three to a site, under the names that are reserved for examples (RFC 2606). */
function samples(count: number): readonly PasskeyRecipe[] {
  return Array.from({ length: count }, (_, index) => {
    const site = `sample-${Math.floor(index / 3) + 1}.example`;
    const person = people[index % people.length] ?? people[0];
    return {
      rpId: site,
      userName: `${person}@${site}`,
      displayName: person[0]?.toUpperCase() + person.slice(1),
    };
  });
}

function withRoomFor(state: KeyState, passkeys: readonly PasskeyRecipe[], random: RandomSource): KeyState {
  const { capacity, discoverable, u2f } = state.configuration;
  const room = !discoverable || u2f === 'only' ? 0 : capacity - state.credentials.length;
  if (passkeys.length > room)
    throw new RecipeError(
      room === 0
        ? 'A key of this kind has no room for passkeys.'
        : `This key has room for ${room} ${room === 1 ? 'passkey' : 'passkeys'}, not for ${passkeys.length}. Give it a greater capacity.`,
    );
  try {
    return withPasskeys(state, passkeys, random);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new RecipeError(`A passkey cannot be made: ${error.message}.`, { cause: error });
  }
}

function withRoomForFingers(state: KeyState, names: readonly string[]): KeyState {
  const { bioEnrollment, maxTemplates } = state.configuration;
  if (bioEnrollment === 'none') throw new RecipeError('A key of this kind has no fingerprint sensor.');
  if (state.templates.length + names.length > maxTemplates)
    throw new RecipeError(`The sensor of this key has room for ${maxTemplates} fingers.`);
  return withFingers(
    state,
    names.map((friendlyName) => ({ friendlyName })),
  );
}

/** The rules of clientPIN (CTAP 2.1 §6.5.5.5): such a PIN could not have been set otherwise. */
function withCheckedPin(state: KeyState, pin: string): KeyState {
  const { clientPin, minPinLength, maxPinLength, u2f } = state.configuration;
  if (!clientPin || u2f === 'only') throw new RecipeError('A key of this kind has no PIN.');
  if (pinCodePoints(pin) < minPinLength || pinBytes(pin).length > maxPinLength)
    throw new RecipeError(
      `The PIN of this key has at least ${minPinLength} characters and at most ${maxPinLength} bytes.`,
    );
  return withPin(state, pin);
}

/** The names of the profiles, each with the name that its keys have where none is given. */
export function profileNames(): readonly { readonly profile: string; readonly name: string }[] {
  return (Object.keys(profiles) as (keyof typeof profiles)[]).map((profile) => ({
    profile,
    name: configure(profile).productName,
  }));
}
