/** The command line on the real hidraw, and the key that it makes of `/dev/uhid` for other programs. */
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { projectRoot } from '../../scripts/places.mjs';
import { plugKey, PIN } from './support/key-on-uhid.js';
import { run, scratchFolder, type Verdict } from './support/program.js';
import { attached, systemBus, theKey } from './support/virtual-key.js';

const program = join(projectRoot, 'out/cli/latchkey.mjs');

function latchkey(args: readonly string[], input: readonly string[] = []): Promise<Verdict> {
  return run(process.execPath, [program, ...args], { input });
}

/** What it printed with --json. */
function json(verdict: Verdict): unknown {
  expect(verdict).toMatchObject({ code: 0 });
  return JSON.parse(verdict.lines.join('\n'));
}

describe('on a key of the kernel', () => {
  test('finds it, lists its passkeys, and deletes one of them', async () => {
    const key = await plugKey({
      changes: { serial: 'LK77' },
      passkeys: [
        { rpId: 'a.example', userName: 'ada' },
        { rpId: 'b.example', userName: 'bob' },
      ],
    });
    const { path } = await theKey(systemBus());
    expect(json(await latchkey(['keys', '--json']))).toMatchObject([
      { name: 'Simulated security key', path, serial: 'LK77' },
    ]);
    expect(json(await latchkey(['list', '--key', 'LK77', '--json'], [PIN]))).toMatchObject([
      { where: 'Simulated security key', rpId: 'a.example', userName: 'ada' },
      { where: 'Simulated security key', rpId: 'b.example', userName: 'bob' },
    ]);
    expect(await latchkey(['delete', '--filter', 'ada', '--yes'], [PIN])).toMatchObject({ code: 0 });
    expect(key.simulated.snapshot().credentials.map(({ credential }) => credential.rp.id)).toEqual([
      'b.example',
    ]);
    expect(await latchkey(['list'], ['0000'])).toMatchObject({ code: 4 });
  });
});

describe('soft-key --uhid', () => {
  test('is a security key to others until Ctrl-C, and remembers in its file what they did', async () => {
    const state = join(await scratchFolder(), 'key.json');
    const args = ['soft-key', '--uhid', '--profile', '2.1', '--state', state, '--pin-from-stdin'];
    const child = spawn(process.execPath, [program, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    child.stdin.write(`${PIN}\n`);
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const { path } = await theKey(systemBus());

    const info = await run('fido2-token', ['-I', path]);
    expect(info.lines).toContain('pin retries: 8');
    const changed = await run('fido2-token', ['-C', path], { input: [PIN, '654321', '654321'] });
    expect(changed).toMatchObject({ code: 0 });

    child.kill('SIGINT');
    expect(await ended).toBe(130);
    await attached(systemBus(), 0);
    expect(JSON.parse(await readFile(state, 'utf8'))).toMatchObject({ pin: { codePoints: 6, retries: 8 } });
    expect(await latchkey(['--soft-key', state, 'list'], [PIN])).toMatchObject({ code: 4 });
    expect(await latchkey(['--soft-key', state, 'list'], ['654321'])).toMatchObject({ code: 0 });
  });
});
