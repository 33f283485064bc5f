/**
 * RS256: RSASSA-PKCS1-v1_5 with SHA-256, 2048 bits, e = 65537 (RFC 8017 §8.2). Keys come from OpenSSL, so they do not
 * follow the engine's source of randomness. A private key is kept as its two primes, p ‖ q, 256 bytes: everything else
 * follows from them, and a credential ID has to hold it.
 */
import { createPrivateKey, generateKeyPair, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { Algorithm, rsaCoseKey } from '../ctap/cose';
import type { SignatureAlgorithm } from './algorithms';

const MODULUS_LENGTH = 256;
const PRIME_LENGTH = MODULUS_LENGTH / 2;
const EXPONENT = 65537n;
const options = { modulusLength: 8 * MODULUS_LENGTH, publicExponent: Number(EXPONENT) };

const generate = promisify(generateKeyPair);

export const rs256: SignatureAlgorithm = {
  number: Algorithm.RS256,
  privateKeyLength: 2 * PRIME_LENGTH,
  newPrivateKey: async () => primesOf((await generate('rsa', options)).privateKey),
  newPrivateKeySync: () => primesOf(generateKeyPairSync('rsa', options).privateKey),
  publicKeyOf(privateKey) {
    const { p, q } = read(privateKey);
    return rsaCoseKey(bytesOf(p * q, MODULUS_LENGTH), bytesOf(EXPONENT, 3), Algorithm.RS256);
  },
  sign: (privateKey, message) => Uint8Array.from(sign('sha256', message, keyOf(privateKey))),
};

function primesOf(key: KeyObject): Uint8Array {
  const { p, q } = key.export({ format: 'jwk' });
  if (p === undefined || q === undefined) throw new Error('an RSA key without primes');
  const primes = new Uint8Array(2 * PRIME_LENGTH);
  primes.set(Buffer.from(p, 'base64url'), 0);
  primes.set(Buffer.from(q, 'base64url'), PRIME_LENGTH);
  return primes;
}

/** Throws RangeError for what cannot be the primes of a key of this size. */
function read(privateKey: Uint8Array): { readonly p: bigint; readonly q: bigint } {
  const number = (start: number): bigint =>
    BigInt(`0x${Buffer.from(privateKey.subarray(start, start + PRIME_LENGTH)).toString('hex') || '0'}`);
  const p = number(0);
  const q = number(PRIME_LENGTH);
  if (p === q || (p * q) >> BigInt(8 * MODULUS_LENGTH - 1) !== 1n)
    throw new RangeError('not the primes of an RSA key of 2048 bits');
  return { p, q };
}

/** RFC 7518 §6.3.2 */
function keyOf(privateKey: Uint8Array): KeyObject {
  const { p, q } = read(privateKey);
  const d = inverse(EXPONENT, (p - 1n) * (q - 1n));
  const member = (value: bigint, length: number): string =>
    Buffer.from(bytesOf(value, length)).toString('base64url');
  return createPrivateKey({
    format: 'jwk',
    key: {
      kty: 'RSA',
      n: member(p * q, MODULUS_LENGTH),
      e: member(EXPONENT, 3),
      d: member(d, MODULUS_LENGTH),
      p: member(p, PRIME_LENGTH),
      q: member(q, PRIME_LENGTH),
      dp: member(d % (p - 1n), PRIME_LENGTH),
      dq: member(d % (q - 1n), PRIME_LENGTH),
      qi: member(inverse(q, p), PRIME_LENGTH),
    },
  });
}

/** x with value · x ≡ 1 (mod modulus), by Euclid's extended algorithm. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [r, nextR] = [modulus, value % modulus];
  let [x, nextX] = [0n, 1n];
  while (nextR !== 0n) {
    const quotient = r / nextR;
    [r, nextR] = [nextR, r - quotient * nextR];
    [x, nextX] = [nextX, x - quotient * nextX];
  }
  if (r !== 1n) throw new RangeError('not the primes of an RSA key');
  return x < 0n ? x + modulus : x;
}

/** Big-endian. */
function bytesOf(value: bigint, length: number): Uint8Array {
  return Uint8Array.from(Buffer.from(value.toString(16).padStart(2 * length, '0'), 'hex'));
}
