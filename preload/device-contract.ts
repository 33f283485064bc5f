/** The part of the contract that is about the passkeys of this device, which are kept in the vault. See contract.ts. */
import * as v from 'valibot';
import type { PasskeyView, Problem, Result } from './contract';

/** What stands in {@link PasskeyView.keyId} for a passkey of this device, and what its passkey IDs begin with. */
export type DeviceId = 'device';

/** Why the vault cannot be opened or changed; each comes with a sentence of its own that ends in a next step. */
export type DeviceProblemCode =
  | 'newer-version' // written by a newer Latchkey; left as it is
  | 'damaged' // what is read is not what was written
  | 'empty-file'
  | 'wrong-key' // the keychain's key does not open this file
  | 'two-vaults' // the keychain's key is of another vault than the file
  | 'key-missing' // a vault, but nothing in the keychain
  | 'file-missing' // a key in the keychain, but no vault
  | 'keychain-unavailable' // no Secret Service, no keychain: a passphrase does instead
  | 'keychain-locked'
  | 'keychain-timed-out'
  | 'keychain-failed'
  | 'file' // cannot be read or written: permission, disk full, read-only
  | 'passphrase-wrong'
  | 'passphrase-refused' // a new one that is too short or too obvious
  | 'pin-wrong'
  | 'pin-delayed' // tried again before the delay was over
  | 'pin-locked' // ten wrong ones: the recovery key opens it
  | 'pin-refused' // a new one that is too short, too long or too obvious
  | 'recovery-wrong'
  | 'protected' // cannot be deleted
  | 'saving-off' // new passkeys are not to be saved here
  | 'not-open';

/** What keeps the vault key: the keychain of the system, or a passphrase that somebody types. */
export type SealingView = 'keychain' | 'passphrase';

export interface DeviceView {
  /** Advanced options: Save passkeys to this device. Those that are there stay in the list without it. */
  readonly enabled: boolean;
  /**
   * `closed`: not looked at yet, or being opened. `absent`: nothing there, can be set up. `passphrase-needed`: see
   * `openDeviceWithPassphrase`. `unusable`: see `problem`. `open`: its passkeys are in the list.
   */
  readonly state: 'closed' | 'absent' | 'passphrase-needed' | 'unusable' | 'open';
  /** While unusable; while absent, why it can be set up with a passphrase only. */
  readonly problem?: Problem;
  /** While unusable: the generation before this one opens, see `restorePrevious`. */
  readonly canRestorePrevious: boolean;
  /** While open. */
  readonly sealing?: SealingView;
  /** While open. */
  readonly pin?: {
    /** 0..10; none left is what `locked` says: only the recovery key opens it. */
    readonly triesLeft: number;
    /** Until the next try is taken, counted from when this was sent; 0 for at once. */
    readonly waitMilliseconds: number;
    readonly locked: boolean;
  };
  /** The PIN was right since the start and nothing has locked since: `lockDevice` forgets that. */
  readonly unlocked: boolean;
  /** Absent where the system has none. `name` as people say it: "Touch ID". `ready`: may re-open what the PIN opened. */
  readonly biometrics?: { readonly name: string; readonly ready: boolean };
  /** The folder of the vault. */
  readonly path: string;
  /** Idle minutes after which what the PIN opened is forgotten. */
  readonly autoLockMinutes: number;
  /** The settings could not be read, and the usual ones are in force: a sentence with a next step. */
  readonly settingsNotice?: string;
}

/** A passkey in Recently deleted: it signs in nobody. */
export interface DeletedPasskeyView extends PasskeyView {
  /** Milliseconds since 1970, UTC. */
  readonly deleted: number;
  /** When it goes for good; the same. */
  readonly goes: number;
}

export interface DeviceOptions {
  readonly enabled?: boolean | undefined;
  readonly autoLockMinutes?: number | undefined;
}

/** In groups, as it is written down. Shown once. */
export interface RecoveryKeyView {
  readonly recoveryKey: string;
}

/** The generation of the vault before this one. */
export interface GenerationView {
  /** Milliseconds since 1970, UTC. */
  readonly written: number;
  /** How many it holds. */
  readonly passkeys: number;
}

