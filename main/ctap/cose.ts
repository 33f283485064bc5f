/** COSE keys and algorithms that passkeys use (RFC 9052, RFC 9053, WebAuthn Level 3 §5.8.5). */
import type { CborMap, CborValue } from './cbor';
import { ProtocolError } from './errors';

export const Algorithm = {
  ES256: -7,
  EDDSA: -8,
  ESP256: -9,
  ED25519: -19,
  ECDH_ES_HKDF_256: -25,
  ES384: -35,
  ES512: -36,
  PS256: -37,
  ES256K: -47,
  ML_DSA_44: -48,
  ML_DSA_65: -49,
  ML_DSA_87: -50,
  ESP384: -51,
  ESP512: -52,
  ED448: -53,
  RS256: -257,
  RS1: -65535,
} as const;

const names = new Map<number, string>([
  [Algorithm.ES256, 'ES256'],
  [Algorithm.EDDSA, 'EdDSA'],
  [Algorithm.ESP256, 'ESP256'],
  [Algorithm.ED25519, 'Ed25519'],
  [Algorithm.ECDH_ES_HKDF_256, 'ECDH-ES+HKDF-256'],
  [Algorithm.ES384, 'ES384'],
  [Algorithm.ES512, 'ES512'],
  [Algorithm.PS256, 'PS256'],
  [Algorithm.ES256K, 'ES256K'],
  [Algorithm.ML_DSA_44, 'ML-DSA-44'],
  [Algorithm.ML_DSA_65, 'ML-DSA-65'],
  [Algorithm.ML_DSA_87, 'ML-DSA-87'],
  [Algorithm.ESP384, 'ESP384'],
  [Algorithm.ESP512, 'ESP512'],
  [Algorithm.ED448, 'Ed448'],
  [Algorithm.RS256, 'RS256'],
  [Algorithm.RS1, 'RS1'],
]);

/** `ES256`, or undefined for a number without a name here. */
export function algorithmName(algorithm: number): string | undefined {
  return names.get(algorithm);
}

/** COSE_Key labels. */
const KTY = 1;
const ALG = 3;
const CRV = -1;
const X = -2;
const Y = -3;

/** A COSE_Key as it came; `alg` is undefined where the key does not say. */
export interface CoseKey {
  readonly kty: number;
  readonly alg?: number;
  readonly map: CborMap;
}

/** Reads the members that every COSE_Key of CTAP has. Throws {@link ProtocolError} when `value` is no COSE_Key. */
export function readCoseKey(value: CborValue): CoseKey {
  if (!(value instanceof Map)) throw new ProtocolError('COSE key is not a map');
  const map = value as CborMap;
  const kty = map.get(KTY);
  const alg = map.get(ALG);
  if (typeof kty !== 'number') throw new ProtocolError('COSE key has no key type');
  if (alg !== undefined && typeof alg !== 'number')
    throw new ProtocolError('COSE key has an algorithm that is no integer');
  return { kty, ...(alg !== undefined && { alg }), map };
}

/** Labels of an RSA key (RFC 8230 §4). */
const N = -1;
const E = -2;
/** Label of an AKP key. */
const PUB = -1;

/** The x and y coordinates of an EC2 key, each as long as the curve's field: 32 bytes on P-256, 48 on P-384. */
export interface CurvePoint {
  readonly x: Uint8Array;
  readonly y: Uint8Array;
}

/** {1: 2 (EC2), 3: alg, −1: 1 (P-256), −2: x, −3: y} */
export function p256CoseKey(point: CurvePoint, algorithm: number): CborMap {
  return ec2CoseKey(1, point, algorithm);
}

/** {1: 2 (EC2), 3: alg, −1: 2 (P-384), −2: x, −3: y} */
export function p384CoseKey(point: CurvePoint, algorithm: number): CborMap {
  return ec2CoseKey(2, point, algorithm);
}

function ec2CoseKey(curve: number, { x, y }: CurvePoint, algorithm: number): CborMap {
  return new Map<number, CborValue>([
    [KTY, 2],
    [ALG, algorithm],
    [CRV, curve],
    [X, x],
    [Y, y],
  ]);
}

/** {1: 3 (RSA), 3: alg, −1: n, −2: e}; both big-endian without leading zeros. */
export function rsaCoseKey(modulus: Uint8Array, exponent: Uint8Array, algorithm: number): CborMap {
  return new Map<number, CborValue>([
    [KTY, 3],
    [ALG, algorithm],
    [N, modulus],
    [E, exponent],
  ]);
}

/** {1: 1 (OKP), 3: alg, −1: 6 (Ed25519), −2: x}; x is 32 bytes. */
export function ed25519CoseKey(x: Uint8Array, algorithm: number): CborMap {
  return new Map<number, CborValue>([
    [KTY, 1],
    [ALG, algorithm],
    [CRV, 6],
    [X, x],
  ]);
}

/** {1: 7 (AKP), 3: alg, −1: pub} (RFC 9964): ML-DSA; pub is 1312 bytes with ML-DSA-44, 1952 with ML-DSA-65. */
export function akpCoseKey(publicKey: Uint8Array, algorithm: number): CborMap {
  return new Map<number, CborValue>([
    [KTY, 7],
    [ALG, algorithm],
    [PUB, publicKey],
  ]);
}

/** The point of an EC2 P-256 key, or undefined when `key` is none; whether it lies on the curve is not checked here. */
export function p256PointOf(key: CborMap): CurvePoint | undefined {
  const x = key.get(X);
  const y = key.get(Y);
  if (key.get(KTY) !== 2 || key.get(CRV) !== 1) return undefined;
  if (!(x instanceof Uint8Array) || x.length !== 32 || !(y instanceof Uint8Array) || y.length !== 32)
    return undefined;
  return { x, y };
}
