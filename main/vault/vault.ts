/**
 * The passkeys of this device, sealed (design decision 8). One object owns the file; what it is asked for happens in turns.
 * Keys live in private fields, are overwritten when they are done with, and no debug output shows them.
 */
import type { AuthenticatorStorage } from '../authenticator/env';
import type { Calendar, Clock, Keychain, PrivateFolder, RandomSource } from '../../native/ports';
import { Ceremony } from './ceremony';
import { putAside, putBack } from './generations';
import type { DeletedPasskey, DevicePasskey, VaultSituation } from './model';
import { OpenVault, type VaultChange } from './open-vault';
import { edit, purging, removal, renamed, restoration, type Names } from './passkey-changes';
import {
  refuseObviousPin,
  saving,
  signingKeyByPin,
  signingKeyByRecovery,
  wrapByPin,
  wrapByRecovery,
} from './pin-gate';
import { PIN_WAITS, TRIES_FILE, TriesRecord } from './pin-tries';
import { DEFAULT_COST, type ScryptCost } from './scrypt';
import { commitTwice, takeOutOfKeychain, toKeychain, toPassphrase } from './sealing-switch';
import { Turns } from './turns';
import { VaultError } from './vault-error';
import { FILE } from './file-names';
import { VaultKeys } from './vault-keys';
import { examine, findPrevious, type Finding } from './vault-opening';
import {
  hasVaultFiles,
  putIntoKeychain,
  refuseObviousPassphrase,
  setUpVault,
  wrapByPassphrase,
  type Surroundings,
} from './vault-set-up';
import { VaultStorage } from './vault-storage';
import { fileProblem, inUse, notOpen, thereByNow } from './vault-words';

export interface VaultOptions {
  readonly folder: PrivateFolder;
  readonly keychain: Keychain;
  readonly clock: Clock;
  readonly calendar: Calendar;
  readonly random: RandomSource;
  /** For what is set from now on; tests give a cheap one. */
  readonly scrypt?: ScryptCost;
  /** Milliseconds to wait after so many wrong PINs (the first member: after none); tests give short ones. */
  readonly pinWaits?: readonly number[];
}

/** How long a date of use may wait for the next save, in milliseconds. */
const SAVE_WITHIN = 60_000;

interface Opened {
  readonly is: 'open';
  readonly vault: OpenVault;
  readonly tries: TriesRecord;
}

type State = Exclude<Finding, { readonly is: 'open' }> | { readonly is: 'closed' } | Opened;

export class Vault {
  /** For the engine. Its promises reject with VaultError `not-open` while the vault is not open. */
  readonly storage: AuthenticatorStorage & { secretWrapKey(): Promise<Uint8Array> };
  readonly #around: Surroundings;
  readonly #ceremony: Ceremony;
  readonly #turns = new Turns();
  readonly #listeners = new Set<() => void>();
  #state: State = { is: 'closed' };
  #release: (() => Promise<void>) | undefined;
  #callOff: (() => void) | undefined;

  /** Touches nothing. */
  constructor({ scrypt = DEFAULT_COST, pinWaits = PIN_WAITS, ...ports }: VaultOptions) {
    this.#around = { ...ports, cost: scrypt, waits: pinWaits };
    this.#ceremony = new Ceremony(ports.random);
    const opened = (): OpenVault => this.#opened.vault;
    this.storage = new VaultStorage({
      get opened() {
        return opened();
      },
      ceremony: this.#ceremony,
      path: this.path,
      today: () => this.#today(),
      change: (compute) => this.#change(compute),
    });
  }

  /** Where the file is. */
  get path(): string {
    return this.#around.folder.file(FILE).path;
  }

  get situation(): VaultSituation {
    const state = this.#state;
    switch (state.is) {
      case 'unusable': {
        const { problem, previous } = state;
        const { code, message } = problem;
        return { is: 'unusable', problem: code, message, previous: previous !== undefined };
      }
      case 'open':
        return {
          is: 'open',
          sealing: state.vault.header.passphrase ? 'passphrase' : 'keychain',
          verified: this.#ceremony.isVerified,
          tries: state.tries.state,
        };
      default:
        return state;
    }
  }

  /** Calls `listener` whenever the situation or the passkeys may have changed; returns what ends it. */
  onChange(listener: () => void): () => void {
    const own = (): void => listener();
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  /**
   * Takes the lock and looks at file and key; `situation` tells what came of it. Once more after something was put
   * right. Rejects with VaultError `in-use` or `passphrase-wrong` alone. Nothing happens when it is open.
   */
  open(passphrase?: string): Promise<void> {
    return this.#take(async () => {
      if (this.#state.is !== 'open') await this.#open(passphrase);
    });
  }

