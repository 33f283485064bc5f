/**
 * The vault while it is open: what the file holds, in memory, and every change of it. Memory and file stay in step: a
 * change is there when it is saved, and a save that fails changes nothing. One change at a time: callers take turns.
 * What was sealed once stays sealed in memory too, so that a save of ten thousand passkeys seals one.
 */
import { equalBytes } from '@noble/ciphers/utils.js';
import type { Calendar, PrivateFolder, RandomSource } from '../../native/ports';
import { encodeAccountRecord, type AccountRecord } from './account-record';
import { encodeCard, isDeleted, type StoredPasskey } from './card';
import type { Header } from './header';
import { KEPT_AFTER_DELETION, type DeletedPasskey, type DevicePasskey } from './model';
import { PasskeyIndex, type Entry, type EntryChange } from './passkey-index';
import { FILE, PREVIOUS } from './file-names';
import { encodeEntry, writeFrame } from './vault-file';
import type { VaultKeys } from './vault-keys';
import { fileProblem } from './vault-words';

/** What a vault holds. */
export interface VaultContent {
  readonly header: Header;
  readonly record: AccountRecord;
  /** Oldest first. */
  readonly entries: readonly Entry[];
}

export interface VaultChange {
  readonly header?: Partial<Header>;
  readonly record?: Partial<AccountRecord>;
  readonly entries?: readonly EntryChange[];
}

export interface OpenVaultOptions {
  readonly folder: PrivateFolder;
  readonly calendar: Calendar;
  readonly random: RandomSource;
  readonly keys: VaultKeys;
}

export class OpenVault {
  readonly keys: VaultKeys;
  readonly #folder: PrivateFolder;
  readonly #calendar: Calendar;
  readonly #random: RandomSource;
  readonly #index: PasskeyIndex;
  #content: VaultContent;
  #isBehind: boolean;
  #passkeys: readonly DevicePasskey[] | undefined;

  constructor({ folder, calendar, random, keys }: OpenVaultOptions, content: VaultContent) {
    this.keys = keys;
    this.#folder = folder;
    this.#calendar = calendar;
    this.#random = random;
    this.#content = content;
    this.#index = new PasskeyIndex(content.entries);
    this.#isBehind = this.#expired(content.entries).length > 0;
  }

  get header(): Header {
    return this.#content.header;
  }

  get record(): AccountRecord {
    return this.#content.record;
  }

  get index(): PasskeyIndex {
    return this.#index;
  }

  /** For a new passkey: behind all others. */
  get nextPlace(): number {
    return (this.#content.entries.at(-1)?.place ?? 0) + 1;
  }

  /** The file lacks something that may wait: a date of use, or that a deleted passkey's time is over. */
  get isBehind(): boolean {
    return this.#isBehind;
  }

  /** Oldest first; the same array until something changes. */
  get passkeys(): readonly DevicePasskey[] {
    this.#passkeys ??= this.#content.entries.map(({ passkey }) => passkey).filter((each) => !isDeleted(each));
    return this.#passkeys;
  }

  /** Newest deletion first. */
  get deleted(): readonly DeletedPasskey[] {
    return this.#content.entries
      .map(({ passkey }) => passkey)
      .filter(isDeleted)
      .filter((passkey) => !this.#isOver(passkey))
      .sort((a, b) => b.deleted - a.deleted);
  }

  /** Those whose time in Recently deleted is over, while the file still has them. */
  get overdue(): readonly DevicePasskey[] {
    return this.#expired(this.#content.entries).map(({ passkey }) => passkey);
  }

  /** What the file has is to be saved once more, see {@link isBehind}. */
  saveLater(): void {
    this.#isBehind = true;
  }

  /** Changes `from` in memory; the file follows with the next {@link commit}. Not while one is under way. */
  touch(from: Entry, passkey: StoredPasskey): void {
    const entries = [{ from, to: { passkey, secrets: from.secrets, place: from.place } }];
    this.#adopt({ ...this.#content, entries: changed(this.#content.entries, entries) }, entries);
    this.#isBehind = true;
  }

  /**
   * Saves the change and whatever waits, durably, and then it is so. Rejects with VaultError `file`; nothing has
   * changed then, unless the new content is in place all the same (the folder could not be synced): memory follows the
   * file.
   */
  async commit(change: VaultChange): Promise<void> {
    const before = this.#content;
    const expired = this.#expired(before.entries).map((from) => ({ from }));
    const changes = [...(change.entries ?? []), ...expired.filter(({ from }) => !mentions(change, from))];
    const entries = changes.length > 0 ? changed(before.entries, changes) : before.entries;
    const record = {
      ...before.record,
      ...change.record,
      ...(change.entries && { storeState: this.#random.bytes(16) }),
    };
    const header: Header = {
      ...before.header,
      ...change.header,
      generation: before.header.generation + 1,
      written: Math.max(0, Math.floor(this.#calendar.now())),
      passkeys: entries.reduce((count, { passkey }) => count + (isDeleted(passkey) ? 0 : 1), 0),
    };
    const content = this.#serialize({ header, record, entries });
    const next = { header, record, entries };
    try {
      await this.#folder.replace(FILE, content, PREVIOUS);
    } catch (error) {
      if (await this.#fileHolds(content)) this.#adopt(next, changes);
      throw fileProblem(error);
    }
    this.#adopt(next, changes);
    this.#isBehind = false;
  }

  #serialize({ header, record, entries }: VaultContent): Uint8Array {
    const sealed = this.keys.sealRecord(encodeAccountRecord(record), this.#random);
    return writeFrame(
      header,
      sealed,
      entries.map((entry) => (entry.encoded ??= this.#encode(entry))),
      this.keys,
    );
  }

  #encode({ passkey, secrets }: Entry): Uint8Array {
    const { id } = passkey.credential;
    return encodeEntry({ id, card: this.keys.sealCard(id, encodeCard(passkey), this.#random), secrets });
  }

  #adopt(next: VaultContent, changes: readonly EntryChange[]): void {
    this.#content = next;
    this.#index.apply(changes);
    this.#passkeys = undefined;
  }

  async #fileHolds(content: Uint8Array): Promise<boolean> {
    const actual = await this.#folder
      .file(FILE)
      .read()
      .catch(() => undefined); // unreadable: nothing says that it changed
    return actual !== undefined && equalBytes(actual, content);
  }

  #expired(entries: readonly Entry[]): readonly Entry[] {
    return entries.filter(({ passkey }) => isDeleted(passkey) && this.#isOver(passkey));
  }

  #isOver({ deleted }: DeletedPasskey): boolean {
    return this.#calendar.now() - deleted >= KEPT_AFTER_DELETION;
  }
}

function mentions({ entries }: VaultChange, entry: Entry): boolean {
  return (entries ?? []).some(({ from }) => from === entry);
}

function changed(entries: readonly Entry[], changes: readonly EntryChange[]): readonly Entry[] {
  const becomes = new Map(changes.map(({ from, to }) => [from, to]));
  const kept = entries.flatMap((entry) => {
    if (!becomes.has(entry)) return [entry];
    const to = becomes.get(entry);
    return to ? [to] : [];
  });
  const added = changes.flatMap(({ from, to }) => (!from && to ? [to] : []));
  return [...kept, ...added];
}
