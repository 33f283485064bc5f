/** This device as a place in the one list: its passkeys, what was deleted lately, and what opens them. */
import type { Biometrics, Clock } from '../../native/ports';
import { AutoLock } from './auto-lock';
import { deleteFromDevice } from './delete-from-device';
import type { DeletedPasskey, DeviceOptionsChange, DeviceStatus } from './device-model';
import { credentialIdOf, deletedPasskeyOf, notListed, passkeyOf } from './device-passkeys';
import { deviceStatus } from './device-status';
import type { DeviceVault } from './device-vault';
import { checkName } from './edit-and-verify';
import type { DeleteOutcome, EditOutcome, Passkey, PasskeyNames } from './model';
import { ProblemError, problemOf, type Problem } from './problems';
import type { SettingsStore } from './settings';

export interface DeviceDependencies {
  readonly vault: DeviceVault;
  /** The folder of the vault, for people. */
  readonly path: string;
  readonly settings: SettingsStore;
  readonly clock: Clock;
  /** Absent where this system has none. */
  readonly biometrics?: Biometrics;
}

/** What has changed: the status, the list, or Recently deleted. */
export type DeviceChange = 'device' | 'passkeys' | 'deleted';

/** A vault that hangs (its keychain, its disk) does not keep the program from ending: milliseconds. */
const CLOSE_PATIENCE = 3000;

export class DevicePlace {
  readonly #dependencies: DeviceDependencies;
  readonly #listeners = new Set<(change: DeviceChange) => void>();
  #autoLock: AutoLock | undefined;
  #opening: Promise<void> | undefined;
  /** Why it could not be looked at; the vault then stays closed. */
  #failure: Problem | undefined;
  #biometricsAvailable = false;
  readonly #beforeClose: (() => Promise<void>)[] = [];
  /** As the vault had them when it was last looked at. */
  #seen: Pick<DeviceVault, 'passkeys' | 'deleted'> = { passkeys: [], deleted: [] };
  #passkeys: readonly Passkey[] = [];
  #deleted: readonly DeletedPasskey[] = [];

