/**
 * The conformance suite on a security key that is plugged in:
 *
 *     npm run conformance                       lists the keys
 *     npm run conformance -- PATH               what leaves the key as it is, but for some touches
 *     npm run conformance -- PATH --destructive everything, after a reset that erases the key
 *
 * `--only TEXT` runs the cases whose name holds the text.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { SystemClock } from '../../../native/clock';
import { NodeHidBus } from '../../../native/hid/node-hid-bus';
import type { HidDeviceInfo } from '../../../native/ports';
import { PIN } from '../ceremony-pin';

const lines: AsyncIterator<string, undefined> = createInterface({ input: process.stdin })[
  Symbol.asyncIterator
]();

async function ask(question: string): Promise<string> {
  process.stdout.write(question);
  const { value, done } = await lines.next();
  if (done) throw new Error('The standard input ended before the answer.');
  return value;
}

/** Without showing it, where there is a terminal. */
async function askSecretly(question: string): Promise<string> {
  const stty = (argument: string): void => {
    if (process.stdin.isTTY) spawnSync('stty', [argument], { stdio: 'inherit' });
  };
  stty('-echo');
  try {
    return await ask(question);
  } finally {
    stty('echo');
    process.stdout.write('\n');
  }
}

function describe({ path, manufacturer, product }: HidDeviceInfo): string {
  return `${path}  ${manufacturer} ${product}`;
}

/** The PIN to work with, or undefined when the person would rather not. */
async function permission(
  device: HidDeviceInfo,
  destructive: boolean,
): Promise<{ readonly pin: string | null } | undefined> {
  if (destructive) {
    console.log(
      `This resets ${device.product} several times and ERASES everything on it: passkeys, PIN, fingerprints, policy.\n` +
        `It ends with the PIN ${PIN} or with none.`,
    );
    const answer = await ask(`Type the name of the key (${device.product}) to go on: `);
    return answer === device.product ? { pin: null } : undefined;
  }
  console.log(
    `This makes passkeys for sites ending in .example on ${device.product}, uses them and deletes them again.\n` +
      'It asks for some hundred touches. Nothing else on the key is changed.',
  );
  const pin = await askSecretly('PIN of the key (empty when it has none): ');
  return { pin: pin === '' ? null : pin };
}

/** Matches this very text. */
function literally(text: string): RegExp {
  return new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { destructive: { type: 'boolean', default: false }, only: { type: 'string' } },
  });
  const devices = await new NodeHidBus({ clock: new SystemClock() }).list();
  const [path] = positionals;
  const device = devices.find((candidate) => candidate.path === path);
  if (!device) {
    console.log(
      path === undefined
        ? 'Say which key: npm run conformance -- PATH [--destructive]'
        : `There is no key at ${path}.`,
    );
    for (const each of devices) console.log(describe(each));
    if (devices.length === 0) console.log('No security key is plugged in.');
    process.exitCode = 2;
    return;
  }
  const permitted = await permission(device, values.destructive);
  if (!permitted) {
    console.log('Nothing was done.');
    process.exitCode = 1;
    return;
  }
  const { startVitest } = await import('vitest/node'); // slow to load: the questions come first
  const vitest = await startVitest('test', [], {
    config: false,
    root: join(import.meta.dirname, '../../..'),
    watch: false,
    include: ['test/conformance/hardware/conformance.hardware.ts'],
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 600_000,
    reporters: ['verbose'],
    disableConsoleIntercept: true,
    ...(values.only !== undefined && { testNamePattern: literally(values.only) }),
    provide: { conformance: { path: device.path, pin: permitted.pin, destructive: values.destructive } },
  });
  await vitest.close();
}

await main();
process.exit();
