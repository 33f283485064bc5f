/** The transport of secrets against a service that computes with OpenSSL (Secret Service API, "Transfer of Secrets"). */
import { createCipheriv, createDiffieHellman, getDiffieHellman, hkdfSync, randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { SecretTransport } from '../../native/keychain/secret-transport';

/** RFC 2409 §6.2, by OpenSSL. */
const prime = getDiffieHellman('modp2').getPrime();

class Service {
  readonly #keys = createDiffieHellman(prime, 2);
  readonly publicKey = this.#keys.generateKeys();

  /** 128 bytes, with zeros in front. */
  shared(theirs: Uint8Array): Buffer {
    const secret = this.#keys.computeSecret(theirs);
    return Buffer.concat([Buffer.alloc(prime.length - secret.length), secret]);
  }

  encrypt(theirs: Uint8Array, secret: Uint8Array): { readonly iv: Buffer; readonly encrypted: Buffer } {
    const key = new Uint8Array(hkdfSync('sha256', this.shared(theirs), '', '', 16));
    const iv = randomBytes(16);
    const cipher = createCipheriv('aes-128-cbc', key, iv);
    return { iv, encrypted: Buffer.concat([cipher.update(secret), cipher.final()]) };
  }
}

const service = new Service();

describe('a secret', () => {
  test.each([
    ['that is empty', ''],
    ['of one block', 'sixteen letters.'],
    ['that is no ASCII', 'sécret 🔑'],
    ['of many bytes', 'x'.repeat(10_000)],
  ])('%s comes through', (_what, secret) => {
    const transport = new SecretTransport();
    transport.agree(service.publicKey);
    const { iv, encrypted } = service.encrypt(transport.publicKey, Buffer.from(secret));
    expect(transport.decrypt(iv, encrypted)).toBe(secret);
  });

  test('comes through where what was agreed on begins with a zero', () => {
    let transport = new SecretTransport();
    while (service.shared(transport.publicKey)[0] !== 0) transport = new SecretTransport();
    transport.agree(service.publicKey);
    const { iv, encrypted } = service.encrypt(transport.publicKey, Buffer.from('secret'));
    expect(transport.decrypt(iv, encrypted)).toBe('secret');
  });

  test('for somebody else is refused, and so is one that is no text', () => {
    const transport = new SecretTransport();
    transport.agree(service.publicKey);
    const other = service.encrypt(new SecretTransport().publicKey, Buffer.from('x'.repeat(100)));
    expect(() => transport.decrypt(other.iv, other.encrypted)).toThrow(/cannot be decrypted/);
    const bytes = service.encrypt(transport.publicKey, Buffer.from([0xff, 0xfe]));
    expect(() => transport.decrypt(bytes.iv, bytes.encrypted)).toThrow(/cannot be decrypted/);
  });

  test('is not decrypted any more once the transport is over', () => {
    const transport = new SecretTransport();
    transport.agree(service.publicKey);
    const { iv, encrypted } = service.encrypt(transport.publicKey, Buffer.from('x'.repeat(100)));
    transport.forget();
    expect(() => transport.decrypt(iv, encrypted)).toThrow();
  });
});

test.each([
  ['nothing', Buffer.alloc(0)],
  ['zero', Buffer.alloc(128)],
  ['one', Buffer.from([1])],
  ['minus one', minusOne()],
  ['the prime', prime],
  ['more than the prime', Buffer.alloc(200, 0xff)],
])('there is no agreement on %s', (_what, theirs) => {
  expect(() => new SecretTransport().agree(theirs)).toThrow(/key agreement is none/);
});

test('no two transports have the same key', () => {
  expect(new SecretTransport().publicKey).not.toEqual(new SecretTransport().publicKey);
  expect(new SecretTransport().publicKey).toHaveLength(128);
});

function minusOne(): Buffer {
  const bytes = Buffer.from(prime);
  bytes[bytes.length - 1]! -= 1;
  return bytes;
}
