import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeAuthenticatorData,
  encodeAuthenticatorData,
  Flag,
  type AuthenticatorData,
} from '../../main/ctap/authenticator-data';
import { encodeCbor, type CborKey, type CborMap, type CborValue } from '../../main/ctap/cbor';
import { Algorithm, p256CoseKey } from '../../main/ctap/cose';
import { ProtocolError } from '../../main/ctap/errors';
import fido2 from '../vectors/python-fido2-test-ctap2.json';
import { fromHex, toHex } from './hex';

const rpIdHash = new Uint8Array(32).fill(0xaa);
const attestedCredential = {
  aaguid: fromHex('000102030405060708090a0b0c0d0e0f'),
  credentialId: fromHex('c0c1c2c3'),
  publicKey: p256CoseKey({ x: new Uint8Array(32).fill(1), y: new Uint8Array(32).fill(2) }, Algorithm.ES256),
};
const extensions: CborMap = new Map<CborKey, CborValue>([
  ['credProtect', 2],
  ['hmac-secret', true],
]);

/** The fixed part with `flags`, then `rest`. */
function data(flags: number, rest: string): Uint8Array {
  return Uint8Array.of(...rpIdHash, flags, 0, 0, 0, 0, ...fromHex(rest));
}

describe('authenticator data (WebAuthn Level 3 §6.1)', () => {
  const combinations: readonly (readonly [string, AuthenticatorData, number])[] = [
    ['neither', { rpIdHash, flags: Flag.UP, signCount: 1 }, 0x01],
    ['a credential', { rpIdHash, flags: Flag.UP | Flag.UV, signCount: 0, attestedCredential }, 0x45],
    ['extensions', { rpIdHash, flags: Flag.UP, signCount: 0xffffffff, extensions }, 0x81],
    [
      'both',
      { rpIdHash, flags: Flag.UP | Flag.BE | Flag.BS, signCount: 0x01020304, attestedCredential, extensions },
      0xd9,
    ],
  ];

  it.each(combinations)('with %s: the flags say so, and it decodes to the same', (_, value, flags) => {
    const bytes = encodeAuthenticatorData(value);
    expect(bytes[32]).toBe(flags);
    expect(decodeAuthenticatorData(bytes)).toEqual({ ...value, flags });
  });

  it.each(combinations)(
    'with %s: cut at any byte it is a ProtocolError, and so is one byte more',
    (_, value) => {
      const bytes = encodeAuthenticatorData(value);
      for (let length = 0; length < bytes.length; length++)
        expect(() => decodeAuthenticatorData(bytes.subarray(0, length))).toThrow(ProtocolError);
      expect(() => decodeAuthenticatorData(Uint8Array.of(...bytes, 0xa0))).toThrow(ProtocolError);
    },
  );

  it('the counter is big-endian, and the credential ID has its length in two bytes', () => {
    const credentialId = new Uint8Array(300).fill(7);
    const bytes = encodeAuthenticatorData({
      rpIdHash,
      flags: 0,
      signCount: 0x01020304,
      attestedCredential: { ...attestedCredential, credentialId },
    });
    expect(toHex(bytes.subarray(33, 37))).toBe('01020304');
    expect(toHex(bytes.subarray(53, 55))).toBe('012c');
    expect(decodeAuthenticatorData(bytes).attestedCredential?.credentialId).toEqual(credentialId);
  });

  it('an empty extension map is left out, and its flag with it', () => {
    const bytes = encodeAuthenticatorData({
      rpIdHash,
      flags: Flag.ED | Flag.AT,
      signCount: 0,
      extensions: new Map(),
    });
    expect(bytes.length).toBe(37);
    expect(bytes[32]).toBe(0);
  });

  it('a view into a larger buffer reads the same, and what was read is a copy', () => {
    const bytes = encodeAuthenticatorData({ rpIdHash, flags: 1, signCount: 5, attestedCredential });
    const view = Uint8Array.of(9, 9, 9, ...bytes).subarray(3);
    const decoded = decodeAuthenticatorData(view);
    view.fill(0);
    expect(decoded).toEqual(decodeAuthenticatorData(bytes));
  });

  it('extensions may use all four levels of nesting (CTAP 2.1 §8)', () => {
    expect(decodeAuthenticatorData(data(0x80, 'a16161a16162a16163a16164f5')).extensions).toBeInstanceOf(Map);
    expect(() => decodeAuthenticatorData(data(0x80, 'a16161a16162a16163a16164a0'))).toThrow(ProtocolError);
  });

  it('keys of a real key in the wrong order are no obstacle', () => {
    const { extensions: decoded } = decodeAuthenticatorData(data(0x80, 'a26162f56161f5'));
    expect([...(decoded ?? [])]).toEqual([
      ['b', true],
      ['a', true],
    ]);
  });

  it.each([
    ['ED without extensions', data(0x80, '')],
    ['extensions without ED', data(0x00, 'a0')],
    ['an array for extensions', data(0x80, '80')],
    ['AT without a credential', data(0x40, '')],
    ['a key that is a byte string', data(0x40, '00'.repeat(16) + '0001' + 'ff' + '4100')],
    ['a credential ID of 1024 bytes', data(0x40, '00'.repeat(16) + '0400' + 'ff'.repeat(1024) + 'a0')],
    ['a credential ID longer than the rest', data(0x40, '00'.repeat(16) + '03ff' + 'ff'.repeat(16) + 'a0')],
    ['three maps for two', data(0xc0, '00'.repeat(16) + '0000' + 'a0a0a0')],
    ['one map for two', data(0xc0, '00'.repeat(16) + '0000' + 'a0')],
    ['a float in an extension', data(0x80, 'a16161f93c00')],
  ])('%s is a ProtocolError', (_, bytes) => {
    expect(() => decodeAuthenticatorData(bytes)).toThrow(ProtocolError);
  });

  it('a credential ID of 1023 bytes passes', () => {
    const bytes = data(0x40, '00'.repeat(16) + '03ff' + 'ff'.repeat(1023) + 'a0');
    expect(decodeAuthenticatorData(bytes).attestedCredential?.credentialId.length).toBe(1023);
  });

  it('random bytes behind the fixed part are a ProtocolError or authenticator data', () => {
    fc.assert(
      fc.property(fc.nat(255), fc.uint8Array({ maxLength: 80 }), (flags, rest) => {
        try {
          decodeAuthenticatorData(data(flags, toHex(rest)));
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }),
      { seed: 61, numRuns: 2000 },
    );
  });
});

describe('authenticator data of a real key (python-fido2)', () => {
  it('is read out of its makeCredential answer', () => {
    const start = fido2.makeCredential.indexOf(fido2.rpIdHash);
    const decoded = decodeAuthenticatorData(fromHex(fido2.makeCredential.slice(start, start + 2 * 0xc4)));
    expect(decoded.flags).toBe(0x41);
    expect(decoded.signCount).toBe(28);
    expect(toHex(decoded.attestedCredential?.aaguid ?? new Uint8Array())).toBe(fido2.aaguid);
    expect(toHex(decoded.attestedCredential?.credentialId ?? new Uint8Array())).toBe(fido2.credentialId);
    expect(decoded.attestedCredential?.publicKey).toEqual(
      p256CoseKey({ x: fromHex(fido2.publicKey.x), y: fromHex(fido2.publicKey.y) }, Algorithm.ES256),
    );
    expect(encodeCbor(decoded.attestedCredential?.publicKey ?? new Map()).length).toBe(77);
  });
});
