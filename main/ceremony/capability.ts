/** What an authenticator is able to do for one request, by what it says of itself: nobody is asked anything for it. */
import type { AuthenticatorInfo } from '../ctap/commands/get-info';
import type { EnterpriseAttestation } from '../webauthn/attestation';
import { planCreation } from '../webauthn/creation-plan';
import { CeremonyFailure } from '../webauthn/failure';
import { isU2fOnly } from '../webauthn/ports';
import { planVerification } from '../webauthn/user-verification';
import type { Need, Obstacle } from './dialog-view';
import type { CeremonyRequest } from './model';

export interface Capability {
  readonly obstacle?: Obstacle;
  readonly need?: Need;
  /** A touch is all that it wants. */
  readonly asksNothing: boolean;
}

export function capabilityOf(
  info: AuthenticatorInfo,
  request: CeremonyRequest,
  enterprise: EnterpriseAttestation,
): Capability {
  try {
    const plan = request.kind === 'create' ? creation(info, request, enterprise) : use(info, request);
    if (plan.full) return { obstacle: 'full', asksNothing: false };
    if (plan.verification === 'skip') return { asksNothing: true };
    return { ...(info.options?.get('uv') !== true && { need: 'pin' }), asksNothing: false };
  } catch (error) {
    if (!(error instanceof CeremonyFailure)) throw error;
    return { ...obstacles[error.reason], asksNothing: false };
  }
}

interface Plan {
  readonly verification: 'verify' | 'skip';
  readonly full: boolean;
}

function creation(
  info: AuthenticatorInfo,
  { options }: Extract<CeremonyRequest, { readonly kind: 'create' }>,
  enterprise: EnterpriseAttestation,
): Plan {
  const { rk, verification } = planCreation(info, options, enterprise);
  return { verification, full: rk && info.remainingDiscoverableCredentials === 0 };
}

function use(info: AuthenticatorInfo, { options }: Extract<CeremonyRequest, { readonly kind: 'get' }>): Plan {
  const { userVerification = 'preferred', allowCredentials = [], extensions } = options;
  const keeps = !isU2fOnly(info) && info.options?.get('rk') === true;
  if (allowCredentials.length === 0 && !keeps)
    throw new CeremonyFailure('resident-key-impossible', 'it keeps no discoverable credentials');
  // What they need besides is seen when it comes to it; here it only decides whether a touch could be all.
  const isPlain = extensions?.prf === undefined && extensions?.largeBlob?.write === undefined;
  const verification = planVerification(info, { requirement: userVerification });
  return { verification: isPlain ? verification : 'verify', full: false };
}

const obstacles: Partial<Record<CeremonyFailure['reason'], Omit<Capability, 'asksNothing'>>> = {
  'resident-key-impossible': { obstacle: 'no-passkeys' },
  'uv-impossible': { obstacle: 'no-verification' },
  'unsupported-algorithm': { obstacle: 'algorithm' },
  'extension-impossible': { obstacle: 'extension' },
  'pin-not-set': { need: 'new-pin' },
  'pin-change-required': { need: 'pin-change' },
};
