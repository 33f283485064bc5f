/**
 * minPinLength (CTAP 2.1 §12.4) and pinComplexityPolicy (CTAP 2.2): what the key demands of PINs, told to the sites that an
 * administrator has put on the list of setMinPINLength, and to no others.
 */
import type { CborValue } from '../../ctap/cbor';
import type { AuthenticatorPolicy } from '../env';
import { readBool, type Extension } from './extension';

export const MIN_PIN_LENGTH = 'minPinLength';
export const PIN_COMPLEXITY_POLICY = 'pinComplexityPolicy';

export const minPinLength = telling(MIN_PIN_LENGTH, (policy) => policy.minPinLength);
export const pinComplexityPolicy = telling(PIN_COMPLEXITY_POLICY, (policy) => policy.pinComplexityPolicy);

/** 0x11 for another input than a bool. */
function telling(identifier: string, tell: (policy: AuthenticatorPolicy) => CborValue): Extension {
  return {
    identifier,
    create(input, { context: { env }, rpId }) {
      const { policy } = env.storage.record;
      if (!readBool(input, identifier) || !policy.minPinLengthRpIds.includes(rpId)) return undefined;
      return { answer: () => ({ signed: tell(policy) }) };
    },
  };
}
