/** The discoverable credentials of a simulated key, over its {@link KeyMemory}. */
import { equalBytes } from '@noble/ciphers/utils.js';
import type { RandomSource } from '../../native/ports';
import type { UserEntity } from '../ctap/entities';
import { CtapStatusError } from '../ctap/errors';
import { Status } from '../ctap/status';
import type { Credential, CredentialSecrets, CredentialStore } from './env';
import type { KeyState, StoredCredential } from './key-state';
import { HiddenSecrets } from './key-state';

/** Where the state is read and changed; see {@link KeyMemory}. */
export interface StateHolder {
  readonly state: KeyState;
  /** Resolves when the change is durable; rejects with nothing changed. */
  update(change: (state: KeyState) => KeyState): Promise<void>;
}

export class StateCredentialStore implements CredentialStore {
  readonly #holder: StateHolder;
  readonly #random: RandomSource;

  constructor(holder: StateHolder, random: RandomSource) {
    this.#holder = holder;
    this.#random = random;
  }

  async list(): Promise<readonly Credential[]> {
    return this.#stored.map(({ credential }) => credential);
  }

  async ofRp(rpId: string): Promise<readonly Credential[]> {
    return (await this.list()).filter(({ rp }) => rp.id === rpId);
  }

  async find(id: Uint8Array): Promise<Credential | undefined> {
    return this.#find(id)?.credential;
  }

  async count(): Promise<number> {
    return this.#stored.length;
  }

  async storeState(): Promise<Uint8Array> {
    return this.#holder.state.storeState;
  }

  async secretsOf(id: Uint8Array): Promise<CredentialSecrets | undefined> {
    return this.#find(id)?.secrets;
  }

  async save(credential: Credential, secrets: CredentialSecrets): Promise<void> {
    const others = this.#stored.filter(({ credential: other }) => !sameAccount(other, credential));
    if (others.length >= this.#holder.state.configuration.capacity)
      throw new CtapStatusError(Status.KEY_STORE_FULL);
    await this.#replace([...others, { credential, secrets: new HiddenSecrets(secrets) }]);
  }

  async updateUser(id: Uint8Array, user: UserEntity): Promise<boolean> {
    const found = this.#find(id);
    if (!found) return false;
    const updated = {
      ...found,
      credential: { ...found.credential, user: { ...user, id: found.credential.user.id } },
    };
    await this.#replace(this.#stored.map((stored) => (stored === found ? updated : stored)));
    return true;
  }

  async delete(id: Uint8Array): Promise<boolean> {
    const found = this.#find(id);
    if (!found) return false;
    await this.#replace(this.#stored.filter((stored) => stored !== found));
    return true;
  }

  async remaining(): Promise<number> {
    return Math.max(0, this.#holder.state.configuration.capacity - this.#stored.length);
  }

  get #stored(): readonly StoredCredential[] {
    return this.#holder.state.credentials;
  }

  #find(id: Uint8Array): StoredCredential | undefined {
    return this.#stored.find(({ credential }) => equalBytes(credential.id, id));
  }

  #replace(credentials: readonly StoredCredential[]): Promise<void> {
    const storeState = this.#random.bytes(16);
    return this.#holder.update((state) => ({ ...state, credentials, storeState }));
  }
}

function sameAccount(a: Credential, b: Credential): boolean {
  return a.rp.id === b.rp.id && equalBytes(a.user.id, b.user.id);
}
