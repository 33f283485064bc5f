/**
 * THE contract between the window and the main process: every call with the validator of its arguments, the type of
 * its answer, and every event. `main/ipc` serves it, `preload/index.ts` exposes it as `window.latchkey`.
 * Bytes travel as lower-case hex (short: identifiers) so that a person can copy and compare them.
 */
import * as v from 'valibot';
import { browsersCallArguments, type BrowsersCallResults, type BrowsersEvents } from './browsers-contract';
import {
  deviceCallArguments,
  type DeletedPasskeyView,
  type DeviceCallResults,
  type DeviceEvents,
  type DeviceProblemCode,
  type DeviceView,
} from './device-contract';

// ---------------------------------------------------------------------------------------------------------------
// What the window shows

/** Why something did not work; `message` is a sentence for people with a next step. */
export interface Problem {
  readonly code: ProblemCode;
  readonly message: string;
  /** PIN tries left, where a wrong PIN was the problem. */
  readonly retriesLeft?: number;
  /** Until the next try is taken, with `pin-wrong` and `pin-delayed`. */
  readonly waitMilliseconds?: number;
}

export type ProblemCode =
  | DeviceProblemCode
  | 'access-denied' // the system does not let this user open the key (Linux: udev rule; Windows: elevation)
  | 'in-use' // another program is using the key; another Latchkey has the passkeys of this device
  | 'unplugged'
  | 'timed-out'
  | 'cancelled'
  | 'protocol' // the key broke the rules of CTAP
  | 'refused' // the key answered with a status byte that no other code covers
  | 'pin-invalid'
  | 'pin-auth-blocked' // three wrong PINs in a row: take the key out and put it back in
  | 'pin-blocked' // no tries left: only a reset helps
  | 'uv-invalid' // the finger was not recognised; `retriesLeft` counts fingers then
  | 'uv-blocked' // too many times: the PIN works and unblocks it
  | 'pin-not-set'
  | 'pin-policy' // too short, too long or too simple for this key
  | 'pin-change-required'
  | 'locked' // needs the PIN first
  | 'unsupported'
  | 'not-found'
  | 'full' // no room on the key
  | 'not-verified' // the key said yes, but it is not so
  | 'delete-not-verified' // the key said yes, but still lists the passkey
  | 'reset-too-late'
  | 'reset-wrong-key'
  | 'touch-denied'
  | 'invalid-argument'
  | 'internal';

export type Result<T = null> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem };

export interface PinView {
  /** The key can have a PIN at all. */
  readonly supported: boolean;
  readonly set: boolean;
  /** Tries left before the PIN is blocked for good; undefined when the key has not told. */
  readonly retriesLeft?: number;
  /** `until-reinserted` after three wrong PINs in a row; `for-good` until a reset. */
  readonly blocked?: 'until-reinserted' | 'for-good';
  /** The key demands a new PIN before it does anything else. */
  readonly changeRequired: boolean;
  /** In Unicode code points after NFC normalisation. */
  readonly minLength: number;
  /** In bytes of UTF-8 after NFC normalisation. */
  readonly maxBytes: number;
}

/** Why a key that works shows no passkeys. */
export type CannotList =
  | 'no-discoverable-credentials' // the key cannot hold any: U2F only, or option rk false
  | 'no-credential-management' // holds them, but cannot list them (CTAP 2.0)
  | 'no-pin'; // cannot hold a list to show until a PIN is set

/** One line of what getInfo said, already in words; `detail` explains it in a sentence. */
export interface KeyFact {
  readonly group: 'identity' | 'versions' | 'options' | 'limits' | 'algorithms' | 'other';
  /** The member or option name of the specification: `firmwareVersion`, `options.credMgmt`. */
  readonly term: string;
  readonly label: string;
  readonly value: string;
  readonly detail?: string;
}

export interface KeyView {
  readonly id: string;
  /** `YubiKey 5 NFC`, or `YubiKey 5 NFC (2)` when two of the same make are plugged in. */
  readonly name: string;
  readonly manufacturer: string;
  readonly serial: string;
  readonly simulated: boolean;
  /** `opening`: just plugged in, being asked who it is. `unusable`: see `problem`. */
  readonly state: 'opening' | 'ready' | 'unusable';
  readonly problem?: Problem;
  readonly facts: readonly KeyFact[];
  /** Lower-case hyphenated UUID; absent for U2F-only keys. */
  readonly aaguid?: string;
  /** `5.7.1` or a plain number. */
  readonly firmware?: string;
  /** "FIDO_2_1", … as the key gave them. */
  readonly versions: readonly string[];
  readonly pin: PinView;
  readonly canReset: boolean;
  /** A fingerprint sensor (or another built-in way) with somebody enrolled: it unlocks without the PIN. */
  readonly builtInUv: 'none' | 'ready' | 'blocked';
  /** The names of its passkeys can be changed. */
  readonly canEdit: boolean;
  /**
   * `locked`: Unlock with the PIN lists its passkeys. `listing`: unlocked, being read. `unlocked`: its passkeys are in
   * the list. `nothing`: there is nothing to unlock, see `cannotList`.
   */
  readonly passkeys: 'locked' | 'listing' | 'unlocked' | 'nothing';
  readonly cannotList?: CannotList;
  /** While listing: how many are read, of how many; total undefined while it is unknown. */
  readonly progress?: { readonly done: number; readonly total?: number };
  /** Discoverable credentials stored and still possible; known after unlocking, free sometimes before. */
  readonly slots: { readonly used?: number; readonly free?: number };
  /** Rules of the specification that this key was seen to break, each a sentence. */
  readonly oddities: readonly string[];
  /** The list was cut at this many passkeys because the key claimed more than is believable. */
  readonly listCutAt?: number;
}

