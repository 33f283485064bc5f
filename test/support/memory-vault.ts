/**
 * What a {@link Vault} lives in, in memory: a folder that can be full, a keychain that can be locked, a date
 * that can be set.
 */
import type { Calendar, Keychain, KeychainFailureCode, PrivateFolder, StateFile } from '../../native/ports';
import { Vault, type VaultOptions } from '../../main/vault/vault';
import { ManualClock } from './manual-clock';
import { MemoryFile } from './memory-file';
import { SeededRandom } from './seeded-random';

/** The cheapest scrypt there is: a test is about something else. */
export const CHEAP_SCRYPT = { n: 2, r: 1, p: 1 } as const;

/** A PIN that the rules allow. */
export const PIN = '803517';

export class MemoryFolder implements PrivateFolder {
  readonly path = '/vault';
  readonly files = new Map<string, MemoryFile>();
  /** Whether somebody has it. The system lets it go when a program is killed: a test sets it to false. */
  isLocked = false;
  /**
   * Every `write`, `replace` and `remove`, in order; `onStep` is called before each and may throw: the machine
   * dies there.
   */
  readonly steps: string[] = [];
  onStep: ((step: string) => void) | undefined;

  file(name: string): StateFile {
    const file = this.#file(name);
    return {
      path: file.path,
      read: () => file.read(),
      write: async (content) => {
        this.#step(`write ${name}`);
        await file.write(content);
      },
    };
  }

  async replace(name: string, content: Uint8Array, keepAs: string): Promise<void> {
    this.#step(`replace ${name}`);
    const file = this.#file(name);
    const before = file.content;
    // A full disk is noticed before anything is renamed.
    if (file.failure !== 'full' && before) this.put(keepAs, before);
    await file.write(content);
  }

  async remove(name: string): Promise<boolean> {
    this.#step(`remove ${name}`);
    return this.files.delete(name);
  }

  async lock(): Promise<() => Promise<void>> {
    if (this.isLocked)
      throw Object.assign(new Error('Another Latchkey is using /vault.'), { code: 'in-use' });
    this.isLocked = true;
    return async () => {
      this.isLocked = false;
    };
  }

  /** What is in a file; undefined when there is none. */
  content(name: string): Uint8Array | undefined {
    return this.files.get(name)?.content;
  }

  /** What is in all files that there are, by name. */
  get contents(): ReadonlyMap<string, Uint8Array> {
    const found = new Map<string, Uint8Array>();
    for (const [name, { content }] of this.files) if (content) found.set(name, content);
    return found;
  }

  /** Another folder with the same files, as they are now: what a killed program leaves. */
  copy(): MemoryFolder {
    const copy = new MemoryFolder();
    for (const [name, content] of this.contents) copy.put(name, content);
    return copy;
  }

  /** Somebody else puts a file there, or takes it away. */
  put(name: string, content: Uint8Array | undefined): void {
    if (content) this.#file(name).content = content.slice();
    else this.files.delete(name);
  }

  /** Fails the writes of one file from now on, see {@link MemoryFile}. */
  fail(name: string, failure: MemoryFile['failure']): void {
    this.#file(name).failure = failure;
  }

  #file(name: string): MemoryFile {
    const known = this.files.get(name);
    if (known) return known;
    const file = new MemoryFile(`${this.path}/${name}`);
    this.files.set(name, file);
    return file;
  }

  #step(step: string): void {
    this.onStep?.(step);
    this.steps.push(step);
  }
}

export class MemoryKeychain implements Keychain {
  readonly service = 'Latchkey of a test';
  readonly items = new Map<string, string>();
  /** What every call rejects with. */
  failure: KeychainFailureCode | undefined;
  /** Called before each `set` and `delete`, like {@link MemoryFolder.onStep}. */
  onStep: ((step: string) => void) | undefined;

  async get(account: string): Promise<string | undefined> {
    this.#check();
    return this.items.get(account);
  }

  async set(account: string, secret: string): Promise<void> {
    this.#check();
    this.onStep?.('set');
    this.items.set(account, secret);
  }

  async delete(account: string): Promise<boolean> {
    this.#check();
    this.onStep?.('delete');
    return this.items.delete(account);
  }

  #check(): void {
    if (this.failure)
      throw Object.assign(new Error(`The keychain is ${this.failure}.`), { code: this.failure });
  }
}

/** A date that stands still until a test sets it. */
export class ManualCalendar implements Calendar {
  /** Milliseconds since 1970, UTC. */
  date = Date.UTC(2026, 0, 15, 12);

  now(): number {
    return this.date;
  }
}

export interface MemoryVault {
  readonly folder: MemoryFolder;
  readonly keychain: MemoryKeychain;
  readonly clock: ManualClock;
  readonly calendar: ManualCalendar;
  readonly vault: Vault;
}

/** A vault and what it lives in; not opened yet. `changes` replace parts, so that two can share them. */
export function memoryVault(changes: Partial<VaultOptions> & Partial<MemoryVault> = {}): MemoryVault {
  const parts = {
    folder: new MemoryFolder(),
    keychain: new MemoryKeychain(),
    clock: new ManualClock(),
    calendar: new ManualCalendar(),
    ...changes,
  };
  const vault = new Vault({ random: new SeededRandom(), scrypt: CHEAP_SCRYPT, ...parts });
  return { ...parts, vault };
}

/** The same, set up with {@link PIN} and open, as it is after the wizard. */
export async function openMemoryVault(
  changes: Partial<VaultOptions> & Partial<MemoryVault> & { readonly passphrase?: string } = {},
): Promise<MemoryVault & { readonly recoveryKey: string }> {
  const { passphrase, ...rest } = changes;
  const made = memoryVault(rest);
  await made.vault.open();
  const { recoveryKey } = await made.vault.setUp({
    pin: PIN,
    ...(passphrase !== undefined && { passphrase }),
  });
  return { ...made, recoveryKey };
}
