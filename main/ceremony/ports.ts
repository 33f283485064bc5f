/** What a ceremony needs of the program around it. */
import type { Clock, RandomSource, SystemSecurityKeys } from '../../native/ports';
import type { AttachedKey, KeyRegistry } from '../client/key-registry';
import type { EnterpriseAttestation } from '../webauthn/attestation';
import type { RelatedOrigins } from '../webauthn/related-origins';
import type { ThisDevice } from './this-device';

export interface KeySource extends Pick<KeyRegistry, 'keys' | 'onChange' | 'looked'> {
  /** As people read it; not yet safe to be shown. */
  nameOf(key: AttachedKey): string;
  /** Simulated keys serve no site unless a flag for testers says so (design decision 9). */
  serves(key: AttachedKey): boolean;
}

/** The administrator's. */
export interface Rules {
  allows(place: 'device' | 'key', kind: 'create' | 'get', rpId: string): boolean;
  enterpriseAttestation(rpId: string): EnterpriseAttestation;
}

/** A passkey that was just saved. */
export interface SavedPasskey {
  readonly rpId: string;
  readonly credentialId: Uint8Array;
  readonly place: 'device' | 'key';
}

/** Names of one's own for passkeys. */
export interface OwnNames {
  /** Rejects when it cannot be kept. @param ownName empty for none. */
  keep(passkey: SavedPasskey, ownName: string): Promise<void>;
}

export interface CeremonyPorts {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly related: RelatedOrigins;
  readonly keys: KeySource;
  /** Where the system lets no ordinary program at security keys, its own dialog is the way to them. */
  readonly systemKeys?: SystemSecurityKeys;
  /** Absent: this device is left alone. */
  readonly device?: ThisDevice;
  /** Absent: everything is allowed, but no enterprise attestation. */
  readonly rules?: Rules;
  /** Absent: nothing can be named. */
  readonly ownNames?: OwnNames;
}
