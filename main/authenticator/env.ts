/**
 * Everything the engine needs from outside, in one {@link Env}: the security key of a tester, the passkeys of this
 * device and the tests each compose their own.
 */
import type { Clock, RandomSource } from '../../native/ports';
import type { CborMap } from '../ctap/cbor';
import type { SampleStatus } from '../ctap/commands/bio-enrollment';
import type { RpEntity, UserEntity } from '../ctap/entities';
import type { AuthenticatorConfiguration } from './configuration';

export interface Env {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly presence: UserPresence;
  /** Asked only where the configuration says `builtInUv`. */
  readonly verification: UserVerification;
  readonly configuration: AuthenticatorConfiguration;
  readonly storage: AuthenticatorStorage;
  /** A display on which the user chooses among accounts; without it the platform gets all of them, one after the other. */
  readonly chooser?: AccountChooser;
  /**
   * The storage gives private keys only after user verification. A silent question (getAssertion with up false, which asks
   * whether there is a credential) is then answered with an empty signature and without extensions.
   */
  readonly sealedSecrets?: true;
}

/** An account that a passkey of the site is for. */
export interface Account {
  /** Credential ID. */
  readonly id: Uint8Array;
  readonly user: UserEntity;
}

export interface ChoiceRequest {
  readonly rpId: string;
  /** At least two, the newest first. */
  readonly accounts: readonly Account[];
  /** As in {@link PresenceRequest}. */
  readonly signal: AbortSignal;
}

export interface AccountChooser {
  /** The credential ID of the account that the user chose. */
  choose(request: ChoiceRequest): Promise<Uint8Array | 'cancelled'>;
}

/**
 * - `create`, `use`: a passkey of the site `rpId` is made or used
 * - `select`: which of several keys is meant
 * - `reset`: everything will be wiped
 */
export type PresenceReason = 'create' | 'use' | 'select' | 'reset';

export interface PresenceRequest {
  readonly reason: PresenceReason;
  readonly rpId?: string;
  /** Not a tap: the finger has to stay for about five seconds (CTAP 2.3, longTouchForReset). */
  readonly long?: true;
  /** Aborted when the platform cancels, the key is unplugged or the time is up; the answer no longer matters then. */
  readonly signal: AbortSignal;
}

export type PresenceAnswer = 'granted' | 'refused' | 'timed-out';

/** The finger on the key. */
export interface UserPresence {
  /** Asks for a touch. The engine keeps the time (configuration, `presenceTimeout`) and then aborts `signal`. */
  request(request: PresenceRequest): Promise<PresenceAnswer>;
}

/**
 * - `create`, `use`: a passkey of the site `rpId` is made or used
 * - `unlock`: the platform wants a pinUvAuthToken, for the site `rpId` if it names one
 */
export type UserVerificationReason = 'create' | 'use' | 'unlock';

export interface UserVerificationRequest {
  readonly reason: UserVerificationReason;
  readonly rpId?: string;
  /** As in {@link PresenceRequest}. */
  readonly signal: AbortSignal;
}

/** `no-match` costs a try; `refused` and `timed-out` say that nothing was compared. */
export type UserVerificationAnswer = 'verified' | 'no-match' | 'refused' | 'timed-out';

export interface CaptureRequest {
  /** Good samples that the enrolment still needs. */
  readonly remaining: number;
  /** As in {@link PresenceRequest}. */
  readonly signal: AbortSignal;
}

/** What became of one touch of the sensor. */
export type CaptureAnswer = keyof typeof SampleStatus | 'refused' | 'timed-out';

/** User verification of the authenticator's own: a fingerprint sensor, or a dialog of the system. */
export interface UserVerification {
  /**
   * Asks for the one gesture that verifies the user, which proves presence too. The engine keeps the time as for
   * {@link UserPresence.request}.
   */
  verify(request: UserVerificationRequest): Promise<UserVerificationAnswer>;
  /** Takes a sample of the finger that is being enrolled; what has `bioEnrollment` in its configuration needs it. */
  capture?(request: CaptureRequest): Promise<CaptureAnswer>;
}

/** Verifies by fingers, which it enrols. */
export type FingerprintSensor = Required<UserVerification>;

/** credProtect: 1 userVerificationOptional, 2 …OptionalWithCredentialIDList, 3 userVerificationRequired. */
export type CredProtect = 1 | 2 | 3;

/** What may be shown of a discoverable credential. */
export interface Credential {
  /** At most 1023 bytes. */
  readonly id: Uint8Array;
  readonly rp: RpEntity;
  readonly user: UserEntity;
  /** COSE algorithm number. */
  readonly algorithm: number;
  /** COSE_Key. */
  readonly publicKey: CborMap;
  readonly credProtect: CredProtect;
  /** 32 bytes. */
  readonly largeBlobKey?: Uint8Array;
  readonly thirdPartyPayment?: boolean;
}

