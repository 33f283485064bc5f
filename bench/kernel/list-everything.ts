/**
 * Our side of the VM's comparison, a whole program: lists what is on the key at the given path; the PIN comes by standard
 * input. Microseconds of processor time that the conversation with the key took go to the file named second.
 */
import { readFileSync, writeFileSync, writeSync } from 'node:fs';
import { SystemClock } from '../../native/clock';
import { NodeHidBus } from '../../native/hid/node-hid-bus';
import { SystemRandom } from '../../native/random';
import { listEverything } from '../list-key';

async function main(): Promise<void> {
  const [path = '', timeFile = ''] = process.argv.slice(2);
  const pin = readFileSync(0, 'utf8').trimEnd();
  const clock = new SystemClock();
  const bus = new NodeHidBus({ clock });
  const device = (await bus.list()).find(({ path: its }) => its === path);
  if (!device) throw new Error(`There is no key at ${path}.`);
  const deps = { clock, random: new SystemRandom() };
  const before = process.cpuUsage();
  const passkeys = await listEverything(bus, device, deps, pin);
  const { user, system } = process.cpuUsage(before);
  const lines = passkeys.map(
    ({ credentialId, rpId, user }) => `${Buffer.from(credentialId).toString('base64')} ${rpId} ${user.name}`,
  );
  writeSync(1, `${lines.join('\n')}\n`);
  writeFileSync(timeFile, String(user + system));
}

void main();
