/** The keychain of this system, for the app and for the command line. */
import type { Keychain } from '../ports.js';
import { BusFirstKeychain } from './bus-first-keychain.js';
import { ChildKeychain, type ChildKeychainOptions } from './child-keychain.js';

export interface SystemKeychain extends Keychain {
  /** `prepare` starts a process, which takes longer than a window does: worth doing before all else. */
  readonly startsProcess: boolean;
  /** For a `get` that comes soon. Idempotent; holds nothing up. */
  prepare(): void;
  /** Calls under way, and later ones, reject. */
  close(): void;
}

/** Nothing is started or reached before the first call. */
export function systemKeychain(platform: NodeJS.Platform, options: ChildKeychainOptions): SystemKeychain {
  const keychain = new ChildKeychain(options);
  return platform === 'linux' ? new BusFirstKeychain(keychain, options.clock) : keychain;
}
