/** One plugged-in key: what it is, whether it is unlocked, and the passkeys read from it. */
import type { Clock, RandomSource } from '../../native/ports';
import { CtapStatusError } from '../ctap/errors';
import { Permission } from '../ctap/pin-protocol';
import { Status } from '../ctap/status';
import { canManageCredentials, canUpdateUsers, CredentialManager } from '../client/credential-manager';
import type { AttachedKey } from '../client/key-registry';
import { canVerifyItself, isProtected } from '../client/pin';
import { isTokenRefused, type PinUvAuthToken } from '../client/pin-uv-auth-token';
import type { SecurityKey } from '../client/security-key';
import type { StoredCredential } from '../client/stored-credential';
import { AutoLock } from './auto-lock';
import { deleteAndVerify, type Deletion } from './delete-and-verify';
import { editAndVerify } from './edit-and-verify';
import { KeyAccess, purposes } from './key-access';
import { infoOf } from './key-pin';
import type { KeySession } from './key-session';
import type {
  CannotList,
  DeleteOutcome,
  EditOutcome,
  KeyStatus,
  ListState,
  Passkey,
  PasskeyNames,
  Purpose,
  Slots,
  Verification,
} from './model';
import { problem, ProblemError, problemOf, type Problem } from './problems';

export interface KeyEntryDependencies {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly autoLockMilliseconds: number;
  /** The status, or with 'passkeys' the list too, has changed. */
  readonly onChange: (what: 'status' | 'passkeys') => void;
}

interface Unlocked {
  readonly token: PinUvAuthToken;
  readonly manager: CredentialManager;
}

/** What an operation wants besides a token for its purpose. */
export interface Demands {
  /** Without one the key refuses even where no PIN is set. */
  readonly alwaysToken: boolean;
  /** It may change what getInfo says. */
  readonly changesInfo: boolean;
}

/** Progress is shown at most this often. */
const PROGRESS_INTERVAL = 100;

export class KeyEntry {
  readonly id: string;
  readonly #attached: AttachedKey;
  readonly #name: string;
  readonly #dependencies: KeyEntryDependencies;
  readonly #autoLock: AutoLock;
  readonly #access: KeyAccess;
  #introduced = false;
  #ready = false;
  #problem: Problem | undefined;
  #list: ListState = { state: 'locked' };
  #slots: Slots = {};
  #listCutAt: number | undefined;
  #listFlaws: readonly string[] = [];
  #credentials: readonly StoredCredential[] = [];
  /** It said that it can change names, and then that it does not know how. */
  #editUnknown = false;
  #unlocked: Unlocked | undefined;
  #running: AbortController | undefined;

  constructor(attached: AttachedKey, name: string, dependencies: KeyEntryDependencies) {
    this.id = attached.id;
    this.#attached = attached;
    this.#name = name;
    this.#dependencies = dependencies;
    this.#access = new KeyAccess(dependencies.random);
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
      list: this.#list,
      slots: { free: info?.remainingDiscoverableCredentials, ...this.#slots },
      ...(this.#listCutAt !== undefined && { listCutAt: this.#listCutAt }),
      oddities: [...new Set([...(info?.flaws ?? []), ...this.#listFlaws])],
    };
  }

  get passkeys(): readonly Passkey[] {
    return this.#credentials.map((credential) => ({
      id: `${this.id}:${Buffer.from(credential.credentialId).toString('hex')}`,
      keyId: this.id,
      credential,
      canEdit: this.#canEdit && credential.user.id.length > 0,
    }));
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
      this.#list = this.#lockedList();
      this.#ready = true;
    } catch (error) {
      this.#problem = problemOf(error);
    }
    this.#changed('status');
  }

