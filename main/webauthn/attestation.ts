/** What a site learns of the authenticator that made a credential (WebAuthn Level 3 §5.1.3, §5.4.7, §6.5.4). */
import { encodeCbor, type CborMap, type CborValue } from '../ctap/cbor';
import type { AuthenticatorInfo } from '../ctap/commands/get-info';
import type { MakeCredentialRequest, MakeCredentialResponse } from '../ctap/commands/make-credential';
import { ProtocolError } from '../ctap/errors';
import { CeremonyFailure } from './failure';
import type { AttestationConveyancePreference } from './model';

/**
 * Which enterprise attestation the administrator allows this site (CTAP 2.1 §7.1): 1, where the authenticator's vendor has
 * listed the site; 2, for every site that the administrator has listed. Undefined: none.
 */
export type EnterpriseAttestation = 1 | 2 | undefined;

/**
 * The members of makeCredential that ask for attestation. Throws `attestation-impossible` when the site asks for enterprise
 * attestation, may have it, and this authenticator has none: it is for the person to decide whether to go on with `direct`.
 */
export function attestationMembers(
  info: AuthenticatorInfo,
  preference: AttestationConveyancePreference,
  formats: readonly string[],
  enterprise: EnterpriseAttestation,
): Pick<MakeCredentialRequest, 'enterpriseAttestation' | 'attestationFormatsPreference'> {
  const wanted = preference === 'none' ? ['none'] : formats;
  const asksEnterprise = preference === 'enterprise' && enterprise !== undefined;
  if (asksEnterprise && info.options?.get('ep') !== true)
    throw new CeremonyFailure('attestation-impossible', 'it has no enterprise attestation, or it is off');
  return {
    // Authenticators before CTAP 2.2, which name no formats, know no preference.
    ...(info.attestationFormats && wanted.length > 0 && { attestationFormatsPreference: wanted }),
    ...(asksEnterprise && { enterpriseAttestation: enterprise }),
  };
}

/**
 * The attestation object: {"fmt", "attStmt", "authData"}, CBOR. With preference `none` the statement is taken out, unless it is
 * self attestation of a model that does not name itself; the AAGUID stays (§5.1.3).
 */
export function attestationObject(
  { fmt, attStmt, authData }: MakeCredentialResponse,
  aaguid: Uint8Array,
  preference: AttestationConveyancePreference,
): Uint8Array {
  if (!attStmt && fmt !== 'none')
    throw new ProtocolError(`attestation in the format ${fmt} without a statement`);
  const statement: CborMap = attStmt ?? new Map<string, CborValue>();
  const isAnonymous = fmt === 'packed' && !statement.has('x5c') && aaguid.every((byte) => byte === 0);
  const conveyed = preference !== 'none' || isAnonymous;
  return encodeCbor(
    new Map<string, CborValue>([
      ['fmt', conveyed ? fmt : 'none'],
      ['attStmt', conveyed ? statement : new Map()],
      ['authData', authData],
    ]),
  );
}
