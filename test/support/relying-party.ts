/**
 * A relying party for tests: it writes the client data by itself, and checks answers twice, as sites do with
 * `@simplewebauthn/server`, and by OpenSSL from the bytes alone.
 */
import {
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type WebAuthnCredential,
} from '@simplewebauthn/server';
import { ml_dsa44, ml_dsa65 } from '@noble/post-quantum/ml-dsa.js';
import { createPublicKey, verify } from 'node:crypto';
import { expect } from 'vitest';
import type { CallOptions } from '../../main/ctap/api';
import { decodeCborLeniently, type CborMap } from '../../main/ctap/cbor';
import { Algorithm } from '../../main/ctap/cose';
import { create, type CreateRequest } from '../../main/webauthn/create';
import { get, type GetRequest } from '../../main/webauthn/get';
import type {
  AuthenticationCredential,
  PublicKeyCredentialCreationOptions,
  PublicKeyCredentialRequestOptions,
  RegistrationCredential,
} from '../../main/webauthn/model';
import type { CeremonyAuthenticator } from '../../main/webauthn/ports';
import { authenticationToJSON, registrationToJSON } from '../../main/webauthn/response-json';
import { createdCredential, sha256, signatureIsValid } from './platform';
import { SeededRandom } from './seeded-random';

export const RP_ID = 'example.org';
export const ORIGIN = 'https://login.example.org';

const random = new SeededRandom('site');

export const utf8 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text));
const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');

/** What a site asks for when it has no wishes of its own. */
export function creationOptions(
  changes: Partial<PublicKeyCredentialCreationOptions> = {},
): PublicKeyCredentialCreationOptions {
  return {
    rp: { id: RP_ID, name: 'Example' },
    user: { id: utf8('ada'), name: 'ada@example.org', displayName: 'Ada Lovelace' },
    challenge: random.bytes(32),
    pubKeyCredParams: [],
    ...changes,
  };
}

function clientData(type: 'webauthn.create' | 'webauthn.get', challenge: Uint8Array): Uint8Array {
  return utf8(
    `{"type":"${type}","challenge":"${base64url(challenge)}","origin":"${ORIGIN}","crossOrigin":false}`,
  );
}

export type CreateChanges = Partial<Omit<CreateRequest, 'options' | 'clientDataJSON'>> & CallOptions;

export function registerAt(
  authenticator: CeremonyAuthenticator,
  changes: Partial<PublicKeyCredentialCreationOptions> = {},
  { signal, onStatus, ...request }: CreateChanges = {},
): Promise<RegistrationCredential> {
  const options = creationOptions(changes);
  return create(
    authenticator,
    { options, rpId: RP_ID, clientDataJSON: clientData('webauthn.create', options.challenge), ...request },
    { ...(signal && { signal }), ...(onStatus && { onStatus }) },
  );
}

export type GetChanges = Partial<Omit<GetRequest, 'options' | 'clientDataJSON'>> & CallOptions;

export function signInAt(
  authenticator: CeremonyAuthenticator,
  changes: Partial<PublicKeyCredentialRequestOptions> = {},
  { signal, onStatus, ...request }: GetChanges = {},
): Promise<AuthenticationCredential> {
  const options = { challenge: random.bytes(32), ...changes };
  return get(
    authenticator,
    {
      options,
      rpId: RP_ID,
      clientDataJSON: clientData('webauthn.get', options.challenge),
      chooseAccount: () => Promise.reject(new Error('nobody chooses')),
      ...request,
    },
    { ...(signal && { signal }), ...(onStatus && { onStatus }) },
  );
}

/** On the list of a site that has this credential. */
export function listed(...ids: readonly Uint8Array[]): { readonly type: string; readonly id: Uint8Array }[] {
  return ids.map((id) => ({ type: 'public-key', id }));
}

/** The challenge that an answer is to; the test's own requests are the only ones there are. */
function challengeOf(clientDataJSON: Uint8Array): string {
  return (JSON.parse(Buffer.from(clientDataJSON).toString()) as { challenge: string }).challenge;
}

export interface Registered {
  readonly credential: WebAuthnCredential;
  readonly fmt: string;
  readonly userVerified: boolean;
  readonly aaguid: string;
}

