/** PIN/UV auth protocols one and two (CTAP 2.1 §6.5.4–§6.5.7): five verbs, and the PIN's format. */
import { cbc } from '@noble/ciphers/aes.js';
import { equalBytes } from '@noble/ciphers/utils.js';
import { p256 } from '@noble/curves/nist.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import type { RandomSource } from '../../native/ports';
import type { CborMap } from './cbor';
import { Algorithm, p256CoseKey, p256PointOf } from './cose';

/** A P-256 key pair for key agreement. */
export interface KeyAgreementKey {
  /** 32 bytes; overwrite after use. */
  readonly privateKey: Uint8Array;
  /** The public half as the COSE_Key that clientPIN carries. */
  readonly publicKey: CborMap;
}

export interface PinProtocol {
  readonly version: 1 | 2;
  /**
   * Shared secret from our private key and the peer's COSE_Key: 32 bytes for protocol one, 64 (HMAC key ‖ AES key) for two.
   * Undefined when the peer's key is not a point on P-256. Serves as `encapsulate` and `decapsulate`.
   */
  sharedSecret(own: KeyAgreementKey, peer: CborMap): Uint8Array | undefined;
  /** AES-256-CBC without padding; `plaintext` is a multiple of 16 bytes. Protocol two puts a random IV of 16 bytes in front. */
  encrypt(key: Uint8Array, plaintext: Uint8Array): Uint8Array;
  /** Undefined when the length is wrong. */
  decrypt(key: Uint8Array, ciphertext: Uint8Array): Uint8Array | undefined;
  /** HMAC-SHA-256 under a shared secret or a pinUvAuthToken: 16 bytes for protocol one, 32 for two. */
  authenticate(key: Uint8Array, message: Uint8Array): Uint8Array;
  /** In constant time; a wrong length fails. */
  verify(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
}

/**
 * The base point, but not the library's own object: for that one it would first compute a table, which takes five times
 * as long as a key agreement and pays off only after many of them.
 */
const generator = p256.Point.fromAffine(p256.Point.BASE.toAffine());

/** New key pair: on power-up and after every wrong PIN for an authenticator, for every use for a client. */
export function newKeyAgreementKey(random: RandomSource): KeyAgreementKey {
  const seed = random.bytes(48);
  const privateKey = p256.utils.randomSecretKey(seed);
  seed.fill(0);
  const point = generator.multiply(p256.Point.Fn.fromBytes(privateKey)).toBytes(false);
  return {
    privateKey,
    publicKey: p256CoseKey({ x: point.slice(1, 33), y: point.slice(33, 65) }, Algorithm.ECDH_ES_HKDF_256),
  };
}

/**
 * ECDH: what `derive` makes of the x-coordinate of the shared point (32 bytes, overwritten afterwards), or undefined when
 * `peer` is no point on P-256.
 */
function ecdh(
  own: KeyAgreementKey,
  peer: CborMap,
  derive: (z: Uint8Array) => Uint8Array,
): Uint8Array | undefined {
  const point = p256PointOf(peer);
  if (!point) return undefined;
  const encoded = Uint8Array.of(4, ...point.x, ...point.y);
  try {
    p256.Point.fromBytes(encoded).assertValidity();
  } catch {
    return undefined;
  }
  const shared = p256.getSharedSecret(own.privateKey, encoded);
  const secret = derive(shared.subarray(1, 33));
  shared.fill(0);
  return secret;
}

const zeroIv = new Uint8Array(16);

function aes(
  key: Uint8Array,
  iv: Uint8Array,
): { encrypt(m: Uint8Array): Uint8Array; decrypt(m: Uint8Array): Uint8Array } {
  return cbc(key, iv, { disablePadding: true });
}

export const pinProtocolOne: PinProtocol = {
  version: 1,
  sharedSecret: (own, peer) => ecdh(own, peer, sha256),
  encrypt: (key, plaintext) => aes(key, zeroIv).encrypt(plaintext),
  decrypt: (key, ciphertext) =>
    ciphertext.length > 0 && ciphertext.length % 16 === 0 ? aes(key, zeroIv).decrypt(ciphertext) : undefined,
  authenticate: (key, message) => hmac(sha256, key, message).slice(0, 16),
  verify: (key, message, signature) => equalBytes(hmac(sha256, key, message).slice(0, 16), signature),
};

/** Protocol two draws a fresh IV for every encryption. */
export function pinProtocolTwo(random: RandomSource): PinProtocol {
  const derive = (z: Uint8Array, info: string): Uint8Array =>
    hkdf(sha256, z, new Uint8Array(32), Buffer.from(info), 32);
  const authenticate = (key: Uint8Array, message: Uint8Array): Uint8Array =>
    hmac(sha256, key.subarray(0, 32), message);
  return {
    version: 2,
    sharedSecret: (own, peer) =>
      ecdh(own, peer, (z) => Uint8Array.of(...derive(z, 'CTAP2 HMAC key'), ...derive(z, 'CTAP2 AES key'))),
    encrypt(key, plaintext) {
      const iv = random.bytes(16);
      return Uint8Array.of(...iv, ...aes(key.subarray(32), iv).encrypt(plaintext));
    },
    decrypt: (key, ciphertext) =>
      ciphertext.length > 16 && ciphertext.length % 16 === 0
        ? aes(key.subarray(32), ciphertext.subarray(0, 16)).decrypt(ciphertext.subarray(16))
        : undefined,
    authenticate,
    verify: (key, message, signature) => equalBytes(authenticate(key, message), signature),
  };
}

/** The protocol with this number, or undefined for a number that CTAP does not define. */
export function pinProtocol(version: number, random: RandomSource): PinProtocol | undefined {
  return version === 1 ? pinProtocolOne : version === 2 ? pinProtocolTwo(random) : undefined;
}

/** A PIN's limits when getInfo does not say otherwise (CTAP 2.1 §6.5.1). */
export const DEFAULT_MIN_PIN_CODE_POINTS = 4;
export const MAX_PIN_BYTES = 63;
const PADDED_PIN_LENGTH = 64;

/** NFC-normalised UTF-8, what is hashed and sent. Overwrite after use. */
export function pinBytes(pin: string): Uint8Array {
  return Uint8Array.from(Buffer.from(pin.normalize('NFC')));
}

/** Length in code points after normalisation, what minPINLength counts. */
export function pinCodePoints(pin: string): number {
  return [...pin.normalize('NFC')].length;
}

/**
 * Padded with zeros to 64 bytes, the plaintext of newPinEnc. Throws RangeError for more than 63 bytes, and for a PIN that
 * ends in a zero byte: it would be stripped as padding, and the PIN would never match again (CTAP 2.1 §6.5.1).
 */
export function padPin(pin: Uint8Array): Uint8Array {
  if (pin.length > MAX_PIN_BYTES) throw new RangeError('a PIN has at most 63 bytes');
  if (pin.at(-1) === 0) throw new RangeError('a PIN does not end in a zero byte');
  const padded = new Uint8Array(PADDED_PIN_LENGTH);
  padded.set(pin);
  return padded;
}

/** Undoes {@link padPin}; undefined when `padded` is not 64 bytes or has no zero at its end. */
export function unpadPin(padded: Uint8Array): Uint8Array | undefined {
  if (padded.length !== PADDED_PIN_LENGTH || padded[PADDED_PIN_LENGTH - 1] !== 0) return undefined;
  const end = padded.findLastIndex((byte) => byte !== 0) + 1;
  return padded.slice(0, end);
}

/** LEFT(SHA-256(PIN), 16), the plaintext of pinHashEnc. */
export function pinHash(pin: Uint8Array): Uint8Array {
  return sha256(pin).slice(0, 16);
}

/** pinUvAuthToken permissions (CTAP 2.1 §6.5.5.7, pcmr from 2.2). */
export const Permission = {
  MC: 0x01,
  GA: 0x02,
  CM: 0x04,
  BE: 0x08,
  LBW: 0x10,
  ACFG: 0x20,
  PCMR: 0x40,
} as const;
