/** Names of one's own on the command line: on keys and on this device. */
import { beforeEach, describe, expect, it } from 'vitest';
import { ControlClient } from '../../main/control/control-client';
import { serveControl } from '../../main/control/control-server';
import type { DeviceHome } from '../../main/cli/device-home';
import { KEPT_AFTER_DELETION } from '../../main/vault/model';
import { CommandLineBench, deviceHome } from '../support/command-line';
import { PIN as KEY_PIN, somePasskeys } from '../support/desk';
import { MemoryControl } from '../support/memory-control';
import { memoryVault, PIN, type MemoryVault } from '../support/memory-vault';
import { SeededRandom } from '../support/seeded-random';

interface Listed {
  readonly credentialId: string;
  readonly userName: string | null;
  readonly ownName: string | null;
}

let bench: CommandLineBench;
beforeEach(() => {
  bench = new CommandLineBench();
});

const listed = (input: readonly string[] = []): Promise<readonly Listed[]> => bench.json(['list'], input);

describe('on a key', () => {
  let id: string;
  beforeEach(async () => {
    await bench.plug({ passkeys: somePasskeys(2) });
    id = (await listed([KEY_PIN]))[0]?.credentialId ?? '';
  });
  const name = (ownName: string) => bench.run(['edit', id, '--own-name', ownName], { input: [KEY_PIN] });

  it('one is given with one PIN, and told by the list', async () => {
    expect(await listed([KEY_PIN])).toMatchObject([{ ownName: null }, { ownName: null }]);
    expect(await name('Work')).toEqual({ code: 0, out: 'Saved: Work (user0 at site0.example)\n', err: '' });
    expect(await listed([KEY_PIN])).toMatchObject([
      { ownName: 'Work', userName: 'user0' },
      { ownName: null },
    ]);
  });

  it('has a column where there is one, and only there', async () => {
    expect((await bench.run(['list'], { input: [KEY_PIN] })).out).not.toContain('OWN NAME');
    await name('Work');
    const { out } = await bench.run(['list'], { input: [KEY_PIN] });
    expect(out).toMatch(/^SITE +USER +OWN NAME +KEPT ON +ID\nsite0\.example +user0 +Work /);
    expect(out).toMatch(/site0\.example +user1 +- /);
  });

  it('is told by show, and found by the filter', async () => {
    await name('Für die Arbeit');
    const { out } = await bench.run(['show', id], { input: [KEY_PIN] });
    expect(out).toMatch(/^Your own name +Für die Arbeit\n/);
    expect(await bench.json(['list', '--filter', 'fur arbeit'], [KEY_PIN])).toHaveLength(1);
  });

  it('is given together with the others', async () => {
    const edited = await bench.json(['edit', id, '--name', 'ada', '--own-name', 'Work'], [KEY_PIN]);
    expect(edited).toMatchObject({ userName: 'ada', ownName: 'Work', outcome: 'saved' });
  });

  it('is removed by an empty one', async () => {
    await name('Work');
    await name('');
    expect(bench.namesFile.text).not.toContain('Work');
  });

  it('is said where it is kept otherwise than it was typed', async () => {
    expect((await name('a\u202eb ')).err).toBe('Your own name is kept as “ab”.\n');
    expect((await name(`${'x'.repeat(64)}y`)).err).toBe(`Your own name is kept as “${'x'.repeat(64)}”.\n`);
    expect((await listed([KEY_PIN]))[0]?.ownName).toBe('x'.repeat(64));
  });

  it('is refused where nothing of it would show, before a PIN is asked for', async () => {
    await name('Work');
    expect(await name('\u202e\u200b')).toMatchObject({ code: 2 });
    expect(bench.questions).toEqual([]);
    expect(bench.namesFile.text).toContain('Work');
  });

  it('goes with the passkey', async () => {
    await name('Work');
    await bench.json(['delete', id, '--yes'], [KEY_PIN]);
    expect(bench.namesFile.text).not.toContain('Work');
  });

  it('is for keys that cannot change names, too', async () => {
    bench = new CommandLineBench();
    await bench.plug({ profile: '2.1-preview', passkeys: somePasskeys(1) });
    id = (await listed([KEY_PIN]))[0]?.credentialId ?? '';
    expect(await name('Work')).toMatchObject({ code: 0, out: 'Saved: Work (user0 at site0.example)\n' });
  });

  it('fails with the reason where the disk is full', async () => {
    bench.namesFile.failure = 'full';
    const { code, err } = await name('Work');
    expect(code).not.toBe(0);
    expect(err).toMatch(/not saved.*no room left/);
  });

  it('is missing where the file is damaged, which is said beside the list', async () => {
    bench.namesFile.content = Uint8Array.of(0x7b);
    const { code, out, err } = await bench.run(['list'], { input: [KEY_PIN] });
    expect({ code, err }).toEqual({
      code: 0,
      err: expect.stringMatching(/names\.json, is damaged/) as string,
    });
    expect(out).toContain('site0.example');
  });

  it('is left alone beside simulated keys, unless a folder is named', async () => {
    const alone = await bench.run(['--soft-key', 'demo', 'edit', id, '--own-name', 'Work'], {
      input: [KEY_PIN],
    });
    expect(alone).toMatchObject({ code: 2, err: expect.stringContaining('--data-folder') as string });
    expect(bench.namesFile.content).toBeUndefined();
    const folder = ['--soft-key', 'demo', '--data-folder', '/data'];
    expect(
      await bench.run([...folder, 'edit', id, '--own-name', 'Work'], { input: [KEY_PIN] }),
    ).toMatchObject({
      code: 0,
    });
  });
});