  /** Opens the key and lists its passkeys. */
  async unlock(verification: Verification): Promise<void> {
    const key = this.#usable();
    this.#mayList();
    await this.#run(key, async (signal) => {
      const token = await this.#access.token(key, verification, purposes.list, signal);
      this.#forget();
      this.#hold(key, token);
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
      const wasUnlocked = this.#unlocked !== undefined;
      const permissions = purposes[purpose] | (wasUnlocked ? Permission.CM : 0);
      const token =
        verification && isProtected(info)
          ? await this.#access.token(key, verification, permissions, signal)
          : undefined;
      if (token && wasUnlocked) this.#hold(key, token);
      try {
        const { random } = this.#dependencies;
        return await work({ key, info, token, random, signal, known: this.#credentials });
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
    if (this.#ready) this.#list = this.#lockedList();
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
      if (this.#unlocked) await this.#readPasskeys(signal);
      else this.#list = this.#lockedList();
    });
  }

  async setPin(pin: string): Promise<void> {
    const key = this.#usable();
    this.#access.pin.checkNew(key, pin);
    await this.#run(key, async () => {
      await this.#access.pin.set(key, pin);
      this.#list = this.#lockedList();
    });
  }

  /** A key that was unlocked is unlocked again with the new PIN, because changing it ends every token. */
  async changePin(current: string, next: string): Promise<void> {
    const key = this.#usable();
    this.#access.pin.checkNew(key, next);
    const wasUnlocked = this.#unlocked !== undefined;
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
    const unlocked = this.#unlocked;
    if (!unlocked) throw problem('locked', 'The security key is locked. Unlock it and delete again.');
    const passkeys = new Map(this.passkeys.map((passkey) => [passkey.id, passkey]));
    const wanted = [...new Set(ids)].flatMap((id) => passkeys.get(id) ?? []);
    let deletion: Promise<Deletion> | undefined;
    try {
      await this.#run(key, (signal) => (deletion = deleteAndVerify(unlocked.manager, wanted, signal)));
    } catch (error) {
      // When the key is pulled, the turn ends at once; what was deleted until then is known a moment later.
      if (!deletion) throw error;
    }
    const { outcomes, endedBy } = (await deletion) ?? { outcomes: [] };
    const gone = new Set(
      outcomes.filter(({ outcome }) => outcome === 'deleted').map(({ passkeyId }) => passkeyId),
    );
    this.#credentials = this.passkeys.filter(({ id }) => !gone.has(id)).map(({ credential }) => credential);
    if (endedBy) this.#lockAgain();
    else await this.#readSlots(key, unlocked.manager);
    this.#changed('passkeys');
    const byId = new Map(outcomes.map((outcome) => [outcome.passkeyId, outcome]));
    return ids.map((id) => byId.get(id) ?? { passkeyId: id, outcome: 'unknown', problem: notListed });
  }

  /** Changes the names of a passkey, verified by listing again. */
  async editPasskey(id: string, names: PasskeyNames): Promise<EditOutcome> {
    const key = this.#usable();
    const unlocked = this.#unlocked;
    if (!unlocked) throw problem('locked', 'The security key is locked. Unlock it and edit again.');
    const passkey = this.passkeys.find((each) => each.id === id);
    if (!passkey) throw new ProblemError(notListed);
    if (!passkey.canEdit)
      throw problem('unsupported', 'This security key cannot change the names of passkeys.');
    try {
      const { outcome, credential } = await this.#run(key, (signal) =>
        editAndVerify(unlocked.manager, passkey.credential, names, signal),
      );
      this.#credentials = this.#credentials.map((each) => (each === passkey.credential ? credential : each));
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

  #cannotList(): CannotList | undefined {
    const info = this.#key?.info;
    const options = info?.options;
    if (!options?.get('rk')) return 'no-discoverable-credentials';
    if (!info || !canManageCredentials(info)) return 'no-credential-management';
    if (options.get('clientPin') !== true && !canVerifyItself(info)) return 'no-pin';
    return undefined;
  }

  #lockedList(): ListState {
    const cannotList = this.#cannotList();
    return cannotList ? { state: 'nothing', cannotList } : { state: 'locked' };
  }

  #usable(): SecurityKey {
    const key = this.#key;
    if (key && this.#ready) return key;
    const { problem: failure } = this.status;
    if (failure) throw new ProblemError(failure);
    throw problem('in-use', 'The security key is still being asked who it is. Wait a moment and try again.');
  }

  #mayList(): void {
    switch (this.#cannotList()) {
      case 'no-pin':
        throw problem('pin-not-set', 'This security key has no PIN yet. Set one first.');
      case 'no-credential-management':
      case 'no-discoverable-credentials':
        throw problem(
          'unsupported',
          'This security key cannot list passkeys, so there is nothing to unlock.',
        );
      case undefined:
    }
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
    const unlocked = this.#unlocked;
    if (!unlocked) return;
    const { clock } = this.#dependencies;
    // The first progress tells how many there are; that is shown at once.
    let shown = clock.now() - PROGRESS_INTERVAL;
    this.#list = { state: 'listing', done: 0 };
    this.#changed('status');
    try {
      const listed = await unlocked.manager.list({
        signal,
        onProgress: (progress) => {
          this.#list = { state: 'listing', ...progress };
          if (clock.now() - shown < PROGRESS_INTERVAL) return;
          shown = clock.now();
          this.#changed('status');
        },
      });
      this.#credentials = listed.credentials;
      this.#slots = { used: listed.metadata.existing, free: listed.metadata.remaining };
      this.#listCutAt = listed.cutAt;
      this.#listFlaws = listed.flaws;
      this.#list = { state: 'unlocked' };
      this.#autoLock.start();
    } catch (error) {
      this.#lockAgain();
      throw error;
    } finally {
      this.#changed('passkeys');
    }
  }

  #hold(key: SecurityKey, token: PinUvAuthToken): void {
    this.#unlocked?.token.destroy();
    this.#unlocked = { token, manager: new CredentialManager(key.api, infoOf(key), token) };
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
    if (!this.#unlocked || this.#access.pin.state(key.info).changeRequired) this.#lockAgain();
    this.#changed('passkeys');
  }

  /** What the key says about its room is only for show: a failure here takes nothing back. */
  async #readSlots(key: SecurityKey, manager: CredentialManager): Promise<void> {
    try {
      const { existing, remaining } = await this.#run(key, () => manager.metadata());
      this.#slots = { used: existing, free: remaining };
    } catch {
      this.#slots = {};
    }
  }

  #lockAgain(): void {
    this.#forget();
    this.#list = this.#lockedList();
  }

  #forget(): void {
    this.#autoLock.stop();
    this.#unlocked?.token.destroy();
    this.#unlocked = undefined;
    this.#credentials = [];
    this.#listCutAt = undefined;
    this.#listFlaws = [];
    this.#slots = {};
  }

  #changed(what: 'status' | 'passkeys'): void {
    this.#dependencies.onChange(what);
  }
}

const notListed = problem(
  'not-found',
  'This passkey is no longer in the list. Refresh to see what the key holds.',
).problem;
