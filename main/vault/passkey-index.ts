/** Finds passkeys by their ID and by their site, however many there are. */
import { createHash } from 'node:crypto';
import { isDeleted, type StoredPasskey } from './card';

/** A passkey and what the file has of it. */
export interface Entry {
  readonly passkey: StoredPasskey;
  /** Sealed. */
  readonly secrets: Uint8Array;
  /** Its place: the oldest has the lowest. A change keeps it. */
  readonly place: number;
  /** As it stands in the file; absent until it is saved. */
  encoded?: Uint8Array;
}

/** One entry becomes another (or none); `from` undefined: a new one. */
export interface EntryChange {
  readonly from?: Entry;
  readonly to?: Entry;
}

export class PasskeyIndex {
  readonly #byId = new Map<string, Entry>();
  /** Those in use, oldest first. */
  readonly #bySite = new Map<string, Entry[]>();
  /** RP IDs by their SHA-256; made when it is first asked for. */
  #rpIds: Map<string, string> | undefined;

  constructor(entries: readonly Entry[]) {
    for (const entry of entries) this.#add(entry);
  }

  /** In use or deleted. */
  find(id: Uint8Array): Entry | undefined {
    return this.#byId.get(key(id));
  }

  /** Those in use, oldest first. */
  ofRp(rpId: string): readonly Entry[] {
    return this.#bySite.get(rpId) ?? [];
  }

  /** The RP ID of this SHA-256, of a site with a passkey in use. */
  rpIdOf(rpIdHash: Uint8Array): string | undefined {
    this.#rpIds ??= new Map([...this.#bySite.keys()].map((rpId) => [hashOf(rpId), rpId]));
    return this.#rpIds.get(key(rpIdHash));
  }

  apply(changes: readonly EntryChange[]): void {
    for (const { from } of changes) if (from) this.#remove(from);
    for (const { to } of changes) if (to) this.#add(to);
  }

  #add(entry: Entry): void {
    const { credential } = entry.passkey;
    this.#byId.set(key(credential.id), entry);
    if (isDeleted(entry.passkey)) return;
    const rpId = credential.rp.id;
    const site = this.#bySite.get(rpId);
    if (!site) {
      this.#bySite.set(rpId, [entry]);
      this.#rpIds?.set(hashOf(rpId), rpId);
      return;
    }
    const next = site.findIndex(({ place }) => place > entry.place);
    if (next < 0) site.push(entry);
    else site.splice(next, 0, entry);
  }

  #remove(entry: Entry): void {
    const { credential } = entry.passkey;
    this.#byId.delete(key(credential.id));
    if (isDeleted(entry.passkey)) return;
    const rest = this.ofRp(credential.rp.id).filter((other) => other !== entry);
    if (rest.length > 0) {
      this.#bySite.set(credential.rp.id, rest);
      return;
    }
    this.#bySite.delete(credential.rp.id);
    this.#rpIds?.delete(hashOf(credential.rp.id));
  }
}

function hashOf(rpId: string): string {
  return key(createHash('sha256').update(rpId).digest());
}

function key(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
