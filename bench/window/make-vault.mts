/**
 * `make-vault.mts FOLDER COUNT` makes a vault with COUNT passkeys where the app with `--data-folder FOLDER` looks for it, sealed by the
 * keychain to which the environment leads: that is why it is a program of its own.
 */
import { homedir } from 'node:os';
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
import { fillVault } from '../../test/support/filled-vault';
import { CHEAP_SCRYPT, PIN } from '../../test/support/memory-vault';

const [path = '', count = ''] = process.argv.slice(2);
const { platform, env } = process;
const places = dataPlaces({ platform, env, home: homedir() }, path);
const folder = new DiskFolder(places.vault);
const clock = new SystemClock();
const keychain = new ChildKeychain({
  launch: nodeKeychainLauncher(join(projectRoot, 'native/keychain/keychain-process.ts'), ['--import', 'tsx']),
  clock,
  service: places.keychainService,
});
// The app's start needs no PIN, so what the PIN costs is not measured.
const vault = new Vault({
  folder,
  keychain,
  clock,
  calendar: new SystemCalendar(),
  random: new SystemRandom(),
  scrypt: CHEAP_SCRYPT,
});
await vault.open();
await vault.setUp({ pin: PIN });
await vault.close();
await fillVault({ folder, keychain }, PIN, Number(count));
keychain.close();
