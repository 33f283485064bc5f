/** `latchkey webauthn` as people start it: what goes in and comes out, the terminal beside standard input, and Ctrl-C. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { PIN } from '../support/desk';
import { builtProgram, RunningProgram, runProgram, type ProgramOutcome } from '../support/program';
import { creationJson, PAGE, registered, requestJson, signedInWith } from '../support/site';
import { SoftKeyFolder, type SoftKeyFile } from '../support/soft-key-file';

let program: string;
let key: SoftKeyFile;
const keys = new SoftKeyFolder();
const folder = mkdtempSync(join(tmpdir(), 'latchkey-webauthn-program-'));
const options = { create: join(folder, 'create.json'), get: join(folder, 'get.json') };
const running: RunningProgram[] = [];
beforeAll(async () => {
  program = await builtProgram();
  writeFileSync(options.create, creationJson());
  writeFileSync(options.get, requestJson());
}, 120_000);
beforeEach(() => {
  key = keys.make('Simulated file key');
});
afterEach(() => {
  for (const each of running.splice(0)) each.signal('SIGKILL');
});
afterAll(() => {
  keys.remove();
  rmSync(folder, { recursive: true, force: true });
});

const argv = (kind: 'create' | 'get', ...more: readonly string[]): readonly string[] => [
  '--soft-key',
  key.path,
  'webauthn',
  kind,
  '--origin',
  PAGE,
  ...more,
];

const byFile = (kind: 'create' | 'get'): Promise<ProgramOutcome> =>
  runProgram(program, argv(kind, '--options', options[kind]), { input: `${PIN}\n` });

it('a passkey is made and used, and the key keeps it', async () => {
  const made = await byFile('create');
  expect(made.code).toBe(0);
  const passkey = await registered(made.out);
  expect(key.passkeys()).toEqual(['example.org ada@example.org']);
  await signedInWith(passkey, (await byFile('get')).out);
});

it('without any terminal, the options on standard input leave nobody to ask for a PIN', async () => {
  const outcome = await runProgram(program, argv('create'), { input: creationJson(), apart: true });
  expect(outcome).toMatchObject({ code: 4, out: '' });
  expect(outcome.err).toContain('there is no terminal to ask at');
  expect(key.passkeys()).toEqual([]);
});

it('Ctrl-C while a key waits for its touch: AbortError', async () => {
  const started = new RunningProgram(process.execPath, [
    program,
    '--touch',
    'never',
    ...argv('create', '--options', options.create),
  ]);
  running.push(started);
  started.type(`${PIN}\n`);
  await started.said('Touch “Simulated file key” …');
  started.signal('SIGINT');
  expect(await started.ended).toMatchObject({ code: 20, out: '' });
  expect(started.err).toContain('AbortError: Cancelled.');
});

/** util-linux's: a terminal for a program, whose input is ours. */
const hasScript =
  process.platform === 'linux' && /util-linux/.test(String(spawnSync('script', ['--version']).stdout));

it.runIf(hasScript)('the terminal asks when standard input is the JSON, and shows no PIN', async () => {
  const response = join(folder, 'response.json');
  const told = join(folder, 'told.txt');
  const command = [process.execPath, program, ...argv('create')].map((word) => `'${word}'`).join(' ');
  const started = new RunningProgram('script', [
    '--quiet',
    '--return',
    '--command',
    // Also where nobody reads standard error.
    `${command} < '${options.create}' > '${response}' 2> '${told}'`,
    join(folder, 'typescript'),
  ]);
  running.push(started);
  await started.said('PIN of “Simulated file key”');
  started.type(`${PIN}\r`);
  const { code, out } = await started.ended;
  expect(code).toBe(0);
  expect(out).toContain(`${PAGE} asks to save a passkey for ada@example.org (Ada Lovelace).`);
  expect(out).not.toContain(PIN);
  await registered(readFileSync(response, 'utf8'));
  expect(readFileSync(told, 'utf8')).toBe('');
});
