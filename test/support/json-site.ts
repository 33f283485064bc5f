/**
 * A site as programs speak to it: options and responses are JSON. Answers are checked twice, by `@simplewebauthn/server` as sites do
 * it, and by OpenSSL with the public key alone.
 */
import { verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server';
import { createPublicKey, verify } from 'node:crypto';
import { expect } from 'vitest';
import { encodeCbor } from '../../main/ctap/cbor';
import { decodeBase64Url, encodeBase64Url } from '../../main/webauthn/base64url';
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '../../main/webauthn/response-json';
import type { Outcome } from './ceremony-person';
import { sha256, signatureIsValid } from './platform';
import { SeededRandom } from './seeded-random';
import type { SoftKeyFile } from './soft-key-file';

/** What a site keeps of a passkey. */
export interface KnownPasskey {
  /** base64url */
  readonly id: string;
  /** Throws when the signature of an answer is not by it. */
  readonly verify: (answer: AuthenticationResponseJSON) => void;
  readonly cose: Uint8Array<ArrayBuffer>;
}

export interface Registered extends KnownPasskey {
  readonly attachment: string | undefined;
  readonly transports: readonly string[];
}

export class JsonSite {
  readonly origin: string;
  readonly rpId: string;
  readonly #topOrigin: string | undefined;
  readonly #random: SeededRandom;
  #challenge = '';

  /**
   * @param rpId that of the origin's host when absent
   * @param topOrigin where the page is in a frame: that of the page around it all
   */
  constructor(origin: string, rpId = new URL(origin).hostname, topOrigin?: string) {
    this.origin = origin;
    this.rpId = rpId;
    this.#topOrigin = topOrigin;
    this.#random = new SeededRandom(origin);
  }

  /** PublicKeyCredentialCreationOptionsJSON: a discoverable passkey of this user, who is to be verified. */
  creation(user: string, changes: Readonly<Record<string, unknown>> = {}): string {
    return JSON.stringify({
      rp: { id: this.rpId, name: 'A site with a name of its own' },
      user: { id: handleOf(user), name: user, displayName: '' },
      challenge: this.#newChallenge(),
      pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      ...changes,
    });
  }

  /** PublicKeyCredentialRequestOptionsJSON: for any passkey of the site, or for these. */
  request(known: readonly KnownPasskey[] = [], changes: Readonly<Record<string, unknown>> = {}): string {
    return JSON.stringify({
      rpId: this.rpId,
      challenge: this.#newChallenge(),
      userVerification: 'required',
      ...(known.length > 0 && { allowCredentials: listOf(known) }),
      ...changes,
    });
  }

  /** Fails the test for a new passkey that the site would not take: of another request, without verification, signed by another. */
  async takes({ response, error }: Outcome): Promise<Registered> {
    expect(error).toBeUndefined();
    const answer = JSON.parse(response ?? '') as RegistrationResponseJSON;
    expect(clientDataOf(answer)).toEqual(this.#clientData('webauthn.create'));
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: answer as Parameters<typeof verifyRegistrationResponse>[0]['response'],
      expectedChallenge: this.#challenge,
      expectedOrigin: this.origin,
      expectedRPID: this.rpId,
      requireUserVerification: true,
    });
    expect(verified).toBe(true);
    const cose = registrationInfo!.credential.publicKey;
    const publicKey = createPublicKey({
      key: Buffer.from(answer.response.publicKey ?? '', 'base64url'),
      format: 'der',
      type: 'spki',
    });
    return {
      id: answer.id,
      cose,
      verify: (assertion) => {
        const { signed, signature } = signedIn(assertion);
        expect(verify('sha256', signed, publicKey, signature)).toBe(true);
      },
      attachment: answer.authenticatorAttachment,
      transports: answer.response.transports,
    };
  }

  /** Fails the test unless this signs in with that passkey: this request's, by a person who was verified or need not be. */
  async letsIn(
    { response, error }: Outcome,
    known: KnownPasskey,
    { verified = true }: { readonly verified?: boolean } = {},
  ): Promise<void> {
    expect(error).toBeUndefined();
    const answer = JSON.parse(response ?? '') as AuthenticationResponseJSON;
    expect(clientDataOf(answer)).toEqual(this.#clientData('webauthn.get'));
    expect(answer.id).toBe(known.id);
    const { verified: isVerified, authenticationInfo } = await verifyAuthenticationResponse({
      response: answer as Parameters<typeof verifyAuthenticationResponse>[0]['response'],
      expectedChallenge: this.#challenge,
      expectedOrigin: this.origin,
      expectedRPID: this.rpId,
      requireUserVerification: verified,
      ...(this.#topOrigin !== undefined && { expectedTopOrigin: this.#topOrigin }),
      credential: { id: known.id, publicKey: known.cose, counter: 0 },
    });
    expect(isVerified).toBe(true);
    expect(authenticationInfo.userVerified).toBe(verified);
    known.verify(answer);
  }

  #newChallenge(): string {
    this.#challenge = encodeBase64Url(this.#random.bytes(32));
    return this.#challenge;
  }

  #clientData(type: string): object {
    const topOrigin = this.#topOrigin;
    return {
      type,
      challenge: this.#challenge,
      origin: this.origin,
      crossOrigin: topOrigin !== undefined,
      ...(topOrigin !== undefined && { topOrigin }),
    };
  }
}

/** Fails the test unless the site is told this error and no more. */
export function refusedWith({ response, error }: Outcome, name: string): void {
  expect(response).toBeUndefined();
  expect(error).toMatchObject({ name });
}

/** Of a site's passkeys, for excludeCredentials. */
export function listOf(known: readonly KnownPasskey[]): readonly object[] {
  return known.map(({ id }) => ({ type: 'public-key', id }));
}

/** As the site knows a passkey that the key came with. */
export function knownOn(key: SoftKeyFile, rpId: string, user: string): KnownPasskey {
  const found = key
    .read()
    .credentials.find(({ credential }) => credential.rp.id === rpId && credential.user.name === user);
  if (!found) throw new Error(`${key.name} has no passkey of ${user} at ${rpId}`);
  const { id, publicKey } = found.credential;
  return {
    id: encodeBase64Url(id),
    cose: Uint8Array.from(encodeCbor(publicKey)),
    verify: (answer) => {
      const { authData, clientDataHash, signature } = signedIn(answer);
      expect(signatureIsValid(publicKey, authData, signature, clientDataHash)).toBe(true);
    },
  };
}

function handleOf(user: string): string {
  return encodeBase64Url(Buffer.from(user));
}

function signedIn({ response }: AuthenticationResponseJSON) {
  const authData = decoded(response.authenticatorData);
  const clientDataHash = sha256(decoded(response.clientDataJSON));
  return {
    authData,
    clientDataHash,
    signed: Buffer.concat([authData, clientDataHash]),
    signature: decoded(response.signature),
  };
}

function decoded(text: string): Uint8Array {
  const bytes = decodeBase64Url(text);
  if (!bytes) throw new Error('not base64url');
  return bytes;
}

function clientDataOf({ response }: { readonly response: { readonly clientDataJSON: string } }): unknown {
  const data = JSON.parse(Buffer.from(response.clientDataJSON, 'base64url').toString()) as object;
  // Chromium's own answers have it now and then, so that no site counts on there being nothing else.
  const { other_keys_can_be_added_here: _, ...rest } = data as { other_keys_can_be_added_here?: string };
  return rest;
}