/** The validators are here for absurd lengths only; the vault's own rules come with reasons. */
const pin = v.pipe(v.string(), v.minLength(1), v.maxLength(256));
const passphrase = v.pipe(v.string(), v.minLength(1), v.maxLength(1024));
const recoveryKey = v.pipe(v.string(), v.minLength(1), v.maxLength(256));
/** `device:` and the credential ID in hex. */
const id = v.pipe(v.string(), v.regex(/^device:(?:[0-9a-f]{2}){1,1023}$/));
const ids = v.pipe(v.array(id), v.minLength(1), v.maxLength(10_000));

/** One working day: longer is as good as never, which this device does not offer. */
export const MAX_AUTO_LOCK_MINUTES = 480;

/** Validators of the arguments, by call. */
export const deviceCallArguments = {
  /** New PIN; passphrase, or null for the keychain. Only while `absent`. */
  setUpDevice: v.strictTuple([pin, v.nullable(passphrase)]),
  /** Looks at it again: after the keychain was unlocked, a file put back. */
  openDevice: v.strictTuple([]),
  openDeviceWithPassphrase: v.strictTuple([passphrase]),
  /** Current PIN, new PIN. */
  changeDevicePin: v.strictTuple([pin, pin]),
  /** Recovery key, new PIN; answers with the recovery key that holds from now on. Also while the PIN is locked. */
  recoverDevice: v.strictTuple([recoveryKey, pin]),
  /** The one before no longer opens anything. */
  newRecoveryKey: v.strictTuple([pin]),
  /** Asks where to, and saves it with some words around it. Null when the person thought better of it. */
  saveRecoveryKey: v.strictTuple([recoveryKey]),
  /** Prints this page: its style for paper shows the recovery key and nothing else. `cancelled` is a problem. */
  printRecoveryKey: v.strictTuple([]),
  /** Lock now: forgets what the PIN opened. */
  lockDevice: v.strictTuple([]),
  /** Out of Recently deleted. All of them or none. */
  restorePasskeys: v.strictTuple([ids]),
  /** Deletes for good what is in Recently deleted. All of them or none. */
  purgePasskeys: v.strictTuple([ids]),
  emptyDeleted: v.strictTuple([]),
  /** A protected passkey cannot be deleted. */
  setProtected: v.strictTuple([id, v.boolean()]),
  switchSealing: v.strictTuple([
    pin,
    v.union([v.literal('keychain'), v.strictObject({ passphrase })], 'neither keychain nor passphrase'),
  ]),
  /** Null when there is none that opens. */
  previousGeneration: v.strictTuple([]),
  /** What is there now is kept beside it. */
  restorePrevious: v.strictTuple([]),
  /** While unusable, or when nobody knows the passphrase: what is there is kept under other names, and it can be set up. */
  startDeviceAnew: v.strictTuple([]),
  setDeviceOptions: v.strictTuple([
    v.strictObject({
      enabled: v.optional(v.boolean()),
      autoLockMinutes: v.optional(
        v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_AUTO_LOCK_MINUTES)),
      ),
    }),
  ]),
  /** Opens the folder of the vault in the file manager. */
  showDeviceFolder: v.strictTuple([]),
} as const;

export interface DeviceCallResults {
  setUpDevice: Result<RecoveryKeyView>;
  openDevice: Result;
  openDeviceWithPassphrase: Result;
  changeDevicePin: Result;
  recoverDevice: Result<RecoveryKeyView>;
  newRecoveryKey: Result<RecoveryKeyView>;
  saveRecoveryKey: Result<{ readonly path: string } | null>;
  printRecoveryKey: Result;
  lockDevice: Result;
  restorePasskeys: Result;
  purgePasskeys: Result;
  emptyDeleted: Result;
  setProtected: Result;
  switchSealing: Result;
  previousGeneration: Result<GenerationView | null>;
  restorePrevious: Result;
  startDeviceAnew: Result;
  setDeviceOptions: Result;
  showDeviceFolder: Result;
}

export interface DeviceEvents {
  device: DeviceView;
  /** Recently deleted, the newest deletion first. */
  deleted: readonly DeletedPasskeyView[];
}
