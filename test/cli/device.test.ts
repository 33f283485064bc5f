/** The passkeys of this device on the command line, with a vault in memory. */
import { beforeEach, describe, expect, it } from 'vitest';
import { ControlClient } from '../../main/control/control-client';
import { ControlError } from '../../main/control/control-error';
import { serveControl } from '../../main/control/control-server';
import { testersAuthenticator } from '../../main/control/testers-authenticator';
import { vaultService } from '../../main/control/vault-service';
import { CommandLineBench, deviceHome } from '../support/command-line';
import { PIN as KEY_PIN, somePasskeys } from '../support/desk';
import { MemoryControl } from '../support/memory-control';
import { memoryVault, PIN, type MemoryVault } from '../support/memory-vault';
import { SeededRandom } from '../support/seeded-random';

const PASSPHRASE = 'correct horse battery staple';
const random = new SeededRandom('device');

let bench: CommandLineBench;
let made: MemoryVault;
beforeEach(() => {
  bench = new CommandLineBench();
  made = memoryVault();
  use(made);
});

/** Every command opens the vault anew, as a process does. */
function use(parts: MemoryVault, exists = () => parts.folder.content('passkeys.vault') !== undefined): void {
  made = parts;
  bench.device = deviceHome({ vault: parts.vault, clock: parts.clock, random, exists });
}

interface Listed {
  readonly where: string;
  readonly rpId: string;
  readonly userName: string | null;
  readonly userDisplayName: string | null;
  readonly credentialId: string;
  readonly key: unknown;
  readonly device: { readonly protected: boolean; readonly notRemovable: string | null } | null;
}

const setUp = (): Promise<unknown> => bench.json(['device', 'set-up'], [PIN]);
const add = async (site: string, user = 'ada'): Promise<string> => {
  const [added] = await bench.json<readonly Listed[]>(['device', 'add-test', site, '--user', user], [PIN]);
  return added?.credentialId ?? '';
};
const listed = (): Promise<readonly Listed[]> => bench.json(['list']);
const deleted = (): Promise<readonly Listed[]> => bench.json(['device', 'deleted', 'list']);

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
    await setUp();
    expect(await bench.run(['device', 'set-up'], { input: [PIN] })).toMatchObject({ code: 2, out: '' });
  });

  it('without a keychain says so and offers a passphrase, but never takes one silently', async () => {
    made.keychain.failure = 'unavailable';
    const alone = await bench.run(['device', 'set-up'], { input: [PIN, PASSPHRASE] });
    expect(alone).toMatchObject({ code: 8, out: '' });
    expect(alone.err).toContain('`latchkey device set-up --passphrase`');
    expect((await bench.run(['device', 'status'])).out).toMatch(/Keychain +none that Latchkey can reach/);
    expect(await bench.run(['device', 'set-up'], { interactive: true, input: ['n'] })).toMatchObject({
      code: 5,
    });
    expect(made.folder.content('passkeys.vault')).toBeUndefined();
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
    made.keychain.failure = 'unavailable';
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
    made.keychain.failure = undefined;
    await bench.json(['device', 'sealing', 'keychain'], [PASSPHRASE, PIN]);
    expect(await listed()).toHaveLength(1);
    await bench.json(['device', 'sealing', 'passphrase'], [PIN, 'another long passphrase']);
    expect(await bench.run(['list'], { input: [PASSPHRASE] })).toMatchObject({ code: 4 });
    expect(await bench.run(['list'], { input: ['another long passphrase'] })).toMatchObject({ code: 0 });
  });
});

