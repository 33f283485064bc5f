/** What the composition root gives for the passkeys of this device. */
import type { ThisDevice } from '../ceremony/this-device';
import type { Clock, RandomSource } from '../../native/ports';
import type { DeviceService } from '../control/operations';
import type { ServedVault } from '../control/vault-service';

/** The program that owns the vault, as seen from here. */
export interface Owner {
  readonly service: DeviceService;
  close(): void;
}

export interface DeviceHome {
  /** The folder, absolute. */
  readonly path: string;
  readonly clock: Clock;
  readonly random: RandomSource;
  /** There is a vault, or what is left of one. Asks no keychain, and opens nothing. */
  exists(): Promise<boolean>;
  /** Closed. */
  readonly vault: ServedVault;
  /** Over this vault. */
  readonly service: DeviceService;
  /** The authenticator of this device, over this vault. */
  forCeremonies(): Promise<ThisDevice>;
  /** Rejects with ControlError. */
  connect(): Promise<Owner>;
  /** A build for testers, or a checkout. */
  readonly forTesters: boolean;
}
