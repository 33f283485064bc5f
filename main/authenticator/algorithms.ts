/** The signature algorithms of the software authenticator, as WebAuthn carries their keys and signatures (Level 3 §5.8.5, §6.5.5). */
import { ed25519 } from '@noble/curves/ed25519.js';
import { p256, p384 } from '@noble/curves/nist.js';
import type { RandomSource } from '../../native/ports';
import type { CborMap } from '../ctap/cbor';
import { Algorithm, ed25519CoseKey, p256CoseKey, p384CoseKey } from '../ctap/cose';
import { mlDsa44, mlDsa65 } from './ml-dsa';
import { rs256 } from './rs256';

export interface SignatureAlgorithm {
  /** COSE number. */
  readonly number: number;
  /** Bytes of a private key as it is stored. */
  readonly privateKeyLength: number;
  newPrivateKey(random: RandomSource): Promise<Uint8Array>;
  /** The same, for where nothing waits meanwhile: an RSA key takes a tenth of a second and more. */
  newPrivateKeySync(random: RandomSource): Uint8Array;
  /** COSE_Key. */
  publicKeyOf(privateKey: Uint8Array): CborMap;
  /** ECDSA in ASN.1 DER, the others raw. */
  sign(privateKey: Uint8Array, message: Uint8Array): Uint8Array;
}

/** ECDSA on P-256 with SHA-256, or on P-384 with SHA-384. */
function ecdsa(number: number, curve: typeof p256, coseKey: typeof p256CoseKey): SignatureAlgorithm {
  const { secretKey: length, seed: seedLength = length } = curve.lengths;
  if (length === undefined || seedLength === undefined) throw new RangeError('a curve without a length');
  const newPrivateKeySync = (random: RandomSource): Uint8Array => {
    const seed = random.bytes(seedLength);
    const { secretKey } = curve.keygen(seed);
    seed.fill(0);
    return secretKey;
  };
  return {
    number,
    privateKeyLength: length,
    newPrivateKey: async (random) => newPrivateKeySync(random),
    newPrivateKeySync,
    publicKeyOf(privateKey) {
      const point = curve.getPublicKey(privateKey, false);
      return coseKey({ x: point.slice(1, 1 + length), y: point.slice(1 + length) }, number);
    },
    sign: (privateKey, message) => curve.sign(message, privateKey, { format: 'der', prehash: true }),
  };
}

/** Ed25519; the number of old means any EdDSA curve, the other one this curve (RFC 9864). */
function edDsa(number: number): SignatureAlgorithm {
  const newPrivateKeySync = (random: RandomSource): Uint8Array => random.bytes(32);
  return {
    number,
    privateKeyLength: 32,
    newPrivateKey: async (random) => newPrivateKeySync(random),
    newPrivateKeySync,
    publicKeyOf: (privateKey) => ed25519CoseKey(ed25519.getPublicKey(privateKey), number),
    sign: (privateKey, message) => ed25519.sign(message, privateKey),
  };
}

const algorithms: ReadonlyMap<number, SignatureAlgorithm> = new Map(
  [
    ecdsa(Algorithm.ES256, p256, p256CoseKey),
    ecdsa(Algorithm.ESP256, p256, p256CoseKey),
    ecdsa(Algorithm.ES384, p384, p384CoseKey),
    edDsa(Algorithm.EDDSA),
    edDsa(Algorithm.ED25519),
    rs256,
    mlDsa44,
    mlDsa65,
  ].map((algorithm) => [algorithm.number, algorithm]),
);

/** Undefined for a number that this authenticator cannot sign with. */
export function signatureAlgorithm(number: number): SignatureAlgorithm | undefined {
  return algorithms.get(number);
}