describe('list and show', () => {
  it('include this device without a PIN, where no key is plugged in', async () => {
    await setUp();
    await add('github.com');
    const { code, out, err } = await bench.run(['list']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/github\.com +ada +This device +\S{8}\n/);
    expect(await listed()).toMatchObject([{ where: 'This device', key: null, device: { protected: false } }]);
  });

  it('put both in one order, by site', async () => {
    await setUp();
    await add('a.example');
    await add('z.example');
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
    await setUp();
    const id = await add('github.com');
    const { out } = await bench.run(['show', id]);
    expect(out).toMatch(/Kept on +This device/);
    expect(out).toMatch(/Made +2026-01-15T12:00:00/);
    expect(out).toMatch(/Last used +never/);
  });

  it('leave it alone where it has no vault, and where --key names a key', async () => {
    made.keychain.failure = 'timed-out';
    await bench.plug({ passkeys: somePasskeys(1) });
    expect(await bench.run(['list'], { input: [KEY_PIN] })).toMatchObject({ code: 0, err: '' });
    use(made, () => true);
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
    await setUp();
    await add('github.com');
    await bench.plug({ passkeys: somePasskeys(1) });
    made.folder.put('passkeys.vault', Uint8Array.of(1, 2, 3));
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
    await setUp();
    const id = await add('github.com');
    const { code, out } = await bench.run(['delete', id.slice(0, 8), '--yes']);
    expect({ code, out }).toEqual({ code: 0, out: 'Deleted, to Recently deleted: ada at github.com\n' });
    expect(await listed()).toEqual([]);
    expect(await deleted()).toMatchObject([
      { credentialId: id, deleted: '2026-01-15T12:00:00.000Z', goes: '2026-02-14T12:00:00.000Z' },
    ]);
    await bench.json(['device', 'deleted', 'restore', id]);
    expect(await listed()).toMatchObject([{ credentialId: id }]);
    expect(await deleted()).toEqual([]);
  });

  it('asks, and does nothing without a yes or somebody to ask', async () => {
    await setUp();
    const id = await add('github.com');
    const { code, err } = await bench.run(['delete', id], { interactive: true, input: ['n'] });
    expect(code).toBe(5);
    expect(err).toContain('unless you restore it within 30 days');
    expect(await bench.run(['delete', id])).toMatchObject({ code: 2 });
    expect(await listed()).toHaveLength(1);
  });

  it('refuses what is protected by hand until it is not', async () => {
    await setUp();
    const id = await add('github.com');
    const other = await add('example.org');
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
    await setUp();
    const id = await add('pam://workstation');
    const { code, out } = await bench.run(['delete', id, '--yes']);
    expect(code).toBe(5);
    expect(out).toContain('signs you in to workstation itself');
    expect(await listed()).toHaveLength(1);
  });

  it('finds an ID on a key that this device does not have', async () => {
    await setUp();
    await add('github.com');
    await bench.plug({ passkeys: somePasskeys(1) });
    const all = await bench.json<readonly Listed[]>(['list'], [KEY_PIN]);
    const onKey = all.find(({ key }) => key !== null);
    const outcome = await bench.run(['delete', onKey?.credentialId ?? '', '--yes'], { input: [KEY_PIN] });
    expect(outcome).toMatchObject({ code: 0, out: expect.stringMatching(/^Deleted: /) as string });
  });

  it('with a filter wants to know where, when there are both', async () => {
    await setUp();
    await add('site0.example');
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
    await setUp();
    const ids = [await add('a.example'), await add('b.example'), await add('c.example')];
    await bench.run(['delete', ...ids, '--yes']);
    expect(await bench.run(['device', 'deleted', 'purge', ids[0] ?? ''])).toMatchObject({ code: 2 });
    await bench.json(['device', 'deleted', 'purge', ids[0] ?? '', '--yes']);
    expect(await deleted()).toHaveLength(2);
    const asked = await bench.run(['device', 'deleted', 'empty'], { interactive: true, input: ['y'] });
    expect(asked).toMatchObject({ code: 0, err: expect.stringContaining('for good?') as string });
    expect(await deleted()).toEqual([]);
    expect(await bench.json(['device', 'deleted', 'empty', '--yes'])).toEqual([]);
    expect(await bench.run(['device', 'deleted', 'restore', ids[0] ?? ''])).toMatchObject({ code: 3 });
  });
});

describe('edit', () => {
  it('changes the names that are given, and removes empty ones', async () => {
    await setUp();
    const id = await add('github.com');
    expect(await bench.json(['edit', id, '--name', 'Ada L.'])).toMatchObject({
      userName: 'Ada L.',
      userDisplayName: 'ada',
      outcome: 'saved',
    });
    await bench.json(['edit', id, '--display-name', '']);
    expect(await listed()).toMatchObject([{ userName: 'Ada L.', userDisplayName: null }]);
    expect(await bench.run(['edit', id, '--name', 'x'.repeat(5000)])).toMatchObject({ code: 2 });
  });
});