describe('on this device', () => {
  let made: MemoryVault;
  let id: string;
  const use = (connect?: DeviceHome['connect']): void => {
    const { vault, clock } = made;
    bench.device = deviceHome({
      vault,
      clock,
      random: new SeededRandom('device'),
      ...(connect && { connect }),
    });
  };

  beforeEach(async () => {
    made = memoryVault();
    use();
    await bench.json(['device', 'set-up'], [PIN]);
    const [added] = await bench.json<readonly Listed[]>(['device', 'add-test', 'a.example'], [PIN]);
    id = added?.credentialId ?? '';
    await bench.json(['edit', id, '--own-name', 'Work']);
  });

  it('one is given without a PIN, and told by the list', async () => {
    expect(await listed()).toMatchObject([{ ownName: 'Work', userName: 'test' }]);
    await bench.json(['edit', id, '--name', 'ada']);
    expect(await listed()).toMatchObject([{ ownName: 'Work', userName: 'ada' }]);
  });

  it('stays in Recently deleted, and goes when that is emptied', async () => {
    await bench.json(['delete', id, '--yes']);
    expect(await bench.json(['device', 'deleted', 'list'])).toMatchObject([{ ownName: 'Work' }]);
    expect((await bench.run(['device', 'deleted', 'list'])).out).toMatch(/OWN NAME[^]*Work/);
    await bench.json(['device', 'deleted', 'empty', '--yes']);
    expect(bench.namesFile.text).not.toContain('Work');
  });

  it('goes after 30 days in Recently deleted, with the first command that looks', async () => {
    await bench.json(['delete', id, '--yes']);
    made.calendar.date += KEPT_AFTER_DELETION;
    await listed();
    expect(bench.namesFile.text).not.toContain('Work');
  });

  it('is told also where the app has the vault, which then forgets it itself', async () => {
    const { vault, folder, clock } = made;
    const random = new SeededRandom('owner');
    const socket = new MemoryControl();
    const owner = deviceHome({ vault, clock, random });
    await vault.open();
    const stop = await serveControl({
      folder,
      socket,
      service: owner.service,
      clock,
      random,
      program: '1.2.3',
    });
    made = memoryVault({ folder });
    use(() => ControlClient.connect({ folder, socket, clock, random }));
    expect(await listed()).toMatchObject([{ ownName: 'Work' }]);
    await bench.json(['delete', id, '--yes']);
    await bench.json(['device', 'deleted', 'purge', id, '--yes']);
    expect(bench.namesFile.text).toContain('Work');
    await stop();
    await vault.close();
  });
});
