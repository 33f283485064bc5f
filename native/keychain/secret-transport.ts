/**
 * How the Secret Service encrypts what it gives (Secret Service API, "Transfer of Secrets", dh-ietf1024-sha256-aes128-cbc-pkcs7): a key
 * agreement in the 1024-bit MODP group (RFC 2409 §6.2), HKDF with SHA-256, no salt and no info, AES-128-CBC with PKCS #7 padding.
 * Weak by today's measure, and the only one that every service has. It keeps secrets out of a log of the bus; whoever is this user can
 * ask for them anyhow. Node's own groups are not in Electron's BoringSSL, and its checks of a group that is given take 80 ms.
 */
import { createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { KeychainError, sentence } from './keychain-error.js';

/** Its name on the bus. */
export const TRANSPORT = 'dh-ietf1024-sha256-aes128-cbc-pkcs7';

const PRIME_LENGTH = 128;
const PRIME = BigInt(
  '0xFFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE649286651ECE65381FFFFFFFFFFFFFFFF',
);
const GENERATOR = 2n;
/** Twice the strength of the AES key is enough for an exponent in such a group. */
const EXPONENT_LENGTH = 32;

export class SecretTransport {
  readonly #exponent = numberOf(randomBytes(EXPONENT_LENGTH));
  #key: Uint8Array | undefined;
  /** 128 bytes. */
  readonly publicKey = bytesOf(power(GENERATOR, this.#exponent));

  /** @param theirs the public key of the service, at most 128 bytes. @throws {KeychainError} for one that is none */
  agree(theirs: Uint8Array): void {
    const other = numberOf(theirs);
    // Others agree on what everybody knows.
    if (other <= 1n || other >= PRIME - 1n) throw strange('its key agreement is none');
    const shared = bytesOf(power(other, this.#exponent));
    this.#key = new Uint8Array(hkdfSync('sha256', shared, new Uint8Array(), new Uint8Array(), 16));
    shared.fill(0);
  }

  /** @throws {KeychainError} for what is not encrypted for us, or is no UTF-8 */
  decrypt(iv: Uint8Array, encrypted: Uint8Array): string {
    if (!this.#key) throw new Error('The transport has no key yet.');
    let secret: Uint8Array | undefined;
    try {
      const decipher = createDecipheriv('aes-128-cbc', this.#key, iv);
      secret = Buffer.concat([decipher.update(encrypted), decipher.final()]);
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(secret);
    } catch (error) {
      throw strange('what it gives cannot be decrypted', error);
    } finally {
      secret?.fill(0);
    }
  }

  forget(): void {
    this.#key?.fill(0);
  }
}

function strange(words: string, cause?: unknown): KeychainError {
  return new KeychainError('failed', sentence('failed', words), { cause });
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let factor = base;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * factor) % PRIME;
    factor = (factor * factor) % PRIME;
  }
  return result;
}

function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`);
}

/** With zeros in front: those that leave them out do not agree, once in 256 times. */
function bytesOf(value: bigint): Uint8Array {
  return Uint8Array.from(Buffer.from(value.toString(16).padStart(2 * PRIME_LENGTH, '0'), 'hex'));
}