  /**
   * Saves what waits, overwrites all keys and lets the lock go, also when the saving fails: then a date of use
   * is lost, which is no more than one.
   */
  close(): Promise<void> {
    return this.#take(async () => {
      await this.#flush().catch(() => undefined);
      this.#forget({ is: 'closed' });
      const release = this.#release;
      this.#release = undefined;
      await release?.();
    });
  }

  /**
   * Makes the vault. Only where there is none. Rejects with VaultError; with a passphrase also where the keychain does
   * not serve.
   * @returns the recovery key, which is kept nowhere
   */
  setUp({
    pin,
    passphrase,
  }: {
    readonly pin: string;
    readonly passphrase?: string;
  }): Promise<{ recoveryKey: string }> {
    return this.#take(async () => {
      const state = this.#state;
      const isFree =
        state.is === 'absent' || (state.is === 'unusable' && state.isEmpty && passphrase !== undefined);
      if (!isFree) throw state.is === 'unusable' ? state.problem : notOpen();
      refuseObviousPin(pin);
      if (await hasVaultFiles(this.#around.folder)) {
        await this.#open();
        throw thereByNow(this.path);
      }
      const { vault, tries, signingKey, recoveryKey } = await setUpVault(this.#around, pin, passphrase);
      this.#state = { is: 'open', vault, tries };
      this.#ceremony.verified(vault.keys.id, signingKey);
      signingKey.fill(0);
      if (passphrase === undefined) await this.#finishKeychain(vault);
      return { recoveryKey };
    });
  }

  /**
   * Opens the secrets until {@link endCeremony}. The try is counted before the PIN is compared. Rejects with
   * VaultError `pin-…`, `file` or `not-open`.
   */
  verifyPin(pin: string): Promise<void> {
    return this.#take(async () => {
      await this.#withSigningKey(pin, async () => this.#ceremony.begin());
    });
  }

  /**
   * Opens the secrets until {@link endCeremony}, by what the PIN opened since the start. Throws VaultError
   * `not-open` when it did not.
   */
  reopen(): void {
    this.#ceremony.begin();
    this.#changed();
  }

  endCeremony(): void {
    this.#ceremony.end();
    this.#changed();
  }

  get secretsOpen(): boolean {
    return this.#ceremony.isOpen;
  }

  /** Forgets what the PIN opened: {@link reopen} no longer suffices. The list stays. */
  lock(): void {
    this.#ceremony.lock();
    this.#changed();
  }

  /** Rejects with VaultError `pin-…`, `file` or `not-open`. */
  changePin(current: string, next: string): Promise<void> {
    return this.#take(async () => {
      refuseObviousPin(next);
      const { cost, random } = this.#around;
      await this.#withSigningKey(current, async (signingKey, vault) => {
        await commitTwice(vault, { pin: await wrapByPin(vault.keys, signingKey, next, cost, random) });
      });
    });
  }

  /**
   * Another PIN, by the recovery key, which is used up. Rejects with VaultError `recovery-wrong`, `pin-refused`,
   * `file` or `not-open`.
   */
  recover(recoveryKey: string, newPin: string): Promise<{ recoveryKey: string }> {
    return this.#take(async () => {
      const { vault, tries } = this.#opened;
      const { cost, random } = this.#around;
      refuseObviousPin(newPin);
      const signingKey = signingKeyByRecovery(vault.keys, vault.header, recoveryKey);
      try {
        // Tries first: cut off in between, the old recovery key is still good.
        await saving(() => tries.clear());
        const next = wrapByRecovery(vault.keys, signingKey, random);
        const pin = await wrapByPin(vault.keys, signingKey, newPin, cost, random);
        await commitTwice(vault, { pin, recovery: next.recovery });
        this.#ceremony.verified(vault.keys.id, signingKey);
        return { recoveryKey: next.recoveryKey };
      } finally {
        signingKey.fill(0);
      }
    });
  }

  /** The one before no longer opens anything. Rejects with VaultError `pin-…`, `file` or `not-open`. */
  newRecoveryKey(pin: string): Promise<{ recoveryKey: string }> {
    return this.#take(async () => {
      return this.#withSigningKey(pin, async (signingKey, vault) => {
        const { recoveryKey, recovery } = wrapByRecovery(vault.keys, signingKey, this.#around.random);
        await commitTwice(vault, { recovery });
        return { recoveryKey };
      });
    });
  }

  /** Oldest first; none while the vault is not open. */
  get passkeys(): readonly DevicePasskey[] {
    return this.#state.is === 'open' ? this.#state.vault.passkeys : [];
  }

  /** The newest deletion first; none while the vault is not open. */
  get deleted(): readonly DeletedPasskey[] {
    return this.#state.is === 'open' ? this.#state.vault.deleted : [];
  }

  /** Whose time in *Recently deleted* is over, and which the next save drops for good; none while the vault is not open. */
  get overdue(): readonly DevicePasskey[] {
    return this.#state.is === 'open' ? this.#state.vault.overdue : [];
  }

  /** To *Recently deleted*, all or none. Rejects with VaultError `protected`, `not-found`, `file` or `not-open`. */
  remove(ids: readonly Uint8Array[]): Promise<void> {
    return this.#change((vault) => ({ entries: removal(vault, ids, this.#today()) }));
  }

  /** From *Recently deleted*, all or none; see {@link restoration}. Rejects as {@link remove} does. */
  restore(ids: readonly Uint8Array[]): Promise<void> {
    return this.#change((vault) => ({ entries: restoration(vault, ids, this.#today()) }));
  }

  /** Out of *Recently deleted*, for good. Rejects with VaultError `not-found`, `file` or `not-open`. */
  purge(ids: readonly Uint8Array[]): Promise<void> {
    return this.#change((vault) => ({ entries: purging(vault, ids) }));
  }

  emptyDeleted(): Promise<void> {
    return this.#change((vault) => {
      const ids = vault.deleted.map(({ credential }) => credential.id);
      return ids.length > 0 ? { entries: purging(vault, ids) } : undefined;
    });
  }

  /** Rejects with VaultError `not-found`, `file` or `not-open`. */
  rename(id: Uint8Array, names: Names): Promise<void> {
    return this.#change((vault) => ({ entries: edit(vault, id, (passkey) => renamed(passkey, names)) }));
  }

  /** Rejects with VaultError `not-found`, `file` or `not-open`. */
  setProtected(id: Uint8Array, on: boolean): Promise<void> {
    return this.#change((vault) => ({
      entries: edit(vault, id, (passkey) => ({ ...passkey, protected: on })),
    }));
  }

  /** Notes that it was used now; saved within a minute, with the next save, or when the vault is closed. */
  markUsed(id: Uint8Array): void {
    const used = this.#take(async () => {
      if (this.#state.is !== 'open') return;
      const { vault } = this.#state;
      const entry = vault.index.find(id);
      if (!entry) return; // deleted meanwhile
      vault.touch(entry, { ...entry.passkey, lastUsed: this.#today() });
    });
    void used;
  }

  /** Re-seals. Rejects with VaultError `pin-…`, `passphrase-refused`, `keychain-…`, `two-vaults`, `file` or `not-open`. */
  switchSealing(
    pin: string,
    to: { readonly keychain: true } | { readonly passphrase: string },
  ): Promise<void> {
    return this.#take(async () => {
      const { keychain, cost, random } = this.#around;
      if ('passphrase' in to) refuseObviousPassphrase(to.passphrase);
      await this.#withSigningKey(pin, async (_, vault) => {
        if ('keychain' in to) return toKeychain(vault, keychain, this.path);
        await toPassphrase(vault, keychain, await wrapByPassphrase(vault.keys, to.passphrase, cost, random));
      });
    });
  }

  /** The generation before this one, when it opens. */
  previous(): Promise<{ written: number; passkeys: number } | undefined> {
    return this.#take(async () => {
      const header = (await this.#previous())?.header;
      return header && { written: header.written, passkeys: header.passkeys };
    });
  }

  /**
   * Puts the generation before back, and opens it as {@link open} does. What was there is kept as
   * `passkeys.vault.replaced-N`. The record of wrong PINs stays as it is. Rejects with VaultError `not-found` or
   * `file`.
   */
  restorePrevious(): Promise<void> {
    return this.#take(async () => {
      const found = await this.#previous();
      if (!found) throw new VaultError('not-found', 'There is no generation before this one that opens.');
      await putBack(this.#around.folder, found.content);
      const held = this.#state.is === 'open' ? this.#state.vault.keys : undefined;
      const copy = held && new VaultKeys(held.id, held.root());
      this.#forget({ is: 'closed' });
      await this.#open(undefined, copy);
      if (this.situation.is !== 'open') copy?.forget();
    });
  }

  /**
   * For a new beginning where nothing opens: the files and the keychain's key are kept under other names, and the
   * vault is `absent` then. Rejects with VaultError; `not-open` unless the vault is `unusable`, or waits for a
   * passphrase that nobody knows.
   */
  putAside(): Promise<void> {
    return this.#take(async () => {
      if (this.#state.is !== 'unusable' && this.#state.is !== 'passphrase-needed') throw notOpen();
      if (!this.#release) throw inUse(this.path, undefined);
      const needsKeychain = this.#state.is === 'unusable' && this.#state.problem.code.startsWith('keychain-');
      await putAside(this.#around.folder, this.#around.keychain, needsKeychain);
      await this.#open();
    });
  }

  get #opened(): Opened {
    if (this.#state.is !== 'open') throw notOpen();
    return this.#state;
  }

  async #open(passphrase?: string, held?: VaultKeys): Promise<void> {
    const { folder, keychain } = this.#around;
    try {
      this.#release ??= await folder.lock();
    } catch (error) {
      const isInUse = error instanceof Error && 'code' in error && error.code === 'in-use';
      const problem = isInUse ? inUse(this.path, error) : fileProblem(error);
      this.#state = { is: 'unusable', problem };
      if (isInUse) throw problem;
      return;
    }
    let finding: Finding;
    try {
      finding = await examine({ folder, keychain }, passphrase, held);
    } catch (error) {
      this.#state = { is: 'passphrase-needed' };
      throw error;
    }
    if (finding.is !== 'open') {
      this.#state = finding;
      return;
    }
    const { keys, content, unfinished } = finding;
    try {
      const tries = await TriesRecord.open({ ...this.#around, file: folder.file(TRIES_FILE), keys });
      const vault = new OpenVault({ ...this.#around, keys }, content);
      this.#state = { is: 'open', vault, tries };
    } catch (error) {
      keys.forget();
      this.#state = { is: 'unusable', problem: fileProblem(error) };
      return;
    }
    await this.#tidyUp(this.#state.vault, unfinished);
  }

  /** What a set-up or a switch that was cut off left to do. Where it fails, the next opening tries again. */
  async #tidyUp(vault: OpenVault, unfinished: boolean): Promise<void> {
    if (unfinished) await this.#finishKeychain(vault);
    if (vault.header.moving) await takeOutOfKeychain(vault, this.#around.keychain).catch(() => undefined);
  }

  /** Takes the mark away that the set-up is not over. It does no harm where it stays. */
  async #finishKeychain({ keys }: OpenVault): Promise<void> {
    await putIntoKeychain(this.#around.keychain, keys, false).catch(() => undefined);
  }

  /** Runs `work` when the PIN is right, with a signing key of its own: {@link lock} overwrites the other at any time. */
  async #withSigningKey<T>(
    pin: string,
    work: (signingKey: Uint8Array, vault: OpenVault) => Promise<T>,
  ): Promise<T> {
    const { vault, tries } = this.#opened;
    const signingKey = await signingKeyByPin(vault.keys, vault.header, tries, pin).catch((error: unknown) => {
      // Who guessed ten times is hardly the one who typed it before: what that one opened is forgotten.
      if (tries.state.left === 0) this.#ceremony.lock();
      throw error;
    });
    try {
      this.#ceremony.verified(vault.keys.id, signingKey);
      return await work(signingKey, vault);
    } finally {
      signingKey.fill(0);
    }
  }

  async #previous(): ReturnType<typeof findPrevious> {
    const state = this.#state;
    if (state.is === 'unusable') return state.previous;
    return state.is === 'open' ? findPrevious(this.#around.folder, state.vault.keys) : undefined;
  }

  #change(compute: (vault: OpenVault) => VaultChange | undefined): Promise<void> {
    return this.#take(async () => {
      const { vault } = this.#opened;
      const change = compute(vault);
      if (change) await vault.commit(change);
    });
  }

  #saveSoon(): void {
    this.#callOff ??= this.#around.clock.after(SAVE_WITHIN, () => {
      this.#callOff = undefined;
      // Where this fails (a full disk), the file stays behind, and the next minute, the next save or the closing tries again.
      void this.#take(() => this.#flush()).catch(() => undefined);
    });
  }

  async #flush(): Promise<void> {
    if (this.#state.is === 'open' && this.#state.vault.isBehind) await this.#state.vault.commit({});
  }

  #forget(next: State): void {
    this.#callOff?.();
    this.#callOff = undefined;
    this.#ceremony.lock();
    if (this.#state.is === 'open') this.#state.vault.keys.forget();
    this.#state = next;
  }

  /** Milliseconds since 1970, UTC. */
  #today(): number {
    return Math.max(0, Math.floor(this.#around.calendar.now()));
  }

  async #take<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await this.#turns.take(work);
    } finally {
      if (this.#state.is === 'open' && this.#state.vault.isBehind) this.#saveSoon();
      this.#changed();
    }
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}
