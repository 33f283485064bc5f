/** The passkeys of one key: the token that reads and changes them, what was read, and how that stands. */
import type { Clock } from '../../native/ports';
import type { AuthenticatorInfo } from '../ctap/commands/get-info';
import { canManageCredentials, CredentialManager } from '../client/credential-manager';
import { canVerifyItself } from '../client/pin';
import type { PinUvAuthToken } from '../client/pin-uv-auth-token';
import type { SecurityKey } from '../client/security-key';
import type { StoredCredential } from '../client/stored-credential';
import { infoOf } from './key-pin';
import type { CannotList, ListState, Slots } from './model';
import { problem } from './problems';

/** Progress is shown at most this often. */
const PROGRESS_INTERVAL = 100;

export class UnlockedList {
  state: ListState = { state: 'locked' };
  slots: Slots = {};
  /** See {@link KeyStatus.listCutAt}. */
  cutAt: number | undefined;
  flaws: readonly string[] = [];
  credentials: readonly StoredCredential[] = [];
  readonly #clock: Clock;
  #held: { readonly token: PinUvAuthToken; readonly manager: CredentialManager } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** There is a token; what it reads may still be coming. */
  get isOpen(): boolean {
    return this.#held !== undefined;
  }

  /** By the token that is held now. Throws `locked`, to be followed by what was to be done. */
  manager(toDo: string): CredentialManager {
    if (!this.#held) throw problem('locked', `The security key is locked. Unlock it and ${toDo} again.`);
    return this.#held.manager;
  }

  /** Takes a token in place of the one before. */
  hold(key: SecurityKey, token: PinUvAuthToken): void {
    this.#held?.token.destroy();
    this.#held = { token, manager: new CredentialManager(key.api, infoOf(key), token) };
  }

  /** Reads everything by the token that is held. `onProgress` is called when the state has moved on, not too often. */
  async read(signal: AbortSignal, onProgress: () => void): Promise<void> {
    const manager = this.manager('list');
    // The first progress tells how many there are; that is shown at once.
    let shown = this.#clock.now() - PROGRESS_INTERVAL;
    this.state = { state: 'listing', done: 0 };
    onProgress();
    const listed = await manager.list({
      signal,
      onProgress: (progress) => {
        this.state = { state: 'listing', ...progress };
        if (this.#clock.now() - shown < PROGRESS_INTERVAL) return;
        shown = this.#clock.now();
        onProgress();
      },
    });
    this.credentials = listed.credentials;
    this.slots = { used: listed.metadata.existing, free: listed.metadata.remaining };
    this.cutAt = listed.cutAt;
    this.flaws = listed.flaws;
    this.state = { state: 'unlocked' };
  }

  /** What the key says about its room is only for show: a failure here takes nothing back. */
  async readSlots(): Promise<void> {
    try {
      const { existing, remaining } = await this.manager('ask').metadata();
      this.slots = { used: existing, free: remaining };
    } catch {
      this.slots = {};
    }
  }

  /** Forgets the token and what it read. */
  forget(): void {
    this.#held?.token.destroy();
    this.#held = undefined;
    this.credentials = [];
    this.cutAt = undefined;
    this.flaws = [];
    this.slots = {};
  }
}

/** Why a key that works can list nothing; undefined when it can. */
export function cannotList(info: AuthenticatorInfo | undefined): CannotList | undefined {
  if (!info?.options?.get('rk')) return 'no-discoverable-credentials';
  if (!canManageCredentials(info)) return 'no-credential-management';
  if (info.options.get('clientPin') !== true && !canVerifyItself(info)) return 'no-pin';
  return undefined;
}

/** The state of a list that nobody has unlocked. */
export function lockedState(info: AuthenticatorInfo | undefined): ListState {
  const reason = cannotList(info);
  return reason ? { state: 'nothing', cannotList: reason } : { state: 'locked' };
}
