/**
 * PIN/UV auth protocols one and two (CTAP 2.1 §6.5.4–§6.5.7): five verbs, and the PIN's format. By OpenSSL, for this is
 * what every program that talks to a key does first, and compiled JavaScript would still be warming up.
 */
import {
  createCipheriv,
  createDecipheriv,
  createECDH,
  createHash,
  createHmac,
  hkdfSync,
  timingSafeEqual,
  type ECDH,
} from 'node:crypto';
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

const CURVE = 'prime256v1';

/** New key pair: on power-up and after every wrong PIN for an authenticator, for every use for a client. */
export function newKeyAgreementKey(random: RandomSource): KeyAgreementKey {
  const pair = createECDH(CURVE);
  // By rejection (FIPS 186-5 A.2.2): one value in 2^32 is not below the order of the curve.
  let privateKey = random.bytes(32);
  while (!setPrivateKey(pair, privateKey)) privateKey = random.bytes(32);
  const point = Uint8Array.from(pair.getPublicKey());
  return {
    privateKey,
    publicKey: p256CoseKey({ x: point.slice(1, 33), y: point.slice(33, 65) }, Algorithm.ECDH_ES_HKDF_256),
  };
}

/** False for what is no private key. */
function setPrivateKey(pair: ECDH, privateKey: Uint8Array): boolean {
  try {
    pair.setPrivateKey(privateKey);
    return true;
  } catch {
    return false;
  }
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
  const pair = createECDH(CURVE);
  pair.setPrivateKey(own.privateKey);
  let shared: Buffer;
  try {
    shared = pair.computeSecret(Uint8Array.of(4, ...point.x, ...point.y));
  } catch {
    return undefined; // not on the curve
  }
  const secret = derive(shared);
  shared.fill(0);
  return secret;
}

const zeroIv = new Uint8Array(16);

function encrypted(key: Uint8Array, iv: Uint8Array, plaintext: Uint8Array): Uint8Array {
  const cipher = createCipheriv('aes-256-cbc', key, iv).setAutoPadding(false);
  return Uint8Array.from(Buffer.concat([cipher.update(plaintext), cipher.final()]));
}

function decrypted(key: Uint8Array, iv: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  const decipher = createDecipheriv('aes-256-cbc', key, iv).setAutoPadding(false);
  const whole = decipher.update(ciphertext);
  decipher.final();
  const plaintext = Uint8Array.from(whole);
  whole.fill(0);
  return plaintext;
}

function sha256(message: Uint8Array): Uint8Array {
  return Uint8Array.from(createHash('sha256').update(message).digest());
}

function hmac(key: Uint8Array, message: Uint8Array): Uint8Array {
  return Uint8Array.from(createHmac('sha256', key).update(message).digest());
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

export const pinProtocolOne: PinProtocol = {
  version: 1,
  sharedSecret: (own, peer) => ecdh(own, peer, sha256),
  encrypt: (key, plaintext) => encrypted(key, zeroIv, plaintext),
  decrypt: (key, ciphertext) =>
    ciphertext.length > 0 && ciphertext.length % 16 === 0 ? decrypted(key, zeroIv, ciphertext) : undefined,
  authenticate: (key, message) => hmac(key, message).slice(0, 16),
  verify: (key, message, signature) => equal(hmac(key, message).slice(0, 16), signature),
};

/** Protocol two draws a fresh IV for every encryption. */
export function pinProtocolTwo(random: RandomSource): PinProtocol {
  const derive = (z: Uint8Array, info: string): Uint8Array =>
    new Uint8Array(hkdfSync('sha256', z, new Uint8Array(32), info, 32));
  const authenticate = (key: Uint8Array, message: Uint8Array): Uint8Array =>
    hmac(key.subarray(0, 32), message);
  return {
    version: 2,
    sharedSecret: (own, peer) =>
      ecdh(own, peer, (z) => Uint8Array.of(...derive(z, 'CTAP2 HMAC key'), ...derive(z, 'CTAP2 AES key'))),
    encrypt(key, plaintext) {
      const iv = random.bytes(16);
      return Uint8Array.of(...iv, ...encrypted(key.subarray(32), iv, plaintext));
    },
    decrypt: (key, ciphertext) =>
      ciphertext.length > 16 && ciphertext.length % 16 === 0
        ? decrypted(key.subarray(32), ciphertext.subarray(0, 16), ciphertext.subarray(16))
        : undefined,
    authenticate,
    verify: (key, message, signature) => equal(authenticate(key, message), signature),
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