/** What must never be shown. */
export interface CredentialSecrets {
  /** Its length is the algorithm's, see algorithms.ts. */
  readonly privateKey: Uint8Array;
  /** hmac-secret: CredRandomWithUV and CredRandomWithoutUV, 32 bytes each. */
  readonly credRandomWithUv: Uint8Array;
  readonly credRandomWithoutUv: Uint8Array;
  /** What the site stored with the credBlob extension; empty when nothing. */
  readonly credBlob?: Uint8Array;
}

/**
 * The `code` of the error with which storage refuses secrets that are not open: the user was not verified in this ceremony, or what
 * that opened has been closed since.
 */
export const NOT_OPEN = 'not-open';

/**
 * The discoverable credentials. What a method changes is durable when its promise resolves; when it rejects, nothing
 * has changed.
 */
export interface CredentialStore {
  /** Oldest first. */
  list(): Promise<readonly Credential[]>;
  /** Those of one site, oldest first. */
  ofRp(rpId: string): Promise<readonly Credential[]>;
  /** The RP ID whose SHA-256 this is; undefined when the site has no credential. */
  rpIdOf(rpIdHash: Uint8Array): Promise<string | undefined>;
  /** Undefined when there is no such credential. */
  find(id: Uint8Array): Promise<Credential | undefined>;
  count(): Promise<number>;
  /** Undefined when there is no such credential. Rejects with an `Error` of code {@link NOT_OPEN}. */
  secretsOf(id: Uint8Array): Promise<CredentialSecrets | undefined>;
  /**
   * Replaces the credential with the same RP ID and user ID if there is one (CTAP 2.1 §6.1.2 step 17). Rejects with
   * CtapStatusError KEY_STORE_FULL when there is no room. Keeps copies of the secrets: the caller overwrites its own.
   */
  save(credential: Credential, secrets: CredentialSecrets): Promise<void>;
  /** Replaces the names; the user ID stays. False when there is no such credential. */
  updateUser(id: Uint8Array, user: UserEntity): Promise<boolean>;
  /** False when there is no such credential. */
  delete(id: Uint8Array): Promise<boolean>;
  /** How many more it can hold. */
  remaining(): Promise<number>;
  /** The credential store state (CTAP 2.3 §6.4, encCredStoreState): 16 bytes, others after every change. */
  storeState(): Promise<Uint8Array>;
}

/** The PIN, as it survives a power cut. */
export interface PinRecord {
  /** LEFT(SHA-256(PIN), 16); undefined while no PIN is set. */
  readonly hash?: Uint8Array;
  /** Length of the PIN; 0 while none is set. */
  readonly codePoints: number;
  /** Tries left, 0..8. */
  readonly retries: number;
  /** The PIN works for nothing but being changed. */
  readonly forceChange: boolean;
}

export const MAX_PIN_RETRIES = 8;

/** One enrolled finger. */
export interface FingerprintTemplate {
  readonly id: Uint8Array;
  readonly friendlyName?: string;
}

/** What authenticatorConfig decides (CTAP 2.1 §6.11). */
export interface AuthenticatorPolicy {
  readonly alwaysUv: boolean;
  /** Option ep. */
  readonly enterpriseAttestation: boolean;
  /** Code points. */
  readonly minPinLength: number;
  /** The sites that the minPinLength and pinComplexityPolicy extensions answer. */
  readonly minPinLengthRpIds: readonly string[];
  readonly pinComplexityPolicy: boolean;
  readonly longTouchForReset: boolean;
}

/** What an authenticator remembers besides its credentials. */
export interface AuthenticatorRecord {
  readonly pin: PinRecord;
  readonly policy: AuthenticatorPolicy;
  /** Tries of built-in user verification that are left. */
  readonly uvRetries: number;
  /** Enrolled fingers, the oldest first. */
  readonly templates: readonly FingerprintTemplate[];
  /** The persistent pinUvAuthToken (CTAP 2.2, permission pcmr), 32 bytes. */
  readonly persistentToken: Uint8Array;
  /** What encIdentifier hides (CTAP 2.2 §6.4), 16 bytes; another after every reset. */
  readonly identifier: Uint8Array;
  /** The serialized large-blob array (§6.10), at least 17 bytes. */
  readonly largeBlobArray: Uint8Array;
}

/** Everything that outlives a power cut. The same promise as {@link CredentialStore}: durable when resolved, unchanged when rejected. */
export interface AuthenticatorStorage {
  readonly credentials: CredentialStore;
  readonly record: AuthenticatorRecord;
  /** Replaces the members that `changes` names, all at once. */
  save(changes: Partial<AuthenticatorRecord>): Promise<void>;
  /**
   * 32 bytes, the AES-256-GCM key of the outer boxes in which non-discoverable credentials travel in their own credential IDs:
   * it recognises them. A copy, which the caller overwrites.
   */
  wrapKey(): Promise<Uint8Array>;
  /**
   * The key of the inner boxes, likewise: it opens their private keys. Storage that gives private keys only after user
   * verification rejects before, with code {@link NOT_OPEN}.
   */
  secretWrapKey(): Promise<Uint8Array>;
  /** Back to the factory (CTAP 2.1 §6.6), all at once: no credentials, no PIN, the first policy, a new wrap key. */
  factoryReset(): Promise<void>;
}
