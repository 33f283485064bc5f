/** The vault as the engine sees it: the authenticator's storage. */
import type {
  AuthenticatorRecord,
  AuthenticatorStorage,
  Credential,
  CredentialSecrets,
  CredentialStore,
} from '../authenticator/env';
import type { UserEntity } from '../ctap/entities';
import { CtapStatusError } from '../ctap/errors';
import { Status } from '../ctap/status';
import { authenticatorRecord } from './account-record';
import { encodeSecrets, isDeleted, type StoredPasskey } from './card';
import type { Ceremony } from './ceremony';
import type { DevicePasskey } from './model';
import type { OpenVault, VaultChange } from './open-vault';
import { addition, edit, removal, sameUserOf, whyProtected } from './passkey-changes';
import { damaged } from './vault-words';

/** Passkeys in use that one vault takes; the figures are of as many. */
export const CAPACITY = 10_000;

/** What of the vault the storage works on. */
export interface StorageHolder {
  /** Throws VaultError `not-open`. */
  readonly opened: OpenVault;
  readonly ceremony: Ceremony;
  readonly path: string;
  /** Milliseconds since 1970, UTC. */
  today(): number;
  /** Computes the change when its turn comes, and saves it. */
  change(compute: (vault: OpenVault) => VaultChange | undefined): Promise<void>;
}

export class VaultStorage implements AuthenticatorStorage {
  readonly credentials: CredentialStore;
  readonly #holder: StorageHolder;

  constructor(holder: StorageHolder) {
    this.#holder = holder;
    this.credentials = new VaultCredentials(holder);
  }

  get record(): AuthenticatorRecord {
    return authenticatorRecord(this.#holder.opened.record);
  }

  /**
   * The PIN, its tries and fingers are not the engine's here (see account-record.ts): what it says of
   * `uvRetries` is not kept, and others are refused.
   */
  async save(changes: Partial<AuthenticatorRecord>): Promise<void> {
    const { pin, templates, uvRetries: _, ...record } = changes;
    if (pin ?? templates) throw new CtapStatusError(Status.NOT_ALLOWED);
    if (Object.keys(record).length === 0) return;
    await this.#holder.change(() => ({ record }));
  }

  /** The key of the outer box, a copy. */
  async wrapKey(): Promise<Uint8Array> {
    return this.#holder.opened.keys.outerWrapKey();
  }

  /**
   * The key of the inner box, a copy: it holds the private key, so only a ceremony opens it. Rejects with
   * VaultError `not-open`.
   */
  async secretWrapKey(): Promise<Uint8Array> {
    return this.#holder.ceremony.keys.innerWrapKey();
  }

  /** This device is not reset by a command of CTAP. */
  async factoryReset(): Promise<void> {
    throw new CtapStatusError(Status.NOT_ALLOWED);
  }
}

class VaultCredentials implements CredentialStore {
  readonly #holder: StorageHolder;

  constructor(holder: StorageHolder) {
    this.#holder = holder;
  }

  async list(): Promise<readonly Credential[]> {
    return this.#vault.passkeys.map(({ credential }) => credential);
  }

  async ofRp(rpId: string): Promise<readonly Credential[]> {
    return this.#vault.index.ofRp(rpId).map(({ passkey }) => passkey.credential);
  }

  async rpIdOf(rpIdHash: Uint8Array): Promise<string | undefined> {
    return this.#vault.index.rpIdOf(rpIdHash);
  }

  async find(id: Uint8Array): Promise<Credential | undefined> {
    return this.#inUse(id)?.passkey.credential;
  }

  async count(): Promise<number> {
    return this.#vault.passkeys.length;
  }

  async remaining(): Promise<number> {
    return Math.max(0, CAPACITY - this.#vault.passkeys.length);
  }

  async storeState(): Promise<Uint8Array> {
    return this.#vault.record.storeState;
  }

  /** Rejects with VaultError `not-open` outside of a ceremony. What it gives is overwritten when the ceremony ends. */
  async secretsOf(id: Uint8Array): Promise<CredentialSecrets | undefined> {
    const { ceremony, path } = this.#holder;
    const { keys } = ceremony;
    const found = this.#inUse(id);
    if (!found) return undefined;
    const bytes = keys.openSecrets(id, found.secrets);
    if (!bytes) throw damaged(path, 'the private key of a passkey cannot be opened');
    return ceremony.opened(bytes);
  }

  /** Rejects with VaultError `not-open` outside of a ceremony. What it replaces goes to *Recently deleted*. */
  async save(credential: Credential, secrets: CredentialSecrets): Promise<void> {
    // Sealed now: when its turn comes, the ceremony may be over.
    const plain = encodeSecrets(secrets);
    const sealed = this.#holder.ceremony.seal(credential.id, plain);
    const passkey: DevicePasskey = { credential, created: this.#holder.today(), protected: false };
    await this.#holder.change((vault) => {
      const used = vault.passkeys.length - (sameUserOf(vault, passkey) ? 1 : 0);
      if (used >= CAPACITY) throw new CtapStatusError(Status.KEY_STORE_FULL);
      return { entries: addition(vault, passkey, sealed) };
    });
  }

  async updateUser(id: Uint8Array, user: UserEntity): Promise<boolean> {
    if (!this.#inUse(id)) return false;
    await this.#holder.change((vault) => ({
      entries: edit(vault, id, (passkey) => {
        const { credential } = passkey;
        return { ...passkey, credential: { ...credential, user: { ...user, id: credential.user.id } } };
      }),
    }));
    return true;
  }

  /** To *Recently deleted*. Rejects with CtapStatusError NOT_ALLOWED for a protected one. */
  async delete(id: Uint8Array): Promise<boolean> {
    const found = this.#inUse(id);
    if (!found) return false;
    const why = whyProtected(found.passkey);
    if (why !== undefined) throw new CtapStatusError(Status.NOT_ALLOWED, why);
    await this.#holder.change((vault) => ({ entries: removal(vault, [id], this.#holder.today()) }));
    return true;
  }

  get #vault(): OpenVault {
    return this.#holder.opened;
  }

  #inUse(id: Uint8Array): { readonly passkey: StoredPasskey; readonly secrets: Uint8Array } | undefined {
    const found = this.#vault.index.find(id);
    return found && !isDeleted(found.passkey) ? found : undefined;
  }
}
