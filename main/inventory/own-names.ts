/**
 * The names that this user gave to passkeys, on keys and on this device alike: one small JSON file, which window and command line share.
 * It tells the names and how many there are, but of each passkey only a SHA-256 of its credential ID: no site and no account.
 * Neither the keys nor the sites learn the names.
 */
import { createHash } from 'node:crypto';
import { notSaved, readKept, saveKept, type Kept, type KeptFiles, type Members } from './kept-file';
import { withoutHidden } from './safe-text';

/** Of a name, in code points. */
export const OWN_NAME_LENGTH = 64;

/** Nobody names more by hand, and the file stays small. */
export const MAX_OWN_NAMES = 10_000;

/** In UTF-16 units: what is longer was not written by Latchkey. */
const LONGEST_READ = 4 * OWN_NAME_LENGTH;

const VERSION = 1;
const LABEL = Buffer.from('Latchkey: a name of one’s own for the passkey\0');

export type CredentialId = Uint8Array;
/** Whether the name of this passkey is another now. */
export type Concerns = (credentialId: CredentialId) => boolean;

/** A name as it is kept: in NFC, on one line, without what does not show, and cut at {@link OWN_NAME_LENGTH}. Empty for none. */
export function ownNameOf(typed: string): string {
  // Cut before anything else, so that ten kilobytes cost no more than a line.
  const clean = withoutHidden(typed.slice(0, 64 * OWN_NAME_LENGTH).normalize()).normalize();
  const cut = Array.from(clean.trim()).slice(0, OWN_NAME_LENGTH).join('');
  // What joined two characters joins nothing any more when the second is cut off.
  return withoutHidden(cut).trim();
}

export class OwnNamesStore {
  readonly #files: KeptFiles;
  /** By {@link keyOf}. */
  #names: ReadonlyMap<string, string> = new Map();
  /** What is in the file besides, from a Latchkey that knows more; it stays there. */
  #others: Members = {};
  /** What is in the file, when it cannot be understood. */
  #unreadable: Uint8Array | undefined;
  #failure: Error | undefined;
  #notice: string | undefined;
  #turn: Promise<void> = Promise.resolve();
  readonly #keys = new WeakMap<CredentialId, string>();
  readonly #listeners = new Set<(concerns: Concerns) => void>();

  /** Touches nothing: see {@link read}. */
  constructor(files: KeptFiles) {
    this.#files = files;
  }

  /** Why the names are not all shown, and what to do; undefined when all is well. */
  get notice(): string | undefined {
    return this.#notice;
  }

  /** As the file had it when it was last read or written; undefined for none. Not yet safe to be shown. */
  nameOf(credentialId: CredentialId): string | undefined {
    return this.#names.size === 0 ? undefined : this.#names.get(this.#keyOf(credentialId));
  }

