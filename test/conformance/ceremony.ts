/** What makeCredential and getAssertion cases share: requests, tokens, and checking what comes back. */
import { p256 } from '@noble/curves/nist.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { expect } from 'vitest';
import { PinClient } from '../../main/client/pin';
import type { PinUvAuthToken } from '../../main/client/pin-uv-auth-token';
import { decodeAuthenticatorData, type AuthenticatorData } from '../../main/ctap/authenticator-data';
import type { CborMap } from '../../main/ctap/cbor';
import type { GetAssertionRequest, GetAssertionResponse } from '../../main/ctap/commands/get-assertion';
import type { MakeCredentialRequest, MakeCredentialResponse } from '../../main/ctap/commands/make-credential';
import { Algorithm, p256PointOf } from '../../main/ctap/cose';
import { Permission } from '../../main/ctap/pin-protocol';
import { PIN } from './ceremony-pin';
import { tokenByFinger } from './fingers';
import type { Subject } from './subject';

export { PIN };
export const RP = 'a.example';
export const CLIENT_DATA_HASH = sha256(Buffer.from('client data'));
export const ES256 = { alg: Algorithm.ES256, type: 'public-key' } as const;

/** By the PIN; where there is none of CTAP's, by built-in user verification. */
export async function tokenFor(
  subject: Subject,
  permissions: number,
  rpId?: string,
): Promise<PinUvAuthToken> {
  const { api, random, pin = PIN } = subject;
  const info = await api.getInfo();
  if (info.options?.get('clientPin') === undefined && info.options?.get('uv') === true)
    return tokenByFinger(subject, permissions, rpId);
  return new PinClient(api, info, random).token(pin, permissions, rpId);
}

export function authorized(token: PinUvAuthToken): { pinUvAuthParam: Uint8Array; pinUvAuthProtocol: number } {
  return { pinUvAuthParam: token.authenticate(CLIENT_DATA_HASH), pinUvAuthProtocol: token.protocolVersion };
}

/** A discoverable credential for {@link RP} unless changed. */
export function makeRequest(change: Partial<MakeCredentialRequest> = {}): MakeCredentialRequest {
  return {
    clientDataHash: CLIENT_DATA_HASH,
    rp: { id: RP, name: 'A' },
    user: { id: Uint8Array.of(1), name: 'ada', displayName: 'Ada' },
    pubKeyCredParams: [ES256],
    options: { rk: true },
    ...change,
  };
}

/** makeCredential with the PIN. */
export async function make(
  subject: Subject,
  change: Partial<MakeCredentialRequest> = {},
): Promise<MakeCredentialResponse> {
  const rpId = change.rp?.id ?? RP;
  const token = await tokenFor(subject, Permission.MC, rpId);
  return subject.api.makeCredential(makeRequest({ ...authorized(token), ...change }));
}

export function getRequest(change: Partial<GetAssertionRequest> = {}): GetAssertionRequest {
  return { rpId: RP, clientDataHash: CLIENT_DATA_HASH, ...change };
}

/** getAssertion with the PIN. */
export async function get(
  subject: Subject,
  change: Partial<GetAssertionRequest> = {},
): Promise<GetAssertionResponse> {
  const token = await tokenFor(subject, Permission.GA, change.rpId ?? RP);
  return subject.api.getAssertion(getRequest({ ...authorized(token), ...change }));
}

export interface Created {
  readonly data: AuthenticatorData;
  readonly credentialId: Uint8Array;
  readonly publicKey: CborMap;
}

export function read(response: MakeCredentialResponse): Created {
  const data = decodeAuthenticatorData(response.authData);
  if (!data.attestedCredential) throw new Error('no attested credential data');
  const { credentialId, publicKey } = data.attestedCredential;
  return { data, credentialId, publicKey };
}

/** ES256 over authData ‖ clientDataHash. */
export function expectSigned(publicKey: CborMap, authData: Uint8Array, signature: unknown): void {
  const point = p256PointOf(publicKey);
  if (!point || !(signature instanceof Uint8Array)) throw new Error('no P-256 key or no signature');
  const message = Uint8Array.of(...authData, ...CLIENT_DATA_HASH);
  const key = Uint8Array.of(4, ...point.x, ...point.y);
  expect(p256.verify(signature, message, key, { format: 'der', lowS: false })).toBe(true);
}
