/** The passkeys of this device as the window sees them, in memory: the part of {@link FakeLatchkey} that keys have no part in. */
import type {
  DeletedPasskeyView,
  DeviceCallResults,
  DeviceEvents,
  DeviceView,
  GenerationView,
} from '../../preload/device-contract';
import type {
  CallArguments,
  DeleteOutcome,
  EditedNames,
  PasskeyView,
  Problem,
  Result,
} from '../../preload/contract';

export interface FakeDeviceOptions {
  readonly view?: Partial<DeviceView>;
  readonly pin?: string;
  readonly passphrase?: string;
  /** The one that `recoverDevice` takes. */
  readonly recoveryKey?: string;
  readonly passkeys?: readonly PasskeyView[];
  readonly deleted?: readonly DeletedPasskeyView[];
  readonly previous?: GenerationView;
  /** What a call is refused with, if it is; asked before anything else. */
  readonly refuses?: (name: keyof DeviceCallResults, args: readonly unknown[]) => Problem | undefined;
}

type DeviceAnswers = {
  readonly [N in keyof DeviceCallResults]: (...args: CallArguments<N>) => Promise<DeviceCallResults[N]>;
};

type Send = <N extends keyof DeviceEvents | 'passkeys'>(
  name: N,
  event: N extends keyof DeviceEvents
    ? DeviceEvents[N]
    : { readonly keyId: 'device'; readonly passkeys: string },
) => void;

const ok: Result = { ok: true, value: null };
const TRIES = 10;
const DAYS_30 = 30 * 24 * 60 * 60_000;

function refusal(code: Problem['code'], message: string, retriesLeft?: number): Result<never> {
  return { ok: false, problem: { code, message, ...(retriesLeft !== undefined && { retriesLeft }) } };
}

/** The same answers, but for those that are refused. */
function refusing(answers: DeviceAnswers, refuses: FakeDeviceOptions['refuses']): DeviceAnswers {
  if (!refuses) return answers;
  const entries = Object.entries(answers).map(([name, answer]) => [
    name,
    async (...args: readonly unknown[]) => {
      const problem = refuses(name as keyof DeviceCallResults, args);
      return problem
        ? { ok: false, problem }
        : (answer as (...given: readonly unknown[]) => unknown)(...args);
    },
  ]);
  return Object.fromEntries(entries) as DeviceAnswers;
}

export class FakeDevice {
  view: DeviceView;
  passkeys: readonly PasskeyView[];
  deleted: readonly DeletedPasskeyView[];
  /** The date that deletions get. */
  today = Date.UTC(2026, 0, 15, 12);
  readonly answers: DeviceAnswers;
  readonly #send: Send;
  #pin: string;
  #passphrase: string | undefined;
  #recoveryKey: string;
  readonly #previous: GenerationView | undefined;

