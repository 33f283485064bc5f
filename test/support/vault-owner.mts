/**
 * Owns a vault under a passphrase as the app does, in a process of its own: opens it, serves the control socket, and says
 * `ready`. `vault-owner.mts FOLDER PASSPHRASE`. Every change is told as a line: how many passkeys there are.
 */
import { SystemCalendar } from '../../native/calendar';
import { SystemClock } from '../../native/clock';
import { LocalSocket } from '../../native/control/local-socket';
import { DiskFolder } from '../../native/files/private-folder';
import { SystemRandom } from '../../native/random';
import { serveControl } from '../../main/control/control-server';
import { testersAuthenticator } from '../../main/control/testers-authenticator';
import { vaultService } from '../../main/control/vault-service';
import { Vault } from '../../main/vault/vault';
import { MemoryKeychain } from './memory-vault';

const [path = '', passphrase = ''] = process.argv.slice(2);
const clock = new SystemClock();
const random = new SystemRandom();
const folder = new DiskFolder(path);
const vault = new Vault({
  folder,
  keychain: new MemoryKeychain(),
  clock,
  calendar: new SystemCalendar(),
  random,
});
await vault.open(passphrase);
let told = '';
vault.onChange(() => {
  const now = `passkeys: ${vault.passkeys.length}`;
  if (now !== told) console.log(now);
  told = now;
});
const stop = await serveControl({
  folder,
  socket: new LocalSocket(path),
  service: vaultService({
    vault,
    path,
    saves: async () => true,
    authenticator: testersAuthenticator(vault, { clock, random }),
  }),
  clock,
  random,
  program: '1.2.3',
});
console.log('ready');
process.once('SIGTERM', () => void stop().then(() => vault.close()));