export interface PasskeyView {
  /** The place, a colon, the credential ID. Unique over all places; stable while the key stays plugged in. */
  readonly id: string;
  /** `device` for a passkey of this device, see {@link DeviceView}. */
  readonly keyId: string;
  readonly rpId: string;
  readonly rpName?: string;
  readonly userName?: string;
  readonly userDisplayName?: string;
  /** The user's own name for it, which Latchkey keeps; neither site nor key knows it. */
  readonly ownName?: string;
  /** `ES256 (−7)`; `unknown (−1234)`. */
  readonly algorithm?: string;
  readonly credProtect?: 'optional' | 'optional-with-list' | 'required';
  /** There is a key for large blobs; the key itself stays in the main process. */
  readonly hasLargeBlobKey: boolean;
  readonly thirdPartyPayment?: boolean;
  /** Milliseconds since 1970, UTC; where known. */
  readonly created?: number;
  /** The same; also absent while it was never used. */
  readonly lastUsed?: number;
  /** From the bits BE and BS (WebAuthn L3 §6.1.3). Keys do not tell them when they list. */
  readonly backup: 'device-bound' | 'synced' | 'unknown';
  /** Marked by hand, see `setProtected`; for passkeys of this device. */
  readonly protected?: boolean;
  /** It cannot be deleted: the reason, a sentence. */
  readonly notRemovable?: string;
  /** What was odd about the key's answer for this passkey, each a sentence (strings cut mid-character, RP ID hash that does not fit …). */
  readonly oddities: readonly string[];
}

/** The bytes of a passkey: only its details show them, and the list is sent often. */
export interface PasskeyDetails {
  readonly userHandle: string;
  readonly credentialId: string;
  /** SHA-256 of the RP ID, as the key gave it. */
  readonly rpIdHash: string;
  /** COSE_Key in CBOR. */
  readonly publicKey?: string;
}

/**
 * The guided reset of one key.
 * `remove` → `insert` → `touch` → `done`; or `failed` from anywhere, with the reason.
 */
export interface ResetView {
  readonly keyId: string;
  readonly keyName: string;
  readonly step: 'remove' | 'insert' | 'touch' | 'done' | 'failed';
  /** The key wants to be held for about five seconds. */
  readonly longTouch: boolean;
  readonly problem?: Problem;
}

export interface AppView {
  readonly version: string;
  readonly platform: 'linux' | 'darwin' | 'win32';
  /** Which Electron this runs on, for Advanced options. */
  readonly electron: string;
  /** The udev rule that gives the logged-in user access to security keys; Linux only. */
  readonly udevRule?: string;
  /** After this many idle minutes an unlocked key locks again. */
  readonly autoLockMinutes: number;
}

/**
 * JSON of `readonly PasskeyView[]`. As objects, each of their members would be copied by itself on the way into the page's world: with a
 * thousand passkeys, that takes as long as drawing the list.
 */
export type PasskeysText = string;

export interface Snapshot {
  readonly app: AppView;
  readonly keys: readonly KeyView[];
  readonly passkeys: Readonly<Record<string, PasskeysText>>;
  readonly reset: ResetView | null;
  readonly device: DeviceView;
  /** Recently deleted, the newest deletion first. */
  readonly deleted: readonly DeletedPasskeyView[];
  /** Why the user's own names are not all shown: a sentence with a next step. */
  readonly ownNamesNotice: string | null;
  /** What sites have changed among the passkeys of this device since somebody looked: sentences, the oldest first. */
  readonly siteNotices: readonly string[];
}

export interface DeleteOutcome {
  readonly passkeyId: string;
  /** `deleted`: gone (from this device: to Recently deleted), verified by listing again. `kept`: still there. `unknown`: could not be verified. */
  readonly outcome: 'deleted' | 'kept' | 'unknown';
  readonly problem?: Problem;
}

/** The names of a passkey; one that is absent is not there. */
export interface EditedNames {
  readonly userName?: string | undefined;
  readonly userDisplayName?: string | undefined;
}

/** The name of the user's own; absent when there is none. */
export interface KeptOwnName {
  readonly ownName?: string;
}

// ---------------------------------------------------------------------------------------------------------------
// Calls: window → main

