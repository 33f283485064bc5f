/**
 * The memory of a simulated key: its {@link KeyState}, written to a file after every change and before the command
 * that made it answers. A power cut therefore never brings a deleted passkey back or gives a PIN try back.
 */
import { equalBytes } from '@noble/ciphers/utils.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import type { RandomSource, StateFile } from '../../native/ports';
import { StateCredentialStore, type StateHolder } from './credential-store';
import type { AuthenticatorRecord, AuthenticatorStorage, CredentialStore } from './env';
import { newKeyState, type KeyState } from './key-state';
import { parseState, serializeState, serializeStateInTurns } from './state';

export class KeyMemory implements AuthenticatorStorage, StateHolder {
  readonly credentials: CredentialStore;
  readonly #random: RandomSource;
  readonly #file: StateFile | undefined;
  #state: KeyState;
  #turn: Promise<void> = Promise.resolve();

  private constructor(state: KeyState, random: RandomSource, file: StateFile | undefined) {
    this.#state = state;
    this.#random = random;
    this.#file = file;
    this.credentials = new StateCredentialStore(this, random);
  }

  /** A memory that forgets when the program ends. */
  static volatile(state: KeyState, random: RandomSource): KeyMemory {
    return new KeyMemory(state, random, undefined);
  }

  /**
   * Reads `file`; when there is none yet, makes it with `initial`. Rejects with {@link StateError} when the content is
   * not a state that this version understands (it is then left as it is), and with the file's own errors.
   */
  static async open(file: StateFile, initial: () => KeyState, random: RandomSource): Promise<KeyMemory> {
    const content = await file.read();
    if (content) return new KeyMemory(parseState(content, file.path), random, file);
    const state = initial();
    await file.write(serializeState(state));
    return new KeyMemory(state, random, file);
  }

  get state(): KeyState {
    return this.#state;
  }

  get record(): AuthenticatorRecord {
    return this.#state;
  }

  save(changes: Partial<AuthenticatorRecord>): Promise<void> {
    return this.update((state) => ({ ...state, ...changes }));
  }

  async wrapKey(): Promise<Uint8Array> {
    return this.#state.wrapKey.slice();
  }

  async secretWrapKey(): Promise<Uint8Array> {
    return hkdf(sha256, this.#state.wrapKey, undefined, Buffer.from('secret wrap key'), 32);
  }

  factoryReset(): Promise<void> {
    return this.update((state) => newKeyState(state.configuration, this.#random));
  }

  /** Changes take effect one after the other. Resolves when the file holds the new state; see {@link StateHolder}. */
  update(change: (state: KeyState) => KeyState): Promise<void> {
    const turn = this.#turn.then(() => this.#apply(change(this.#state)));
    this.#turn = turn.catch(() => undefined); // the caller has the rejection; the next change takes its turn all the same
    return turn;
  }

  async #apply(next: KeyState): Promise<void> {
    if (this.#file) {
      const content = await serializeStateInTurns(next);
      try {
        await this.#file.write(content);
      } catch (error) {
        // A write can fail after the new content is in place (the folder could not be synced): memory follows the file.
        if (await this.#fileHolds(content)) this.#state = next;
        throw error;
      }
    }
    this.#state = next;
  }

  async #fileHolds(content: Uint8Array): Promise<boolean> {
    const actual = await this.#file?.read().catch(() => undefined); // unreadable: nothing says that it changed
    return actual !== undefined && equalBytes(actual, content);
  }
}
