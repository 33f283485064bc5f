/** Finds discoverable credentials by their ID and by their site, however many there are. */
import { sha256 } from '@noble/hashes/sha2.js';
import type { StoredCredential } from './key-state';

export class CredentialIndex {
  readonly #byId = new Map<string, StoredCredential>();
  /** Oldest first. */
  readonly #bySite = new Map<string, StoredCredential[]>();
  /** RP IDs by their SHA-256; made when it is first asked for. */
  #rpIds: Map<string, string> | undefined;

  /** @param credentials oldest first */
  constructor(credentials: readonly StoredCredential[]) {
    for (const stored of credentials) this.add(stored);
  }

  find(id: Uint8Array): StoredCredential | undefined {
    return this.#byId.get(key(id));
  }

  /** Oldest first. */
  ofRp(rpId: string): readonly StoredCredential[] {
    return this.#bySite.get(rpId) ?? [];
  }

  /** The RP ID of this SHA-256, of a site that has credentials. */
  rpIdOf(rpIdHash: Uint8Array): string | undefined {
    this.#rpIds ??= new Map([...this.#bySite.keys()].map((rpId) => [hashOf(rpId), rpId]));
    return this.#rpIds.get(key(rpIdHash));
  }

  /** As the newest. */
  add(stored: StoredCredential): void {
    const { id, rp } = stored.credential;
    this.#byId.set(key(id), stored);
    const site = this.#bySite.get(rp.id);
    if (site) {
      site.push(stored);
      return;
    }
    this.#bySite.set(rp.id, [stored]);
    this.#rpIds?.set(hashOf(rp.id), rp.id);
  }

  remove(stored: StoredCredential): void {
    const { id, rp } = stored.credential;
    this.#byId.delete(key(id));
    const rest = this.ofRp(rp.id).filter((other) => other !== stored);
    if (rest.length > 0) {
      this.#bySite.set(rp.id, rest);
      return;
    }
    this.#bySite.delete(rp.id);
    this.#rpIds?.delete(hashOf(rp.id));
  }

  /** Puts another version of the same credential in its place. */
  replace(stored: StoredCredential, by: StoredCredential): void {
    const { id, rp } = stored.credential;
    this.#byId.set(key(id), by);
    this.#bySite.set(
      rp.id,
      this.ofRp(rp.id).map((other) => (other === stored ? by : other)),
    );
  }
}

function hashOf(rpId: string): string {
  return key(sha256(Buffer.from(rpId)));
}

function key(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
