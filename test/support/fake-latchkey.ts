/**
 * The main process as the window sees it, in memory: for looking at the window, for its tests and its benchmark, without
 * Electron and without a key. It behaves like a key where that is quick to say (wrong PINs are counted, deletions can
 * fail, a reset goes step by step) and can hold any answer back for as long as a test likes.
 */
import { UnseenNotices } from '../../main/inventory/unseen-notices';
import type {
  AppView,
  CallArguments,
  CallName,
  CallResults,
  DeleteOutcome,
  EditedNames,
  EventName,
  Events,
  KeptOwnName,
  KeyView,
  LatchkeyApi,
  PasskeyDetails,
  PasskeyView,
  Problem,
  ResetView,
  Result,
} from '../../preload/contract';
import { FakeBrowsers, type FakeBrowsersOptions } from './fake-browsers';
import { FakeDevice, type FakeDeviceOptions } from './fake-device';
import { fakeDetails } from './fake-keys';

export interface FakeKey {
  readonly view: KeyView;
  readonly pin?: string;
  readonly passkeys: readonly PasskeyView[];
  /** What happens to a passkey that is to be deleted; `deleted` when not said. */
  readonly deletion?: (passkey: PasskeyView) => DeleteOutcome;
  /** The bytes of a passkey; made up when not said. */
  readonly details?: (passkey: PasskeyView) => Result<PasskeyDetails>;
  /** What a finger on the sensor comes to; unlocks when not said. */
  readonly finger?: Result;
  /** What the key makes of new names; keeps them when not said. */
  readonly edit?: (names: EditedNames) => Result<EditedNames>;
}

export interface FakeOptions {
  readonly app?: Partial<AppView>;
  readonly keys?: readonly FakeKey[];
  /** Passkeys of this device; without it they can be set up. */
  readonly device?: FakeDeviceOptions;
  readonly browsers?: FakeBrowsersOptions;
  /** Time that each passkey takes to list. 0: all at once. */
  readonly listMilliseconds?: number;
  readonly snapshotFails?: boolean;
  readonly ownNamesNotice?: string;
  /** What a name of the user's own is refused with, if it is. */
  readonly nameOwn?: Problem;
}

const ok: Result = { ok: true, value: null };
const problem = (code: Problem['code'], message: string, retriesLeft?: number): Result<never> => ({
  ok: false,
  problem: { code, message, ...(retriesLeft === undefined ? {} : { retriesLeft }) },
});

const made = (passkey: PasskeyView): Result<PasskeyDetails> => ({ ok: true, value: fakeDetails(passkey) });

interface Mutable {
  view: KeyView;
  pin: string | undefined;
  passkeys: readonly PasskeyView[];
  readonly deletion: NonNullable<FakeKey['deletion']>;
  readonly details: NonNullable<FakeKey['details']>;
  readonly edit: NonNullable<FakeKey['edit']>;
  readonly finger: Result;
  wrongInARow: number;
  plugged: boolean;
}

