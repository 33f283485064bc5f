/** The vault of this device on the command line: set-up, passphrase, PIN and generations. */
import { beforeEach, describe, expect, it } from 'vitest';
import { PIN as KEY_PIN, somePasskeys } from '../support/desk';
import { DeviceBench, PASSPHRASE, type Listed } from '../support/device-command-line';
import { PIN } from '../support/memory-vault';

let bench: DeviceBench;
beforeEach(() => {
  bench = new DeviceBench();
});

describe('device set-up', () => {
  it('gives the recovery key and nothing else on standard output', async () => {
    const { code, out, err } = await bench.run(['device', 'set-up'], { input: [PIN] });
    expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(/^[0-9A-Z-]{30,}\n$/) as string });
    expect(err).toContain('This is the recovery key.');
    expect(await bench.json(['device', 'status'])).toMatchObject({
      state: 'open',
      sealing: 'keychain',
      app: false,
    });
  });

  it('asks for the PIN twice without showing it, and again when they differ or it is obvious', async () => {
    const input = [PIN, '803518', '123456', '123456', PIN, PIN];
    const { code, err } = await bench.run(['device', 'set-up'], { interactive: true, input });
    expect(code).toBe(0);
    expect(err).toContain('The two are not the same.');
    expect(bench.questions).toHaveLength(6);
    expect(bench.questions.every(({ kind }) => kind === 'secret')).toBe(true);
    expect(err).not.toContain(PIN);
  });

  it('refuses an obvious PIN of a program, with the reason', async () => {
    const outcome = await bench.run(['device', 'set-up', '--json'], { input: ['123456'] });
    expect(outcome).toMatchObject({ code: 4, out: '' });
    expect(JSON.parse(outcome.err)).toMatchObject({ error: { code: 'pin-refused' } });
  });

  it('is not done twice', async () => {
    await bench.setUp();
    expect(await bench.run(['device', 'set-up'], { input: [PIN] })).toMatchObject({ code: 2, out: '' });
  });

  it('without a keychain says so and offers a passphrase, but never takes one silently', async () => {
    bench.made.keychain.failure = 'unavailable';
    const alone = await bench.run(['device', 'set-up'], { input: [PIN, PASSPHRASE] });
    expect(alone).toMatchObject({ code: 8, out: '' });
    expect(alone.err).toContain('`latchkey device set-up --passphrase`');
    expect((await bench.run(['device', 'status'])).out).toMatch(/Keychain +none that Latchkey can reach/);
    expect(await bench.run(['device', 'set-up'], { interactive: true, input: ['n'] })).toMatchObject({
      code: 5,
    });
    expect(bench.made.folder.content('passkeys.vault')).toBeUndefined();
    const agreed = { interactive: true, input: ['y', PIN, PIN, PASSPHRASE, PASSPHRASE] };
    expect(await bench.run(['device', 'set-up'], agreed)).toMatchObject({ code: 0 });
    expect(bench.questions.map(({ kind }) => kind)).toEqual([
      'plain',
      'secret',
      'secret',
      'secret',
      'secret',
    ]);
  });
});

describe('a vault under a passphrase', () => {
  beforeEach(async () => {
    bench.made.keychain.failure = 'unavailable';
    await bench.json(['device', 'set-up', '--passphrase'], [PIN, PASSPHRASE]);
    await bench.json(['device', 'add-test', 'example.org'], [PASSPHRASE, PIN]);
  });

  it('asks for it, again when it was wrong', async () => {
    const { code, out } = await bench.run(['list'], { interactive: true, input: ['wrong', PASSPHRASE] });
    expect(code).toBe(0);
    expect(out).toContain('example.org');
    expect(bench.questions.map(({ kind }) => kind)).toEqual(['secret', 'secret']);
  });

  it('takes it from standard input, behind the PINs of keys', async () => {
    await bench.plug({ passkeys: somePasskeys(1) });
    const both = await bench.json<readonly Listed[]>(['list'], [KEY_PIN, PASSPHRASE]);
    expect(both.map(({ where }) => where)).toEqual(['This device', 'Simulated security key']);
  });

  it('lists the keys without it, says what is missing, and ends with 7', async () => {
    await bench.plug({ passkeys: somePasskeys(1) });
    const { code, out, err } = await bench.run(['list', '--json'], { input: [KEY_PIN] });
    expect(code).toBe(7);
    expect(JSON.parse(out)).toHaveLength(1);
    expect(JSON.parse(err)).toMatchObject({ error: { code: 'passphrase-needed', key: 'This device' } });
    expect(await bench.run(['list', '--key', 'this device'])).toMatchObject({ code: 4, out: '' });
    expect(await bench.run(['list', '--key', 'this device'], { input: ['wrong'] })).toMatchObject({
      code: 4,
    });
  });

  it('status needs none', async () => {
    expect(await bench.json(['device', 'status'])).toMatchObject({
      state: 'passphrase-needed',
      passkeys: null,
    });
  });

  it('goes to the keychain and back', async () => {
    bench.made.keychain.failure = undefined;
    await bench.json(['device', 'sealing', 'keychain'], [PASSPHRASE, PIN]);
    expect(await bench.listed()).toHaveLength(1);
    await bench.json(['device', 'sealing', 'passphrase'], [PIN, 'another long passphrase']);
    expect(await bench.run(['list'], { input: [PASSPHRASE] })).toMatchObject({ code: 4 });
    expect(await bench.run(['list'], { input: ['another long passphrase'] })).toMatchObject({ code: 0 });
  });
});

