/** What Latchkey knows about keys and passkeys, for the window and the command line alike. */
import type { AuthenticatorInfo } from '../ctap/commands/get-info';
import type { HidDeviceInfo } from '../../native/ports';
import type { StoredCredential } from '../client/stored-credential';
import type { DeviceFacts } from './device-model';
import type { Problem } from './problems';

export interface PinState {
  /** The key can have a PIN at all. */
  readonly supported: boolean;
  readonly set: boolean;
  /** Tries left before the PIN is blocked for good; undefined when the key has not told. */
  readonly retriesLeft?: number;
  readonly blocked?: 'until-reinserted' | 'for-good';
  readonly changeRequired: boolean;
  /** Code points after NFC normalisation. */
  readonly minLength: number;
  /** Bytes of UTF-8 after NFC normalisation. */
  readonly maxBytes: number;
}

/** Why a key that works can show no passkeys. */
export type CannotList = 'no-discoverable-credentials' | 'no-credential-management' | 'no-pin';

/** `nothing`: there is nothing to unlock, see `cannotList`. */
export type ListState =
  | { readonly state: 'nothing'; readonly cannotList: CannotList }
  | { readonly state: 'locked' }
  | { readonly state: 'listing'; readonly done: number; readonly total?: number }
  | { readonly state: 'unlocked' };

export interface Slots {
  readonly used?: number;
  readonly free?: number;
}

/**
 * `ready`: somebody is enrolled at the key's own sensor or keypad, which does in place of the PIN. `blocked`: was tried too
 * often, the PIN unblocks it.
 */
export type BuiltInUvState = 'none' | 'ready' | 'blocked';

/** How a person shows the key who they are, for one operation. */
export type Verification =
  | { readonly by: 'pin'; readonly pin: string }
  /** The key's own sensor or keypad; `onWaiting` is called when it begins to wait for the person. */
  | { readonly by: 'built-in'; readonly onWaiting?: () => void };

/** What a verification is to permit; see `waysToVerify`. */
export type Purpose = 'list' | 'fingerprints' | 'policies' | 'blobs';

/** One plugged-in key as it stands now. */
export interface KeyStatus {
  readonly id: string;
  readonly device: HidDeviceInfo;
  /** The product's name; `… (2)` for the second of the same name. */
  readonly name: string;
  readonly state: 'opening' | 'ready' | 'unusable';
  readonly problem?: Problem;
  /** Undefined until opened, and for U2F-only keys. */
  readonly info?: AuthenticatorInfo;
  /** CTAPHID device version, three bytes; undefined until opened. */
  readonly deviceVersion?: string;
  /** It speaks nothing but U2F: a second factor without PIN and passkeys, see `u2fOnlyWords`. */
  readonly u2fOnly: boolean;
  readonly pin: PinState;
  readonly builtInUv: BuiltInUvState;
  /** Tries left for built-in verification; undefined when it is not set up, or the key has not told. */
  readonly uvRetriesLeft?: number;
  /** The names of its passkeys can be changed. */
  readonly canEdit: boolean;
  readonly list: ListState;
  readonly slots: Slots;
  /** Passkeys beyond this number were not read because the key claimed more than is believable. */
  readonly listCutAt?: number;
  /** Rules of the specification that the key was seen to break. */
  readonly oddities: readonly string[];
}

/** One discoverable credential on a key or on this device. */
export interface Passkey {
  /** Unique over all places. */
  readonly id: string;
  /** The key's, or `DEVICE_ID`. */
  readonly keyId: string;
  readonly credential: StoredCredential;
  /** Its names can be changed; that which the user gave it always can. */
  readonly canEdit: boolean;
  /** The user's own name for it, which Latchkey keeps. */
  readonly ownName?: string;
  /** Of a passkey of this device. */
  readonly device?: DeviceFacts;
}

/** The names of a passkey; what is absent or empty is removed. */
export interface PasskeyNames {
  readonly name?: string;
  readonly displayName?: string;
}

export interface EditOutcome {
  /** `shortened`: the key kept the beginning of at least one name only. */
  readonly outcome: 'saved' | 'shortened';
  /** As the key lists it now. */
  readonly passkey: Passkey;
}

export interface DeleteOutcome {
  readonly passkeyId: string;
  /** `deleted` (from this device: to Recently deleted) and `kept` were verified by listing again; `unknown` could not be. */
  readonly outcome: 'deleted' | 'kept' | 'unknown';
  readonly problem?: Problem;
}

export interface ResetStatus {
  readonly keyId: string;
  readonly keyName: string;
  readonly step: 'remove' | 'insert' | 'touch' | 'done' | 'failed';
  readonly longTouch: boolean;
  readonly problem?: Problem;
}
