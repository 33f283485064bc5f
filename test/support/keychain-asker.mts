/**
 * A program that has asked the keychain once, and, told to by a line, asks again and ends without waiting: by closing the keychain
 * (`close`), or by nothing but `process.exit` (`exit`).
 */
import { once } from 'node:events';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { SystemClock } from '../../native/clock';
import { ChildKeychain } from '../../native/keychain/child-keychain';
import { nodeKeychainLauncher } from '../../native/keychain/node-child';

const keychain = new ChildKeychain({
  launch: nodeKeychainLauncher(join(import.meta.dirname, '../../native/keychain/keychain-process.ts'), [
    '--import',
    'tsx',
  ]),
  clock: new SystemClock(),
});
await keychain.get('anything');
console.log('asked');
await once(process.stdin, 'data');
const answer = keychain.get('anything').catch(() => undefined);
// The request gets out.
await setImmediate();
if (process.argv[2] === 'close') {
  keychain.close();
  await answer;
  process.stdin.destroy();
} else process.exit();
