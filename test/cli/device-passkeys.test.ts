/** The passkeys of this device on the command line. */
import { beforeEach, describe, expect, it } from 'vitest';
import { deviceHome } from '../support/command-line';
import { PIN as KEY_PIN, somePasskeys } from '../support/desk';
import { DeviceBench, type Listed } from '../support/device-command-line';
import { PIN } from '../support/memory-vault';

let bench: DeviceBench;
beforeEach(() => {
  bench = new DeviceBench();
});

describe('list and show', () => {
  it('include this device without a PIN, where no key is plugged in', async () => {
    await bench.setUp();
    await bench.add('github.com');
    const { code, out, err } = await bench.run(['list']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/github\.com +ada +This device +\S{8}\n/);
    expect(await bench.listed()).toMatchObject([
      { where: 'This device', key: null, device: { protected: false } },
    ]);
  });

  it('put both in one order, by site', async () => {
    await bench.setUp();
    await bench.add('a.example');
    await bench.add('z.example');
    await bench.plug({ passkeys: [{ rpId: 'm.example', userName: 'm' }] });
    const all = await bench.json<readonly Listed[]>(['list'], [KEY_PIN]);
    expect(all.map(({ rpId, key }) => [rpId, key === null])).toEqual([
      ['a.example', true],
      ['m.example', false],
      ['z.example', true],
    ]);
    expect(all.map(({ device }) => device === null)).toEqual([false, true, false]);
  });

  it('say what there is to say of one', async () => {
    await bench.setUp();
    const id = await bench.add('github.com');
    const { out } = await bench.run(['show', id]);
    expect(out).toMatch(/Kept on +This device/);
    expect(out).toMatch(/Made +2026-01-15T12:00:00/);
    expect(out).toMatch(/Last used +never/);
  });

  it('leave it alone where it has no vault, and where --key names a key', async () => {
    bench.made.keychain.failure = 'timed-out';
    await bench.plug({ passkeys: somePasskeys(1) });
    expect(await bench.run(['list'], { input: [KEY_PIN] })).toMatchObject({ code: 0, err: '' });
    bench.has(() => true);
    const { code } = await bench.run(['list', '--key', 'Simulated security key'], { input: [KEY_PIN] });
    expect(code).toBe(0);
  });

  it('say that there is no key, where neither is anything here', async () => {
    expect(await bench.run(['list'])).toMatchObject({ code: 3, out: '' });
    expect(await bench.run(['list', '--key', 'This device'])).toMatchObject({
      code: 3,
      err: expect.stringContaining('latchkey device set-up') as string,
    });
  });

  it('tell what is wrong with a damaged vault, and how to go on', async () => {
    await bench.setUp();
    await bench.add('github.com');
    await bench.plug({ passkeys: somePasskeys(1) });
    bench.made.folder.put('passkeys.vault', Uint8Array.of(1, 2, 3));
    const { code, err } = await bench.run(['list'], { input: [KEY_PIN] });
    expect(code).toBe(7);
    expect(err).toContain('This device: ');
    expect(err).toContain('latchkey device restore-previous');
    await bench.json(['device', 'restore-previous', '--yes']);
    expect(await bench.json(['list', '--key', 'This device'])).toEqual([]);
  });
});

describe('delete', () => {
  it('moves to Recently deleted, from where it comes back', async () => {
    await bench.setUp();
    const id = await bench.add('github.com');
    const { code, out } = await bench.run(['delete', id.slice(0, 8), '--yes']);
    expect({ code, out }).toEqual({ code: 0, out: 'Deleted, to Recently deleted: ada at github.com\n' });
    expect(await bench.listed()).toEqual([]);
    expect(await bench.deleted()).toMatchObject([
      { credentialId: id, deleted: '2026-01-15T12:00:00.000Z', goes: '2026-02-14T12:00:00.000Z' },
    ]);
    await bench.json(['device', 'deleted', 'restore', id]);
    expect(await bench.listed()).toMatchObject([{ credentialId: id }]);
    expect(await bench.deleted()).toEqual([]);
  });

  it('asks, and does nothing without a yes or somebody to ask', async () => {
    await bench.setUp();
    const id = await bench.add('github.com');
    const { code, err } = await bench.run(['delete', id], { interactive: true, input: ['n'] });
    expect(code).toBe(5);
    expect(err).toContain('unless you restore it within 30 days');
    expect(await bench.run(['delete', id])).toMatchObject({ code: 2 });
    expect(await bench.listed()).toHaveLength(1);
  });

  it('refuses what is protected by hand until it is not', async () => {
    await bench.setUp();
    const id = await bench.add('github.com');
    const other = await bench.add('example.org');
    expect(await bench.json(['device', 'protect', id])).toMatchObject([{ device: { protected: true } }]);
    const refused = await bench.run(['delete', id, '--yes', '--json']);
    expect(refused.code).toBe(5);
    expect(JSON.parse(refused.out)).toMatchObject([{ outcome: 'kept', error: { code: 'protected' } }]);
    const partly = await bench.run(['delete', id, other, '--yes']);
    expect(partly.code).toBe(7);
    expect(partly.out).toContain('Not deleted: ada at github.com. The passkey for github.com is protected.');
    await bench.json(['device', 'unprotect', id]);
    expect(await bench.run(['delete', id, '--yes'])).toMatchObject({ code: 0 });
  });

  it('refuses what signs in to the machine itself, and says why', async () => {
    await bench.setUp();
    const id = await bench.add('pam://workstation');
    const { code, out } = await bench.run(['delete', id, '--yes']);
    expect(code).toBe(5);
    expect(out).toContain('signs you in to workstation itself');
    expect(await bench.listed()).toHaveLength(1);
  });

  it('finds an ID on a key that this device does not have', async () => {
    await bench.setUp();
    await bench.add('github.com');
    await bench.plug({ passkeys: somePasskeys(1) });
    const all = await bench.json<readonly Listed[]>(['list'], [KEY_PIN]);
    const onKey = all.find(({ key }) => key !== null);
    const outcome = await bench.run(['delete', onKey?.credentialId ?? '', '--yes'], { input: [KEY_PIN] });
    expect(outcome).toMatchObject({ code: 0, out: expect.stringMatching(/^Deleted: /) as string });
  });

  it('with a filter wants to know where, when there are both', async () => {
    await bench.setUp();
    await bench.add('site0.example');
    expect(await bench.run(['delete', '--filter', 'nowhere', '--yes'])).toMatchObject({ code: 3 });
    await bench.plug({ passkeys: somePasskeys(1) });
    const argv = ['delete', '--filter', 'site0', '--yes'];
    expect(await bench.run(argv, { input: [KEY_PIN] })).toMatchObject({ code: 2, out: '' });
    expect(await bench.run([...argv, '--key', 'This device'])).toMatchObject({ code: 0 });
    expect(await bench.run([...argv, '--key', 'Simulated'], { input: [KEY_PIN] })).toMatchObject({ code: 0 });
  });
});

