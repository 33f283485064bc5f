/**
 * ML-DSA against the vectors of Project Wycheproof: keys from seeds, and what verifies. With them the library is known to verify
 * what others sign; that what it signs verifies there, algorithms.test.ts and the conformance suite say.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { signatureAlgorithm } from '../../main/authenticator/algorithms';
import { encodeCbor } from '../../main/ctap/cbor';
import { signatureIsValid } from '../support/platform';
import { SeededRandom } from '../support/seeded-random';

interface Signed {
  readonly comment: string;
  readonly publicKey: string;
  readonly message: string;
  readonly signature: string;
}

const { parameterSets } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../vectors/wycheproof-ml-dsa.json'), 'utf8'),
) as {
  readonly parameterSets: Readonly<
    Record<string, { readonly signed: readonly (Signed & { seed: string })[]; refused: readonly Signed[] }>
  >;
};

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const NOTHING = new Uint8Array();

describe.each([
  ['ML-DSA-44', -48, 1312, 2420],
  ['ML-DSA-65', -49, 1952, 3309],
] as const)('%s', (name, number, publicKeyLength, signatureLength) => {
  const algorithm = signatureAlgorithm(number)!;
  const { signed, refused } = parameterSets[name]!;
  const coseKey = (publicKey: string) =>
    new Map<number, number | Uint8Array>([
      [1, 7],
      [3, number],
      [-1, bytes(publicKey)],
    ]);

  it.each(signed)('$comment: the key that the seed gives, and a signature', (vector) => {
    const publicKey = algorithm.publicKeyOf(bytes(vector.seed));
    expect(publicKey).toEqual(coseKey(vector.publicKey));
    expect(signatureIsValid(publicKey, bytes(vector.message), bytes(vector.signature), NOTHING)).toBe(true);
    const own = algorithm.sign(bytes(vector.seed), bytes(vector.message));
    expect(signatureIsValid(publicKey, bytes(vector.message), own, NOTHING)).toBe(true);
  });

  it.each(refused)('$comment: refused', ({ publicKey, message, signature }) => {
    expect(signatureIsValid(coseKey(publicKey), bytes(message), bytes(signature), NOTHING)).toBe(false);
  });

  it('lengths, and a canonical COSE key', () => {
    const seed = algorithm.newPrivateKeySync(new SeededRandom(name));
    const publicKey = algorithm.publicKeyOf(seed);
    expect(publicKey.get(-1)).toHaveLength(publicKeyLength);
    expect(Buffer.from(encodeCbor(publicKey)).toString('hex')).toMatch(
      number === -48 ? /^a3010703382f20590520/ : /^a30107033830205907a0/,
    );
    expect(algorithm.sign(seed, NOTHING)).toHaveLength(signatureLength);
  });

  it('signs with fresh randomness: the same message never gives the same signature', () => {
    const seed = algorithm.newPrivateKeySync(new SeededRandom(name));
    expect(algorithm.sign(seed, NOTHING)).not.toEqual(algorithm.sign(seed, NOTHING));
  });
});