  constructor(options: FakeDeviceOptions, send: Send) {
    const sealing = options.passphrase === undefined ? 'keychain' : 'passphrase';
    const held = options.pin !== undefined || options.passkeys !== undefined;
    this.view = {
      enabled: true,
      state: held ? 'open' : 'absent',
      canRestorePrevious: false,
      ...(held && { sealing, pin: { triesLeft: TRIES, waitMilliseconds: 0, locked: false } }),
      unlocked: false,
      path: '/home/sam/.local/share/latchkey',
      autoLockMinutes: 5,
      ...options.view,
    };
    this.#pin = options.pin ?? 'correct horse';
    this.#passphrase = options.passphrase;
    this.#recoveryKey = options.recoveryKey ?? 'ABCDE-FGHJK-MNPQR-STVWX-YZ012-34567';
    this.#previous = options.previous;
    this.passkeys = options.passkeys ?? [];
    this.deleted = options.deleted ?? [];
    this.#send = send;
    this.answers = refusing(this.#answers(), options.refuses);
  }

  /** What a list shows now. */
  get shown(): readonly PasskeyView[] {
    return this.view.state === 'open' ? this.passkeys : [];
  }

  change(change: Partial<DeviceView>): void {
    this.view = { ...this.view, ...change };
    this.#send('device', this.view);
    this.#sendLists();
  }

  /** As when the command line made one. */
  add(passkey: PasskeyView): void {
    this.passkeys = [...this.passkeys, passkey];
    this.#sendLists();
  }

  /** To Recently deleted; undefined when it is not on this device. */
  remove(id: string): DeleteOutcome | undefined {
    const passkey = this.shown.find((each) => each.id === id);
    if (!passkey) return undefined;
    const reason =
      passkey.notRemovable ?? (passkey.protected === true ? 'This passkey is protected.' : undefined);
    if (reason !== undefined)
      return { passkeyId: id, outcome: 'kept', problem: { code: 'protected', message: reason } };
    this.passkeys = this.passkeys.filter((each) => each !== passkey);
    this.deleted = [{ ...passkey, deleted: this.today, goes: this.today + DAYS_30 }, ...this.deleted];
    this.#sendLists();
    return { passkeyId: id, outcome: 'deleted' };
  }

  /** Undefined when it is not on this device. */
  edit(id: string, { userName, userDisplayName }: EditedNames): Result<EditedNames> | undefined {
    if (!this.shown.some((each) => each.id === id)) return undefined;
    const names = {
      ...(userName !== undefined && { userName }),
      ...(userDisplayName !== undefined && { userDisplayName }),
    };
    this.replace(id, ({ userName: _name, userDisplayName: _displayName, ...rest }) => ({
      ...rest,
      ...names,
    }));
    return { ok: true, value: names };
  }

  #answers(): DeviceAnswers {
    return {
      setUpDevice: async (pin, passphrase) => {
        if (pin.length < 6) return refusal('pin-refused', 'The PIN needs at least 6 characters.');
        this.#pin = pin;
        this.#passphrase = passphrase ?? undefined;
        this.#open();
        return this.#newRecoveryKey();
      },
      openDevice: async () => {
        if (this.view.state === 'unusable') this.#open();
        return ok;
      },
      openDeviceWithPassphrase: async (passphrase) => {
        if (passphrase !== this.#passphrase)
          return refusal('passphrase-wrong', 'That passphrase is wrong. Check it and try again.');
        this.#open();
        return ok;
      },
      changeDevicePin: async (current, next) => {
        const wrong = this.#checkPin(current);
        if (wrong) return wrong;
        this.#pin = next;
        return ok;
      },
      recoverDevice: async (recoveryKey, newPin) => {
        if (recoveryKey !== this.#recoveryKey)
          return refusal('recovery-wrong', 'That is not the recovery key. Check it and try again.');
        this.#pin = newPin;
        this.change({ pin: { triesLeft: TRIES, waitMilliseconds: 0, locked: false } });
        return this.#newRecoveryKey();
      },
      newRecoveryKey: async (pin) => this.#checkPin(pin) ?? this.#newRecoveryKey(),
      saveRecoveryKey: async () => ({
        ok: true,
        value: { path: '/home/sam/Documents/latchkey-recovery-key.txt' },
      }),
      printRecoveryKey: async () => ok,
      lockDevice: async () => {
        this.change({ unlocked: false });
        return ok;
      },
      restorePasskeys: async (ids) => {
        const restored = this.deleted.filter(({ id }) => ids.includes(id));
        this.passkeys = [
          ...this.passkeys,
          ...restored.map(({ deleted: _deleted, goes: _goes, ...passkey }) => passkey),
        ];
        return this.#drop(ids);
      },
      purgePasskeys: async (ids) => this.#drop(ids),
      emptyDeleted: async () => this.#drop(this.deleted.map(({ id }) => id)),
      setProtected: async (id, on) => {
        this.replace(id, (passkey) => ({ ...passkey, protected: on }));
        return ok;
      },
      switchSealing: async (pin, to) => {
        const wrong = this.#checkPin(pin);
        if (wrong) return wrong;
        this.#passphrase = to === 'keychain' ? undefined : to.passphrase;
        this.change({ sealing: to === 'keychain' ? 'keychain' : 'passphrase' });
        return ok;
      },
      previousGeneration: async () => ({ ok: true, value: this.#previous ?? null }),
      restorePrevious: async () => {
        this.#open();
        return ok;
      },
      startDeviceAnew: async () => {
        const { problem: _problem, sealing: _sealing, pin: _pin, ...view } = this.view;
        this.view = view;
        this.change({ state: 'absent', canRestorePrevious: false, unlocked: false });
        return ok;
      },
      setDeviceOptions: async ({ enabled, autoLockMinutes }) => {
        this.change({
          ...(enabled !== undefined && { enabled }),
          ...(autoLockMinutes !== undefined && { autoLockMinutes }),
        });
        return ok;
      },
      showDeviceFolder: async () => ok,
    };
  }

  #checkPin(pin: string): Result<never> | undefined {
    const left = this.view.pin?.triesLeft ?? TRIES;
    if (left === 0) return refusal('pin-locked', 'The PIN is locked. Use the recovery key.', 0);
    const right = pin === this.#pin;
    const triesLeft = right ? TRIES : left - 1;
    this.change({ pin: { triesLeft, waitMilliseconds: 0, locked: triesLeft === 0 }, unlocked: right });
    if (right) return undefined;
    return triesLeft === 0
      ? refusal('pin-locked', 'The PIN is locked. Use the recovery key.', 0)
      : refusal('pin-wrong', 'That PIN is wrong. Check it and try again.', triesLeft);
  }

  #newRecoveryKey(): { readonly ok: true; readonly value: { readonly recoveryKey: string } } {
    this.#recoveryKey = this.#recoveryKey.split('').reverse().join('');
    return { ok: true, value: { recoveryKey: this.#recoveryKey } };
  }

  #open(): void {
    const { problem: _problem, ...view } = this.view;
    this.view = view;
    this.change({
      state: 'open',
      canRestorePrevious: false,
      sealing: this.#passphrase === undefined ? 'keychain' : 'passphrase',
      pin: this.view.pin ?? { triesLeft: TRIES, waitMilliseconds: 0, locked: false },
    });
  }

  #drop(ids: readonly string[]): Result {
    this.deleted = this.deleted.filter(({ id }) => !ids.includes(id));
    this.#sendLists();
    return ok;
  }

  replace(id: string, change: (passkey: PasskeyView) => PasskeyView): void {
    this.passkeys = this.passkeys.map((passkey) => (passkey.id === id ? change(passkey) : passkey));
    this.#sendLists();
  }

  #sendLists(): void {
    this.#send('passkeys', { keyId: 'device', passkeys: JSON.stringify(this.shown) });
    this.#send('deleted', this.view.state === 'open' ? this.deleted : []);
  }
}
