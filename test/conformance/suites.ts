/** All conformance cases, by command. */
import { algorithmCases } from './algorithms.cases';
import { authenticatorConfigCases } from './authenticator-config.cases';
import { bioEnrollmentCases } from './bio-enrollment.cases';
import { builtInUvCases } from './built-in-uv.cases';
import { clientPinCases } from './client-pin.cases';
import { credentialManagementCases } from './credential-management.cases';
import { enterpriseCases } from './enterprise.cases';
import { extensionCases } from './extensions.cases';
import { getAssertionCases } from './get-assertion.cases';
import { largeBlobsCases } from './large-blobs.cases';
import { makeCredentialCases } from './make-credential.cases';
import { optionCases } from './options.cases';
import { otherCases } from './other.cases';
import { persistentTokenCases } from './persistent-token.cases';
import type { ConformanceCase } from './subject';
import { uvOptionCases } from './uv-option.cases';

/** Cases with the key preferring one PIN/UV auth protocol. */
function preferring(version: 1 | 2, cases: readonly ConformanceCase[]): readonly ConformanceCase[] {
  const pinUvAuthProtocols = version === 1 ? [1, 2] : [2, 1];
  return cases.map((each) => ({
    ...each,
    name: `${each.name} (PIN/UV auth protocol ${version})`,
    recipe: { ...each.recipe, configuration: { ...each.recipe?.configuration, pinUvAuthProtocols } },
  }));
}

/** Cases that a real key would not come through unchanged. */
function destructive(cases: readonly ConformanceCase[]): readonly ConformanceCase[] {
  return cases.map((each) => ({ ...each, destructive: true }));
}

export const suites: readonly (readonly [string, readonly ConformanceCase[]])[] = [
  ['getInfo, reset, selection', destructive(otherCases)],
  ['options', destructive(optionCases)],
  [
    'clientPIN',
    destructive(([1, 2] as const).flatMap((version) => preferring(version, clientPinCases(version)))),
  ],
  ['makeCredential', ([1, 2] as const).flatMap((version) => preferring(version, makeCredentialCases))],
  ['getAssertion', ([1, 2] as const).flatMap((version) => preferring(version, getAssertionCases))],
  ['algorithms and attestation', algorithmCases],
  ['enterprise attestation', destructive(enterpriseCases)],
  ['extensions', extensionCases],
  ['largeBlobs', destructive(([1, 2] as const).flatMap((version) => preferring(version, largeBlobsCases)))],
  ['credentialManagement', destructive(credentialManagementCases)],
  ['the persistent token', destructive(persistentTokenCases)],
  [
    'authenticatorConfig',
    destructive(([1, 2] as const).flatMap((version) => preferring(version, authenticatorConfigCases))),
  ],
  [
    'bioEnrollment',
    destructive(([1, 2] as const).flatMap((version) => preferring(version, bioEnrollmentCases))),
  ],
  [
    'built-in user verification',
    destructive(
      ([1, 2] as const).flatMap((version) => preferring(version, [...builtInUvCases, ...uvOptionCases])),
    ),
  ],
];
