/** How a new credential vouches for itself (WebAuthn Level 3 §8.2, §8.7; CTAP 2.2 §6.1.2, attestationFormatsPreference). */
import { concatBytes } from '@noble/hashes/utils.js';
import type { CborMap, CborValue } from '../ctap/cbor';
import type { SignatureAlgorithm } from './algorithms';

export interface AttestationSubject {
  readonly authData: Uint8Array;
  readonly clientDataHash: Uint8Array;
  readonly algorithm: SignatureAlgorithm;
  readonly privateKey: Uint8Array;
}

/** The first format that the platform prefers and this key has; this key's own first one when there is none such. */
export function chooseAttestationFormat(
  formats: readonly string[],
  preference: readonly string[] | undefined,
): string {
  return preference?.find((name) => formats.includes(name)) ?? formats[0] ?? 'none';
}

/** The statement of `packed` self attestation; an empty one for `none`. Throws RangeError for other formats. */
export function attestationStatement(
  format: string,
  { authData, clientDataHash, algorithm, privateKey }: AttestationSubject,
): CborMap {
  switch (format) {
    case 'none':
      return new Map();
    case 'packed':
      return new Map<string, CborValue>([
        ['alg', algorithm.number],
        ['sig', algorithm.sign(privateKey, concatBytes(authData, clientDataHash))],
      ]);
    default:
      throw new RangeError(`the simulated key cannot attest in the format ${format}`);
  }
}
