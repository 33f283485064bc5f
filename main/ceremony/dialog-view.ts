/**
 * What a ceremony shows, and what a person can do: all that a window or a terminal needs to draw it. There are no words in it,
 * and no secret ever: a PIN goes in with an act and is nowhere to be read. Names of accounts and keys have gone through
 * safeText, and can be shown as they are.
 */
import type { VaultProblemCode } from '../vault/model';

/** Who asks. Shown in full always, never the name that a site gives itself in its place. */
export interface SiteView {
  /** Scheme, host and port, the host in its own script where that cannot be mistaken for another: "https://bücher.example". */
  readonly origin: string;
  /** The same in ASCII: "https://xn--bcher-kva.example". Worth showing where it differs. */
  readonly ascii: string;
  /** Whose passkeys they are: "example.org" for "https://login.example.org". ASCII. Empty until it is known. */
  readonly rpId: string;
  /** The page is in a frame inside one of another origin: that one, as `origin`, and empty where nobody knows it. */
  readonly embeddedIn?: string;
}

/** Empty where there is none. */
export interface AccountNames {
  readonly name: string;
  readonly displayName: string;
}

/** Ready to be shown. Two keys may have the same name; their `id` differs. */
export interface KeyName {
  readonly id: string;
  readonly name: string;
}

/** Where a passkey is, or goes. */
export type PlaceName = { readonly is: 'device' } | ({ readonly is: 'key' } & KeyName);

/** What will be asked for at a place first, as far as that is known. */
export type Need = 'pin' | 'new-pin' | 'pin-change' | 'passphrase';

/** Why a place cannot serve this request. */
export type Obstacle =
  /** `get`: it has no passkey of this site. */
  | 'no-match'
  | 'full'
  /** The key cannot keep passkeys, verify anybody, sign as the site wants, or do something else that it demands. */
  | 'no-passkeys'
  | 'no-verification'
  | 'algorithm'
  | 'extension'
  /** The administrator's rules. */
  | 'policy'
  /** No tries of the PIN are left: reset the key, or open this device with the recovery key. */
  | 'blocked'
  /** This device: no vault; there is one that does not open. */
  | 'not-set-up'
  | 'unusable'
  /** The key does not answer. */
  | 'failed'
  /** The caller has no dialog to hand over to. */
  | 'not-yet';

interface PlaceFacts {
  /** For the act choose-place. */
  readonly id: string;
  /** Absent: it can be chosen. */
  readonly obstacle?: Obstacle;
  readonly need?: Need;
  /** It has a passkey of this account already, as far as it tells without a PIN. It can be chosen, and will say so itself. */
  readonly alreadyThere?: boolean;
}

export type Place = PlaceFacts &
  (
    | {
        readonly is: 'device';
        /** The site asks who made the authenticator, and this device proves nothing about that. */
        readonly unattested?: boolean;
      }
    | { readonly is: 'key'; readonly name: string; readonly opening?: boolean }
    /** Any security key: asks for one to be plugged in, or touched where there are several. `id` is `any-key`. */
    | { readonly is: 'any-key' }
    /** iPhone, iPad or Android device: the caller's own dialog takes over, and the face says so. `id` is `phone`. */
    | { readonly is: 'phone' }
  );

/** A passkey that could sign in. */
export interface AccountChoice extends Partial<AccountNames> {
  /** For the act choose-account. */
  readonly id: string;
  readonly place: PlaceName;
  /** Milliseconds since 1970, UTC; absent when it is not known. */
  readonly lastUsed?: number;
}

/** What may be a new PIN. */
export interface PinRules {
  /** Code points after NFC. */
  readonly minLength: number;
  /** Bytes of UTF-8 after NFC. */
  readonly maxBytes: number;
}

/** A new PIN that was not taken: by the rules of {@link PinRules}, or by the key's own, which nobody knows. */
export type NewPinRefusal = 'too-short' | 'too-long' | 'not-text' | 'refused';

/**
 * Why it does not go on. None is a dead end: the acts of the view are the next steps. Nothing of it was told to the site yet,
 * except `timed-out`, unless somebody says `done` (excluded) or `cancel`.
 */
export type Trouble =
  /** The site waits no longer: go back to it and try again. */
  | { readonly is: 'timed-out' }
  /** No passkey of this site here; `keys` are those that were asked. */
  | { readonly is: 'no-match'; readonly keys: readonly KeyName[] }
  /** The key that was touched has none. */
  | { readonly is: 'wrong-key'; readonly key: KeyName }
  | { readonly is: 'key-removed'; readonly key: KeyName }
  /** `replug`: three wrong PINs; take it out and in again. `reset`: no tries are left. `pin`: no finger until a PIN was right. */
  | { readonly is: 'key-blocked'; readonly key: KeyName; readonly until: 'replug' | 'reset' | 'pin' }
  | { readonly is: 'key-full'; readonly key: KeyName }
  | {
      readonly is: 'key-cannot';
      readonly key: KeyName;
      readonly why: 'no-passkeys' | 'no-verification' | 'algorithm' | 'extension';
    }
  /** Nobody touched it while it waited, or the person said no at the key itself. */
  | { readonly is: 'not-touched'; readonly place: PlaceName }
  | { readonly is: 'refused'; readonly place: PlaceName }
  /** It broke off, answered nonsense, or another program has it. */
  | { readonly is: 'place-failed'; readonly place: PlaceName }
  /** There is a passkey of this account already. `done` tells the site that. */
  | { readonly is: 'excluded'; readonly place: PlaceName }
  /** The site may have enterprise attestation and this place has none. `go-on` saves the passkey without. */
  | { readonly is: 'attestation-impossible'; readonly place: PlaceName }
  /** Ten wrong PINs: only the recovery key opens this device, in Latchkey's own window. */
  | { readonly is: 'device-locked' }
  | { readonly is: 'device-unusable'; readonly problem: VaultProblemCode }
  | { readonly is: 'vault-missing' }
  /** New passkeys on this device are turned off, or the administrator's rules forbid all there is. */
  | { readonly is: 'policy' };