export class FakeLatchkey implements LatchkeyApi {
  readonly app: AppView;
  readonly device: FakeDevice;
  readonly browsers: FakeBrowsers;
  /** What a site has changed is added here. */
  readonly siteNotices = new UnseenNotices();
  readonly calls: { readonly name: CallName; readonly args: readonly unknown[] }[] = [];
  readonly #keys = new Map<string, Mutable>();
  readonly #listeners: { [N in EventName]: Set<(event: Events[N]) => void> } = {
    keys: new Set(),
    passkeys: new Set(),
    reset: new Set(),
    device: new Set(),
    deleted: new Set(),
    ownNamesNotice: new Set(),
    siteNotices: new Set(),
    browserLinks: new Set(),
  };
  readonly #held = new Map<CallName, Promise<void>>();
  readonly #listMilliseconds: number;
  readonly #ownNamesNotice: string | null;
  readonly #nameOwnRefusal: Problem | undefined;
  #reset: ResetView | null = null;
  snapshotFails: boolean;

  constructor(options: FakeOptions = {}) {
    this.app = {
      version: '0.1.0',
      platform: 'linux',
      electron: '45.4.1',
      autoLockMinutes: 5,
      ...options.app,
    };
    this.#listMilliseconds = options.listMilliseconds ?? 0;
    this.snapshotFails = options.snapshotFails ?? false;
    this.#ownNamesNotice = options.ownNamesNotice ?? null;
    this.#nameOwnRefusal = options.nameOwn;
    this.device = new FakeDevice(options.device ?? {}, (name, event) =>
      this.#send(name, event as Events[typeof name]),
    );
    this.browsers = new FakeBrowsers(options.browsers ?? {}, (links) => this.#send('browserLinks', links));
    for (const key of options.keys ?? []) this.#add(key);
    this.siteNotices.onNew(() => this.#send('siteNotices', this.siteNotices.list));
  }

  // --- what a test does ---------------------------------------------------------------------------------------

  plug(key: FakeKey): void {
    this.#add(key);
    this.#sendKeys();
  }

  unplug(id: string): void {
    const key = this.#keys.get(id);
    if (key === undefined) return;
    key.plugged = false;
    key.wrongInARow = 0;
    this.#sendPasskeys(id, []);
    this.#sendKeys();
    if (this.#reset?.keyId === id && this.#reset.step === 'remove')
      this.setReset({ ...this.#reset, step: 'insert' });
  }

  /** Puts a key back in. */
  replug(id: string): void {
    const key = this.#keys.get(id);
    if (key === undefined) return;
    key.plugged = true;
    const { blocked, ...pin } = key.view.pin;
    const list = key.view.passkeys === 'nothing' ? 'nothing' : 'locked';
    key.view = { ...key.view, passkeys: list, pin: blocked === 'for-good' ? key.view.pin : pin };
    this.#sendKeys();
    if (this.#reset?.keyId === id && this.#reset.step === 'insert')
      this.setReset({ ...this.#reset, step: 'touch' });
  }

  change(id: string, change: Partial<KeyView>): void {
    const key = this.#keys.get(id);
    if (key === undefined) return;
    key.view = { ...key.view, ...change };
    this.#sendKeys();
  }

  /** Answers the touch that a reset waits for. */
  touch(): void {
    if (this.#reset?.step !== 'touch') return;
    const key = this.#keys.get(this.#reset.keyId);
    if (key !== undefined) {
      key.passkeys = [];
      key.pin = undefined;
      const { minLength, maxBytes } = key.view.pin;
      key.view = {
        ...key.view,
        passkeys: 'nothing',
        cannotList: 'no-pin',
        pin: { supported: true, set: false, changeRequired: false, minLength, maxBytes },
      };
      this.#sendKeys();
    }
    this.setReset({ ...this.#reset, step: 'done' });
  }

  setReset(reset: ResetView | null): void {
    this.#reset = reset;
    this.#send('reset', reset);
  }

  /** Answers to this call wait until the returned function is called. */
  hold(name: CallName): () => void {
    let release = (): void => undefined;
    this.#held.set(
      name,
      new Promise((resolve) => {
        release = () => {
          this.#held.delete(name);
          resolve();
        };
      }),
    );
    return () => release();
  }

  // --- LatchkeyApi ----------------------------------------------------------------------------------------------

  on<N extends EventName>(name: N, listener: (event: Events[N]) => void): () => void {
    this.#listeners[name].add(listener);
    return () => this.#listeners[name].delete(listener);
  }

  async call<N extends CallName>(name: N, ...args: CallArguments<N>): Promise<CallResults[N]> {
    this.calls.push({ name, args });
    // A snapshot is taken first and held on its way; anything else is held before it is done.
    if (name !== 'snapshot') await this.#held.get(name);
    const answers: { readonly [M in CallName]: (...given: CallArguments<M>) => Promise<CallResults[M]> } = {
      snapshot: async () => {
        if (this.snapshotFails) throw new Error('no main process');
        return {
          app: this.app,
          keys: this.#views(),
          passkeys: {
            ...Object.fromEntries(
              this.#plugged().map((key) => [key.view.id, JSON.stringify(this.#shown(key))]),
            ),
            device: JSON.stringify(this.device.shown),
          },
          reset: this.#reset,
          device: this.device.view,
          deleted: this.device.deleted,
          ownNamesNotice: this.#ownNamesNotice,
          siteNotices: this.siteNotices.list,
        };
      },
      unlock: (id, pin) => this.#unlock(id, pin),
      lock: async (id) => {
        this.#sendPasskeys(id, []);
        this.change(id, { passkeys: 'locked' });
        return ok;
      },
      refresh: async () => {
        this.#sendKeys();
        return ok;
      },
      unlockWithUv: (id) => this.#unlockWithFinger(id),
      passkeyDetails: async (id) => this.#details(id),
      editPasskey: async (id, names) => this.#edit(id, names),
      nameOwn: async (id, name) => this.#nameOwn(id, name.trim()),
      deletePasskeys: async (ids) => ({ ok: true, value: ids.map((id) => this.#delete(id)) }),
      setPin: async (id, pin) => this.#setPin(id, pin),
      changePin: async (id, current, next) => {
        const wrong = this.#checkPin(id, current);
        return wrong ?? this.#setPin(id, next);
      },
      startReset: async (id) => {
        const key = this.#keys.get(id);
        this.setReset({ keyId: id, keyName: key?.view.name ?? '', step: 'remove', longTouch: false });
        return ok;
      },
      cancelReset: async () => {
        this.setReset(null);
        return ok;
      },
      cancel: async (id) => {
        if (this.#keys.get(id)?.view.passkeys === 'listing') this.change(id, { passkeys: 'locked' });
        return ok;
      },
      copy: async () => ok,
      openHelp: async () => ok,
      active: async () => ok,
      settled: async () => ok,
      siteNoticesSeen: async () => {
        this.siteNotices.seen();
        return ok;
      },
      ...this.device.answers,
      ...this.browsers.answers,
    };
    const answer = await answers[name](...args);
    await this.#held.get(name);
    return answer;
  }

  // ----------------------------------------------------------------------------------------------------------------

  #add({ view, pin, passkeys, deletion, details, edit, finger }: FakeKey): void {
    this.#keys.set(view.id, {
      view,
      pin,
      passkeys,
      details: details ?? made,
      edit: edit ?? ((names) => ({ ok: true, value: names })),
      finger: finger ?? ok,
      deletion: deletion ?? (({ id }) => ({ passkeyId: id, outcome: 'deleted' })),
      wrongInARow: 0,
      plugged: true,
    });
  }

  #plugged(): readonly Mutable[] {
    return [...this.#keys.values()].filter((key) => key.plugged);
  }

  #views(): readonly KeyView[] {
    return this.#plugged().map((key) => key.view);
  }

  #shown(key: Mutable): readonly PasskeyView[] {
    return key.view.passkeys === 'unlocked' ? key.passkeys : [];
  }

  #send<N extends EventName>(name: N, event: Events[N]): void {
    for (const listener of this.#listeners[name]) listener(event);
  }

  #sendPasskeys(keyId: string, passkeys: readonly PasskeyView[]): void {
    this.#send('passkeys', { keyId, passkeys: JSON.stringify(passkeys) });
  }

  #sendKeys(): void {
    this.#send('keys', this.#views());
  }

  #checkPin(id: string, pin: string): Result<never> | undefined {
    const key = this.#keys.get(id);
    if (key?.plugged !== true) return problem('unplugged', 'The security key was unplugged.');
    if (key.view.pin.blocked === 'for-good') return problem('pin-blocked', 'The PIN is blocked.');
    if (key.view.pin.blocked === 'until-reinserted')
      return problem('pin-auth-blocked', 'Take the key out and put it back in.');
    if (key.pin === pin) {
      key.wrongInARow = 0;
      key.view = { ...key.view, pin: { ...key.view.pin, retriesLeft: 8 } };
      return undefined;
    }
    key.wrongInARow += 1;
    const retriesLeft = Math.max(0, (key.view.pin.retriesLeft ?? 8) - 1);
    const blocked = retriesLeft === 0 ? 'for-good' : key.wrongInARow >= 3 ? 'until-reinserted' : undefined;
    this.change(id, { pin: { ...key.view.pin, retriesLeft, ...(blocked === undefined ? {} : { blocked }) } });
    if (blocked === 'for-good') return problem('pin-blocked', 'The PIN is blocked.', 0);
    if (blocked !== undefined) return problem('pin-auth-blocked', 'Three wrong PINs in a row.', retriesLeft);
    return problem('pin-invalid', 'That PIN is wrong.', retriesLeft);
  }

  async #unlock(id: string, pin: string): Promise<Result> {
    const wrong = this.#checkPin(id, pin);
    const key = this.#keys.get(id);
    if (wrong !== undefined || key === undefined) return wrong ?? ok;
    if (key.view.pin.changeRequired) return problem('pin-change-required', 'The key asks for a new PIN.');
    const total = key.passkeys.length;
    for (let done = 0; done < total && this.#listMilliseconds > 0; done += 1) {
      this.change(id, { passkeys: 'listing', progress: { done, total } });
      await new Promise((resolve) => setTimeout(resolve, this.#listMilliseconds));
      if (!key.plugged) return problem('unplugged', 'The security key was unplugged.');
    }
    const { progress: _progress, ...view } = key.view;
    key.view = { ...view, passkeys: 'unlocked', slots: { used: total, free: 100 - total } };
    this.#sendPasskeys(id, key.passkeys);
    this.#sendKeys();
    return ok;
  }

  async #unlockWithFinger(id: string): Promise<Result> {
    const key = this.#keys.get(id);
    if (key?.plugged !== true) return problem('unplugged', 'The security key was unplugged.');
    return key.finger.ok ? this.#unlock(id, key.pin ?? '') : key.finger;
  }

  #details(passkeyId: string): Result<PasskeyDetails> {
    const here = this.device.shown.find(({ id }) => id === passkeyId);
    if (here) return made(here);
    for (const key of this.#plugged()) {
      const passkey = this.#shown(key).find(({ id }) => id === passkeyId);
      if (passkey) return key.details(passkey);
    }
    return problem('not-found', 'This passkey is no longer in the list.');
  }

  #edit(passkeyId: string, names: EditedNames): Result<EditedNames> {
    const here = this.device.edit(passkeyId, names);
    if (here) return here;
    const key = this.#plugged().find(({ passkeys }) => passkeys.some(({ id }) => id === passkeyId));
    if (key === undefined) return problem('unplugged', 'The security key was unplugged.');
    const answer = key.edit(names);
    if (!answer.ok) return answer;
    key.passkeys = key.passkeys.map((passkey) => {
      if (passkey.id !== passkeyId) return passkey;
      const { userName: _userName, userDisplayName: _displayName, ...rest } = passkey;
      const { userName, userDisplayName } = answer.value;
      return {
        ...rest,
        ...(userName !== undefined && { userName }),
        ...(userDisplayName !== undefined && { userDisplayName }),
      };
    });
    this.#sendPasskeys(key.view.id, this.#shown(key));
    return answer;
  }

  #nameOwn(passkeyId: string, ownName: string): Result<KeptOwnName> {
    if (this.#nameOwnRefusal) return { ok: false, problem: this.#nameOwnRefusal };
    const name: KeptOwnName = ownName === '' ? {} : { ownName };
    const named = ({ ownName: _before, ...passkey }: PasskeyView): PasskeyView => ({ ...passkey, ...name });
    if (this.device.shown.some(({ id }) => id === passkeyId)) this.device.replace(passkeyId, named);
    for (const key of this.#plugged()) {
      if (!key.passkeys.some(({ id }) => id === passkeyId)) continue;
      key.passkeys = key.passkeys.map((passkey) => (passkey.id === passkeyId ? named(passkey) : passkey));
      this.#sendPasskeys(key.view.id, this.#shown(key));
    }
    return { ok: true, value: name };
  }

  #setPin(id: string, pin: string): Result {
    const key = this.#keys.get(id);
    if (key === undefined) return ok;
    key.pin = pin;
    const { cannotList: _cannotList, ...view } = key.view;
    key.view = {
      ...view,
      passkeys: 'locked',
      pin: { ...view.pin, set: true, changeRequired: false, retriesLeft: 8 },
    };
    this.#sendKeys();
    return ok;
  }

  #delete(passkeyId: string): DeleteOutcome {
    const here = this.device.remove(passkeyId);
    if (here) return here;
    for (const key of this.#plugged()) {
      const passkey = key.passkeys.find(({ id }) => id === passkeyId);
      if (passkey === undefined) continue;
      const outcome = key.deletion(passkey);
      if (outcome.outcome === 'deleted') {
        key.passkeys = key.passkeys.filter(({ id }) => id !== passkeyId);
        this.#sendPasskeys(key.view.id, this.#shown(key));
      }
      return outcome;
    }
    return {
      passkeyId,
      outcome: 'unknown',
      problem: {
        code: 'unplugged',
        message: 'The security key was unplugged. Plug it in and unlock it to see.',
      },
    };
  }
}
