/** The one list: this device, every plugged-in key, and the passkeys that were read from them. */
import type { Clock, RandomSource } from '../../native/ports';
import type { AttachedKey, KeyRegistry } from '../client/key-registry';
import { deleteBlob, listBlobs, readBlob, writeBlob, type BlobsView } from './blob-tasks';
import {
  addFingerprint,
  listFingerprints,
  removeFingerprint,
  renameFingerprint,
  type Enrolled,
  type EnrollRequest,
  type FingerprintsView,
  type FingerprintView,
} from './fingerprint-tasks';
import { deleteByPlace, placeOf } from './delete-by-place';
import { DEVICE_ID, type DeletedPasskey } from './device-model';
import type { DevicePlace } from './device-place';
import { GuidedReset } from './guided-reset';
import { KeyEntry, type Demands } from './key-entry';
import type {
  DeleteOutcome,
  EditOutcome,
  KeyStatus,
  Passkey,
  PasskeyNames,
  Purpose,
  ResetStatus,
  Verification,
} from './model';
import { NamedList } from './named-list';
import type { Concerns, OwnNamesStore } from './own-names';
import { changePolicy, type PolicyChange, type PolicyOutcome } from './policy-tasks';
import { problem } from './problems';

export type InventoryChange =
  | { readonly kind: 'keys' }
  | { readonly kind: 'passkeys'; readonly keyId: string }
  | { readonly kind: 'reset' }
  /** The status of this device. */
  | { readonly kind: 'device' }
  /** Recently deleted, of this device. */
  | { readonly kind: 'deleted' }
  /** What is to be said of the user's own names. */
  | { readonly kind: 'own-names' };

export interface InventoryDependencies {
  readonly registry: KeyRegistry;
  readonly clock: Clock;
  readonly random: RandomSource;
  /** An unlocked key locks again after this long without {@link Inventory.userActive}. */
  readonly autoLockMilliseconds: number;
  /** Passkeys of this device; without it the list is that of the keys. */
  readonly device?: DevicePlace;
  /** The user's own names for passkeys; without them there are none. */
  readonly ownNames?: OwnNamesStore;
}

export class Inventory {
  readonly #dependencies: InventoryDependencies;
  readonly #entries = new Map<string, KeyEntry>();
  readonly #listeners = new Set<(change: InventoryChange) => void>();
  readonly #reset: GuidedReset;
  readonly #names: NamedList;
  /** Of a key that is being reset, as far as they were listed. */
  #toBeErased: readonly Passkey[] = [];

