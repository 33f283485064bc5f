/** SubjectPublicKeyInfo of COSE keys, against what OpenSSL writes (WebAuthn Level 3 §5.2.1.1). */
import { generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { CborMap, CborValue } from '../../main/ctap/cbor';
import { ProtocolError } from '../../main/ctap/errors';
import { spkiOf } from '../../main/webauthn/spki';

const bytes = (text: string | undefined): Uint8Array => Uint8Array.from(Buffer.from(text ?? '', 'base64url'));
const map = (...members: [number, CborValue][]): CborMap => new Map(members);

function ec2(alg: number, crv: number, { x, y }: JsonWebKey): CborMap {
  return map([1, 2], [3, alg], [-1, crv], [-2, bytes(x)], [-3, bytes(y)]);
}
function okp(alg: number, crv: number, { x }: JsonWebKey): CborMap {
  return map([1, 1], [3, alg], [-1, crv], [-2, bytes(x)]);
}
function rsa(alg: number, { n, e }: JsonWebKey): CborMap {
  return map([1, 3], [3, alg], [-1, bytes(n)], [-2, bytes(e)]);
}

const curve = (namedCurve: string): KeyObject => generateKeyPairSync('ec', { namedCurve }).publicKey;
const p256 = curve('P-256');
const p384 = curve('P-384');
const p521 = curve('P-521');
const k256 = curve('secp256k1');
const ed25519 = generateKeyPairSync('ed25519').publicKey;
const ed448 = generateKeyPairSync('ed448').publicKey;
const rsa2048 = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;

const cases: readonly (readonly [string, KeyObject, (jwk: JsonWebKey) => CborMap])[] = [
  ['ES256', p256, (jwk) => ec2(-7, 1, jwk)],
  ['ESP256', p256, (jwk) => ec2(-9, 1, jwk)],
  ['ES384', p384, (jwk) => ec2(-35, 2, jwk)],
  ['ES512', p521, (jwk) => ec2(-36, 3, jwk)],
  ['ES256K', k256, (jwk) => ec2(-47, 8, jwk)],
  ['EdDSA', ed25519, (jwk) => okp(-8, 6, jwk)],
  ['Ed25519', ed25519, (jwk) => okp(-19, 6, jwk)],
  ['Ed448', ed448, (jwk) => okp(-53, 7, jwk)],
  ['RS256', rsa2048, (jwk) => rsa(-257, jwk)],
  ['PS256', rsa2048, (jwk) => rsa(-37, jwk)],
];

it.each(cases)('%s', (_, key, cose) => {
  const expected = key.export({ format: 'der', type: 'spki' });
  expect(spkiOf(cose(key.export({ format: 'jwk' })))).toEqual(Uint8Array.from(expected));
});

it.each([
  // RFC 9881 §4 and its examples: SEQUENCE { SEQUENCE { OID }, BIT STRING }.
  ['ML-DSA-44', -48, 1312, '30820532300b0609608648016503040311038205210007'],
  ['ML-DSA-65', -49, 1952, '308207b2300b0609608648016503040312038207a10007'],
  ['ML-DSA-87', -50, 2592, '30820a32300b060960864801650304031303820a210007'],
])('%s', (_, alg, length, head) => {
  const key = map([1, 7], [3, alg], [-1, new Uint8Array(length).fill(7)]);
  const spki = spkiOf(key);
  expect(Buffer.from(spki ?? []).toString('hex', 0, 23)).toBe(head);
  expect(spki).toHaveLength(length + 22);
});

describe('a key that is none of its algorithm', () => {
  const jwk = p256.export({ format: 'jwk' });

  it.each([
    ['another curve', ec2(-7, 2, jwk)],
    ['another type', new Map([...ec2(-7, 1, jwk), [1, 1]])],
    ['a short coordinate', new Map([...ec2(-7, 1, jwk), [-3, new Uint8Array(31)]])],
    ['no coordinate', map([1, 2], [3, -7], [-1, 1], [-2, new Uint8Array(32)])],
    ['no modulus', map([1, 3], [3, -257], [-1, new Uint8Array()], [-2, Uint8Array.of(1, 0, 1)])],
    ['ML-DSA of another size', map([1, 7], [3, -48], [-1, new Uint8Array(1952)])],
    ['no algorithm', map([1, 2])],
  ])('%s', (_, key) => {
    expect(() => spkiOf(key)).toThrow(ProtocolError);
  });
});

it('of an algorithm that is not known there is none', () => {
  expect(spkiOf(map([1, 2], [3, -70000]))).toBeUndefined();
});