/** What the site knows of a new passkey; fails the test for one that no site would accept. */
export async function accepted(credential: RegistrationCredential): Promise<Registered> {
  const { clientDataJSON, attestationObject, authenticatorData, publicKey, publicKeyAlgorithm } =
    credential.response;
  const { verified, registrationInfo } = await verifyRegistrationResponse({
    response: registrationToJSON(credential) as Parameters<typeof verifyRegistrationResponse>[0]['response'],
    expectedChallenge: challengeOf(clientDataJSON),
    expectedOrigin: ORIGIN,
    expectedRPID: RP_ID,
    requireUserVerification: false,
    supportedAlgorithmIDs: [publicKeyAlgorithm],
  });
  expect(verified).toBe(true);
  // And from the bytes.
  const object = decodeCborLeniently(attestationObject, []) as CborMap;
  expect(object.get('authData')).toEqual(authenticatorData);
  const created = createdCredential(authenticatorData);
  expect(created.id).toEqual(credential.rawId);
  expect(created.publicKey.get(3)).toBe(publicKeyAlgorithm);
  const statement = object.get('attStmt') as CborMap;
  if (object.get('fmt') === 'packed')
    expect(
      signatureIsValid(
        created.publicKey,
        authenticatorData,
        statement.get('sig') as Uint8Array,
        sha256(clientDataJSON),
      ),
    ).toBe(true);
  expect(publicKey).toBeDefined();
  const { fmt, userVerified, aaguid, credential: stored } = registrationInfo!;
  return { fmt, userVerified, aaguid, credential: stored };
}

/** The site checks a sign-in with a passkey that it knows, from what `create` gave it; returns whether the user was verified. */
export async function signedIn(
  registration: RegistrationCredential,
  assertion: AuthenticationCredential,
): Promise<{ readonly userVerified: boolean }> {
  const { credential } = await accepted(registration);
  const { clientDataJSON, authenticatorData, signature } = assertion.response;
  const { verified, authenticationInfo } = await verifyAuthenticationResponse({
    response: authenticationToJSON(assertion) as Parameters<
      typeof verifyAuthenticationResponse
    >[0]['response'],
    expectedChallenge: challengeOf(clientDataJSON),
    expectedOrigin: ORIGIN,
    expectedRPID: RP_ID,
    requireUserVerification: false,
    credential,
  });
  expect(verified).toBe(true);
  verifiedByItself(registration, authenticatorData, clientDataJSON, signature);
  return { userVerified: authenticationInfo.userVerified };
}

/** What @simplewebauthn/server verifies with the Web Cryptography of this Node; the others are verified by the signature alone. */
const knownToSites: ReadonlySet<number> = new Set([
  Algorithm.ES256,
  Algorithm.EDDSA,
  Algorithm.ES384,
  Algorithm.RS256,
]);

/** A passkey with an attestation of its own and a sign-in, of any algorithm, with user verification. */
export async function takenBySites(
  registration: RegistrationCredential,
  assertion: AuthenticationCredential,
): Promise<void> {
  const { clientDataJSON, authenticatorData, signature } = assertion.response;
  verifiedByItself(registration, authenticatorData, clientDataJSON, signature);
  if (!knownToSites.has(registration.response.publicKeyAlgorithm)) return;
  expect(await accepted(registration)).toMatchObject({ fmt: 'packed', userVerified: true });
  expect(await signedIn(registration, assertion)).toEqual({ userVerified: true });
}

const digests = new Map<number, string>([
  [-7, 'sha256'],
  [-9, 'sha256'],
  [-35, 'sha384'],
  [-257, 'sha256'],
]);
const mlDsas = new Map([
  [-48, ml_dsa44],
  [-49, ml_dsa65],
]);
/** Bytes of SubjectPublicKeyInfo before an ML-DSA key (RFC 9881 §4). */
const ML_DSA_HEAD = 22;

/** By the SubjectPublicKeyInfo that getPublicKey() gives, which shares nothing with the COSE key. */
export function verifiedByItself(
  { response: { publicKey, publicKeyAlgorithm } }: RegistrationCredential,
  authenticatorData: Uint8Array,
  clientDataJSON: Uint8Array,
  signature: Uint8Array,
): void {
  const message = Buffer.concat([authenticatorData, sha256(clientDataJSON)]);
  const mlDsa = mlDsas.get(publicKeyAlgorithm);
  const isValid = (bytes: Uint8Array): boolean =>
    mlDsa
      ? mlDsa.verify(signature, bytes, publicKey!.subarray(ML_DSA_HEAD))
      : verify(
          digests.get(publicKeyAlgorithm),
          bytes,
          createPublicKey({ key: Buffer.from(publicKey!), format: 'der', type: 'spki' }),
          signature,
        );
  expect(isValid(message)).toBe(true);
  message[33] = message[33]! ^ 1;
  expect(isValid(message)).toBe(false);
}
