/** What a case cannot do without, found out from getInfo alone: for subjects that are as they are, and not made for the case. */
import type { AuthenticatorConfiguration } from '../../main/authenticator/configuration';
import type { AuthenticatorInfo } from '../../main/ctap/commands/get-info';
import type { SoftKeyRecipe } from '../support/soft-key';

/** Undefined when the authenticator has it; otherwise the end of a sentence that begins with "it wants". */
export type Need = (info: AuthenticatorInfo) => string | undefined;

const option = ({ options }: AuthenticatorInfo, name: string): boolean | undefined => options?.get(name);
const need =
  (what: string, isThere: (info: AuthenticatorInfo) => boolean): Need =>
  (info) =>
    isThere(info) ? undefined : what;

export const aPin = need('a PIN of CTAP’s', (info) => option(info, 'clientPin') !== undefined);
/** A touch that proves presence and nothing else; where everything is verified, there is none. */
export const aTouch = need('a touch alone', (info) => option(info, 'alwaysUv') !== true);
/** That nobody who writes is asked who they are. */
export const openness = need('a key that is not protected', (info) => option(info, 'alwaysUv') !== true);
export const enrolment = need('fingers to enrol', (info) => option(info, 'bioEnroll') !== undefined);
export const noBuiltInUv = need('no verification of its own', (info) => option(info, 'uv') === undefined);
export const aReset = need(
  'a reset',
  (info) => info.longTouchForReset === undefined || (info.transportsForReset?.length ?? 0) > 0,
);
/** That it lacks an extension. */
export const without = (extension: string): Need =>
  need(`no ${extension}`, ({ extensions }) => !extensions?.includes(extension));

export const withoutAlgorithm = (number: number): Need =>
  need(`no algorithm ${number}`, ({ algorithms }) => !algorithms?.some(({ alg }) => alg === number));

type Configured = Partial<AuthenticatorConfiguration>;

/** Members of a recipe's configuration that getInfo tells of. All others want a key made for the case. */
const told: {
  readonly [M in keyof AuthenticatorConfiguration]?: (
    value: AuthenticatorConfiguration[M],
    info: AuthenticatorInfo,
  ) => boolean;
} = {
  pinUvAuthProtocols: ([preferred], info) => info.pinUvAuthProtocols?.[0] === preferred,
  extensions: (wanted, info) => wanted.every((name) => info.extensions?.includes(name)),
  algorithms: (wanted, info) => wanted.every((each) => info.algorithms?.some(({ alg }) => alg === each)),
  attestationFormats: (wanted, info) => String(wanted) === String(info.attestationFormats),
  alwaysUv: (wanted, info) => (option(info, 'alwaysUv') ?? false) === wanted,
  clientPin: (wanted, info) => (option(info, 'clientPin') !== undefined) === wanted,
  makeCredUvNotRqd: (wanted, info) => (option(info, 'makeCredUvNotRqd') ?? false) === wanted,
  persistentToken: (wanted, info) => (option(info, 'perCredMgmtRO') ?? false) === wanted,
  enterpriseAttestation: (wanted, info) => (option(info, 'ep') !== undefined) === wanted,
  maxLargeBlobArray: (wanted, info) =>
    wanted > 0 ? (info.maxSerializedLargeBlobArray ?? 0) >= wanted : !info.maxSerializedLargeBlobArray,
  maxCredentialCountInList: (wanted, info) => info.maxCredentialCountInList === wanted,
  preferredPlatformUvAttempts: (wanted, info) => info.preferredPlatformUvAttempts === wanted,
};

/**
 * Why this authenticator is not what a case wants, if it is not. A sensor that knows a finger is any built-in user verification; a
 * PIN may be replaced by it, for the tokens that it gets.
 */
export function unlike(
  { recipe = {}, needs = [] }: { readonly recipe?: SoftKeyRecipe; readonly needs?: readonly Need[] },
  info: AuthenticatorInfo,
): string | undefined {
  const { pin, pinRecord, profile, fingers, configuration = {}, passkeys: _, seed: __, ...others } = recipe;
  const verifies = option(info, 'uv') === true;
  const isSensor = profile === 'fingerprint' && fingers !== undefined;
  if (profile !== undefined && !isSensor) return `a ${profile} key`;
  if (isSensor && !verifies) return 'a sensor that knows a finger';
  if (isSensor && pin !== undefined) return aPin(info) ?? 'a PIN beside a sensor';
  if (pinRecord !== undefined || Object.keys(others).length > 0) return 'a key in a certain state';
  if (pin !== undefined && !verifies && aPin(info) !== undefined) return aPin(info);
  return unlikeConfiguration(configuration, info) ?? needs.map((each) => each(info)).find((reason) => reason);
}

function unlikeConfiguration(configuration: Configured, info: AuthenticatorInfo): string | undefined {
  for (const [member, value] of Object.entries(configuration)) {
    const holds = told[member as keyof AuthenticatorConfiguration] as
      ((value: unknown, info: AuthenticatorInfo) => boolean) | undefined;
    if (!holds?.(value, info)) return `${member} as it is not`;
  }
  return undefined;
}
