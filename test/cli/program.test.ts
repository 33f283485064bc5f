/** The program that people start: its streams, signals and exit codes, from end to end. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { projectRoot } from '../../scripts/places.mjs';
import { PIN, somePasskeys } from '../support/desk';
import {
  builtProgram,
  RunningProgram,
  runProgram,
  type ProgramOptions,
  type ProgramOutcome,
} from '../support/program';
import { SoftKeyFolder } from '../support/soft-key-file';

let program: string;
beforeAll(async () => {
  program = await builtProgram();
}, 120_000);
const keys = new SoftKeyFolder();
const folder = mkdtempSync(join(tmpdir(), 'latchkey-program-'));
const running: RunningProgram[] = [];
afterEach(() => {
  for (const each of running.splice(0)) each.signal('SIGKILL');
});
afterAll(() => {
  keys.remove();
  rmSync(folder, { recursive: true, force: true });
});

const run = (argv: readonly string[], options?: ProgramOptions): Promise<ProgramOutcome> =>
  runProgram(program, argv, options);
const start = (argv: readonly string[]): RunningProgram => {
  const started = new RunningProgram(process.execPath, [program, ...argv]);
  running.push(started);
  return started;
};

it('tells its version, and that of its JSON', async () => {
  const { version } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as {
    version: string;
  };
  expect(await run(['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' });
  expect(JSON.parse((await run(['--version', '--json'])).out)).toEqual({ version, jsonVersion: 1 });
});

it('lists the demo key for the PIN on standard input, without colours, and nothing but data on standard output', async () => {
  const { code, out, err } = await run(['--soft-key', 'demo', 'list', '--json'], {
    input: '123456\n',
    env: { FORCE_COLOR: '1' },
  });
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(JSON.parse(out)).toHaveLength(12);
});

it('keeps what was done in the file of the key', async () => {
  const key = keys.make('Simulated file key', { passkeys: somePasskeys(3) });
  const outcome = await run(['--soft-key', key.path, 'delete', '--filter', 'user1', '--yes'], {
    input: `${PIN}\n`,
  });
  expect(outcome).toMatchObject({ code: 0, out: 'Deleted: user1 at site0.example\n' });
  expect(key.passkeys()).toEqual(['site0.example user0', 'site0.example user2']);
  expect(await run(['--soft-key', key.path, 'pin', 'change'], { input: `${PIN}\ngrün-7` })).toMatchObject({
    code: 0,
  });
  expect(key.hasPin('grün-7')).toBe(true);
});

it('leads through a reset, in which somebody obeys', async () => {
  const key = keys.make('Simulated reset key', { passkeys: somePasskeys(3) });
  const { code, out } = await run(['--soft-key', key.path, 'reset', '--yes', '--json']);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toEqual({
    key: { name: key.name, path: 'soft:1', serial: expect.any(String) as string, simulated: true },
    outcome: 'reset',
  });
  expect(key.passkeys()).toEqual([]);
  expect(key.hasPin(null)).toBe(true);
});

it.each([
  ['a file that is no key', 'package.json', 2, 'is not the state of a simulated key'],
  ['a folder', 'main', 2, 'there is a folder of that name'],
])('says what is wrong with %s', async (_what, file, code, words) => {
  const outcome = await run(['--soft-key', file, 'keys'], { input: '' });
  expect(outcome).toMatchObject({ code, out: '' });
  expect(outcome.err).toContain(words);
});

it('does not wait for a PIN that cannot come', async () => {
  expect(await run(['--soft-key', 'demo', 'list'])).toMatchObject({ code: 4, out: '' });
  const closed = spawnSync(process.execPath, [program, '--soft-key', 'demo', 'list'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
  });
  expect(closed.status).toBe(4);
  expect(closed.stderr).toContain('No PIN was given');
});

it('takes the PIN from a file', async () => {
  const shell = `printf '123456\\n' > pin && "$0" "$1" --soft-key demo list --json < pin`;
  const out = execFileSync('sh', ['-c', shell, process.execPath, program], { cwd: folder, encoding: 'utf8' });
  expect(JSON.parse(out)).toHaveLength(12);
});

it('ends with 130 at Ctrl-C while it waits for a touch', async () => {
  const waiting = start(['--soft-key', 'demo', '--touch', 'never', 'touch']);
  await waiting.said('Touch Simulated demo key');
  waiting.signal('SIGINT');
  expect(await waiting.ended).toMatchObject({ code: 130, out: '' });
});

it('takes Enter for a touch with --touch ask', async () => {
  const asking = start(['--soft-key', 'demo', '--touch', 'ask', 'touch']);
  await asking.said('Press Enter to touch it');
  asking.type('\n');
  expect(await asking.ended).toMatchObject({ code: 0, out: 'Simulated demo key (soft:1) was touched.\n' });
});

it('ends quietly with 141 when its reader goes away', async () => {
  const listing = start(['--soft-key', 'demo', 'list']);
  listing.stopReading();
  listing.type('123456\n');
  expect(await listing.ended).toEqual({ code: 141, out: '', err: '' });
});

describe.runIf(process.platform === 'linux')('at a terminal', () => {
  /** `script` of util-linux gives it one. */
  const atTerminal = (argv: readonly string[]): RunningProgram => {
    const quoted = [process.execPath, program, ...argv].map((each) => `'${each}'`).join(' ');
    const started = new RunningProgram('script', ['-qec', quoted, '/dev/null']);
    running.push(started);
    return started;
  };

  it('the PIN is not shown while it is typed, and asked for again when it was wrong', async () => {
    const key = keys.make('Simulated terminal key', { passkeys: somePasskeys(1) });
    const terminal = atTerminal(['--soft-key', key.path, 'list']);
    await terminal.said('PIN of Simulated terminal key: ');
    terminal.type('99999\r');
    await terminal.said('(7 tries left): ');
    terminal.type(`${PIN.slice(0, 3)}x\u007f${PIN.slice(3)}\r`);
    const { code, out } = await terminal.ended;
    expect(code).toBe(0);
    expect(out).toContain('site0.example');
    expect(out).not.toContain('99999');
    expect(out).not.toMatch(/123|456/);
  });

  it('a question is answered, and the terminal echoes again afterwards', async () => {
    const key = keys.make('Simulated question key', { passkeys: somePasskeys(1) });
    const terminal = atTerminal(['--soft-key', key.path, 'delete', '--filter', 'user0']);
    await terminal.said('PIN of Simulated question key: ');
    terminal.type(`${PIN}\r`);
    await terminal.said('[y/N] ');
    terminal.type('yes\r');
    const { code, out } = await terminal.ended;
    expect(code).toBe(0);
    expect(out).toMatch(/\[y\/N\] yes\r\nDeleted: user0/);
    expect(key.passkeys()).toEqual([]);
  });

  it('Ctrl-C at the question for the PIN ends with 130', async () => {
    const terminal = atTerminal(['--soft-key', 'demo', 'list']);
    await terminal.said('PIN of Simulated demo key: ');
    terminal.type('\u0003');
    expect(await terminal.ended).toMatchObject({ code: 130 });
  });
});

