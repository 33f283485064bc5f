/** What a site's options for a new passkey mean for one authenticator (WebAuthn Level 3 §5.1.3; CTAP 2.1 §6.1). */
import type { AuthenticatorInfo } from '../ctap/commands/get-info';
import type { MakeCredentialRequest } from '../ctap/commands/make-credential';
import type { CredentialDescriptor, CredentialParameters } from '../ctap/entities';
import { attestationMembers, type EnterpriseAttestation } from './attestation';
import { planCreateExtensions, type CreateExtensions } from './create-extensions';
import { credentialsFor } from './credential-lists';
import { WebAuthnError } from './errors';
import { CeremonyFailure } from './failure';
import {
  PUBLIC_KEY,
  type AttestationConveyancePreference,
  type PublicKeyCredentialCreationOptions,
  type PublicKeyCredentialParameters,
  type ResidentKeyRequirement,
} from './model';
import { isU2fOnly } from './ports';
import { planVerification, verificationObstacle } from './user-verification';

/** For a site that names no algorithms: ES256, RS256 (§5.1.3 step 10). */
const DEFAULT_ALGORITHMS: readonly CredentialParameters[] = [
  { type: PUBLIC_KEY, alg: -7 },
  { type: PUBLIC_KEY, alg: -257 },
];

export interface CreationPlan {
  readonly algorithms: readonly CredentialParameters[];
  /** The passkey will be discoverable. */
  readonly rk: boolean;
  readonly verification: 'verify' | 'skip';
  /** Those of excludeCredentials that the authenticator could have. */
  readonly excluded: readonly CredentialDescriptor[];
  readonly extensions: CreateExtensions;
  readonly attestation: AttestationConveyancePreference;
  readonly attestationMembers: Pick<
    MakeCredentialRequest,
    'enterpriseAttestation' | 'attestationFormatsPreference'
  >;
}

/**
 * Throws {@link CeremonyFailure} when this authenticator cannot do what the site demands, and {@link WebAuthnError} with
 * NotSupportedError when none could.
 */
export function planCreation(
  info: AuthenticatorInfo,
  options: PublicKeyCredentialCreationOptions,
  enterprise: EnterpriseAttestation,
): CreationPlan {
  const { authenticatorSelection: selection = {}, attestation = 'none', excludeCredentials = [] } = options;
  const algorithms = algorithmsOf(options.pubKeyCredParams);
  requireAlgorithm(info, algorithms);
  const rk = residentKey(
    info,
    selection.residentKey ?? (selection.requireResidentKey === true ? 'required' : 'discouraged'),
  );
  const extensions = planCreateExtensions(options.extensions ?? {}, info, rk);
  const verification = planVerification(info, {
    requirement: selection.userVerification ?? 'preferred',
    rk,
    // Of the two secrets of hmac-secret, only the one for verified users is the PRF (§10.1.4).
    forced: extensions.prf !== undefined && !verificationObstacle(info),
  });
  return {
    algorithms,
    rk,
    verification,
    excluded: credentialsFor(info, excludeCredentials),
    extensions: verification === 'verify' ? extensions : { ...extensions, prf: undefined },
    attestation,
    attestationMembers: attestationMembers(info, attestation, options.attestationFormats ?? [], enterprise),
  };
}

/** §5.1.3 steps 9 and 10. Throws NotSupportedError when all entries are of unknown types. */
export function algorithmsOf(
  params: readonly PublicKeyCredentialParameters[],
): readonly CredentialParameters[] {
  if (params.length === 0) return DEFAULT_ALGORITHMS;
  const known = new Map(params.filter(({ type }) => type === PUBLIC_KEY).map(({ alg }) => [alg, alg]));
  if (known.size === 0)
    throw new WebAuthnError('NotSupportedError', 'The site names only credential types that do not exist.');
  return [...known.keys()].map((alg) => ({ type: PUBLIC_KEY, alg }));
}

/** An authenticator that names its algorithms has no others (CTAP 2.1 §6.4). */
function requireAlgorithm({ algorithms }: AuthenticatorInfo, offered: readonly CredentialParameters[]): void {
  if (algorithms && !offered.some(({ alg }) => algorithms.some((own) => own.alg === alg)))
    throw new CeremonyFailure('unsupported-algorithm', 'it has none of the algorithms that the site takes');
}

function residentKey(info: AuthenticatorInfo, requirement: ResidentKeyRequirement): boolean {
  const capable = !isU2fOnly(info) && info.options?.get('rk') === true;
  switch (requirement) {
    case 'required':
      if (!capable)
        throw new CeremonyFailure('resident-key-impossible', 'it keeps no discoverable credentials');
      return true;
    case 'preferred':
      // One that says that it is full is no longer capable of it.
      return capable && info.remainingDiscoverableCredentials !== 0;
    case 'discouraged':
      return false;
  }
}
