/**
 * Enterprise attestation (CTAP 2.1 §6.1.2 step 9, §7.1).
 *
 * A real key then signs with a certificate that names this very piece. A simulated key has no certificate of any kind: it
 * attests with the key of the credential itself, and `epAtt` says that the site would have got the other statement.
 * So what platforms and sites do with the answer can be tested, and nobody is identified.
 */
import { CtapStatusError } from '../ctap/errors';
import { Status } from '../ctap/status';
import type { Env } from './env';

const VENDOR_FACILITATED = 1;
const PLATFORM_MANAGED = 2;

/**
 * Whether the credential is attested for an enterprise.
 * Throws 0x02 when this key cannot or must not, 0x2C for another value than 1 and 2.
 */
export function decidesForEnterprise(
  { configuration, storage }: Env,
  enterpriseAttestation: number | undefined,
  rpId: string,
): boolean {
  if (enterpriseAttestation === undefined) return false;
  if (!configuration.enterpriseAttestation || !storage.record.policy.enterpriseAttestation)
    throw new CtapStatusError(Status.INVALID_PARAMETER, 'enterpriseAttestation');
  switch (enterpriseAttestation) {
    case VENDOR_FACILITATED:
      return configuration.enterpriseRpIds.includes(rpId);
    case PLATFORM_MANAGED:
      return true; // the platform has looked at the RP ID
    default:
      throw new CtapStatusError(Status.INVALID_OPTION, 'enterpriseAttestation');
  }
}
