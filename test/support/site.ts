/** A web site as programs have it: options out, responses in, both JSON, checked as sites do and by OpenSSL from the bytes alone. */
import {
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type WebAuthnCredential,
} from '@simplewebauthn/server';
import { createHash, createPublicKey, verify } from 'node:crypto';
import { expect } from 'vitest';

export const SITE = 'example.org';
export const PAGE = 'https://login.example.org';

export const challenge = 'Y2hhbGxlbmdl';

export interface Registered {
  readonly credential: WebAuthnCredential;
  /** SubjectPublicKeyInfo, base64url. */
  readonly publicKey: string;
  readonly userVerified: boolean;
}

/** PublicKeyCredentialCreationOptionsJSON: a passkey, of a user who is known. */
export function creationJson(changes: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    rp: { id: SITE, name: 'Example' },
    user: { id: 'YWRh', name: 'ada@example.org', displayName: 'Ada Lovelace' },
    challenge,
    pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    ...changes,
  });
}

/** PublicKeyCredentialRequestOptionsJSON. */
export function requestJson(changes: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({ challenge, rpId: SITE, userVerification: 'required', ...changes });
}

interface Told {
  readonly response: { readonly clientDataJSON: string };
}

/** What the browser would have written; every member in its order. */
export function clientDataOf(response: string): unknown {
  return JSON.parse(decoded((JSON.parse(response) as Told).response.clientDataJSON).toString('utf8'));
}

/** Fails the test unless a site would take it. */
export async function registered(response: string): Promise<Registered> {
  const json = JSON.parse(response) as Parameters<typeof verifyRegistrationResponse>[0]['response'] & {
    readonly response: { readonly publicKey: string };
  };
  const { verified, registrationInfo } = await verifyRegistrationResponse({
    response: json,
    expectedChallenge: challenge,
    expectedOrigin: PAGE,
    expectedRPID: SITE,
    requireUserVerification: true,
  });
  expect(verified).toBe(true);
  const { credential, userVerified } = registrationInfo!;
  return { credential, userVerified, publicKey: json.response.publicKey };
}

/** The same of signing in with it. */
export async function signedInWith({ credential, publicKey }: Registered, response: string): Promise<void> {
  const json = JSON.parse(response) as Parameters<typeof verifyAuthenticationResponse>[0]['response'];
  const { verified } = await verifyAuthenticationResponse({
    response: json,
    expectedChallenge: challenge,
    expectedOrigin: PAGE,
    expectedRPID: SITE,
    requireUserVerification: true,
    credential,
  });
  expect(verified).toBe(true);
  const { authenticatorData, clientDataJSON, signature } = json.response;
  const hash = createHash('sha256').update(decoded(clientDataJSON)).digest();
  const key = createPublicKey({ key: decoded(publicKey), format: 'der', type: 'spki' });
  const message = Buffer.concat([decoded(authenticatorData), hash]);
  expect(verify('sha256', message, key, decoded(signature))).toBe(true);
}

function decoded(text: string): Buffer {
  return Buffer.from(text, 'base64url');
}
