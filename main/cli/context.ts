/** What every command is given. */
import type { Simulator } from '../authenticator/simulator';
import type { KeyRegistry } from '../client/key-registry';
import type { Inventory } from '../inventory/inventory';
import type { OwnNamesStore } from '../inventory/own-names';
import type { DeviceHome } from './device-home';
import type { DeviceDesk } from './device';
import type { RelatedOrigins } from '../webauthn/related-origins';
import type { Clock, RandomSource, StateFile, Uhid } from '../../native/ports';
import type { Output } from './output';
import type { Terminal } from './terminal';

export type TouchMode = 'always' | 'never' | 'ask';
export const touchModes: readonly TouchMode[] = ['always', 'never', 'ask'];

/** `demo`, or the file that keeps the state of the key. */
export type SoftKeySource = 'demo' | { readonly file: string };

/** The keys and what knows them. Nothing is opened or watched before `registry.start()`. */
export interface Desk {
  readonly registry: KeyRegistry;
  readonly inventory: Inventory;
  readonly clock: Clock;
  readonly random: RandomSource;
  /** Where simulated keys were asked for; then there are no others. */
  readonly simulator?: Simulator;
  /** What went wrong in looking for keys; grows. */
  readonly warnings: readonly Error[];
}

/** What a simulated key for other programs is made of. */
export interface Workshop {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly openFile: (path: string) => StateFile;
  readonly uhid: Uhid;
}

/** The composition root, as the commands see it. */
export interface Composition {
  desk(softKeys: readonly SoftKeySource[], ownNames: OwnNamesStore | undefined): Promise<Desk>;
  workshop(): Promise<Workshop>;
  /** Where the passkeys of this device are kept: everybody's place, or that folder. Touches nothing yet. */
  deviceHome(dataFolder: string | undefined): Promise<DeviceHome>;
  /** The user's own names for passkeys, kept in everybody's place or in that folder. Not read yet. */
  ownNames(dataFolder: string | undefined): Promise<OwnNamesStore>;
  /** The rule that gives the logged-in user access to security keys; undefined where no such thing is needed. */
  udevRule(): Promise<string | undefined>;
  /** What sites say of the origins that may use their passkeys. */
  relatedOrigins(): Promise<RelatedOrigins>;
}

export interface Context {
  readonly terminal: Terminal;
  readonly output: Output;
  /** Ctrl-C. */
  readonly signal: AbortSignal;
  readonly composition: Composition;
  /** `--key` */
  readonly wantedKey: string | undefined;
  /** `--pin`: the PIN is asked for also where a fingerprint would do. */
  readonly preferPin: boolean;
  /** `--touch`: who touches simulated keys. */
  readonly touch: TouchMode;
  /** The desk with the keys that the options name, made on first use. */
  desk(): Promise<Desk>;
  /** This device, made on first use. */
  device(): Promise<DeviceDesk>;
  /** The user's own names for passkeys; undefined where this device is left alone. */
  ownNames(): Promise<OwnNamesStore | undefined>;
  /** Simulated keys were asked for, and no data folder: then this device is left alone, unless a verb is about nothing else. */
  readonly simulatedOnly: boolean;
  /** Simulated keys were asked for, in place of real ones. */
  readonly keysAreSimulated: boolean;
}
