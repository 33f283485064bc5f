/** A program with two virtual keys, which ends as the first line of its standard input says. */
import { LinuxUhid } from '../../../native/uhid/linux-uhid.js';
import { identity } from './identity.js';

const uhid = new LinuxUhid();

async function main(): Promise<void> {
  for (let count = 0; count < 2; count++) await uhid.create(identity, { onReport: () => undefined });
  process.stdin.once('data', (order) => {
    if (String(order).startsWith('exit')) process.exit(3);
    throw new Error('Nobody catches this');
  });
  console.log('ready');
}

void main();
