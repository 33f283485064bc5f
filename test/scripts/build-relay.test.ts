/** The relay for browsers, compiled. */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildRelay } from '../../scripts/build-relay.mjs';
import { hasCommand } from '../../scripts/program.mjs';

const WINDOWS_COMPILER = 'x86_64-w64-mingw32-gcc';
/** A compiler on a busy machine. */
const PATIENCE = 120_000;

let folder: string;
let output: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-build-relay-'));
  output = join(folder, 'relay');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe.runIf(process.platform === 'linux')('on Linux', () => {
  it(
    'becomes one program that can lie anywhere in memory, and is compiled again only when something has changed',
    () => {
      const log: string[] = [];
      const build = (options = {}): void => buildRelay({ output, log: (line) => log.push(line), ...options });
      build();
      const program = readFileSync(output);
      expect(program.subarray(0, 4).toString('latin1')).toBe('\x7fELF');
      // ELF header, e_type: ET_DYN, a position-independent one.
      expect(program.readUInt16LE(16)).toBe(3);
      expect(statSync(output).mode & 0o111).not.toBe(0);
      const { ino } = statSync(output);
      build();
      expect(log).toEqual(['Building the relay …']);
      expect(statSync(output).ino).toBe(ino);
      build({ defines: { ANSWER_MILLISECONDS: 1 } });
      expect(log).toHaveLength(2);
    },
    PATIENCE,
  );
});

it('says what is missing without a compiler', () => {
  expect(() => buildRelay({ output, compiler: join(folder, 'cc') })).toThrow(
    `There is no C compiler: ${join(folder, 'cc')} does not start.`,
  );
});

it(
  'compiles for Windows, as far as another system can tell',
  ({ skip }) => {
    skip(!hasCommand(WINDOWS_COMPILER), `there is no ${WINDOWS_COMPILER} (Debian: gcc-mingw-w64-x86-64)`);
    buildRelay({ output, platform: 'win32', compiler: WINDOWS_COMPILER });
    expect(readFileSync(output).subarray(0, 2).toString('latin1')).toBe('MZ');
  },
  PATIENCE,
);
