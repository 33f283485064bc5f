/**
 * The keychain of the system by keytar, in this process. Its calls can hang for ever and then keep the process from ending, so it
 * lives in a process of its own: see child-keychain.ts.
 */
import type { Clock } from '../ports.js';
import { asKeychainError, KeychainError, sentence } from './keychain-error.js';
import type { KeyringGate } from './secret-service.js';
import type { ItemAttributes } from './secret-session.js';

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
  readonly clock: Pick<Clock, 'after'>;
  /** Called before somebody may be asked to unlock, or soon after. */
  readonly onAsking: () => void;
}

/** Milliseconds after which a lookup is slow: the usual one takes some 10 ms, and a person longer than this. */
const SLOW = 500;

export class KeytarKeychain {
  private readonly keytar: Keytar;
  private readonly gate: KeyringGate | undefined;
  private readonly clock: Pick<Clock, 'after'>;
  private readonly onAsking: () => void;

  constructor({ keytar, gate, clock, onAsking }: KeytarOptions) {
    this.keytar = keytar;
    this.gate = gate;
    this.clock = clock;
    this.onAsking = onAsking;
  }

  /**
   * Undefined when it is certain that there is none. Rejects, as all of them, with {@link KeychainError}. A secret that is there and
   * unlocked comes from keytar alone: the gate costs more than the rest.
   */
  get(service: string, account: string): Promise<string | undefined> {
    return this.attempt(async () => {
      const { gate } = this;
      if (!gate) {
        await this.open(service, account, false);
        return (await this.keytar.getPassword(service, account)) ?? undefined;
      }
      const item = { service, account };
      return (await this.lookUp(gate, item)) ?? this.explainNothing(gate, item);
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

  /** libsecret asks a person by itself, and tells nobody. */
  private async lookUp(gate: KeyringGate, item: ItemAttributes): Promise<string | null> {
    const callOff = this.noticeAsking(gate, item);
    try {
      return await this.keytar.getPassword(item.service, item.account);
    } catch (error) {
      const known = asKeychainError(error);
      // Words in a language that is not known here: what the bus says has names, and goes first.
      if (known.code === 'failed') await gate.look(item);
      throw known;
    } finally {
      callOff();
    }
  }

  /** Resolves when what came as nothing was there after all. */
  private async explainNothing(gate: KeyringGate, item: ItemAttributes): Promise<string | undefined> {
    const found = await gate.look(item);
    if (found === 'absent') return undefined;
    // libsecret has asked; one no is enough.
    if (found === 'locked') throw new KeychainError('locked', sentence('locked', 'nobody unlocked it'));
    if (!(await gate.open(item, false, this.onAsking))) return undefined;
    const secret = await this.keytar.getPassword(item.service, item.account);
    if (secret === null)
      throw new KeychainError('locked', sentence('locked', 'it has the secret and does not give it'));
    return secret;
  }

  /** Looks, when it takes long, whether that is because a person is asked. Holds up nothing: a keyring that hangs does not show it. */
  private noticeAsking(gate: KeyringGate, item: ItemAttributes): () => void {
    let over = false;
    const stop = this.clock.after(SLOW, () => {
      gate.look(item).then(
        (found) => {
          if (!over && (found === 'locked' || found === 'hidden')) this.onAsking();
        },
        // keytar will say.
        () => undefined,
      );
    });
    return () => {
      over = true;
      stop();
    };
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
