/**
 * A minimal platform for testing authenticators: PINs, tokens and signatures as the specification wants them, over any
 * {@link Ctap2Api}. It is not Latchkey's client, so that a mistake there cannot hide one in the authenticator.
 */
import { ml_dsa44, ml_dsa65 } from '@noble/post-quantum/ml-dsa.js';
import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto';
import type { RandomSource } from '../../native/ports';
import type { Ctap2Api } from '../../main/ctap/api';
import { decodeAuthenticatorData, type AuthenticatorData } from '../../main/ctap/authenticator-data';
import type { CborMap } from '../../main/ctap/cbor';
import { ClientPinSubcommand as Sub } from '../../main/ctap/commands/client-pin';
import {
  credentialManagementAuthMessage,
  type CredentialManagementResponse,
} from '../../main/ctap/commands/credential-management';
import {
  newKeyAgreementKey,
  padPin,
  pinBytes,
  pinHash,
  pinProtocol,
  type PinProtocol,
} from '../../main/ctap/pin-protocol';
import { SeededRandom } from './seeded-random';

export const CLIENT_DATA_HASH = Uint8Array.from(createHash('sha256').update('client data').digest());

export function sha256(data: string | Uint8Array): Uint8Array {
  return Uint8Array.from(createHash('sha256').update(data).digest());
}

/** A token with the protocol it was got by. */
export interface PlatformToken {
  readonly protocol: PinProtocol;
  readonly value: Uint8Array;
}

export class TestPlatform {
  readonly api: Ctap2Api;
  readonly protocol: PinProtocol;
  readonly #random: RandomSource;

  constructor(api: Ctap2Api, version: 1 | 2 = 2, random: RandomSource = new SeededRandom('platform')) {
    this.api = api;
    this.#random = random;
    this.protocol = pinProtocol(version, random)!;
  }

  /** A fresh shared secret, and the key that the authenticator needs for it. */
  async agree(): Promise<{ readonly shared: Uint8Array; readonly keyAgreement: CborMap }> {
    const { keyAgreement: peer } = await this.api.clientPin({
      pinUvAuthProtocol: this.protocol.version,
      subCommand: Sub.GET_KEY_AGREEMENT,
    });
    const own = newKeyAgreementKey(this.#random);
    return { shared: this.protocol.sharedSecret(own, peer!)!, keyAgreement: own.publicKey };
  }

  async setPin(pin: string): Promise<void> {
    const { shared, keyAgreement } = await this.agree();
    const newPinEnc = this.protocol.encrypt(shared, padPin(pinBytes(pin)));
    await this.api.clientPin({
      pinUvAuthProtocol: this.protocol.version,
      subCommand: Sub.SET_PIN,
      keyAgreement,
      newPinEnc,
      pinUvAuthParam: this.protocol.authenticate(shared, newPinEnc),
    });
  }

  async changePin(current: string, next: string): Promise<void> {
    const { shared, keyAgreement } = await this.agree();
    const newPinEnc = this.protocol.encrypt(shared, padPin(pinBytes(next)));
    const pinHashEnc = this.protocol.encrypt(shared, pinHash(pinBytes(current)));
    await this.api.clientPin({
      pinUvAuthProtocol: this.protocol.version,
      subCommand: Sub.CHANGE_PIN,
      keyAgreement,
      newPinEnc,
      pinHashEnc,
      pinUvAuthParam: this.protocol.authenticate(shared, Uint8Array.of(...newPinEnc, ...pinHashEnc)),
    });
  }

  /** Without `permissions` the legacy token. */
  async token(pin: string, permissions?: number, rpId?: string): Promise<PlatformToken> {
    const { shared, keyAgreement } = await this.agree();
    const { pinUvAuthToken } = await this.api.clientPin({
      pinUvAuthProtocol: this.protocol.version,
      subCommand: permissions === undefined ? Sub.GET_PIN_TOKEN : Sub.GET_TOKEN_USING_PIN,
      keyAgreement,
      pinHashEnc: this.protocol.encrypt(shared, pinHash(pinBytes(pin))),
      ...(permissions !== undefined && { permissions }),
      ...(rpId !== undefined && { rpId }),
    });
    return { protocol: this.protocol, value: this.protocol.decrypt(shared, pinUvAuthToken!)! };
  }

  async retries(): Promise<number> {
    return (await this.api.clientPin({ subCommand: Sub.GET_PIN_RETRIES })).pinRetries!;
  }

  async manage(
    { protocol, value }: PlatformToken,
    subCommand: number,
    params?: CborMap,
  ): Promise<CredentialManagementResponse> {
    return this.api.credentialManagement({
      subCommand,
      ...(params && { subCommandParams: params }),
      pinUvAuthProtocol: protocol.version,
      pinUvAuthParam: protocol.authenticate(value, credentialManagementAuthMessage(subCommand, params)),
    });
  }
}

/** The members that authorise a makeCredential or getAssertion. */
export function authorized(
  { protocol, value }: PlatformToken,
  clientDataHash: Uint8Array = CLIENT_DATA_HASH,
): { readonly pinUvAuthProtocol: number; readonly pinUvAuthParam: Uint8Array } {
  return {
    pinUvAuthProtocol: protocol.version,
    pinUvAuthParam: protocol.authenticate(value, clientDataHash),
  };
}

/**
 * Verifies with Node's OpenSSL, which shares no code with the authenticator. It knows no ML-DSA, so there it is the same
 * library that signs; test/authenticator/ml-dsa.test.ts holds that one against the vectors of Wycheproof.
 */
export function signatureIsValid(
  publicKey: CborMap,
  authData: Uint8Array,
  signature: Uint8Array,
  clientDataHash: Uint8Array = CLIENT_DATA_HASH,
): boolean {
  const message = Buffer.concat([authData, clientDataHash]);
  const mlDsa = mlDsas.get(publicKey.get(3) as number);
  if (mlDsa)
    return publicKey.get(1) === 7 && mlDsa.verify(signature, message, publicKey.get(-1) as Uint8Array);
  return verify(digests.get(publicKey.get(3) as number), message, publicKeyObject(publicKey), signature);
}

/** By COSE algorithm; EdDSA has none. */
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

function publicKeyObject(publicKey: CborMap): KeyObject {
  const member = (label: number): string =>
    Buffer.from(publicKey.get(label) as Uint8Array).toString('base64url');
  const curve = { 1: 'P-256', 2: 'P-384' }[publicKey.get(-1) as 1 | 2];
  const keys = {
    1: () => ({ kty: 'OKP', crv: 'Ed25519', x: member(-2) }),
    2: () => ({ kty: 'EC', crv: curve, x: member(-2), y: member(-3) }),
    3: () => ({ kty: 'RSA', n: member(-1), e: member(-2) }),
  };
  return createPublicKey({ format: 'jwk', key: keys[publicKey.get(1) as 1 | 2 | 3]() });
}

/** The new credential in the authenticator data of makeCredential. */
export function createdCredential(authData: Uint8Array): {
  readonly data: AuthenticatorData;
  readonly id: Uint8Array;
  readonly publicKey: CborMap;
} {
  const data = decodeAuthenticatorData(authData);
  const { credentialId, publicKey } = data.attestedCredential!;
  return { data, id: credentialId, publicKey };
}
