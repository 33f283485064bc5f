/** base64url (WebAuthn Level 3 §3; RFC 4648 §5, §3.5). */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeBase64Url, encodeBase64Url } from '../../main/webauthn/base64url';

describe('base64url', () => {
  test.each([
    ['', []],
    ['AA', [0]],
    ['_w', [255]],
    ['-_8', [0xfb, 0xff]],
    ['dGVzdA', [...Buffer.from('test')]],
  ])('%j', (text, bytes) => {
    expect([...(decodeBase64Url(text) ?? [])]).toEqual(bytes);
    expect(encodeBase64Url(Uint8Array.from(bytes))).toBe(text);
  });

  test.each([
    ['padding', 'dGVzdA=='],
    ['the other alphabet', '+/8'],
    ['white space', 'dGVz dA'],
    ['a line feed at the end', 'dGVzdA\n'],
    ['a length that no bytes have', 'dGVzd'],
    ['unused bits that are not zero', 'dGVzdB'],
    ['other letters', 'dGVzdé'],
  ])('refuses %s', (_what, text) => {
    expect(decodeBase64Url(text)).toBeUndefined();
  });

  test('every byte string has one spelling, and it comes back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(50), (bytes, at) => {
        const around = new Uint8Array(at + bytes.length + 3).fill(7);
        around.set(bytes, at);
        const text = encodeBase64Url(around.subarray(at, at + bytes.length));
        expect(decodeBase64Url(text)).toEqual(bytes);
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'AZaz09-_=+/ '), maxLength: 8 }), (text) => {
        const bytes = decodeBase64Url(text);
        if (bytes !== undefined) expect(encodeBase64Url(bytes)).toBe(text);
      }),
    );
  });
});
