/** `npm run conformance`: the program that runs the suite on a key in somebody's hand. The hand is the test's. */
import { expect, it } from 'vitest';
import { pinBytes, pinHash } from '../../main/ctap/pin-protocol.js';
import { plugKey, type KeyOnUhid } from './support/key-on-uhid.js';
import { systemBus, theKey } from './support/virtual-key.js';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from '../../scripts/places.mjs';

const PIN = '1234';
/**
 * The emulated processor trips over WebAssembly that V8 compiles a second time while it runs (a module lexer, in Node
 * itself): without these, a third of the starts ended in a segmentation fault.
 */
const COMPILE_WASM_ONCE = ['--no-wasm-tier-up', '--no-wasm-dynamic-tiering'];
const PROGRAM = join(projectRoot, 'test/conformance/hardware/run.mts');

/** Runs it, answering its questions with `answers`, and does as it says with the key. Resolves to what it printed. */
async function run(key: KeyOnUhid, args: readonly string[], answers: readonly string[]): Promise<string> {
  const { path } = await theKey(systemBus());
  const child = spawn(process.execPath, [...COMPILE_WASM_ONCE, '--import', 'tsx', PROGRAM, path, ...args], {
    cwd: projectRoot,
    env: { ...process.env, NO_COLOR: '1' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.end(answers.map((answer) => `${answer}\n`).join(''));
  let output = '';
  let moved = Promise.resolve();
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      const text = chunk.toString();
      output += text;
      if (text.includes('out and put it back in'))
        moved = moved.then(() => key.unplug()).then(() => key.plug());
    });
  const end = await new Promise<string>((resolve) =>
    child.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`)),
  );
  await moved;
  return `${output}\n(${end})`;
}

it('leaves what is on the key alone, and counts what it could not run', { timeout: 300_000 }, async () => {
  const key = await plugKey({ pin: PIN, passkeys: [{ rpId: 'login.real', userName: 'ada' }] });
  const output = await run(key, ['--only', 'step 12'], [PIN]);
  expect(output).toMatch(/Tests {2}\d+ passed \| \d+ skipped/);
  expect(key.simulated.snapshot().credentials.map(({ credential }) => credential.rp.id)).toEqual([
    'login.real',
  ]);
});

it('erases nothing before the name of the key was typed', async () => {
  const key = await plugKey({ pin: PIN, passkeys: [{ rpId: 'login.real', userName: 'ada' }] });
  expect(await run(key, ['--destructive'], ['yes'])).toContain('Nothing was done.');
  expect(key.simulated.snapshot().credentials).toHaveLength(1);
});

it('resets the key for what needs a new one, when it may', { timeout: 300_000 }, async () => {
  const key = await plugKey({ pin: '5678' });
  const { productName } = key.simulated.configuration;
  const output = await run(key, ['--destructive', '--only', 'setPIN sets it'], [productName]);
  expect(output).toMatch(/Tests {2}1 passed/);
  // It was reset: nothing else forgets a PIN.
  expect(key.simulated.snapshot().pin.hash).not.toEqual(pinHash(pinBytes('5678')));
});