describe('the PIN', () => {
  it('is changed', async () => {
    await setUp();
    await bench.json(['device', 'pin', 'change'], [PIN, '620481']);
    const wrong = await bench.run(['device', 'pin', 'change', '--json'], { input: [PIN, '739105'] });
    expect(wrong.code).toBe(4);
    expect(JSON.parse(wrong.err)).toMatchObject({ error: { code: 'pin-wrong', retriesLeft: 9 } });
    expect(await bench.json(['device', 'status'])).toMatchObject({ pin: { retriesLeft: 9 } });
  });

  it('is asked for again at a terminal', async () => {
    await setUp();
    const input = ['999888', '620481', '620481', PIN, '620481', '620481'];
    expect(await bench.run(['device', 'pin', 'change'], { interactive: true, input })).toMatchObject({
      code: 0,
    });
    expect(bench.questions.every(({ kind }) => kind === 'secret')).toBe(true);
  });

  it('that is lost gives way to the recovery key, which is then another', async () => {
    const { recoveryKey } = (await setUp()) as { readonly recoveryKey: string };
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
    await setUp();
    expect(await bench.run(['device', 'recovery-key', '--json'])).toMatchObject({ code: 4, out: '' });
    expect(await bench.run(['device', 'recover', '--json'])).toMatchObject({
      code: 4,
      err: expect.stringContaining('recovery-key-needed') as string,
    });
  });
});

describe('generations', () => {
  it('the one before is told, and comes back after a yes', async () => {
    await setUp();
    await add('a.example');
    await add('b.example');
    expect(await bench.json(['device', 'previous'])).toEqual({
      written: '2026-01-15T12:00:00.000Z',
      passkeys: 1,
    });
    expect(await bench.run(['device', 'restore-previous'])).toMatchObject({ code: 2 });
    const asked = await bench.run(['device', 'restore-previous'], { interactive: true, input: ['y'] });
    expect(asked).toMatchObject({ code: 0, out: 'Restored: one passkey.\n' });
    expect((await listed()).map(({ rpId }) => rpId)).toEqual(['a.example']);
  });

  it('the one before of a passphrase vault is told and comes back, once the passphrase was given', async () => {
    made.keychain.failure = 'unavailable';
    await bench.json(['device', 'set-up', '--passphrase'], [PIN, PASSPHRASE]);
    for (const site of ['a.example', 'b.example'])
      await bench.json(['device', 'add-test', site], [PASSPHRASE, PIN]);
    made.folder.put('passkeys.vault', Uint8Array.of(1));
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
    await setUp();
    expect(await bench.run(['device', 'start-anew', '--yes'])).toMatchObject({ code: 2 });
    made.folder.put('passkeys.vault', Uint8Array.of(1));
    made.folder.put('passkeys.vault.previous', undefined);
    const { err } = await bench.run(['device', 'start-anew'], { interactive: true, input: ['n'] });
    expect(err).toContain('Start anew? [y/N]');
    await bench.json(['device', 'start-anew', '--yes']);
    expect(await bench.json(['device', 'status'])).toMatchObject({ state: 'absent' });
    await setUp();
  });
});

describe('add-test', () => {
  it('makes nothing while saving to this device is off, and says where it is turned on', async () => {
    await setUp();
    bench.device = deviceHome({ vault: made.vault, clock: made.clock, random, saves: false });
    expect(await bench.run(['device', 'add-test', 'example.org'], { input: [PIN] })).toMatchObject({
      code: 5,
      err: expect.stringContaining('Turn on “Save passkeys to this device”') as string,
    });
    expect(await listed()).toEqual([]);
  });

  it('makes as many as wanted, with the PIN', async () => {
    await setUp();
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
    await setUp();
    bench.device = deviceHome({ vault: made.vault, clock: made.clock, random, forTesters: false });
    expect(await bench.run(['device', 'add-test', 'example.org'], { input: [PIN] })).toMatchObject({
      code: 6,
    });
    expect(await listed()).toEqual([]);
  });
});

