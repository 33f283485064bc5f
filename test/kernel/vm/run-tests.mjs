/**
 * Runs the kernel tests with vitest, where there is a /dev/uhid: in the VM, or on the machine itself.
 * Usage: node run-tests.mjs RESULTS.json [file filters…]
 * vitest is started from code, so that no configuration of the project is read (and its transform, some seconds here, is all there is).
 */
import { join } from 'node:path';
import { startVitest } from 'vitest/node';

const [outputFile = 'results.json', ...filters] = process.argv.slice(2);

await startVitest('test', filters, {
  config: false,
  root: join(import.meta.dirname, '../../..'),
  watch: false,
  include: ['test/kernel/**/*.test.ts'],
  // A process for each file, one at a time: the tests share one kernel, and the emulated machine is slow.
  pool: 'forks',
  fileParallelism: false,
  testTimeout: 60_000,
  hookTimeout: 60_000,
  reporters: ['verbose', 'json'],
  outputFile: { json: outputFile },
});
// A test that leaves something open must not keep the VM up; vitest has set the exit code.
process.exit();
