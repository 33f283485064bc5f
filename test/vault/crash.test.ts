/** What a crash leaves behind: the words of the process, and the report that Node writes. */
import { fork } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { projectRoot } from '../../scripts/places.mjs';

interface Secret {
  readonly texts: readonly string[];
  /** In hexadecimal. */
  readonly keys: readonly string[];
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-crash-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Every way in which bytes may show in a text. */
function forms(hex: string): readonly string[] {
  const bytes = Buffer.from(hex, 'hex').subarray(0, 12);
  const numbers = [...bytes].slice(0, 6);
  return [
    hex.slice(0, 24),
    (hex.slice(0, 24).match(/../g) ?? []).join(' '),
    bytes.toString('base64').slice(0, 15),
    bytes.toString('base64url').slice(0, 15),
    numbers.join(', '),
    numbers.join(','),
    numbers.join(',\n'),
  ];
}

test('a crash in the middle of a ceremony tells no PIN, no recovery key and no private key', async () => {
  const program = join(projectRoot, 'test/support/crashing-program.mts');
  const child = fork(program, [], {
    execArgv: ['--import', 'tsx', '--report-uncaught-exception', `--report-directory=${folder}`],
    silent: true,
  });
  let told = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => (told += text));
  let secret: Secret | undefined;
  child.on('message', (message: Secret) => (secret = message));
  const code = await new Promise((resolve) => child.once('close', resolve));

  const reports = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  expect(code).not.toBe(0);
  expect(reports).toHaveLength(1);
  expect(told).toContain('TypeError: a defect');
  expect(reports.join()).toContain('a defect');
  // The error has hold of the vault, and shows it: the search looks at something.
  expect(told).toMatch(/vault: Vault \{/);
  expect(secret?.keys.length).toBeGreaterThan(2);
  const everything = told + reports.join();
  for (const text of [...(secret?.texts ?? []), ...(secret?.keys ?? []).flatMap(forms)]) {
    expect(text.length).toBeGreaterThan(5);
    expect(everything).not.toContain(text);
  }
});