const keyId = v.pipe(v.string(), v.minLength(1), v.maxLength(64));
const passkeyId = v.pipe(v.string(), v.minLength(1), v.maxLength(4096));
/** A PIN as typed. Checked against the key's own rules in the main process; here only against absurd lengths. */
const pin = v.pipe(v.string(), v.minLength(1), v.maxLength(256));

/** Keys may shorten it; here only against absurd lengths. */
const name = v.pipe(v.string(), v.minLength(1), v.maxLength(1024));

/** The pages outside the program that the window may open in the browser. */
export const helpTopics = ['passkeys', 'udev', 'windows-security-keys'] as const;
export type HelpTopic = (typeof helpTopics)[number];

/** Validators of the arguments, by call. */
export const callArguments = {
  /** Everything the window shows. Called once; events keep it up to date. */
  snapshot: v.strictTuple([]),
  /** Opens the key with its PIN and lists its passkeys. */
  unlock: v.strictTuple([keyId, pin]),
  /** The same by built-in user verification; rejects with `uv-invalid` after each finger that is not recognised. */
  unlockWithUv: v.strictTuple([keyId]),
  /** Forgets the token and the listed passkeys of a key. */
  lock: v.strictTuple([keyId]),
  /** Asks the key everything again. */
  refresh: v.strictTuple([keyId]),
  /** The bytes of a listed passkey. `not-found` when it is not listed any more. */
  passkeyDetails: v.strictTuple([passkeyId]),
  /** Deletes, lists again, and says what really happened to each. The ids may be on different keys and on this device. */
  deletePasskeys: v.strictTuple([v.pipe(v.array(passkeyId), v.minLength(1), v.maxLength(10_000))]),
  /** Changes the names; one that is absent is removed. Answers with what the key says afterwards. */
  editPasskey: v.strictTuple([
    passkeyId,
    v.strictObject({ userName: v.optional(name), userDisplayName: v.optional(name) }),
  ]),
  /** Keeps a name of the user's own, empty for none. Answers with the name as it is kept: cut, and without what does not show. */
  nameOwn: v.strictTuple([passkeyId, v.pipe(v.string(), v.maxLength(1024))]),
  setPin: v.strictTuple([keyId, pin]),
  /** Current PIN, new PIN. */
  changePin: v.strictTuple([keyId, pin, pin]),
  /** Arms the guided reset of this key; its steps come as `reset` events. */
  startReset: v.strictTuple([keyId]),
  /** Disarms the reset, or cancels it while it waits for the touch. */
  cancelReset: v.strictTuple([]),
  /** Cancels what the key is doing now (waiting for a touch, listing). */
  cancel: v.strictTuple([keyId]),
  /** Puts text on the clipboard. */
  copy: v.strictTuple([v.pipe(v.string(), v.maxLength(100_000))]),
  openHelp: v.strictTuple([v.picklist(helpTopics)]),
  /** The user did something: keeps unlocked keys from locking. Sent at most every few seconds. */
  active: v.strictTuple([]),
  /** The page has drawn what there is, and waits for nothing that is under way. */
  settled: v.strictTuple([]),
  /** The notices of sites were shown. */
  siteNoticesSeen: v.strictTuple([]),
  ...deviceCallArguments,
  ...browsersCallArguments,
} as const;

export type CallName = keyof typeof callArguments;
export type CallArguments<N extends CallName> = v.InferOutput<(typeof callArguments)[N]>;

/** What each call answers with. A call that breaks the contract (arguments, sender) rejects instead. */
export interface CallResults extends DeviceCallResults, BrowsersCallResults {
  snapshot: Snapshot;
  unlock: Result;
  unlockWithUv: Result;
  lock: Result;
  refresh: Result;
  passkeyDetails: Result<PasskeyDetails>;
  deletePasskeys: Result<readonly DeleteOutcome[]>;
  editPasskey: Result<EditedNames>;
  nameOwn: Result<KeptOwnName>;
  setPin: Result;
  changePin: Result;
  startReset: Result;
  cancelReset: Result;
  cancel: Result;
  copy: Result;
  openHelp: Result;
  active: Result;
  settled: Result;
  siteNoticesSeen: Result;
}

// ---------------------------------------------------------------------------------------------------------------
// Events: main → window

export interface Events extends DeviceEvents, BrowsersEvents {
  /** All keys that are plugged in now. */
  keys: readonly KeyView[];
  /** The passkeys of one key or of this device, replacing what was known; empty when it was locked or unplugged. */
  passkeys: { readonly keyId: string; readonly passkeys: PasskeysText };
  reset: ResetView | null;
  /** See {@link Snapshot.ownNamesNotice}. */
  ownNamesNotice: string | null;
  /** See {@link Snapshot.siteNotices}; not empty. */
  siteNotices: readonly string[];
}

export type EventName = keyof Events;

/** `window.latchkey` */
export interface LatchkeyApi {
  call<N extends CallName>(name: N, ...args: CallArguments<N>): Promise<CallResults[N]>;
  /** Returns the function that stops it. */
  on<N extends EventName>(name: N, listener: (event: Events[N]) => void): () => void;
}