  /** Called when names, or the notice, have changed. Returns the function that stops it. */
  onChange(listener: (concerns: Concerns) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Reads the file, which the other program may have changed. Never rejects: what is wrong is the {@link notice}. */
  read(): Promise<void> {
    return this.#take(() => this.#read());
  }

  /**
   * Durable when resolved; when it rejects, with ProblemError, nothing has changed.
   * @param ownName as typed, see {@link ownNameOf}; empty for none
   */
  keep({ credentialId }: { readonly credentialId: CredentialId }, ownName: string): Promise<void> {
    const name = ownNameOf(ownName);
    return this.#take(async () => {
      try {
        await this.#change((names) => {
          if (name === '') names.delete(this.#keyOf(credentialId));
          else names.set(this.#keyOf(credentialId), name);
        });
      } catch (error) {
        throw notSaved('The name was not saved.', error);
      }
    });
  }

  /** For passkeys that are gone for good. Never rejects: what is wrong is the {@link notice}. */
  forget(credentialIds: readonly CredentialId[]): Promise<void> {
    return this.#take(async () => {
      try {
        await this.#change((names) => {
          for (const id of credentialIds) names.delete(this.#keyOf(id));
        });
      } catch (error) {
        this.#notice = `${reasonOf(error)} Names that you gave to passkeys which are deleted now are still in it.`;
      }
    });
  }

  async #read(): Promise<void> {
    const { file, aside } = this.#files;
    this.#failure = this.#unreadable = this.#notice = undefined;
    let kept: Kept<Saved>;
    try {
      kept = await readKept(this.#files, VERSION, understand);
    } catch (error) {
      this.#adopt(nothing);
      this.#failure = error instanceof Error ? error : new Error(String(error));
      this.#notice = `${this.#failure.message} Until that is put right, your own names for passkeys are not shown.`;
      return;
    }
    this.#adopt(kept.is === 'read' ? kept.value : nothing);
    if (kept.is === 'absent' || kept.is === 'read') return;
    this.#unreadable = kept.content;
    const reason = kept.is === 'newer' ? 'was written by a newer Latchkey' : 'is damaged';
    this.#notice =
      `The file with your own names for passkeys, ${file.path}, ${reason}, so they are not shown. ` +
      `${kept.is === 'newer' ? 'Update Latchkey, or name' : 'Name'} passkeys anew: this file is then kept as ${aside.path}.`;
  }

  /** Rejects with what a person should read. Nothing is written where nothing changes. */
  async #change(change: (names: Map<string, string>) => void): Promise<void> {
    // The other program, window or command line, may have saved since.
    await this.#read();
    if (this.#failure) throw this.#failure;
    const names = new Map(this.#names);
    change(names);
    if (differing(this.#names, names).size === 0) return;
    if (names.size > MAX_OWN_NAMES && names.size > this.#names.size)
      throw new Error(`Latchkey keeps no more than ${MAX_OWN_NAMES} names, and there are so many already.`);
    const unreadable = this.#unreadable;
    const members = { ...this.#others, names: Object.fromEntries(names) };
    try {
      await saveKept(this.#files, VERSION, members, unreadable);
    } catch (error) {
      // It may be in place all the same (the folder could not be synced): memory follows the file.
      await this.#read();
      throw error;
    }
    this.#adopt({ names, others: this.#others });
    this.#unreadable = undefined;
    this.#notice =
      unreadable && `The file with your own names from before is kept as ${this.#files.aside.path}.`;
  }

  #adopt({ names, others }: Saved): void {
    this.#names = names;
    this.#others = others;
  }

  /** One after the other; then tells what has changed. */
  #take(work: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(async () => {
      const { names, notice } = { names: this.#names, notice: this.#notice };
      try {
        await work();
      } finally {
        const changed = differing(names, this.#names);
        if (changed.size > 0 || notice !== this.#notice)
          for (const listener of this.#listeners) listener((id) => changed.has(this.#keyOf(id)));
      }
    });
    this.#turn = turn.catch(() => undefined); // the caller gets the rejection
    return turn;
  }

  /** The base64url of SHA-256(label ‖ credential ID). Lists of thousands are gone through often. */
  #keyOf(credentialId: CredentialId): string {
    let key = this.#keys.get(credentialId);
    if (key === undefined) {
      key = createHash('sha256').update(LABEL).update(credentialId).digest('base64url');
      this.#keys.set(credentialId, key);
    }
    return key;
  }
}

interface Saved {
  readonly names: ReadonlyMap<string, string>;
  readonly others: Members;
}

const nothing: Saved = { names: new Map(), others: {} };

function understand({ names, ...others }: Members): Saved | undefined {
  if (typeof names !== 'object' || names === null || Array.isArray(names)) return undefined;
  const entries = Object.entries(names as Members);
  const read = entries.filter(
    (entry): entry is [string, string] => /^[\w-]{43}$/.test(entry[0]) && isName(entry[1]),
  );
  return read.length === entries.length ? { names: new Map(read), others } : undefined;
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST_READ;
}

/** The keys whose names are not the same in both. */
function differing(
  some: ReadonlyMap<string, string>,
  others: ReadonlyMap<string, string>,
): ReadonlySet<string> {
  if (some === others) return new Set();
  return new Set([...some.keys(), ...others.keys()].filter((key) => some.get(key) !== others.get(key)));
}

/** The adapters' errors are sentences that name the file. */
function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