describe('while the app owns the vault', () => {
  let owner: MemoryVault;
  const socket = new MemoryControl();

  beforeEach(async () => {
    await setUp();
    owner = made;
    await owner.vault.open();
    const { folder, keychain, clock, calendar } = owner;
    await serveControl({
      folder,
      socket,
      service: vaultService({ vault: owner.vault, path: '/vault', saves: async () => true }),
      clock,
      random,
      program: '1.2.3',
    });
    // The command line's own vault, over the same folder: the lock is held.
    const own = memoryVault({ folder, keychain, calendar, clock });
    bench.device = deviceHome({
      vault: own.vault,
      clock,
      random,
      connect: () => ControlClient.connect({ folder, socket, clock, random }),
    });
  });

  it('the command line works through it', async () => {
    expect(await bench.json(['device', 'status'])).toMatchObject({ state: 'open', app: true });
    const id = Buffer.from(await addTo(owner)).toString('base64url');
    expect(await listed()).toMatchObject([{ credentialId: id, where: 'This device' }]);
    expect(await bench.run(['delete', id, '--yes'])).toMatchObject({ code: 0 });
    expect(owner.vault.passkeys).toEqual([]);
    expect(owner.vault.deleted).toHaveLength(1);
  });

  it('locks it', async () => {
    await owner.vault.verifyPin(PIN);
    owner.vault.endCeremony();
    expect(await bench.run(['device', 'lock'])).toMatchObject({
      code: 0,
      out: 'Locked: the PIN is asked for again.\n',
    });
    expect(owner.vault.situation).toMatchObject({ verified: false });
  });

  it('a wrong PIN costs a try there, and is told here', async () => {
    const { code, err } = await bench.run(['device', 'recovery-key', '--json'], { input: ['999888'] });
    expect(code).toBe(4);
    expect(JSON.parse(err)).toMatchObject({ error: { code: 'pin-wrong', retriesLeft: 9 } });
    expect(owner.vault.situation).toMatchObject({ tries: { left: 9 } });
  });

  it('waits a little for one that does not answer, and then says so', async () => {
    const { clock } = owner;
    bench.device = deviceHome({
      vault: memoryVault({ folder: owner.folder, keychain: owner.keychain, clock }).vault,
      clock,
      random,
      connect: () => Promise.reject(new ControlError('not-running')),
    });
    const outcome = bench.run(['device', 'status', '--json']);
    await clock.advance(60_000);
    expect(await outcome).toMatchObject({
      code: 8,
      err: expect.stringContaining('app-unreachable') as string,
    });
  });

  it('takes the vault itself as soon as the other lets it go', async () => {
    const { clock, folder, keychain, calendar } = owner;
    bench.device = deviceHome({
      vault: memoryVault({ folder, keychain, calendar, clock }).vault,
      clock,
      random,
      connect: async () => {
        await owner.vault.close();
        throw new ControlError('closed');
      },
    });
    const outcome = bench.run(['device', 'status', '--json']);
    await clock.advance(60_000);
    expect(JSON.parse((await outcome).out)).toMatchObject({ state: 'open', app: false });
  });

  it.each(['older', 'newer'] as const)('says which is the %s one', async (failure) => {
    bench.device = deviceHome({
      vault: memoryVault({ folder: owner.folder, keychain: owner.keychain }).vault,
      clock: owner.clock,
      random,
      connect: () => Promise.reject(new ControlError(failure)),
    });
    const { code, err } = await bench.run(['device', 'status']);
    expect(code).toBe(8);
    expect(err).toContain(failure);
  });
});

/** A passkey that somebody else makes meanwhile; its ID. */
async function addTo({ vault, clock }: MemoryVault): Promise<Uint8Array> {
  await testersAuthenticator(vault, { clock, random })(PIN, (api) =>
    api.makeCredential({
      clientDataHash: new Uint8Array(32),
      rp: { id: 'example.org' },
      user: { id: new Uint8Array(8), name: 'ada' },
      pubKeyCredParams: [{ alg: -7, type: 'public-key' }],
      options: { rk: true },
    }),
  );
  const [passkey] = vault.passkeys;
  if (!passkey) throw new Error('nothing was made');
  return passkey.credential.id;
}