describe('soft-key', () => {
  it('writes a key into a file, which it does not overwrite', async () => {
    const path = join(folder, 'made.json');
    const argv = ['soft-key', '--state', path, '--profile', '2.3', '--pin-from-stdin', '--passkeys', '3'];
    const made = await run([...argv, '--json'], { input: '4711\n' });
    expect(JSON.parse(made.out)).toEqual({
      name: 'Simulated CTAP 2.3 key',
      serial: null,
      state: path,
      passkeys: 3,
      pin: true,
    });
    const content = readFileSync(path, 'utf8');
    const listed = await run(['--soft-key', path, 'list', '--json'], { input: '4711\n' });
    expect(JSON.parse(listed.out)).toHaveLength(3);
    expect(await run(argv, { input: '4712\n' })).toMatchObject({ code: 2 });
    expect(readFileSync(path, 'utf8')).toBe(content);
  });

  it.each([
    ['a profile that there is not', ['--profile', '9.9'], 'The profiles are'],
    ['a PIN that is too short', ['--pin-from-stdin'], 'at least 4 characters'],
    ['a key without room', ['--profile', 'u2f', '--passkeys', '1'], 'no room for passkeys'],
    ['no number', ['--passkeys', 'many'], 'wants a number'],
  ])('refuses %s', async (_what, argv, words) => {
    const { code, err } = await run(['soft-key', '--state', join(folder, 'refused.json'), ...argv], {
      input: '1\n',
    });
    expect(code).toBe(2);
    expect(err).toContain(words);
  });

  it('wants to be told what to make', async () => {
    expect(await run(['soft-key'])).toMatchObject({ code: 2, out: '' });
  });
});

