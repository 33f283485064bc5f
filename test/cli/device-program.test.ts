/** The real program and a real private folder, with another process that owns the vault, or wants it. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { projectRoot } from '../../scripts/places.mjs';
import { PIN } from '../support/memory-vault';
import { builtProgram, RunningProgram, runProgram, type ProgramOutcome } from '../support/program';

const PASSPHRASE = 'correct horse battery staple';
/** No session bus, no keychain: what a headless machine has. */
const env = { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent', DISPLAY: '', WAYLAND_DISPLAY: '' };
const root = mkdtempSync(join(tmpdir(), 'latchkey-device-'));
const folder = join(root, 'vault');
const ownerFile = join(projectRoot, 'test', 'support', 'vault-owner.mts');
const ownerArguments = ['--import', 'tsx', ownerFile, folder, PASSPHRASE];
const running: RunningProgram[] = [];
let program: string;

const latchkey = (argv: readonly string[], ...lines: readonly string[]): Promise<ProgramOutcome> =>
  runProgram(program, ['--data-folder', folder, ...argv], {
    input: lines.map((line) => `${line}\n`).join(''),
    env,
  });

const owner = async (): Promise<RunningProgram> => {
  const started = new RunningProgram(process.execPath, ownerArguments);
  running.push(started);
  await started.said('ready');
  return started;
};

beforeAll(async () => {
  program = await builtProgram();
  const made = await latchkey(['device', 'set-up', '--passphrase'], PIN, PASSPHRASE);
  if (made.code !== 0) throw new Error(made.err);
  await latchkey(['device', 'add-test', 'example.org'], PASSPHRASE, PIN);
}, 120_000);
afterEach(async () => {
  for (const each of running.splice(0)) {
    each.signal('SIGKILL');
    await each.ended;
  }
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

it('without a Secret Service says so, and how to go on', async () => {
  const elsewhere = join(root, 'other');
  const outcome = await runProgram(program, ['--data-folder', elsewhere, 'device', 'set-up'], {
    input: `${PIN}\n`,
    env,
  });
  expect(outcome).toMatchObject({ code: 8, out: '' });
  expect(outcome.err).toContain('`latchkey device set-up --passphrase`');
});

it.runIf(process.platform !== 'win32')(
  'keeps everything where only this user can read it, without names in the open',
  async () => {
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(folder)) {
      expect([name, statSync(join(folder, name)).mode & 0o077]).toEqual([name, 0]);
      expect(readFileSync(join(folder, name)).includes('example.org')).toBe(false);
    }
  },
);

it('works through the program that owns the vault, which sees at once what was done', async () => {
  const app = await owner();
  // The passphrase is not needed, for the owner has the vault open, but a script need not know that.
  const { code, out } = await latchkey(['device', 'add-test', 'while.example', '--json'], PASSPHRASE, PIN);
  expect(code).toBe(0);
  await app.said('passkeys: 2');
  const [made] = JSON.parse(out) as readonly { readonly credentialId: string }[];
  expect(await latchkey(['delete', made?.credentialId ?? '', '--yes'])).toMatchObject({
    code: 0,
    out: 'Deleted, to Recently deleted: test at while.example\n',
  });
  await app.said('passkeys: 1');
  const status = JSON.parse((await latchkey(['device', 'status', '--json'])).out) as unknown;
  expect(status).toMatchObject({ state: 'open', app: true, passkeys: 1, deleted: 1, sealing: 'passphrase' });
}, 60_000);

it('a second owner is refused by the lock', async () => {
  await owner();
  const second = await new RunningProgram(process.execPath, ownerArguments).ended;
  expect(second.code).not.toBe(0);
  expect(second.err).toContain('Another Latchkey is using the passkeys');
}, 60_000);

it('takes the vault itself when the owner was killed, whatever it left behind', async () => {
  const app = await owner();
  app.signal('SIGKILL');
  await app.ended;
  expect(readdirSync(folder)).toContain('control-address');
  const { code, out } = await latchkey(['list', '--key', 'This device', '--json'], PASSPHRASE);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject([{ rpId: 'example.org', where: 'This device' }]);
}, 60_000);

it('several commands at once wait for each other', async () => {
  const outcomes = await Promise.all(
    ['a', 'b', 'c'].map((site) => latchkey(['device', 'add-test', `${site}.example`], PASSPHRASE, PIN)),
  );
  expect(outcomes.map(({ code, err }) => [code, err])).toEqual(outcomes.map(() => [0, '']));
  const { out } = await latchkey(['list', '--key', 'This device'], PASSPHRASE);
  for (const site of ['a', 'b', 'c']) expect(out).toContain(`${site}.example`);
}, 60_000);
