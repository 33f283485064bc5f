/** A program that ends with a virtual key still plugged in must end, and the key with it. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eventually, systemBus } from './support/virtual-key.js';

const root = join(import.meta.dirname, '../..');

const program = join(import.meta.dirname, 'support/program-with-keys.ts');

async function end(how: string, signal?: NodeJS.Signals): Promise<number | string | null> {
  const child = spawn(process.execPath, ['--import', 'tsx', program], {
    cwd: root,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  try {
    let said = '';
    child.stdout.on('data', (text) => (said += String(text)));
    const ended = new Promise<number | string | null>((resolve) =>
      child.once('exit', (code, by) => resolve(code ?? by)),
    );
    await eventually('the program is ready', () => said.includes('ready'), 40_000);
    await eventually('its keys are there', async () => (await systemBus().list()).length === 2);
    const began = performance.now();
    if (signal) child.kill(signal);
    else child.stdin.write(how);
    const outcome = await Promise.race([
      ended,
      new Promise<string>((resolve) => setTimeout(() => resolve('it hangs'), 10_000).unref()),
    ]);
    console.log(`${signal ?? how}: ended after ${(performance.now() - began).toFixed(0)} ms`);
    await eventually('its keys are gone', async () => (await systemBus().list()).length === 0);
    return outcome;
  } finally {
    child.kill('SIGKILL');
  }
}

test('by process.exit()', async () => expect(await end('exit')).toBe(3));
test('by an error that nobody catches', async () => expect(await end('throw')).toBe(1));
test('by Ctrl-C', async () => expect(await end('', 'SIGINT')).toBe('SIGINT'));
test('by being killed', async () => expect(await end('', 'SIGKILL')).toBe('SIGKILL'));