export type CeremonyState =
  /** Another dialog of the same caller is open: nothing is drawn. */
  | { readonly name: 'waiting' }
  /** Keys and this device are looked at; shorter than it takes to read. */
  | { readonly name: 'preparing' }
  /** `create`: where to save it. `get`: where to look. The first place is what fits best; `all` shows the others at once. */
  | { readonly name: 'choose-place'; readonly places: readonly Place[]; readonly all: boolean }
  /** `get`: last used first. `places`: where others may be, after a PIN or a touch. */
  | {
      readonly name: 'choose-account';
      readonly accounts: readonly AccountChoice[];
      readonly places: readonly Place[];
    }
  /** Goes on by itself when one is plugged in. */
  | { readonly name: 'insert-key' }
  /** `keys` are blinking, and the first touch wins. */
  | { readonly name: 'touch-key'; readonly keys: readonly KeyName[] }
  /** The sensor of the key is waiting; `retries` after a finger that was not recognised: until only the PIN helps. */
  | { readonly name: 'key-finger'; readonly key: KeyName; readonly retries?: number }
  /** `retries` after a wrong one: until the key is blocked for good. Act: enter-pin. */
  | { readonly name: 'key-pin'; readonly key: KeyName; readonly retries?: number }
  /** It has none and one is needed. Act: create-pin. */
  | {
      readonly name: 'create-key-pin';
      readonly key: KeyName;
      readonly rules: PinRules;
      readonly refusal?: NewPinRefusal;
    }
  /** The key demands another one. Act: change-pin. `retries` after a wrong current one. */
  | {
      readonly name: 'change-key-pin';
      readonly key: KeyName;
      readonly rules: PinRules;
      readonly refusal?: NewPinRefusal;
      readonly retries?: number;
    }
  /** The app PIN. `triesLeft` and `wait` (milliseconds, from now) after a wrong one or one that came too early. Act: enter-pin. */
  | {
      readonly name: 'device-pin';
      readonly account?: AccountNames;
      readonly triesLeft?: number;
      readonly wait?: number;
      readonly problem?: 'wrong' | 'too-early';
    }
  /** The system asks, perhaps in a window of its own and perhaps at the sensor alone: `by` is "your fingerprint" and the like. Act: use-pin. */
  | { readonly name: 'device-biometrics'; readonly account?: AccountNames; readonly by: string }
  /** The vault has a passphrase. Act: enter-passphrase. */
  | { readonly name: 'device-passphrase'; readonly wrong: boolean }
  /** Nothing to be done but to wait: `place` is at work. */
  | { readonly name: 'working'; readonly place: PlaceName }
  /** `create` alone. Acts: rename, done. The caller has its answer already. */
  | {
      readonly name: 'saved';
      readonly place: PlaceName;
      readonly backup: 'device-bound' | 'synced';
      /** A name of one's own, kept in Latchkey; empty until there is one. */
      readonly ownName: string;
      /** The last name could not be kept: it can be tried again. */
      readonly notKept?: boolean;
    }
  | { readonly name: 'trouble'; readonly trouble: Trouble }
  /** The dialog goes away. Nothing comes after it. `timed-out` only where nobody was shown it (waiting). */
  | {
      readonly name: 'closed';
      readonly by: 'done' | 'cancelled' | 'aborted' | 'handed-over' | 'timed-out' | 'invalid';
    };

/** What a person can do. */
export type CeremonyAct =
  | { readonly act: 'choose-place'; readonly place: string }
  | { readonly act: 'choose-account'; readonly account: string }
  | { readonly act: 'use-another-device' }
  | { readonly act: 'use-browsers-dialog' }
  | { readonly act: 'enter-pin'; readonly pin: string }
  | { readonly act: 'create-pin'; readonly pin: string }
  | { readonly act: 'change-pin'; readonly current: string; readonly next: string }
  | { readonly act: 'enter-passphrase'; readonly passphrase: string }
  | { readonly act: 'use-pin' }
  | { readonly act: 'retry' }
  | { readonly act: 'go-on' }
  | { readonly act: 'back' }
  | { readonly act: 'rename'; readonly ownName: string }
  | { readonly act: 'done' }
  | { readonly act: 'cancel' };

export type ActName = CeremonyAct['act'];

export interface CeremonyView {
  /** Unique while the program runs. */
  readonly id: string;
  readonly kind: 'create' | 'get';
  readonly site: SiteView;
  /** `create`: whose passkey it will be. */
  readonly account?: AccountNames;
  readonly state: CeremonyState;
  /** What can be done now; everything else is ignored. `cancel` is among them until it is closed. */
  readonly acts: readonly ActName[];
  /** A page opened it, and it has only just appeared: nothing can be done yet, and nothing typed. */
  readonly deaf?: true;
}
