import { describe, expect, it } from 'vitest';
import { encodeCbor, type CborKey, type CborValue } from '../../main/ctap/cbor';
import {
  Algorithm,
  algorithmName,
  ed25519CoseKey,
  p256CoseKey,
  p256PointOf,
  readCoseKey,
} from '../../main/ctap/cose';
import { ProtocolError } from '../../main/ctap/errors';
import { toHex } from './hex';

const x = new Uint8Array(32).fill(0x11);
const y = new Uint8Array(32).fill(0x22);

describe('COSE keys (RFC 9053 §7, WebAuthn Level 3 §5.8.5)', () => {
  it('a P-256 key is {1: 2, 3: alg, −1: 1, −2: x, −3: y}, in this order', () => {
    expect(toHex(encodeCbor(p256CoseKey({ x, y }, Algorithm.ES256)))).toBe(
      'a5010203262001215820' + '11'.repeat(32) + '225820' + '22'.repeat(32),
    );
  });

  it('a key for key agreement has −25 for its algorithm (CTAP 2.1 §6.5.6)', () => {
    expect(toHex(encodeCbor(p256CoseKey({ x, y }, Algorithm.ECDH_ES_HKDF_256)))).toMatch(/^a501020338182001/);
  });

  it('an Ed25519 key is {1: 1, 3: −8, −1: 6, −2: x}', () => {
    expect(toHex(encodeCbor(ed25519CoseKey(x, Algorithm.EDDSA)))).toBe(
      'a4010103272006215820' + '11'.repeat(32),
    );
  });

  it('reads key type and algorithm, and keeps the map', () => {
    const map = p256CoseKey({ x, y }, Algorithm.ES256);
    expect(readCoseKey(map)).toEqual({ kty: 2, alg: -7, map });
    expect(readCoseKey(new Map([[1, 7]]))).toEqual({ kty: 7, map: new Map([[1, 7]]) });
  });

  it.each<readonly [string, CborValue]>([
    ['no map', [1, 2]],
    ['no key type', new Map([[3, -7]])],
    ['a text for the key type', new Map([[1, 'EC']])],
    [
      'a text for the algorithm',
      new Map<CborKey, CborValue>([
        [1, 2],
        [3, 'ES256'],
      ]),
    ],
  ])('%s is a ProtocolError', (_, value) => {
    expect(() => readCoseKey(value)).toThrow(ProtocolError);
  });

  it('finds the point of a P-256 key', () => {
    expect(p256PointOf(p256CoseKey({ x, y }, Algorithm.ES256))).toEqual({ x, y });
  });

  it.each<readonly [string, readonly (readonly [CborKey, CborValue])[]]>([
    ['another key type', [[1, 1]]],
    ['another curve', [[-1, 2]]],
    ['a short x', [[-2, new Uint8Array(31)]]],
    ['a long y', [[-3, new Uint8Array(33)]]],
    ['a sign bit for y', [[-3, true]]],
  ])('%s is no P-256 point', (_, changes) => {
    expect(p256PointOf(new Map([...p256CoseKey({ x, y }, Algorithm.ES256), ...changes]))).toBeUndefined();
  });

  it('names every algorithm it knows, each by its own name', () => {
    const named = Object.values(Algorithm).map(algorithmName);
    expect(named).not.toContain(undefined);
    expect(new Set(named).size).toBe(named.length);
    expect(algorithmName(Algorithm.RS256)).toBe('RS256');
    expect(algorithmName(-7)).toBe('ES256');
    expect(algorithmName(0)).toBeUndefined();
  });
});