  /** Touches nothing: see {@link start}. */
  constructor(dependencies: DeviceDependencies) {
    this.#dependencies = dependencies;
    dependencies.vault.onChange(() => this.#follow());
  }

  get status(): DeviceStatus {
    const { vault, path, settings, biometrics } = this.#dependencies;
    return deviceStatus({
      situation: vault.situation,
      failure: this.#failure,
      biometrics: this.#biometricsAvailable ? biometrics?.name : undefined,
      settings,
      path,
    });
  }

  /** The vault's folder is this program's: others have to ask it. */
  get owned(): boolean {
    const { situation } = this.#dependencies.vault;
    return situation.is !== 'closed' && !(situation.is === 'unusable' && situation.problem === 'in-use');
  }

  /** Done first when it is closed. */
  beforeClose(work: () => Promise<void>): void {
    this.#beforeClose.push(work);
  }

  /** Oldest first; empty unless open. */
  get passkeys(): readonly Passkey[] {
    return this.#passkeys;
  }

  /** Throws ProblemError when it is not in the list. */
  passkey(id: string): Passkey {
    const passkey = this.#passkeys.find((each) => each.id === id);
    if (!passkey) throw notListed();
    return passkey;
  }

  /** Recently deleted, the newest deletion first; empty unless open. */
  get deleted(): readonly DeletedPasskey[] {
    return this.#deleted;
  }

  /** No longer in Recently deleted because of their age, while the file still has them. */
  get overdue(): readonly Passkey[] {
    return this.#dependencies.vault.overdue.map(passkeyOf);
  }

  /** Returns the function that stops it. */
  onChange(listener: (change: DeviceChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Reads the settings and opens the vault. Never rejects: what is wrong is in the {@link status}. */
  async start(): Promise<void> {
    const { settings } = this.#dependencies;
    // First: once the vault is open, others are served, and the settings say what they may do.
    await settings.read();
    this.#changed('device');
    await this.#open().catch((error: unknown) => this.#failed(error));
    await this.#askBiometrics();
  }

  /**
   * Looks at the vault again, or opens it with its passphrase. Rejects when it cannot be used; that a passphrase is wanted
   * is no error.
   */
  async open(passphrase?: string): Promise<void> {
    try {
      await this.#open(passphrase);
    } catch (error) {
      if (problemOf(error).code !== 'passphrase-wrong') this.#failed(error);
      throw error;
    }
    const { state, problem: failure } = this.status;
    if (state === 'unusable' && failure) throw new ProblemError(failure);
  }

  /**
   * Makes the vault; `passphrase` in place of the keychain.
   * @returns the recovery key, in groups, which is kept nowhere
   */
  async setUp(pin: string, passphrase?: string): Promise<string> {
    const { recoveryKey } = await this.#dependencies.vault.setUp({
      pin,
      ...(passphrase !== undefined && { passphrase }),
    });
    return recoveryKey;
  }

  async changePin(current: string, next: string): Promise<void> {
    await this.#dependencies.vault.changePin(current, next);
  }

  /** Also when the PIN is locked. Answers with the recovery key that holds from now on. */
  async recover(recoveryKey: string, newPin: string): Promise<string> {
    return (await this.#dependencies.vault.recover(recoveryKey, newPin)).recoveryKey;
  }

  /** Answers with the recovery key that holds from now on. */
  async newRecoveryKey(pin: string): Promise<string> {
    return (await this.#dependencies.vault.newRecoveryKey(pin)).recoveryKey;
  }

  async switchSealing(pin: string, to: 'keychain' | { readonly passphrase: string }): Promise<void> {
    await this.#dependencies.vault.switchSealing(pin, to === 'keychain' ? { keychain: true } : to);
  }

  /** The generation before this one; undefined when there is none that opens. `written` in milliseconds since 1970, UTC. */
  async previous(): Promise<{ readonly written: number; readonly passkeys: number } | undefined> {
    return this.#dependencies.vault.previous();
  }

  /** What is there now is kept beside it. */
  async restorePrevious(): Promise<void> {
    await this.#dependencies.vault.restorePrevious();
  }

  /** For a new beginning where nothing opens: what is there is kept under other names, and it can be set up. */
  async startAnew(): Promise<void> {
    await this.#dependencies.vault.putAside();
  }

  /** Forgets what the PIN opened: the PIN is asked again. The list stays. */
  lock(): void {
    this.#dependencies.vault.lock();
  }

  userActive(): void {
    this.#autoLock?.postpone();
  }

  async setOptions(change: DeviceOptionsChange): Promise<void> {
    const { settings } = this.#dependencies;
    await settings.change(change).finally(() => this.#changed('device'));
    if (change.autoLockMinutes === undefined) return;
    this.#stopAutoLock();
    this.#keepLocking();
  }

  /** To Recently deleted, verified by listing again. One outcome for each, in the order asked. */
  async deletePasskeys(ids: readonly string[]): Promise<readonly DeleteOutcome[]> {
    return deleteFromDevice(this.#dependencies.vault, ids);
  }

  /** Names that are absent or empty are removed. */
  async editPasskey(id: string, { name = '', displayName = '' }: PasskeyNames): Promise<EditOutcome> {
    for (const each of [name, displayName]) checkName(each);
    await this.#dependencies.vault.rename(credentialIdOf(id), { name, displayName });
    return { outcome: 'saved', passkey: this.passkey(id) };
  }

  /** A passkey that is marked as protected cannot be deleted. */
  async setProtected(id: string, on: boolean): Promise<void> {
    await this.#dependencies.vault.setProtected(credentialIdOf(id), on);
  }

  /** Out of Recently deleted: all of them, or none when it rejects. */
  async restore(ids: readonly string[]): Promise<void> {
    await this.#dependencies.vault.restore(unique(ids));
  }

  /** Deletes for good what is in Recently deleted: all of them, or none when it rejects. */
  async purge(ids: readonly string[]): Promise<void> {
    await this.#dependencies.vault.purge(unique(ids));
  }

  /** Deletes for good everything in Recently deleted. */
  async emptyDeleted(): Promise<void> {
    await this.#dependencies.vault.emptyDeleted();
  }

  /** Saves what is to be saved and lets the vault go. Resolves in a few seconds, whatever hangs. */
  async close(): Promise<void> {
    const { vault, clock } = this.#dependencies;
    this.#stopAutoLock();
    this.#listeners.clear();
    let callOff = (): void => undefined;
    const late = new Promise<void>((resolve) => (callOff = clock.after(CLOSE_PATIENCE, resolve)));
    try {
      // What fails there keeps nobody from saving.
      const done = Promise.allSettled(this.#beforeClose.map((work) => work()));
      await Promise.race([done.then(() => vault.close()), late]);
    } finally {
      callOff();
    }
  }

  /** One after the other: who comes while it is being opened waits for that first. */
  async #open(passphrase?: string): Promise<void> {
    const { vault } = this.#dependencies;
    await this.#opening?.catch(() => undefined);
    this.#failure = undefined;
    this.#opening = vault.open(passphrase);
    try {
      await this.#opening;
    } finally {
      this.#opening = undefined;
    }
  }

  #failed(error: unknown): void {
    this.#failure = problemOf(error);
    this.#changed('device');
  }

  async #askBiometrics(): Promise<void> {
    const available = (await this.#dependencies.biometrics?.available()) ?? false;
    if (available === this.#biometricsAvailable) return;
    this.#biometricsAvailable = available;
    this.#changed('device');
  }

  #follow(): void {
    const { passkeys, deleted } = this.#dependencies.vault;
    const others = {
      passkeys: !same(passkeys, this.#seen.passkeys),
      deleted: !same(deleted, this.#seen.deleted),
    };
    this.#seen = { passkeys, deleted };
    if (others.passkeys) this.#passkeys = passkeys.map(passkeyOf);
    if (others.deleted) this.#deleted = deleted.map(deletedPasskeyOf);
    this.#keepLocking();
    // The list first: it is what somebody waits for.
    if (others.passkeys) this.#changed('passkeys');
    this.#changed('device');
    if (others.deleted) this.#changed('deleted');
  }

  /** Runs while there is something to forget. */
  #keepLocking(): void {
    const { vault, clock, settings } = this.#dependencies;
    const { situation } = vault;
    if (situation.is !== 'open' || !situation.verified) return this.#stopAutoLock();
    if (this.#autoLock) return;
    const autoLock = new AutoLock(clock, settings.current.autoLockMinutes * 60_000, () => {
      // Somebody is in the middle of a sign-in.
      if (vault.secretsOpen) autoLock.start();
      else vault.lock();
    });
    this.#autoLock = autoLock;
    autoLock.start();
    // What matters from now on; a finger may have been enrolled since the start.
    void this.#askBiometrics();
  }

  #stopAutoLock(): void {
    this.#autoLock?.stop();
    this.#autoLock = undefined;
  }

  #changed(change: DeviceChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}

function same(some: readonly unknown[], others: readonly unknown[]): boolean {
  if (some === others) return true;
  return some.length === others.length && some.every((each, index) => each === others[index]);
}

function unique(ids: readonly string[]): readonly Uint8Array[] {
  return [...new Set(ids)].map(credentialIdOf);
}
