/** Which permissions a pinUvAuthToken of this key can have (CTAP 2.1 §6.5.5.7.2 and §6.5.5.7.3; pcmr from 2.2 on). */
import { CtapStatusError } from '../ctap/errors';
import { Permission } from '../ctap/pin-protocol';
import { Status } from '../ctap/status';
import { clientPinUsable, type AuthenticatorConfiguration } from './configuration';

const DEFINED = Object.values(Permission).reduce((all, bit) => all | bit, 0);

/** What the user proves with: the PIN (clientPIN subcommand 0x09) or the built-in user verification (0x06). */
export type ProvedBy = 'pin' | 'uv';

/** Bits that nobody has defined are ignored, so they are taken out here. */
export function definedPermissions(permissions: number): number {
  return permissions & DEFINED;
}

/** Throws 0x40 for a permission that this key does not give, and for pcmr beside another one. */
export function refuseUnsupported(
  configuration: AuthenticatorConfiguration,
  by: ProvedBy,
  permissions: number,
): void {
  const asked = definedPermissions(permissions);
  const mixed = (asked & Permission.PCMR) !== 0 && asked !== Permission.PCMR;
  if (mixed || asked & ~given(configuration, by)) throw new CtapStatusError(Status.UNAUTHORIZED_PERMISSION);
}

function given(configuration: AuthenticatorConfiguration, by: ProvedBy): number {
  const { credentialManagement, bioEnrollment, configCommands, maxLargeBlobArray } = configuration;
  const byUv = by === 'uv';
  const conditions: readonly (readonly [permissions: number, condition: boolean])[] = [
    [Permission.MC | Permission.GA, byUv || clientPinUsable(configuration)],
    [Permission.CM, isFinal(credentialManagement)],
    [Permission.BE, isFinal(bioEnrollment) && (!byUv || configuration.uvBioEnroll)],
    [Permission.LBW, maxLargeBlobArray > 0],
    [Permission.ACFG, configCommands.length > 0 && (!byUv || configuration.uvAcfg)],
    [Permission.PCMR, configuration.persistentToken],
  ];
  return conditions.reduce((all, [permissions, condition]) => (condition ? all | permissions : all), 0);
}

function isFinal(generation: AuthenticatorConfiguration['credentialManagement']): boolean {
  return generation === 'final' || generation === 'both';
}
