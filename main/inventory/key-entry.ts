/** One plugged-in key: what it is, whether it is unlocked, and the passkeys read from it. */
import type { Clock, RandomSource } from '../../native/ports';
import type { AuthenticatorInfo } from '../ctap/commands/get-info';
import { CtapStatusError, TransportError } from '../ctap/errors';
import { Permission } from '../ctap/pin-protocol';
import { Status } from '../ctap/status';
import { canUpdateUsers } from '../client/credential-manager';
import type { AttachedKey } from '../client/key-registry';
import { isProtected } from '../client/pin';
import { isTokenRefused } from '../client/pin-uv-auth-token';
import type { SecurityKey } from '../client/security-key';
import { AutoLock } from './auto-lock';
import { deleteAndVerify, type Deletion } from './delete-and-verify';
import { editAndVerify } from './edit-and-verify';
import { KeyAccess, purposes } from './key-access';
import { infoOf } from './key-pin';
import type { KeySession } from './key-session';
import type {
  DeleteOutcome,
  EditOutcome,
  KeyStatus,
  Passkey,
  PasskeyNames,
  Purpose,
  Verification,
} from './model';
import { problem, ProblemError, problemOf, type Problem } from './problems';
import { cannotList, lockedState, UnlockedList } from './unlocked-list';

export interface KeyEntryDependencies {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly autoLockMilliseconds: number;
  /** The status, or with 'passkeys' the list too, has changed. */
  readonly onChange: (what: 'status' | 'passkeys') => void;
}

/** What an operation wants besides a token for its purpose. */
export interface Demands {
  /** Without one the key refuses even where no PIN is set. */
  readonly alwaysToken: boolean;
  /** It may change what getInfo says. */
  readonly changesInfo: boolean;
}

export class KeyEntry {
  readonly id: string;
  readonly #attached: AttachedKey;
  readonly #name: string;
  readonly #dependencies: KeyEntryDependencies;
  readonly #autoLock: AutoLock;
  readonly #access: KeyAccess;
  readonly #list: UnlockedList;
  #introduced = false;
  #ready = false;
  #problem: Problem | undefined;
  /** It said that it can change names, and then that it does not know how. */
  #editUnknown = false;
  #running: AbortController | undefined;

