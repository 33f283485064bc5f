/** What Latchkey knows about the passkeys of this device, for the window and the command line alike. */
import type { Sealing } from '../vault/model';
import type { Passkey } from './model';
import type { Problem } from './problems';

/** The place "this device" in the list: {@link Passkey.keyId} of its passkeys, and what their IDs begin with. */
export const DEVICE_ID = 'device';

export interface DeviceStatus {
  /** New passkeys may be saved to this device. */
  readonly enabled: boolean;
  /**
   * `closed`: not looked at yet, or being opened. `absent`: nothing there, can be set up. `unusable`: see `problem`. `open`:
   * its passkeys are in the list.
   */
  readonly state: 'closed' | 'absent' | 'passphrase-needed' | 'unusable' | 'open';
  /** While unusable; while absent, why it can be set up with a passphrase only. */
  readonly problem?: Problem;
  /** While unusable: the generation before this one opens. */
  readonly canRestorePrevious: boolean;
  /** While open. */
  readonly sealing?: Sealing;
  /** While open. */
  readonly pin?: {
    /** 0..10 */
    readonly triesLeft: number;
    /** Until the next try is taken; 0 for at once. */
    readonly waitMilliseconds: number;
    /** Only the recovery key opens it. */
    readonly locked: boolean;
  };
  /** The PIN was right since the start, and nothing has locked since. */
  readonly unlocked: boolean;
  /** Absent where nobody can be asked. `ready`: may re-open what the PIN opened. */
  readonly biometrics?: { readonly name: string; readonly ready: boolean };
  /** The folder of the vault. */
  readonly path: string;
  /** Idle minutes after which what the PIN opened is forgotten. */
  readonly autoLockMinutes: number;
  /** The settings could not be read, and the usual ones are in force: a sentence with a next step. */
  readonly settingsNotice?: string;
}

/** What is known of a passkey of this device besides what keys tell of theirs. */
export interface DeviceFacts {
  /** Milliseconds since 1970, UTC. */
  readonly created: number;
  /** The same; absent while it was never used. */
  readonly lastUsed?: number;
  /** Marked by hand. */
  readonly protected: boolean;
  /** Why it cannot be deleted, a sentence with a next step where there is one; absent when it can. */
  readonly notRemovable?: string;
}

/** In Recently deleted: signs in nobody. */
export interface DeletedPasskey extends Passkey {
  readonly device: DeviceFacts;
  /** Milliseconds since 1970, UTC. */
  readonly deleted: number;
  /** When it goes for good; the same. */
  readonly goes: number;
}

/** Absent members stay as they are. */
export interface DeviceOptionsChange {
  readonly enabled?: boolean;
  /** 1..{@link MAX_AUTO_LOCK_MINUTES} */
  readonly autoLockMinutes?: number;
}
