/** Our side of the VM's comparison, a whole program: lists what is on the key at the given path; the PIN comes by standard input. */
import { readFileSync } from 'node:fs';
import { SystemClock } from '../../native/clock';
import { NodeHidBus } from '../../native/hid/node-hid-bus';
import { SystemRandom } from '../../native/random';
import { listEverything } from '../full-key';

async function main(): Promise<void> {
  const pin = readFileSync(0, 'utf8').trimEnd();
  const clock = new SystemClock();
  const bus = new NodeHidBus({ clock });
  const device = (await bus.list()).find(({ path }) => path === process.argv[2]);
  if (!device) throw new Error(`There is no key at ${process.argv[2]}.`);
  const deps = { clock, random: new SystemRandom() };
  const lines = (await listEverything(bus, device, deps, pin)).map(
    ({ credentialId, rpId, user }) => `${Buffer.from(credentialId).toString('base64')} ${rpId} ${user.name}`,
  );
  console.log(lines.join('\n'));
}

void main();
