/**
 * The key hierarchy (design decision 8; docs/security-model.md has the picture). Two roots, 32 random bytes each: the vault
 * key opens the list, the signing key what signs. All others are derived by HKDF-SHA-256 with the vault ID as salt.
 */
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { RandomSource } from '../../native/ports';
import { seal, unseal } from './sealing';

/** Of both roots and of everything derived, in bytes. */
export const KEY_LENGTH = 32;
export const VAULT_ID_LENGTH = 16;
const CHECK_LENGTH = 16;

/** What boxes are bound to begins with it: a box of one format never opens in another. */
const FORMAT = 1;

function derive(root: Uint8Array, salt: Uint8Array, purpose: string, length = KEY_LENGTH): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', root, salt, `latchkey vault ${purpose}`, length));
}

const PURPOSES = {
  card: Buffer.from('card'),
  record: Buffer.from('record'),
  secret: Buffer.from('secret'),
  pin: Buffer.from('pin'),
  recovery: Buffer.from('recovery'),
  passphrase: Buffer.from('passphrase'),
} as const;

/** What a box belongs to: format, ID, purpose, one behind the other. */
function bound(id: Uint8Array, what: keyof typeof PURPOSES): Uint8Array {
  const purpose = PURPOSES[what];
  const all = new Uint8Array(1 + id.length + purpose.length);
  all[0] = FORMAT;
  all.set(id, 1);
  all.set(purpose, 1 + id.length);
  return all;
}

/** What the vault key opens. Debug output shows no key. */
export class VaultKeys {
  /** 16 bytes. */
  readonly id: Uint8Array;
  readonly #root: Uint8Array;
  readonly #card: Uint8Array;
  readonly #file: Uint8Array;
  readonly #tries: Uint8Array;
  readonly #wrap: Uint8Array;

  /** @param root the vault key; it is taken over: the caller's is overwritten. */
  constructor(id: Uint8Array, root: Uint8Array) {
    this.id = id;
    this.#root = Uint8Array.from(root);
    root.fill(0);
    this.#card = derive(this.#root, id, 'card');
    this.#file = derive(this.#root, id, 'file');
    this.#tries = derive(this.#root, id, 'tries');
    this.#wrap = derive(this.#root, id, 'wrap');
  }

  /** 16 bytes that tell this key from another without opening anything. */
  get check(): Uint8Array {
    return derive(this.#root, this.id, 'check', CHECK_LENGTH);
  }

  /** A copy of the vault key, the caller's to overwrite. */
  root(): Uint8Array {
    return Uint8Array.from(this.#root);
  }

  /** A copy of the key around non-discoverable credentials, the caller's to overwrite. */
  outerWrapKey(): Uint8Array {
    return Uint8Array.from(this.#wrap);
  }

  sealCard(credentialId: Uint8Array, card: Uint8Array, random: RandomSource): Uint8Array {
    return seal(this.#card, card, bound(credentialId, 'card'), random);
  }

  openCard(credentialId: Uint8Array, box: Uint8Array): Uint8Array | undefined {
    return unseal(this.#card, box, bound(credentialId, 'card'));
  }

  sealRecord(record: Uint8Array, random: RandomSource): Uint8Array {
    return seal(this.#card, record, bound(this.id, 'record'), random);
  }

  openRecord(box: Uint8Array): Uint8Array | undefined {
    return unseal(this.#card, box, bound(this.id, 'record'));
  }

  /** 32 bytes over the whole file. */
  fileMac(content: Uint8Array): Uint8Array {
    return createHmac('sha256', this.#file).update(content).digest();
  }

  /** 32 bytes over the record of wrong PINs. */
  triesMac(content: Uint8Array): Uint8Array {
    return createHmac('sha256', this.#tries).update(content).digest();
  }

  /**
   * Wraps the signing key. @param secret scrypt of the PIN, or the recovery key. It takes the vault key as well: with the
   * file alone nobody can guess a PIN.
   */
  wrapSigningKey(
    by: 'pin' | 'recovery',
    secret: Uint8Array,
    signingKey: Uint8Array,
    random: RandomSource,
  ): Uint8Array {
    const key = this.#wrappingKey(by, secret);
    try {
      return seal(key, signingKey, bound(this.id, by), random);
    } finally {
      key.fill(0);
    }
  }

  /** Undefined when it is not the right secret. The comparison is GCM's tag, in constant time. */
  unwrapSigningKey(by: 'pin' | 'recovery', secret: Uint8Array, box: Uint8Array): Uint8Array | undefined {
    const key = this.#wrappingKey(by, secret);
    try {
      return unseal(key, box, bound(this.id, by));
    } finally {
      key.fill(0);
    }
  }

  #wrappingKey(by: 'pin' | 'recovery', secret: Uint8Array): Uint8Array {
    const both = Buffer.concat([this.#root, secret]);
    try {
      return derive(both, this.id, by);
    } finally {
      both.fill(0);
    }
  }

  /** Overwrites every key. Nothing can be opened afterwards. */
  forget(): void {
    for (const key of [this.#root, this.#card, this.#file, this.#tries, this.#wrap]) key.fill(0);
  }
}

/** Wraps the vault key for a passphrase vault. @param secret scrypt of the passphrase. */
export function wrapVaultKey(
  id: Uint8Array,
  secret: Uint8Array,
  vaultKey: Uint8Array,
  random: RandomSource,
): Uint8Array {
  const key = derive(secret, id, 'passphrase');
  try {
    return seal(key, vaultKey, bound(id, 'passphrase'), random);
  } finally {
    key.fill(0);
  }
}

/** Undefined when it is not the right passphrase. */
export function unwrapVaultKey(id: Uint8Array, secret: Uint8Array, box: Uint8Array): Uint8Array | undefined {
  const key = derive(secret, id, 'passphrase');
  try {
    return unseal(key, box, bound(id, 'passphrase'));
  } finally {
    key.fill(0);
  }
}

/** What the signing key opens, for one ceremony. Debug output shows no key. */
export class SigningKeys {
  readonly #secret: Uint8Array;
  readonly #wrap: Uint8Array;

  /** @param signingKey stays the caller's. */
  constructor(id: Uint8Array, signingKey: Uint8Array) {
    this.#secret = derive(signingKey, id, 'secret');
    this.#wrap = derive(signingKey, id, 'inner wrap');
  }

  sealSecrets(credentialId: Uint8Array, secrets: Uint8Array, random: RandomSource): Uint8Array {
    return seal(this.#secret, secrets, bound(credentialId, 'secret'), random);
  }

  openSecrets(credentialId: Uint8Array, box: Uint8Array): Uint8Array | undefined {
    return unseal(this.#secret, box, bound(credentialId, 'secret'));
  }

  /** A copy, the caller's to overwrite. */
  innerWrapKey(): Uint8Array {
    return Uint8Array.from(this.#wrap);
  }

  forget(): void {
    this.#secret.fill(0);
    this.#wrap.fill(0);
  }
}

/** In constant time; false for different lengths. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
