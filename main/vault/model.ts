/** What the vault says of itself and of its passkeys, for the rooms around it. */
import type { Credential } from '../authenticator/env';

/** What the list shows of one passkey of this device. No secret is in it. */
export interface DevicePasskey {
  readonly credential: Credential;
  /** Milliseconds since 1970, UTC. */
  readonly created: number;
  /** The same; absent while it was never used. Saved lazily: the last minutes may be missing after a crash. */
  readonly lastUsed?: number;
  /** Marked by hand: cannot be deleted until the mark is taken away. */
  readonly protected: boolean;
}

/** In *Recently deleted*: signs in nobody, and goes for good {@link KEPT_AFTER_DELETION} later. */
export interface DeletedPasskey extends DevicePasskey {
  /** Milliseconds since 1970, UTC. */
  readonly deleted: number;
}

/** 30 days, in milliseconds. */
export const KEPT_AFTER_DELETION = 30 * 24 * 60 * 60_000;

/** What keeps the vault key: the system's keychain, or a passphrase that somebody types. */
export type Sealing = 'keychain' | 'passphrase';

/** Why the vault cannot be opened or changed. Each has its own sentence and next step, see {@link VaultError}. */
export type VaultProblemCode =
  | 'newer-version' // written by a newer Latchkey; left as it is
  | 'damaged' // a bit flipped, cut short, spliced: what is read is not what was written
  | 'empty-file'
  | 'wrong-key' // the keychain's key does not open this file
  | 'two-vaults' // the keychain's key is of another vault than the file
  | 'key-missing' // a vault, but nothing in the keychain
  | 'file-missing' // a key in the keychain, but no vault
  | 'in-use' // another Latchkey owns it
  | 'keychain-unavailable' // no Secret Service, no keychain
  | 'keychain-locked'
  | 'keychain-timed-out' // it hung, and was given up
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
  | 'not-found'
  | 'not-open';

/** Wrong PINs are counted before they are compared, in a file of their own. */
export interface PinTries {
  /** 0..10 */
  readonly left: number;
  /** Milliseconds until the next try is taken; 0 for at once. */
  readonly wait: number;
}

export type VaultSituation =
  /** Not looked at yet, or closed. */
  | { readonly is: 'closed' }
  /** Neither file nor key: can be set up. `keychain`: why only with a passphrase. */
  | { readonly is: 'absent'; readonly keychain?: VaultProblemCode }
  | { readonly is: 'passphrase-needed' }
  /** `previous`: the generation before this one opens and can be restored. */
  | {
      readonly is: 'unusable';
      readonly problem: VaultProblemCode;
      readonly message: string;
      readonly previous: boolean;
    }
  /** The list can be read. `verified`: the PIN was right once since the start, so biometrics may re-open. */
  | { readonly is: 'open'; readonly sealing: Sealing; readonly verified: boolean; readonly tries: PinTries };
