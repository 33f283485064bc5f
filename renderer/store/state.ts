/** What the window knows and shows. No secret is ever in here: a PIN lives in the dialog that asks for it and dies with it. */
import type { AppView, KeyView, PasskeyView, Problem, ResetView } from '../../preload/contract';
import type { BrowserStatus, BrowsersView } from '../../preload/browsers-contract';
import type { DeletedPasskeyView, DeviceView } from '../../preload/device-contract';
import type { ProfileView, SimulatedKeyView } from '../../preload/simulator-contract';
import type { Place, SortOrder } from '../passkeys/passkey-list';
import type { Selection } from '../passkeys/selection';

export type Page = 'passkeys' | 'security-keys' | 'recently-deleted' | 'browsers' | 'advanced-options';

export type PinPurpose = 'unlock' | 'set' | 'change';

/** What the dialog about a secret of this device is for. */
export type DeviceTask = 'change-pin' | 'recover' | 'new-recovery-key' | 'switch-sealing' | 'passphrase';

/** The dialog that is open. Passkeys are copied in, because a key that locks or leaves takes its list with it. */
export type DialogRequest =
  | { readonly kind: 'details'; readonly passkey: PasskeyView }
  | { readonly kind: 'edit'; readonly passkey: PasskeyView }
  | { readonly kind: 'delete'; readonly passkeys: readonly PasskeyView[]; readonly places: Places }
  | { readonly kind: 'pin'; readonly purpose: PinPurpose; readonly keyId: string }
  | { readonly kind: 'reset'; readonly keyId: string }
  | { readonly kind: 'device-set-up' }
  | { readonly kind: 'device-task'; readonly task: DeviceTask }
  | { readonly kind: 'restore-previous' }
  | { readonly kind: 'start-anew' }
  /** Deletes for good what is in Recently deleted; `all`: empties it. */
  | { readonly kind: 'purge'; readonly passkeys: readonly DeletedPasskeyView[]; readonly all: boolean }
  | { readonly kind: 'replace-manifest'; readonly browser: BrowserStatus }
  | { readonly kind: 'empty-requests'; readonly count: number }
  | { readonly kind: 'add-simulated-key'; readonly profiles: readonly ProfileView[] }
  | { readonly kind: 'remove-simulated-key'; readonly key: SimulatedKeyView };

/** Keys and this device by id, as far as a sentence needs them, kept for when the key is gone. */
export type Places = Readonly<Record<string, { readonly name: string; readonly simulated: boolean }>>;

export interface Notice {
  readonly intent: 'success' | 'info' | 'warning' | 'error';
  readonly text: string;
}

/** Said to screen readers. `count` makes two equal sentences two announcements. */
export interface Announcement {
  readonly text: string;
  readonly count: number;
}

export type Connection = 'connecting' | 'ready' | 'failed';

export interface WindowState {
  readonly connection: Connection;
  readonly app: AppView | null;
  readonly keys: readonly KeyView[];
  readonly passkeys: Readonly<Record<string, readonly PasskeyView[]>>;
  readonly reset: ResetView | null;
  /** Null until the snapshot has come. */
  readonly device: DeviceView | null;
  /** When the next PIN of this device is taken, by `performance.now()`; in the past for at once. */
  readonly pinWaitsUntil: number;
  /** Recently deleted, the newest deletion first. */
  readonly deleted: readonly DeletedPasskeyView[];
  /** What is to be said of the user's own names. */
  readonly ownNamesNotice: string | null;
  /** Null until the Browsers page has been opened. */
  readonly browsers: BrowsersView | null;
  /** Why they cannot be shown. */
  readonly browsersProblem: Problem | null;

  readonly page: Page;
  readonly query: string;
  readonly place: Place;
  readonly order: SortOrder;
  readonly selection: Selection;
  readonly dialog: DialogRequest | null;
  readonly notice: Notice | null;
  readonly announcement: Announcement;
}
