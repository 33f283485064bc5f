/** The large-blob keys of passkeys, as credential management gives them, for as long as they are needed. */
export class LargeBlobKeys {
  readonly #keys = new Map<string, Uint8Array>();

  /** Keeps a copy of `key`, 32 bytes. */
  add(credentialId: Uint8Array, key: Uint8Array): void {
    const identity = hex(credentialId);
    this.#keys.get(identity)?.fill(0);
    this.#keys.set(identity, Uint8Array.from(key));
  }

  /** 32 bytes, undefined for a passkey that has none. Overwritten by {@link destroy}. */
  of(credentialId: Uint8Array): Uint8Array | undefined {
    return this.#keys.get(hex(credentialId));
  }

  /** By credential ID in hex. */
  [Symbol.iterator](): Iterator<readonly [credentialId: string, key: Uint8Array]> {
    return this.#keys.entries();
  }

  /** Overwrites the keys. Idempotent. */
  destroy(): void {
    for (const key of this.#keys.values()) key.fill(0);
    this.#keys.clear();
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