describe('the PIN', () => {
  it('is changed', async () => {
    await bench.setUp();
    await bench.json(['device', 'pin', 'change'], [PIN, '620481']);
    const wrong = await bench.run(['device', 'pin', 'change', '--json'], { input: [PIN, '739105'] });
    expect(wrong.code).toBe(4);
    expect(JSON.parse(wrong.err)).toMatchObject({ error: { code: 'pin-wrong', retriesLeft: 9 } });
    expect(await bench.json(['device', 'status'])).toMatchObject({ pin: { retriesLeft: 9 } });
  });

  it('is asked for again at a terminal', async () => {
    await bench.setUp();
    const input = ['999888', '620481', '620481', PIN, '620481', '620481'];
    expect(await bench.run(['device', 'pin', 'change'], { interactive: true, input })).toMatchObject({
      code: 0,
    });
    expect(bench.questions.every(({ kind }) => kind === 'secret')).toBe(true);
  });

  it('that is lost gives way to the recovery key, which is then another', async () => {
    const { recoveryKey } = (await bench.setUp()) as { readonly recoveryKey: string };
    const argv = ['device', 'recover'];
    const second = await bench.json<{ readonly recoveryKey: string }>(argv, [recoveryKey, '620481']);
    expect(second.recoveryKey).not.toBe(recoveryKey);
    expect(await bench.run(argv, { input: [recoveryKey, '739105'] })).toMatchObject({ code: 4 });
    const third = await bench.json<{ readonly recoveryKey: string }>(['device', 'recovery-key'], ['620481']);
    await bench.json(argv, [third.recoveryKey, PIN]);
  });

  it('never comes from arguments', async () => {
    for (const argv of [
      ['device', 'set-up', PIN],
      ['device', 'pin', 'change', PIN, PIN],
      ['device', 'recover', 'AAAA'],
      ['device', 'sealing', 'passphrase', PASSPHRASE],
    ])
      expect(await bench.run(argv)).toMatchObject({ code: 2, out: '' });
  });

  it('that nobody gives is asked for in vain', async () => {
    await bench.setUp();
    expect(await bench.run(['device', 'recovery-key', '--json'])).toMatchObject({ code: 4, out: '' });
    expect(await bench.run(['device', 'recover', '--json'])).toMatchObject({
      code: 4,
      err: expect.stringContaining('recovery-key-needed') as string,
    });
  });
});

describe('generations', () => {
  it('the one before is told, and comes back after a yes', async () => {
    await bench.setUp();
    await bench.add('a.example');
    await bench.add('b.example');
    expect(await bench.json(['device', 'previous'])).toEqual({
      written: '2026-01-15T12:00:00.000Z',
      passkeys: 1,
    });
    expect(await bench.run(['device', 'restore-previous'])).toMatchObject({ code: 2 });
    const asked = await bench.run(['device', 'restore-previous'], { interactive: true, input: ['y'] });
    expect(asked).toMatchObject({ code: 0, out: 'Restored: one passkey.\n' });
    expect((await bench.listed()).map(({ rpId }) => rpId)).toEqual(['a.example']);
  });

  it('the one before of a passphrase vault is told and comes back, once the passphrase was given', async () => {
    bench.made.keychain.failure = 'unavailable';
    await bench.json(['device', 'set-up', '--passphrase'], [PIN, PASSPHRASE]);
    for (const site of ['a.example', 'b.example'])
      await bench.json(['device', 'add-test', site], [PASSPHRASE, PIN]);
    bench.made.folder.put('passkeys.vault', Uint8Array.of(1));
    expect(await bench.run(['device', 'previous'])).toMatchObject({ code: 4, out: '' });
    expect(await bench.json(['device', 'previous'], [PASSPHRASE])).toMatchObject({ passkeys: 1 });
    expect(await bench.json(['device', 'restore-previous', '--yes'], [PASSPHRASE])).toMatchObject({
      outcome: 'restored',
      passkeys: 1,
    });
    const { out } = await bench.run(['list', '--json'], { input: [PASSPHRASE] });
    expect(JSON.parse(out)).toMatchObject([{ rpId: 'a.example' }]);
  });

  it('a new start puts aside what does not open, and nothing that does', async () => {
    await bench.setUp();
    expect(await bench.run(['device', 'start-anew', '--yes'])).toMatchObject({ code: 2 });
    bench.made.folder.put('passkeys.vault', Uint8Array.of(1));
    bench.made.folder.put('passkeys.vault.previous', undefined);
    const { err } = await bench.run(['device', 'start-anew'], { interactive: true, input: ['n'] });
    expect(err).toContain('Start anew? [y/N]');
    await bench.json(['device', 'start-anew', '--yes']);
    expect(await bench.json(['device', 'status'])).toMatchObject({ state: 'absent' });
    await bench.setUp();
  });
});
