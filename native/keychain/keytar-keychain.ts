/**
 * The keychain of the system by keytar, in this process. Its calls can hang for ever and then keep the process from ending, so it
 * lives in a process of its own: see child-keychain.ts.
 */
import { asKeychainError, KeychainError, sentence } from './keychain-error.js';
import type { KeyringGate } from './secret-service.js';

/** What is used of keytar. */
export interface Keytar {
  getPassword(service: string, account: string): Promise<string | null>;
  setPassword(service: string, account: string, password: string): Promise<void>;
  deletePassword(service: string, account: string): Promise<boolean>;
}

export interface KeytarOptions {
  readonly keytar: Keytar;
  /** Linux only: elsewhere keytar's null means that there is none, and what is locked is an error. */
  readonly gate?: KeyringGate;
  /** Called before somebody may be asked to unlock. */
  readonly onAsking: () => void;
}

export class KeytarKeychain {
  private readonly keytar: Keytar;
  private readonly gate: KeyringGate | undefined;
  private readonly onAsking: () => void;

  constructor({ keytar, gate, onAsking }: KeytarOptions) {
    this.keytar = keytar;
    this.gate = gate;
    this.onAsking = onAsking;
  }

  /** Undefined when it is certain that there is none. Rejects, as all of them, with {@link KeychainError}. */
  get(service: string, account: string): Promise<string | undefined> {
    return this.attempt(async () => {
      const there = await this.open(service, account, false);
      if (there === false) return undefined;
      const secret = await this.keytar.getPassword(service, account);
      if (secret === null && there === true)
        throw new KeychainError('locked', sentence('locked', 'it has the secret and does not give it'));
      return secret ?? undefined;
    });
  }

  /** Resolves when reading it back gave the same. */
  set(service: string, account: string, secret: string): Promise<void> {
    return this.attempt(async () => {
      await this.open(service, account, true);
      await this.keytar.setPassword(service, account, secret);
      if ((await this.keytar.getPassword(service, account)) !== secret)
        throw new KeychainError('failed', sentence('failed', 'what was saved in it does not read back'));
    });
  }

  /** False when there was none. */
  delete(service: string, account: string): Promise<boolean> {
    return this.attempt(async () => {
      const there = await this.open(service, account, false);
      if (there === false) return false;
      const deleted = await this.keytar.deletePassword(service, account);
      if (!deleted && there === true)
        throw new KeychainError('failed', sentence('failed', 'it does not delete the secret'));
      return deleted;
    });
  }

  /** Whether it is there; undefined where only keytar can tell. */
  private async open(service: string, account: string, writing: boolean): Promise<boolean | undefined> {
    if (this.gate) return this.gate.open({ service, account }, writing, this.onAsking);
    // macOS may ask at any call whether this program is allowed to. Windows never asks.
    if (process.platform !== 'win32') this.onAsking();
    return undefined;
  }

  private async attempt<T>(task: () => Promise<T>): Promise<T> {
    try {
      return await task();
    } catch (error) {
      throw asKeychainError(error);
    }
  }
}
