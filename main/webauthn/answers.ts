/** Answers of an authenticator, checked before anything of them reaches a site (WebAuthn Level 3 §6.1; CTAP 2.1 §6.1, §6.2). */
import { sha256 } from '@noble/hashes/sha2.js';
import {
  decodeAuthenticatorData,
  Flag,
  type AttestedCredentialData,
  type AuthenticatorData,
} from '../ctap/authenticator-data';
import type { CborMap, CborValue } from '../ctap/cbor';
import { ProtocolError } from '../ctap/errors';
import { sameBytes } from './credential-lists';
import { spkiOf } from './spki';

export interface Expectation {
  readonly rpId: string;
  /** The user was to be verified. */
  readonly verified: boolean;
}

export interface CreatedCredential extends AttestedCredentialData {
  readonly extensions: CborMap;
  /** COSE number, one of those offered. */
  readonly algorithm: number;
  /** SubjectPublicKeyInfo, DER; undefined for an algorithm that is not known here. */
  readonly spki: Uint8Array | undefined;
}

/**
 * What makeCredential has made. Throws {@link ProtocolError} for authenticator data of another site, without user presence or
 * the verification that was asked for, without a credential, or with a key of an algorithm that was not `offered`.
 */
export function readCreated(
  authData: Uint8Array,
  { offered, ...expected }: Expectation & { readonly offered: readonly number[] },
): CreatedCredential {
  const { attestedCredential, extensions = new Map() } = readAuthenticatorData(authData, expected);
  if (!attestedCredential || attestedCredential.credentialId.length === 0)
    throw new ProtocolError('the authenticator says that it made a credential, and sends none');
  const algorithm = attestedCredential.publicKey.get(3);
  if (typeof algorithm !== 'number' || !offered.includes(algorithm))
    throw new ProtocolError('the new credential has an algorithm that was not asked for');
  return { ...attestedCredential, extensions, algorithm, spki: spkiOf(attestedCredential.publicKey) };
}

/** The extension outputs of an assertion. Throws {@link ProtocolError} as {@link readCreated}. */
export function readAsserted(authData: Uint8Array, signature: Uint8Array, expected: Expectation): CborMap {
  const { attestedCredential, extensions = new Map<string, CborValue>() } = readAuthenticatorData(
    authData,
    expected,
  );
  if (attestedCredential) throw new ProtocolError('an assertion holds a new credential');
  if (signature.length === 0) throw new ProtocolError('an assertion is not signed');
  return extensions;
}

function readAuthenticatorData(bytes: Uint8Array, { rpId, verified }: Expectation): AuthenticatorData {
  const data = decodeAuthenticatorData(bytes);
  if (!sameBytes(data.rpIdHash, sha256(Buffer.from(rpId))))
    throw new ProtocolError('the authenticator answered for another site');
  if (!(data.flags & Flag.UP))
    throw new ProtocolError('the authenticator did not see that anybody was there');
  if (verified && !(data.flags & Flag.UV))
    throw new ProtocolError('the authenticator did not verify the user although it was asked to');
  if (data.flags & Flag.BS && !(data.flags & Flag.BE))
    throw new ProtocolError('a passkey that cannot be backed up says that it is');
  return data;
}