  constructor(attached: AttachedKey, name: string, dependencies: KeyEntryDependencies) {
    this.id = attached.id;
    this.#attached = attached;
    this.#name = name;
    this.#dependencies = dependencies;
    this.#access = new KeyAccess(dependencies.random);
    this.#list = new UnlockedList(dependencies.clock);
    this.#autoLock = new AutoLock(dependencies.clock, dependencies.autoLockMilliseconds, () => {
      if (this.#running) this.#autoLock.start();
      else this.lock();
    });
  }

  get status(): KeyStatus {
    const { device, state } = this.#attached;
    const info = this.#key?.info;
    const version = this.#key?.deviceVersion;
    const failure = this.#problem ?? (this.#attached.error && problemOf(this.#attached.error));
    return {
      id: this.id,
      device,
      name: this.#name,
      state: failure ? 'unusable' : state === 'ready' && this.#ready ? 'ready' : 'opening',
      ...(failure && { problem: failure }),
      ...(info && { info }),
      ...(version && { deviceVersion: `${version.major}.${version.minor}.${version.build}` }),
      u2fOnly: this.#key !== undefined && !info,
      pin: this.#access.pin.state(info),
      builtInUv: this.#access.builtInUv(info),
      ...(this.#access.uvRetries !== undefined && { uvRetriesLeft: this.#access.uvRetries }),
      canEdit: this.#canEdit,
      list: this.#list.state,
      slots: { free: info?.remainingDiscoverableCredentials, ...this.#list.slots },
      ...(this.#list.cutAt !== undefined && { listCutAt: this.#list.cutAt }),
      oddities: [...new Set([...(info?.flaws ?? []), ...this.#list.flaws])],
    };
  }

  get passkeys(): readonly Passkey[] {
    return this.#list.credentials.map((credential) => ({
      id: `${this.id}:${Buffer.from(credential.credentialId).toString('hex')}`,
      keyId: this.id,
      credential,
      canEdit: this.#canEdit && credential.user.id.length > 0,
    }));
  }

  /** Throws ProblemError when it is not in the list. */
  passkey(id: string): Passkey {
    const passkey = this.passkeys.find((each) => each.id === id);
    if (!passkey) throw new ProblemError(notListed);
    return passkey;
  }

  /** What will do for a purpose; see {@link KeyAccess.ways}. */
  waysToVerify(purpose: Purpose): readonly Verification['by'][] {
    return this.#access.ways(this.#key?.info, purpose);
  }

  /** Called when the registry says that something changed, and once in the beginning. */
  async attachedChanged(): Promise<void> {
    if (this.#attached.state !== 'ready') {
      // What is opened after this is a new session of the key.
      this.#forget();
      this.#ready = this.#introduced = false;
      this.#changed('status');
    } else if (!this.#introduced) await this.introduce();
  }

  /**
   * Asks the key how it stands; what it says, or why it says nothing, shows in the status. `again` when it may be
   * another than it was when it was opened.
   */
  async introduce(again = false): Promise<void> {
    const key = this.#key;
    if (!key) return;
    this.#introduced = true;
    this.#problem = undefined;
    this.#changed('status');
    try {
      await key.exclusive(async () => {
        if (again) await key.refreshInfo();
        await this.#access.read(key);
      });
      this.#list.state = lockedState(key.info);
      this.#ready = true;
    } catch (error) {
      this.#problem = problemOf(error);
    }
    this.#changed('status');
  }

  /** Opens the key and lists its passkeys. */
  async unlock(verification: Verification): Promise<void> {
    const key = this.#usable();
    mayList(key.info);
    await this.#run(key, async (signal) => {
      const token = await this.#access.token(key, verification, purposes.list, signal);
      this.#forget();
      this.#list.hold(key, token);
      await this.#readPasskeys(signal);
    });
  }

  /**
   * One operation with a fresh token that permits `purpose` and no more. Only a key that is unlocked stays so, by the same
   * token: every new one ends the one before.
   */
  async perform<T>(
    purpose: Purpose,
    verification: Verification | undefined,
    { alwaysToken, changesInfo }: Demands,
    work: (session: KeySession) => Promise<T>,
  ): Promise<T> {
    const key = this.#usable();
    const info = infoOf(key);
    if (!isProtected(info) && alwaysToken)
      throw problem('pin-not-set', 'This security key has no PIN yet. Set one first.');
    if (isProtected(info) && !verification)
      throw problem('locked', 'The security key wants its PIN for that.');
    return this.#run(key, async (signal) => {
      const wasUnlocked = this.#list.isOpen;
      const permissions = purposes[purpose] | (wasUnlocked ? Permission.CM : 0);
      const token =
        verification && isProtected(info)
          ? await this.#access.token(key, verification, permissions, signal)
          : undefined;
      if (token && wasUnlocked) this.#list.hold(key, token);
      try {
        const { random } = this.#dependencies;
        return await work({ key, info, token, random, signal, known: this.#list.credentials });
      } catch (error) {
        if (isTokenRefused(error) || isTokenRefused((error as Error).cause)) this.#lockAgain();
        throw error;
      } finally {
        if (!wasUnlocked) token?.destroy();
        if (changesInfo) await this.#reread(key);
      }
    });
  }

  /** Forgets the token and what was listed. */
  lock(): void {
    this.#running?.abort();
    this.#forget();
    if (this.#ready) this.#list.state = lockedState(this.#key?.info);
    this.#changed('passkeys');
  }

  /** The key was unplugged; whatever runs ends with the transport's error. */
  removed(): void {
    this.#forget();
  }

  userActive(): void {
    this.#autoLock.postpone();
  }

  cancel(): void {
    this.#running?.abort();
  }

  /** Asks the key everything again; a key that could not be opened or asked is tried anew. */
  async refresh(): Promise<void> {
    if (this.#attached.state === 'failed') return this.#attached.retry();
    if (this.#problem) return this.introduce(true);
    const key = this.#usable();
    await this.#run(key, async (signal) => {
      await key.refreshInfo();
      await this.#access.read(key);
      if (this.#list.isOpen) await this.#readPasskeys(signal);
      else this.#list.state = lockedState(key.info);
    });
  }

  async setPin(pin: string): Promise<void> {
    const key = this.#usable();
    this.#access.pin.checkNew(key, pin);
    await this.#run(key, async () => {
      await this.#access.pin.set(key, pin);
      if (!this.#list.isOpen) this.#list.state = lockedState(key.info);
    });
  }

  /** A key that was unlocked is unlocked again with the new PIN, because changing it ends every token. */
  async changePin(current: string, next: string): Promise<void> {
    const key = this.#usable();
    this.#access.pin.checkNew(key, next);
    const wasUnlocked = this.#list.isOpen;
    await this.#run(key, async () => {
      await this.#access.pin.change(key, current, next);
      this.#lockAgain();
    });
    if (wasUnlocked) await this.unlock({ by: 'pin', pin: next });
    else this.#changed('passkeys');
  }

  /** Deletes, each verified by listing again; rejects only when nothing was tried. */
  async deletePasskeys(ids: readonly string[]): Promise<readonly DeleteOutcome[]> {
    const key = this.#usable();
    this.#list.manager('delete');
    const passkeys = new Map(this.passkeys.map((passkey) => [passkey.id, passkey]));
    const wanted = [...new Set(ids)].flatMap((id) => passkeys.get(id) ?? []);
    let deletion: Promise<Deletion> | undefined;
    try {
      await this.#run(
        key,
        (signal) => (deletion = deleteAndVerify(this.#list.manager('delete'), wanted, signal)),
      );
    } catch (error) {
      // When the key is pulled, the turn ends at once; what was deleted until then is known a moment later.
      if (!deletion) throw error;
    }
    const { outcomes, endedBy } = (await deletion) ?? { outcomes: [] };
    const gone = new Set(
      outcomes.filter(({ outcome }) => outcome === 'deleted').map(({ passkeyId }) => passkeyId),
    );
    this.#list.credentials = this.passkeys
      .filter(({ id }) => !gone.has(id))
      .map(({ credential }) => credential);
    if (endedBy) this.#lockAgain();
    else await this.#readSlots(key);
    this.#changed('passkeys');
    const byId = new Map(outcomes.map((outcome) => [outcome.passkeyId, outcome]));
    return ids.map((id) => byId.get(id) ?? { passkeyId: id, outcome: 'unknown', problem: notListed });
  }

  /** Changes the names of a passkey, verified by listing again. */
  async editPasskey(id: string, names: PasskeyNames): Promise<EditOutcome> {
    const key = this.#usable();
    this.#list.manager('edit');
    const passkey = this.passkey(id);
    if (!passkey.canEdit)
      throw problem('unsupported', 'This security key cannot change the names of passkeys.');
    try {
      const { outcome, credential } = await this.#run(key, (signal) =>
        editAndVerify(this.#list.manager('edit'), passkey.credential, names, signal),
      );
      this.#list.credentials = this.#list.credentials.map((each) =>
        each === passkey.credential ? credential : each,
      );
      return { outcome, passkey: { ...passkey, credential } };
    } catch (error) {
      const { cause } = error as Error;
      if (isTokenRefused(cause)) this.#lockAgain();
      if (cause instanceof CtapStatusError && cause.status === Status.INVALID_COMMAND)
        this.#editUnknown = true;
      throw error;
    } finally {
      this.#changed('passkeys');
    }
  }

  get #canEdit(): boolean {
    const info = this.#key?.info;
    return info !== undefined && canUpdateUsers(info) && !this.#editUnknown;
  }

  get #key(): SecurityKey | undefined {
    return this.#attached.key;
  }

  #usable(): SecurityKey {
    const key = this.#key;
    if (key && this.#ready) return key;
    const { problem: failure } = this.status;
    if (failure) throw new ProblemError(failure);
    throw problem('in-use', 'The security key is still being asked who it is. Wait a moment and try again.');
  }

  /** Runs one operation on the key; a new one waits for the one before. */
  async #run<T>(key: SecurityKey, operation: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return key.exclusive(async () => {
      const running = new AbortController();
      this.#running = running;
      try {
        return await operation(running.signal);
      } finally {
        this.#running = undefined;
        this.#changed('status');
      }
    });
  }

  async #readPasskeys(signal: AbortSignal): Promise<void> {
    try {
      await this.#list.read(signal, () => this.#changed('status'));
      this.#autoLock.start();
    } catch (error) {
      this.#lockAgain();
      throw error;
    } finally {
      this.#changed('passkeys');
    }
  }

  /**
   * What an operation may have changed. It has ended already: when the key cannot be asked any more, that shows in what is
   * done next.
   */
  async #reread(key: SecurityKey): Promise<void> {
    try {
      await key.refreshInfo();
      await this.#access.read(key);
    } catch (error) {
      this.#problem = problemOf(error);
    }
    // A PIN that must be changed gives no more tokens, and has ended those that it gave (CTAP 2.1 §6.11.4).
    if (!this.#list.isOpen || this.#access.pin.state(key.info).changeRequired) this.#lockAgain();
    this.#changed('passkeys');
  }

  async #readSlots(key: SecurityKey): Promise<void> {
    try {
      await this.#run(key, () => this.#list.readSlots());
    } catch (error) {
      // Only that it was unplugged, which shows by itself.
      if (!(error instanceof TransportError)) throw error;
    }
  }

  #lockAgain(): void {
    this.#forget();
    this.#list.state = lockedState(this.#key?.info);
  }

  #forget(): void {
    this.#autoLock.stop();
    this.#list.forget();
  }

  #changed(what: 'status' | 'passkeys'): void {
    this.#dependencies.onChange(what);
  }
}

const notListed = problem(
  'not-found',
  'This passkey is no longer in the list. Refresh to see what the key holds.',
).problem;

function mayList(info: AuthenticatorInfo | undefined): void {
  switch (cannotList(info)) {
    case 'no-pin':
      throw problem('pin-not-set', 'This security key has no PIN yet. Set one first.');
    case 'no-credential-management':
    case 'no-discoverable-credentials':
      throw problem('unsupported', 'This security key cannot list passkeys, so there is nothing to unlock.');
    case undefined:
  }
}
