/** What a failure is to the person: one of the troubles that the dialog has words and next steps for. */
import { VaultError } from '../vault/vault-error';
import { CeremonyFailure, failureOf } from '../webauthn/failure';
import type { KeyName, PlaceName, Trouble } from './dialog-view';

/** Undefined for what is nobody's trouble but a defect, or the request's own fault. */
export function troubleOf(error: unknown, place: PlaceName): Trouble | undefined {
  if (error instanceof VaultError) return { is: 'device-unusable', problem: error.code };
  const failure = failureOf(error);
  if (!(failure instanceof CeremonyFailure)) return undefined;
  return place.is === 'key'
    ? keyTrouble(failure, { id: place.id, name: place.name })
    : deviceTrouble(failure, place);
}

function deviceTrouble({ reason }: CeremonyFailure, place: PlaceName): Trouble {
  switch (reason) {
    case 'no-credentials':
      return { is: 'no-match', keys: [] };
    default:
      return commonTrouble(reason, place);
  }
}

function keyTrouble({ reason }: CeremonyFailure, key: KeyName): Trouble {
  switch (reason) {
    case 'no-credentials':
      return { is: 'wrong-key', key };
    case 'removed':
      return { is: 'key-removed', key };
    case 'key-full':
      return { is: 'key-full', key };
    case 'pin-blocked':
      return { is: 'key-blocked', key, until: 'reset' };
    case 'pin-auth-blocked':
      return { is: 'key-blocked', key, until: 'replug' };
    case 'uv-blocked':
      return { is: 'key-blocked', key, until: 'pin' };
    case 'resident-key-impossible':
      return { is: 'key-cannot', key, why: 'no-passkeys' };
    case 'uv-impossible':
      return { is: 'key-cannot', key, why: 'no-verification' };
    case 'unsupported-algorithm':
      return { is: 'key-cannot', key, why: 'algorithm' };
    case 'extension-impossible':
      return { is: 'key-cannot', key, why: 'extension' };
    default:
      return commonTrouble(reason, { is: 'key', ...key });
  }
}

function commonTrouble(reason: CeremonyFailure['reason'], place: PlaceName): Trouble {
  switch (reason) {
    case 'excluded':
      return { is: 'excluded', place };
    case 'attestation-impossible':
      return { is: 'attestation-impossible', place };
    case 'touch-timeout':
      return { is: 'not-touched', place };
    case 'refused':
    case 'cancelled':
    case 'uv-invalid':
      return { is: 'refused', place };
    default:
      return { is: 'place-failed', place };
  }
}
