/** The first part of the object graph, loaded before all others: how long the program lives, and the keychain, which takes long to answer. */
import { app } from 'electron';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '../../native/clock';
import { electronKeychainLauncher } from '../../native/electron/keychain-child';
import { dataPlaces, type DataPlaces } from '../../native/files/data-places';
import { systemKeychain, type SystemKeychain } from '../../native/keychain/system-keychain';
import { FILE } from '../vault/file-names';
import { AppLife } from './app-life';

export interface KeychainAtStart {
  readonly places: DataPlaces;
  readonly keychain: SystemKeychain;
  /** There is a vault, whose passkeys are wanted in the first list. */
  readonly hasVault: boolean;
}

/** Ends the program when there is nothing left to stay for. */
export function composeLife(): AppLife {
  return new AppLife({ clock: new SystemClock(), onOver: () => app.quit() });
}

/** Where there is a vault and the keychain is asked by a process, that is started first. Electron has to be ready. */
export function composeKeychain(dataFolder: string | undefined): KeychainAtStart {
  const { platform, env } = process;
  const places = dataPlaces({ platform, env, home: homedir() }, dataFolder);
  const keychain = systemKeychain(platform, {
    launch: electronKeychainLauncher(join(app.getAppPath(), 'out/main/keychain-process.js')),
    clock: new SystemClock(),
    service: places.keychainService,
  });
  const hasVault = existsSync(join(places.vault, FILE));
  if (hasVault && keychain.startsProcess) keychain.prepare();
  return { places, keychain, hasVault };
}
