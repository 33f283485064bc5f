/** What the PIN opened, and for how long: the signing key until the vault is locked, its use until the ceremony ends. */
import type { RandomSource } from '../../native/ports';
import { decodeSecrets, type OpenedSecrets } from './card';
import { SigningKeys } from './vault-keys';
import { notVerified } from './vault-words';

export class Ceremony {
  readonly #random: RandomSource;
  #id: Uint8Array | undefined;
  #signingKey: Uint8Array | undefined;
  #keys: SigningKeys | undefined;
  #opened: OpenedSecrets[] = [];

  constructor(random: RandomSource) {
    this.#random = random;
  }

  /** The PIN was right once, and nothing was locked since. */
  get isVerified(): boolean {
    return this.#signingKey !== undefined;
  }

  get isOpen(): boolean {
    return this.#keys !== undefined;
  }

  /** Throws VaultError `not-open` outside of a ceremony. */
  get keys(): SigningKeys {
    if (!this.#keys) throw notVerified();
    return this.#keys;
  }

  /** @param signingKey of the vault `id`; stays the caller's to overwrite */
  verified(id: Uint8Array, signingKey: Uint8Array): void {
    this.#signingKey?.fill(0);
    this.#id = id;
    this.#signingKey = Uint8Array.from(signingKey);
  }

  /** Throws VaultError `not-open` unless it was verified. */
  begin(): void {
    if (!this.#id || !this.#signingKey) throw notVerified();
    this.#keys ??= new SigningKeys(this.#id, this.#signingKey);
  }

  /** Seals secrets, and overwrites `plain`. Throws VaultError `not-open` outside of a ceremony. */
  seal(credentialId: Uint8Array, plain: Uint8Array): Uint8Array {
    try {
      return this.keys.sealSecrets(credentialId, plain, this.#random);
    } finally {
      plain.fill(0);
    }
  }

  /** Reads secrets, which {@link end} will overwrite; overwrites `plain`. */
  opened(plain: Uint8Array): OpenedSecrets {
    try {
      const secrets = decodeSecrets(plain);
      this.#opened.push(secrets);
      return secrets;
    } finally {
      plain.fill(0);
    }
  }

  /** Overwrites what was opened for this ceremony. */
  end(): void {
    this.#keys?.forget();
    this.#keys = undefined;
    for (const secrets of this.#opened) secrets.forget();
    this.#opened = [];
  }

  /** The same, and the signing key as well. */
  lock(): void {
    this.end();
    this.#signingKey?.fill(0);
    this.#signingKey = undefined;
    this.#id = undefined;
  }
}