  constructor(dependencies: InventoryDependencies) {
    this.#dependencies = dependencies;
    const { registry, clock, device, ownNames } = dependencies;
    this.#names = new NamedList(ownNames, (concerns) => this.#namesChanged(concerns));
    this.#reset = new GuidedReset({
      registry,
      clock,
      onChange: () => this.#changed({ kind: 'reset' }),
      onDone: (keyId) => {
        void this.#names.forgetAll(this.#toBeErased);
        void this.#entries.get(keyId)?.introduce(true);
      },
    });
    device?.onChange((what) => {
      void this.#names.followDevice(device);
      this.#changed(what === 'passkeys' ? { kind: what, keyId: DEVICE_ID } : { kind: what });
    });
    registry.onChange(() => this.#follow(registry.keys));
    this.#follow(registry.keys);
  }

  /** In the order in which they were plugged in. */
  get keys(): readonly KeyStatus[] {
    return [...this.#entries.values()].map(({ status }) => status);
  }

  get reset(): ResetStatus | null {
    return this.#reset.status;
  }

  /** Returns the function that stops it. */
  onChange(listener: (change: InventoryChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** This device; undefined where its passkeys are not looked at. */
  get device(): DevicePlace | undefined {
    return this.#dependencies.device;
  }

  /** Empty for a key that is locked or gone. `DEVICE_ID` for this device. */
  passkeysOn(keyId: string): readonly Passkey[] {
    return this.#names.named(this.#unnamed(keyId));
  }

  /** Recently deleted, of this device: the newest deletion first. */
  get deleted(): readonly DeletedPasskey[] {
    return this.#names.named(this.device?.deleted ?? []);
  }

  /** Why the user's own names are not all shown, and what to do; undefined when all is well. */
  get ownNamesNotice(): string | undefined {
    return this.#dependencies.ownNames?.notice;
  }

  /** A listed passkey. Throws ProblemError `not-found` when it is not listed any more, `unplugged` when its key is gone. */
  passkey(id: string): Passkey {
    return this.#named(this.#place(placeOf(id)).passkey(id));
  }

  /** Opens the key with its PIN and lists its passkeys. */
  async unlock(keyId: string, pin: string): Promise<void> {
    await this.#withNames(() => this.#entry(keyId).unlock({ by: 'pin', pin }));
  }

  /**
   * The same by the sensor or keypad of the key itself, see {@link KeyStatus.builtInUv}. One attempt: a finger that is not
   * recognised rejects with `uv-invalid` and the tries left. Whatever it rejects with, the PIN is still another way.
   */
  async unlockWithUv(keyId: string, onWaiting?: () => void): Promise<void> {
    await this.#withNames(() =>
      this.#entry(keyId).unlock({ by: 'built-in', ...(onWaiting && { onWaiting }) }),
    );
  }

  /**
   * How a person can show this key who they are, for a purpose, the most convenient way first. Empty for a key without PIN and
   * finger: then policies can be changed without, and nothing else can be done.
   */
  waysToVerify(keyId: string, purpose: Purpose): readonly Verification['by'][] {
    return this.#entry(keyId).waysToVerify(purpose);
  }

  lock(keyId: string): void {
    this.#entry(keyId).lock();
  }

  async refresh(keyId: string): Promise<void> {
    await this.#withNames(() => this.#entry(keyId).refresh());
  }

  async setPin(keyId: string, pin: string): Promise<void> {
    await this.#entry(keyId).setPin(pin);
  }

  async changePin(keyId: string, current: string, next: string): Promise<void> {
    await this.#entry(keyId).changePin(current, next);
  }

  /** Changes the names of a passkey of this device or of an unlocked key, verified by listing again. */
  async editPasskey(id: string, names: PasskeyNames): Promise<EditOutcome> {
    const { outcome, passkey } = await this.#place(placeOf(id)).editPasskey(id, names);
    return { outcome, passkey: this.#named(passkey) };
  }

  /**
   * Gives a listed passkey a name of the user's own, which neither its place nor its site learns.
   * @param ownName empty for none
   * @returns the passkey with the name as it is kept
   */
  async nameOwn(id: string, ownName: string): Promise<Passkey> {
    const { ownNames } = this.#dependencies;
    const passkey = this.#place(placeOf(id)).passkey(id);
    if (!ownNames) throw problem('unsupported', 'Names of your own are not kept here.');
    await ownNames.keep(passkey.credential, ownName);
    return this.#named(passkey);
  }

  async fingerprints(keyId: string, verification: Verification): Promise<FingerprintsView> {
    return this.#entry(keyId).perform('fingerprints', verification, reading, listFingerprints);
  }

  /** Waits for as many touches as the key needs; {@link cancel} ends it, and the key forgets what it has seen. */
  async addFingerprint(
    keyId: string,
    verification: Verification,
    request: EnrollRequest = {},
  ): Promise<Enrolled> {
    return this.#entry(keyId).perform('fingerprints', verification, changing, (session) =>
      addFingerprint(session, request),
    );
  }

  /** `fingerprintId` in hex. */
  async renameFingerprint(
    keyId: string,
    verification: Verification,
    fingerprintId: string,
    name: string,
  ): Promise<FingerprintView> {
    return this.#entry(keyId).perform('fingerprints', verification, reading, (session) =>
      renameFingerprint(session, fingerprintId, name),
    );
  }

  /** `fingerprintId` in hex. Verified by listing again. */
  async removeFingerprint(keyId: string, verification: Verification, fingerprintId: string): Promise<void> {
    await this.#entry(keyId).perform('fingerprints', verification, changing, (session) =>
      removeFingerprint(session, fingerprintId),
    );
  }

  /** Verified by asking the key again. `verification` may be undefined for a key without PIN and finger. */
  async changePolicy(
    keyId: string,
    verification: Verification | undefined,
    change: PolicyChange,
  ): Promise<PolicyOutcome> {
    return this.#entry(keyId).perform('policies', verification, configuring, (session) =>
      changePolicy(session, change),
    );
  }

  async blobs(keyId: string, verification: Verification): Promise<BlobsView> {
    return this.#entry(keyId).perform('blobs', verification, reading, listBlobs);
  }

  /** What is kept with a passkey; undefined when nothing is. `credentialId` in hex, here and below. */
  async readBlob(
    keyId: string,
    verification: Verification,
    credentialId: string,
  ): Promise<Uint8Array | undefined> {
    return this.#entry(keyId).perform('blobs', verification, reading, (session) =>
      readBlob(session, credentialId),
    );
  }

  /** Replaces what is kept with a passkey; verified by reading again. */
  async writeBlob(
    keyId: string,
    verification: Verification,
    credentialId: string,
    data: Uint8Array,
  ): Promise<void> {
    await this.#entry(keyId).perform('blobs', verification, reading, (session) =>
      writeBlob(session, credentialId, data),
    );
  }

  /** False when nothing was kept. Verified by reading again. */
  async deleteBlob(keyId: string, verification: Verification, credentialId: string): Promise<boolean> {
    return this.#entry(keyId).perform('blobs', verification, reading, (session) =>
      deleteBlob(session, credentialId),
    );
  }

  cancel(keyId: string): void {
    this.#entry(keyId).cancel();
  }

  userActive(): void {
    for (const entry of this.#entries.values()) entry.userActive();
    this.device?.userActive();
    void this.#names.readAgain();
  }

  /** The passkeys may be on this device and on different keys, which work side by side. One outcome for each, in the order asked. */
  async deletePasskeys(ids: readonly string[]): Promise<readonly DeleteOutcome[]> {
    const outcomes = await deleteByPlace(ids, (id) => this.#place(id));
    await this.#names.forgetDeleted(outcomes);
    return outcomes;
  }

  /** Arms the guided reset; every further step is reported as a change of kind `reset`. */
  startReset(keyId: string): void {
    this.#reset.start(keyId, this.#entry(keyId).status.name, () => {
      this.#toBeErased = this.#unnamed(keyId);
      this.lock(keyId);
    });
  }

  /** Disarms, or takes the last result away. */
  cancelReset(): void {
    this.#reset.cancel();
  }

  /** Nobody looks any more: ends what runs on keys and forgets every token. */
  lockKeys(): void {
    this.cancelReset();
    for (const entry of this.#entries.values()) entry.lock();
  }

  /** As {@link lockKeys}, for good. The vault of this device is closed by whoever made it. */
  close(): void {
    this.lockKeys();
    this.#listeners.clear();
  }

  #place(id: string): DevicePlace | KeyEntry {
    return (id === DEVICE_ID ? this.device : undefined) ?? this.#entry(id);
  }

  #entry(keyId: string): KeyEntry {
    const entry = this.#entries.get(keyId);
    if (!entry)
      throw problem('unplugged', 'The security key was unplugged. Plug it in again and repeat what you did.');
    return entry;
  }

  #follow(attachedKeys: readonly AttachedKey[]): void {
    for (const [id, entry] of this.#entries) {
      if (attachedKeys.some((attached) => attached.id === id)) continue;
      this.#entries.delete(id);
      entry.removed();
      this.#changed({ kind: 'passkeys', keyId: id });
    }
    for (const attached of attachedKeys) {
      const entry = this.#entries.get(attached.id);
      if (entry) void entry.attachedChanged();
      else this.#add(attached);
    }
    this.#changed({ kind: 'keys' });
  }

  #add(attached: AttachedKey): void {
    const { clock, random, autoLockMilliseconds } = this.#dependencies;
    const entry = new KeyEntry(attached, this.#nameFor(attached), {
      clock,
      random,
      autoLockMilliseconds,
      onChange: (what) => {
        if (!this.#entries.has(attached.id)) return;
        if (what === 'passkeys') this.#changed({ kind: 'passkeys', keyId: attached.id });
        this.#changed({ kind: 'keys' });
      },
    });
    this.#entries.set(attached.id, entry);
    void entry.attachedChanged();
  }

  /** The product's name, with a number from the second of the same name on. */
  #nameFor({ device }: AttachedKey): string {
    const product = device.product.trim() || device.manufacturer.trim() || 'Security key';
    const taken = new Set(this.keys.map(({ name }) => name));
    for (let number = 1; ; number++) {
      const name = number === 1 ? product : `${product} (${number})`;
      if (!taken.has(name)) return name;
    }
  }

  #unnamed(keyId: string): readonly Passkey[] {
    return (keyId === DEVICE_ID ? this.device : this.#entries.get(keyId))?.passkeys ?? [];
  }

  #named(passkey: Passkey): Passkey {
    return this.#names.named([passkey])[0] ?? passkey;
  }

  /** A list that is read anew shows the names as they are now. */
  async #withNames(read: () => Promise<void>): Promise<void> {
    await Promise.all([read(), this.#names.read()]);
  }

  #namesChanged(concerns: Concerns): void {
    const isConcerned = ({ credential }: Passkey): boolean => concerns(credential.credentialId);
    for (const keyId of [DEVICE_ID, ...this.#entries.keys()])
      if (this.#unnamed(keyId).some(isConcerned)) this.#changed({ kind: 'passkeys', keyId });
    if (this.device?.deleted.some(isConcerned)) this.#changed({ kind: 'deleted' });
    this.#changed({ kind: 'own-names' });
  }

  #changed(change: InventoryChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}

/** CTAP 2.1 §6.11 step 2: a key that protects nothing yet can be configured by anybody. */
const configuring: Demands = { alwaysToken: false, changesInfo: true };
const changing: Demands = { alwaysToken: true, changesInfo: true };
const reading: Demands = { alwaysToken: true, changesInfo: false };