describe('device deleted', () => {
  it('purges some and empties the rest, after asking', async () => {
    await bench.setUp();
    const ids = [await bench.add('a.example'), await bench.add('b.example'), await bench.add('c.example')];
    await bench.run(['delete', ...ids, '--yes']);
    expect(await bench.run(['device', 'deleted', 'purge', ids[0] ?? ''])).toMatchObject({ code: 2 });
    await bench.json(['device', 'deleted', 'purge', ids[0] ?? '', '--yes']);
    expect(await bench.deleted()).toHaveLength(2);
    const asked = await bench.run(['device', 'deleted', 'empty'], { interactive: true, input: ['y'] });
    expect(asked).toMatchObject({ code: 0, err: expect.stringContaining('for good?') as string });
    expect(await bench.deleted()).toEqual([]);
    expect(await bench.json(['device', 'deleted', 'empty', '--yes'])).toEqual([]);
    expect(await bench.run(['device', 'deleted', 'restore', ids[0] ?? ''])).toMatchObject({ code: 3 });
  });
});

describe('edit', () => {
  it('changes the names that are given, and removes empty ones', async () => {
    await bench.setUp();
    const id = await bench.add('github.com');
    expect(await bench.json(['edit', id, '--name', 'Ada L.'])).toMatchObject({
      userName: 'Ada L.',
      userDisplayName: 'ada',
      outcome: 'saved',
    });
    await bench.json(['edit', id, '--display-name', '']);
    expect(await bench.listed()).toMatchObject([{ userName: 'Ada L.', userDisplayName: null }]);
    expect(await bench.run(['edit', id, '--name', 'x'.repeat(5000)])).toMatchObject({ code: 2 });
  });
});

describe('add-test', () => {
  it('makes nothing while saving to this device is off, and says where it is turned on', async () => {
    await bench.setUp();
    bench.device = deviceHome({
      vault: bench.made.vault,
      clock: bench.made.clock,
      random: bench.deviceRandom,
      saves: false,
    });
    expect(await bench.run(['device', 'add-test', 'example.org'], { input: [PIN] })).toMatchObject({
      code: 5,
      err: expect.stringContaining('Turn on “Save passkeys to this device”') as string,
    });
    expect(await bench.listed()).toEqual([]);
  });

  it('makes as many as wanted, with the PIN', async () => {
    await bench.setUp();
    const three = await bench.json(
      ['device', 'add-test', 'example.org', '--user', 'u', '--count', '3'],
      [PIN],
    );
    expect(three).toMatchObject([{ userName: 'u-1' }, { userName: 'u-2' }, { userName: 'u-3' }]);
    expect(await bench.run(['device', 'add-test', 'example.org'], { input: ['999888'] })).toMatchObject({
      code: 4,
    });
    expect(await bench.run(['device', 'add-test', 'a', '--count', 'many'], { input: [PIN] })).toMatchObject({
      code: 2,
    });
  });

  it('is not what a released Latchkey does', async () => {
    await bench.setUp();
    bench.device = deviceHome({
      vault: bench.made.vault,
      clock: bench.made.clock,
      random: bench.deviceRandom,
      forTesters: false,
    });
    expect(await bench.run(['device', 'add-test', 'example.org'], { input: [PIN] })).toMatchObject({
      code: 6,
    });
    expect(await bench.listed()).toEqual([]);
  });
});
