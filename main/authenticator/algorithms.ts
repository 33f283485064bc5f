/** The signature algorithms of the software authenticator: ES256 (−7) and EdDSA with Ed25519 (−8). */
import { ed25519 } from '@noble/curves/ed25519.js';
import { p256 } from '@noble/curves/nist.js';
import type { RandomSource } from '../../native/ports';
import type { CborMap } from '../ctap/cbor';
import { Algorithm, ed25519CoseKey, p256CoseKey } from '../ctap/cose';

export interface SignatureAlgorithm {
  /** COSE number. */
  readonly number: number;
  /** 32 bytes. */
  newPrivateKey(random: RandomSource): Uint8Array;
  /** COSE_Key. */
  publicKeyOf(privateKey: Uint8Array): CborMap;
  /** As WebAuthn carries it (Level 3 §6.5.5): ES256 in ASN.1 DER, EdDSA 64 raw bytes. */
  sign(privateKey: Uint8Array, message: Uint8Array): Uint8Array;
}

const es256: SignatureAlgorithm = {
  number: Algorithm.ES256,
  newPrivateKey: (random) => p256.keygen(random.bytes(48)).secretKey,
  publicKeyOf(privateKey) {
    const point = p256.getPublicKey(privateKey, false);
    return p256CoseKey({ x: point.slice(1, 33), y: point.slice(33, 65) }, Algorithm.ES256);
  },
  sign: (privateKey, message) => p256.sign(message, privateKey, { format: 'der', prehash: true }),
};

const edDsa: SignatureAlgorithm = {
  number: Algorithm.EDDSA,
  newPrivateKey: (random) => random.bytes(32),
  publicKeyOf: (privateKey) => ed25519CoseKey(ed25519.getPublicKey(privateKey), Algorithm.EDDSA),
  sign: (privateKey, message) => ed25519.sign(message, privateKey),
};

/** Undefined for a number that this authenticator cannot sign with. */
export function signatureAlgorithm(number: number): SignatureAlgorithm | undefined {
  return [es256, edDsa].find((algorithm) => algorithm.number === number);
}