describe('completion', () => {
  /** What bash offers for the last of these words. */
  const offered = async (...words: readonly string[]): Promise<readonly string[]> => {
    const { out: script } = await run(['completion', 'bash']);
    const line = words.map((word) => `'${word}'`).join(' ');
    const asked = `${script}\nCOMP_WORDS=(latchkey ${line}); COMP_CWORD=${words.length}; _latchkey; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return execFileSync('bash', ['-c', asked], { encoding: 'utf8' }).split('\n').filter(Boolean);
  };

  it.each([
    [['li'], ['list']],
    [
      ['keys', ''],
      ['info', '--udev-rule', '--json', '--key', '--soft-key', '--touch', '--pin', '--data-folder', '--help'],
    ],
    [
      ['fingerprints', 're'],
      ['rename', 'remove'],
    ],
    [['--key', 'list', 'pi'], ['pin']],
    [['pin', 'ch'], ['change']],
    [['delete', '--y'], ['--yes']],
    [
      ['config', 'always-uv', 'o'],
      ['on', 'off'],
    ],
    [
      ['--touch', 'a'],
      ['always', 'ask'],
    ],
    [['completion', ''], expect.arrayContaining(['bash', 'zsh', 'fish']) as readonly string[]],
  ])('in bash after %j', async (words, wanted) => {
    expect(await offered(...words)).toEqual(wanted);
  });

  it.each(['zsh', 'fish'])('for %s names every verb', async (shell) => {
    const { code, out } = await run(['completion', shell]);
    expect(code).toBe(0);
    for (const verb of ['list', 'fingerprints', 'always-uv', 'soft-key']) expect(out).toContain(verb);
  });

  it('for a shell that it does not know is refused', async () => {
    expect(await run(['completion', 'tcsh'])).toMatchObject({ code: 2, out: '' });
  });
});

describe('started from the repository', () => {
  it('takes files relative to where the person is, although npm has moved to the project', async () => {
    const key = keys.make('Simulated relative key');
    const outcome = await runProgram(
      join(projectRoot, 'scripts', 'latchkey.mjs'),
      ['--soft-key', key.path.slice(keys.path.length + 1), 'keys', '--json'],
      { env: { npm_lifecycle_event: 'latchkey', INIT_CWD: keys.path } },
    );
    expect(JSON.parse(outcome.out)).toMatchObject([{ name: 'Simulated relative key' }]);
  });
});

it('runs from its package, without the sources and their tools', async () => {
  const npm = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
  const [packed] = JSON.parse(
    execFileSync('npm', npm, { cwd: projectRoot, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
  ) as readonly { readonly filename: string }[];
  execFileSync('tar', ['xf', packed?.filename ?? ''], { cwd: folder });
  const root = join(folder, 'package');
  const { bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly bin: { readonly latchkey: string };
  };
  const outcome = await runProgram(join(root, bin.latchkey), ['--soft-key', 'demo', 'list', '--json'], {
    input: '123456\n',
    cwd: folder,
  });
  expect(outcome).toMatchObject({ code: 0, err: '' });
  expect(JSON.parse(outcome.out)).toHaveLength(12);
  // What looks at real keys is a package of its own, and not there: that is said, and is no "no key".
  const real = await runProgram(join(root, bin.latchkey), ['keys'], { cwd: folder });
  expect(real).toMatchObject({ code: 8, out: '' });
  expect(real.err).toContain('library for USB keys');
}, 60_000);
