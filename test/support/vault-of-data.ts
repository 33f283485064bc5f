/** The vault of a data folder as the program opens it, with the keychain of the system, for a test that plays a day of the past. */
import { join } from 'node:path';
import { Vault } from '../../main/vault/vault';
import { SystemCalendar } from '../../native/calendar';
import { SystemClock } from '../../native/clock';
import { dataPlaces } from '../../native/files/data-places';
import { DiskFolder } from '../../native/files/private-folder';
import { ChildKeychain } from '../../native/keychain/child-keychain';
import { nodeKeychainLauncher } from '../../native/keychain/node-child';
import { SystemRandom } from '../../native/random';
import { projectRoot } from '../../scripts/places.mjs';

const HOUR = 3_600_000;

/**
 * Opens the vault, which nobody else may have open, does this, and closes it. Wrong PINs do not wait.
 * @param data the folder, as after `--data-folder`
 * @param hoursAgo when it is in there
 */
export async function withVaultOf(
  data: string,
  hoursAgo: number,
  work: (vault: Vault) => Promise<void>,
): Promise<void> {
  const clock = new SystemClock();
  const child = join(projectRoot, 'native/keychain/keychain-process.ts');
  const keychain = new ChildKeychain({
    launch: nodeKeychainLauncher(child, ['--import', 'tsx']),
    clock,
    service: dataPlaces({ platform: process.platform, env: {}, home: '/' }, data).keychainService,
  });
  const today = new SystemCalendar();
  const vault = new Vault({
    folder: new DiskFolder(data),
    keychain,
    clock,
    calendar: { now: () => today.now() - hoursAgo * HOUR },
    random: new SystemRandom(),
    pinWaits: [],
  });
  try {
    await vault.open();
    await work(vault);
  } finally {
    await vault.close();
    keychain.close();
  }
}
