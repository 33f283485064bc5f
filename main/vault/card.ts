/**
 * The two parts of a stored passkey, before they are sealed: the card (what may be shown) and the secrets. A card is a
 * CBOR array with `false` for what is absent: ten thousand of them are read when the vault is opened, and maps take
 * twice as long.
 */
import { inspect } from 'node:util';
import { concatBytes } from '@noble/ciphers/utils.js';
import type { Credential, CredentialSecrets, CredProtect } from '../authenticator/env';
import { decodeCbor, encodeCbor, scalars, type CborMap } from '../ctap/cbor';
import type { DeletedPasskey, DevicePasskey } from './model';

/** A passkey of this device, in use or in *Recently deleted*. */
export type StoredPasskey = DevicePasskey | DeletedPasskey;

export function isDeleted(passkey: StoredPasskey): passkey is DeletedPasskey {
  return 'deleted' in passkey;
}

/**
 * What was read is no card, no secrets: bytes that were authentic all the same, so a defect of the program that
 * wrote them.
 */
export class CardError extends Error {
  override readonly name = 'CardError';
}

export function encodeCard(passkey: StoredPasskey): Uint8Array {
  const { credential, created, lastUsed } = passkey;
  const { rp, user, algorithm, publicKey, credProtect, largeBlobKey, thirdPartyPayment } = credential;
  return encodeCbor([
    rp.id,
    rp.name ?? false,
    user.id,
    user.name ?? false,
    user.displayName ?? false,
    algorithm,
    encodeCbor(publicKey),
    credProtect,
    largeBlobKey ?? false,
    thirdPartyPayment ?? false,
    created,
    lastUsed ?? false,
    isDeleted(passkey) ? passkey.deleted : false,
    passkey.protected,
  ]);
}

/** Throws {@link CardError} or CborError; its public key does when it is asked for, which is seldom. */
export function decodeCard(id: Uint8Array, bytes: Uint8Array): StoredPasskey {
  const [rpId, rpName, userId, name, displayName, algorithm, publicKey, credProtect, ...rest] =
    scalars(bytes);
  const [largeBlobKey, payment, created, lastUsed, deleted, isProtected] = rest;
  if (
    typeof rpId !== 'string' ||
    !(userId instanceof Uint8Array) ||
    typeof algorithm !== 'number' ||
    !(publicKey instanceof Uint8Array) ||
    typeof created !== 'number' ||
    typeof isProtected !== 'boolean' ||
    (credProtect !== 1 && credProtect !== 2 && credProtect !== 3)
  )
    throw new CardError('a card has a member of the wrong type');
  const credential: Credential = {
    id,
    rp: { id: rpId, ...(typeof rpName === 'string' && { name: rpName }) },
    user: {
      id: userId,
      ...(typeof name === 'string' && { name }),
      ...(typeof displayName === 'string' && { displayName }),
    },
    algorithm,
    get publicKey() {
      return decodePublicKey(publicKey);
    },
    credProtect: credProtect satisfies CredProtect,
    ...(largeBlobKey instanceof Uint8Array && { largeBlobKey }),
    ...(payment === true && { thirdPartyPayment: true }),
  };
  return {
    credential,
    created,
    ...(typeof lastUsed === 'number' && { lastUsed }),
    protected: isProtected,
    ...(typeof deleted === 'number' && { deleted }),
  };
}

function decodePublicKey(encoded: Uint8Array): CborMap {
  const key = decodeCbor(encoded);
  if (!(key instanceof Map)) throw new CardError('the public key of a card is not a map');
  return key as CborMap;
}

const CRED_RANDOM_LENGTH = 32;

/**
 * Secrets are no CBOR: what encodes it would keep a copy that nobody can overwrite. Both CredRandoms (32 bytes each),
 * the length of the private key (2 bytes), the private key, the credBlob.
 * @returns the caller's to overwrite.
 */
export function encodeSecrets(secrets: CredentialSecrets): Uint8Array {
  const { privateKey, credRandomWithUv, credRandomWithoutUv, credBlob } = secrets;
  if (credRandomWithUv.length !== CRED_RANDOM_LENGTH || credRandomWithoutUv.length !== CRED_RANDOM_LENGTH)
    throw new CardError('a CredRandom is not of 32 bytes');
  const length = Uint8Array.of(privateKey.length >> 8, privateKey.length & 0xff);
  return concatBytes(credRandomWithUv, credRandomWithoutUv, length, privateKey, credBlob ?? new Uint8Array());
}

/** Throws {@link CardError}. The result has copies. */
export function decodeSecrets(bytes: Uint8Array): OpenedSecrets {
  const start = 2 * CRED_RANDOM_LENGTH + 2;
  const end = start + (((bytes[start - 2] ?? 0) << 8) | (bytes[start - 1] ?? 0));
  if (bytes.length < start || bytes.length < end) throw new CardError('secrets are cut short');
  return new OpenedSecrets(
    bytes.slice(start, end),
    bytes.slice(0, CRED_RANDOM_LENGTH),
    bytes.slice(CRED_RANDOM_LENGTH, 2 * CRED_RANDOM_LENGTH),
    bytes.slice(end),
  );
}

/**
 * Secrets that were opened for a ceremony: debug output does not show them (design decision 7), and its end
 * overwrites them.
 */
export class OpenedSecrets implements CredentialSecrets {
  readonly #parts: readonly [Uint8Array, Uint8Array, Uint8Array, Uint8Array];

  constructor(...parts: readonly [Uint8Array, Uint8Array, Uint8Array, Uint8Array]) {
    this.#parts = parts;
  }

  get privateKey(): Uint8Array {
    return this.#parts[0];
  }
  get credRandomWithUv(): Uint8Array {
    return this.#parts[1];
  }
  get credRandomWithoutUv(): Uint8Array {
    return this.#parts[2];
  }
  get credBlob(): Uint8Array {
    return this.#parts[3];
  }

  forget(): void {
    for (const part of this.#parts) part.fill(0);
  }

  [inspect.custom](): string {
    return 'OpenedSecrets';
  }
}
