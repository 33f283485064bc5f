/** The discoverable credentials of a simulated key, over its {@link KeyMemory}. */
import { equalBytes } from '@noble/ciphers/utils.js';
import type { RandomSource } from '../../native/ports';
import type { UserEntity } from '../ctap/entities';
import { CtapStatusError } from '../ctap/errors';
import { Status } from '../ctap/status';
import { CredentialIndex } from './credential-index';
import type { Credential, CredentialSecrets, CredentialStore } from './env';
import type { KeyState, StoredCredential } from './key-state';
import { copiedSecrets } from './key-state';

/** Where the state is read and changed; see {@link KeyMemory}. */
export interface StateHolder {
  readonly state: KeyState;
  /** Resolves when the change is durable; rejects with nothing changed. */
  update(change: (state: KeyState) => KeyState): Promise<void>;
}

type Credentials = readonly StoredCredential[];

/** A change of what is indexed, which the index has to follow once the state has. */
interface Step {
  readonly to: Credentials;
  readonly apply: (index: CredentialIndex) => void;
}

export class StateCredentialStore implements CredentialStore {
  readonly #holder: StateHolder;
  readonly #random: RandomSource;
  /** The index, and the credentials that it is of. */
  #index: CredentialIndex | undefined;
  #indexed: Credentials | undefined;
  #step: Step | undefined;

  constructor(holder: StateHolder, random: RandomSource) {
    this.#holder = holder;
    this.#random = random;
  }

  async list(): Promise<readonly Credential[]> {
    return this.#stored.map(({ credential }) => credential);
  }

  async ofRp(rpId: string): Promise<readonly Credential[]> {
    return this.#current.ofRp(rpId).map(({ credential }) => credential);
  }

  async rpIdOf(rpIdHash: Uint8Array): Promise<string | undefined> {
    return this.#current.rpIdOf(rpIdHash);
  }

  async find(id: Uint8Array): Promise<Credential | undefined> {
    return this.#current.find(id)?.credential;
  }

  async count(): Promise<number> {
    return this.#stored.length;
  }

  async storeState(): Promise<Uint8Array> {
    return this.#holder.state.storeState;
  }

  async secretsOf(id: Uint8Array): Promise<CredentialSecrets | undefined> {
    return this.#current.find(id)?.secrets;
  }

  save(credential: Credential, secrets: CredentialSecrets): Promise<void> {
    const added = { credential, secrets: copiedSecrets(secrets) };
    return this.#change((index, credentials, { capacity }) => {
      const old = index.ofRp(credential.rp.id).find((other) => sameUser(other.credential, credential));
      if (credentials.length - (old ? 1 : 0) >= capacity) throw new CtapStatusError(Status.KEY_STORE_FULL);
      return {
        to: [...(old ? credentials.filter((other) => other !== old) : credentials), added],
        apply: (next) => {
          if (old) next.remove(old);
          next.add(added);
        },
      };
    });
  }

  async updateUser(id: Uint8Array, user: UserEntity): Promise<boolean> {
    if (!this.#current.find(id)) return false;
    await this.#change((index, credentials) => {
      const found = index.find(id);
      if (!found) return { to: credentials, apply: () => undefined };
      const updated = {
        ...found,
        credential: { ...found.credential, user: { ...user, id: found.credential.user.id } },
      };
      return {
        to: credentials.map((stored) => (stored === found ? updated : stored)),
        apply: (next) => next.replace(found, updated),
      };
    });
    return true;
  }

  async delete(id: Uint8Array): Promise<boolean> {
    if (!this.#current.find(id)) return false;
    await this.#change((index, credentials) => {
      const found = index.find(id);
      return {
        to: credentials.filter((stored) => stored !== found),
        apply: (next) => {
          if (found) next.remove(found);
        },
      };
    });
    return true;
  }

  async remaining(): Promise<number> {
    return Math.max(0, this.#holder.state.configuration.capacity - this.#stored.length);
  }

  get #stored(): Credentials {
    return this.#holder.state.credentials;
  }

  /** The index of what is stored now. It follows changes made here step by step, and is made anew after all others. */
  get #current(): CredentialIndex {
    const stored = this.#stored;
    const step = this.#step;
    if (this.#index && this.#indexed !== stored && step?.to === stored) {
      step.apply(this.#index);
      this.#indexed = stored;
    }
    if (!this.#index || this.#indexed !== stored) {
      this.#index = new CredentialIndex(stored);
      this.#indexed = stored;
    }
    return this.#index;
  }

  async #change(
    compute: (
      index: CredentialIndex,
      credentials: Credentials,
      configuration: KeyState['configuration'],
    ) => Step,
  ): Promise<void> {
    const storeState = this.#random.bytes(16);
    await this.#holder.update((state) => {
      this.#step = compute(this.#current, state.credentials, state.configuration);
      return { ...state, credentials: this.#step.to, storeState };
    });
  }
}

function sameUser(a: Credential, b: Credential): boolean {
  return equalBytes(a.user.id, b.user.id);
}
