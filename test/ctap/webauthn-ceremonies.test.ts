import {
  createHash,
  createPublicKey,
  verify,
  X509Certificate,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { decodeAuthenticatorData, encodeAuthenticatorData, Flag } from '../../main/ctap/authenticator-data';
import { decodeCborLeniently, encodeCbor, type CborMap } from '../../main/ctap/cbor';
import { algorithmName, readCoseKey } from '../../main/ctap/cose';
import { ProtocolError } from '../../main/ctap/errors';
import file from '../vectors/webauthn-l3-ceremonies.json';
import { fromHex, toHex } from './hex';

function base64url(bytes: unknown): string {
  return Buffer.from(bytes as Uint8Array).toString('base64url');
}

const ec2Curves: Readonly<Record<number, string>> = { 1: 'P-256', 2: 'P-384', 3: 'P-521' };
const okpCurves: Readonly<Record<number, string>> = { 6: 'Ed25519', 7: 'Ed448' };

/** RFC 9053 §7: what node:crypto makes of a COSE_Key, by way of a JWK. */
function nodeKey(key: CborMap): KeyObject {
  const curve = Number(key.get(-1));
  const jwk: JsonWebKey =
    key.get(1) === 2
      ? { kty: 'EC', crv: ec2Curves[curve], x: base64url(key.get(-2)), y: base64url(key.get(-3)) }
      : key.get(1) === 1
        ? { kty: 'OKP', crv: okpCurves[curve], x: base64url(key.get(-2)) }
        : { kty: 'RSA', n: base64url(key.get(-1)), e: base64url(key.get(-2)) };
  return createPublicKey({ key: jwk, format: 'jwk' });
}

const hashes: Readonly<Record<string, string | null>> = {
  ES256: 'sha256',
  ES384: 'sha384',
  ES512: 'sha512',
  RS256: 'sha256',
  EdDSA: null,
  Ed448: null,
};

function sha256(hex: string): Uint8Array {
  return createHash('sha256').update(fromHex(hex)).digest();
}

const rpIdHash = createHash('sha256').update('example.org').digest('hex');

describe.each(file.vectors)('WebAuthn Level 3 test vector $name', (vector) => {
  const { registration, authentication } = vector;
  const created = decodeAuthenticatorData(fromHex(registration.authenticatorData));

  it('registration: authenticator data (§6.1)', () => {
    expect(toHex(created.rpIdHash)).toBe(rpIdHash);
    expect(created.signCount).toBe(0);
    expect(created.flags & (Flag.UP | Flag.AT | Flag.ED)).toBe(Flag.UP | Flag.AT);
    expect(toHex(created.attestedCredential?.aaguid ?? new Uint8Array())).toBe(vector.aaguid);
    expect(toHex(created.attestedCredential?.credentialId ?? new Uint8Array())).toBe(vector.credentialId);
    expect(created.extensions).toBeUndefined();
    expect(toHex(encodeAuthenticatorData(created))).toBe(registration.authenticatorData);
  });

  it('authentication: authenticator data without a credential (§6.1)', () => {
    const got = decodeAuthenticatorData(fromHex(authentication.authenticatorData));
    expect(toHex(got.rpIdHash)).toBe(rpIdHash);
    expect(got.flags & (Flag.UP | Flag.AT | Flag.ED)).toBe(Flag.UP);
    expect(got.attestedCredential).toBeUndefined();
    expect(toHex(encodeAuthenticatorData(got))).toBe(authentication.authenticatorData);
  });

  it('the signature verifies under the decoded key (§7.2)', () => {
    const key = readCoseKey(created.attestedCredential?.publicKey ?? new Map());
    const hash = hashes[algorithmName(key.alg ?? 0) ?? ''];
    expect(hash).not.toBeUndefined();
    const message = Buffer.concat([
      fromHex(authentication.authenticatorData),
      sha256(authentication.clientDataJSON),
    ]);
    const signature = fromHex(authentication.signature);
    expect(verify(hash, message, nodeKey(key.map), signature)).toBe(true);
    message[33] = (message[33] ?? 0) ^ 1;
    expect(verify(hash, message, nodeKey(key.map), signature)).toBe(false);
  });

  it('cut at any byte, the authenticator data is a ProtocolError', () => {
    const bytes = fromHex(registration.authenticatorData);
    for (let length = 0; length < bytes.length; length++)
      expect(() => decodeAuthenticatorData(bytes.subarray(0, length))).toThrow(ProtocolError);
    expect(() => decodeAuthenticatorData(Uint8Array.of(...bytes, 0))).toThrow(ProtocolError);
  });
});

describe.each(file.vectors.filter(({ registration }) => 'attestationObject' in registration))(
  'WebAuthn Level 3 attestation object of $name (§6.5.4)',
  ({ registration }) => {
    const hex = registration.attestationObject ?? '';
    const object = decodeCborLeniently(fromHex(hex), []) as CborMap;
    const statement = object.get('attStmt') as CborMap;

    it('holds the authenticator data, and its keys are the canonical ones', () => {
      expect(object.get('authData')).toEqual(fromHex(registration.authenticatorData));
      expect([...object.keys()]).toEqual(['fmt', 'attStmt', 'authData']);
      expect(toHex(encodeCbor(object))).toBe(hex);
    });

    it('the attestation signature verifies, if there is one (§8.2, §8.6)', () => {
      const authenticatorData = fromHex(registration.authenticatorData);
      const created = decodeAuthenticatorData(authenticatorData).attestedCredential;
      const publicKey = created?.publicKey ?? new Map();
      const hash = sha256(registration.clientDataJSON);
      const signature = statement.get('sig');
      if (!(signature instanceof Uint8Array)) {
        expect(object.get('fmt')).toBe('none');
        expect(statement.size).toBe(0);
        return;
      }
      const [leaf] = (statement.get('x5c') ?? []) as readonly Uint8Array[];
      const key = leaf ? new X509Certificate(leaf).publicKey : nodeKey(publicKey);
      const message =
        object.get('fmt') === 'fido-u2f'
          ? [
              Uint8Array.of(0),
              authenticatorData.subarray(0, 32),
              hash,
              created?.credentialId ?? new Uint8Array(),
              Uint8Array.of(4),
              publicKey.get(-2) as Uint8Array,
              publicKey.get(-3) as Uint8Array,
            ]
          : [authenticatorData, hash];
      expect(verify('sha256', Buffer.concat(message), key, signature)).toBe(true);
    });
  },
);
