/** The verbs for passkeys on security keys. */
import { beforeEach, describe, expect, it } from 'vitest';
import { PIN, somePasskeys } from '../support/desk';
import { CommandLineBench } from '../support/command-line';

let bench: CommandLineBench;

beforeEach(() => {
  bench = new CommandLineBench();
});

interface Listed {
  readonly rpId: string;
  readonly userName: string | null;
  readonly userDisplayName: string | null;
  readonly credentialId: string;
  readonly where: string;
}

const ids = async (): Promise<readonly string[]> =>
  (await bench.json<readonly Listed[]>(['list'], [PIN])).map(({ credentialId }) => credentialId);

describe('list', () => {
  it('prints every passkey of every key, by site, and where it is', async () => {
    await bench.plug({
      changes: { productName: 'Simulated one', serial: 'A' },
      passkeys: [{ rpId: 'zoo.example', userName: 'z' }],
    });
    await bench.plug({
      changes: { productName: 'Simulated two', serial: 'B' },
      passkeys: [{ rpId: 'api.example', userName: 'a' }],
    });
    const { code, out, err } = await bench.run(['list'], { input: [PIN, PIN] });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const [head, first, second, ...more] = out.trimEnd().split('\n');
    expect(head).toMatch(/^SITE +USER +KEPT ON +ID$/);
    expect(first).toMatch(/^api\.example +a +Simulated two +\S{8}$/);
    expect(second).toMatch(/^zoo\.example +z +Simulated one +\S{8}$/);
    expect(more).toEqual([]);
  });

  it('says at a terminal that it reads, when there is much to read', async () => {
    await bench.plug({ passkeys: somePasskeys(60) });
    const { err } = await bench.run(['list'], { interactive: true, input: [PIN] });
    expect(err).toContain('Reading 60 passkeys of Simulated security key …\n');
    expect(await bench.run(['list', '--json'], { input: [PIN] })).toMatchObject({ err: '' });
  });

  it('takes the words of --filter from site and names, in any order and case', async () => {
    await bench.plug({
      passkeys: [
        { rpId: 'github.com', userName: 'Zoë' },
        { rpId: 'github.com', userName: 'sam' },
      ],
    });
    const found = await bench.json<readonly Listed[]>(['list', '--filter', 'ZOE github'], [PIN]);
    expect(found.map(({ userName }) => userName)).toEqual(['Zoë']);
  });

  it('reads the other keys when one PIN is wrong, says which, and ends with 7', async () => {
    await bench.plug({ changes: { productName: 'Simulated one', serial: 'A' }, passkeys: somePasskeys(2) });
    await bench.plug({ changes: { productName: 'Simulated two', serial: 'B' }, passkeys: somePasskeys(3) });
    const { code, out, err } = await bench.run(['list', '--json'], { input: ['000000', PIN] });
    expect(code).toBe(7);
    expect(JSON.parse(out)).toHaveLength(3);
    expect(JSON.parse(err)).toMatchObject({
      error: { code: 'pin-invalid', key: 'Simulated one', retriesLeft: 7 },
    });
  });

  it('prints no data when nothing could be read, and ends with what went wrong', async () => {
    await bench.plug();
    expect(await bench.run(['list', '--json'])).toMatchObject({ code: 4, out: '' });
    expect(await bench.run(['list'], { input: ['000000'] })).toMatchObject({ code: 4, out: '' });
  });

  it('prints an empty array for a key without passkeys', async () => {
    await bench.plug();
    expect(await bench.json(['list'], [PIN])).toEqual([]);
  });

  it.each([
    ['2.0', 6, 'no way to list its passkeys'],
    ['u2f', 6, 'keeps no passkeys'],
  ] as const)('says why a %s key has no list', async (profile, code, words) => {
    await bench.plug({ profile, pin: null });
    const outcome = await bench.run(['list']);
    expect(outcome.code).toBe(code);
    expect(outcome.err).toContain(words);
  });

  it('says how to set a PIN where there is none', async () => {
    await bench.plug({ pin: null });
    expect(await bench.run(['list'])).toMatchObject({
      code: 4,
      err: expect.stringContaining('latchkey pin set') as string,
    });
  });

  it('does not complain of a U2F key beside another', async () => {
    await bench.plug({ profile: 'u2f', pin: null });
    await bench.plug({ passkeys: somePasskeys(1) });
    expect(await bench.run(['list', '--json'], { input: [PIN] })).toMatchObject({ code: 0, err: '' });
  });

  it('shows nothing in the names that a terminal would obey', async () => {
    await bench.plug({
      passkeys: [{ rpId: 'a.example', userName: '\u001b[2J\u009b2J\u202Eevil\nnew line' }],
    });
    const human = await bench.run(['list'], { input: [PIN] });
    expect(human.out).not.toMatch(/[\u001b\u009b\u202e]/);
    expect(human.out.trimEnd().split('\n')).toHaveLength(2);
    const json = await bench.run(['list', '--json'], { input: [PIN] });
    expect(json.out).not.toMatch(/[\u001b\u009b\u202e]/);
    expect(JSON.parse(json.out)).toMatchObject([{ userName: '\u001b[2J\u009b2J\u202Eevil\nnew line' }]);
  });
});

describe('show', () => {
  it('tells everything about the passkey whose ID begins so', async () => {
    await bench.plug({ passkeys: somePasskeys(3) });
    const [, id = ''] = await ids();
    const { out } = await bench.run(['show', id.slice(0, 8)], { input: [PIN] });
    expect(out).toContain(id);
    expect(out).toMatch(/^Signs with +ES256 \(−7\)$/m);
  });

  it('finds nothing for an ID that no passkey has', async () => {
    await bench.plug({ passkeys: somePasskeys(3) });
    expect(await bench.run(['show', 'ZZZZZZZZZZ'], { input: [PIN] })).toMatchObject({ code: 3, out: '' });
  });
});

describe('delete', () => {
  it('does nothing without a terminal and without --yes, and reads no PIN', async () => {
    await bench.plug({ passkeys: somePasskeys(3) });
    const [id = ''] = await ids();
    const outcome = await bench.run(['delete', id], { input: [PIN] });
    expect(outcome).toMatchObject({ code: 2, out: '' });
    expect(outcome.err).toContain('--yes');
    expect(await ids()).toHaveLength(3);
  });

  it('refuses what signs in to the machine itself, and show says so too', async () => {
    await bench.plug({ passkeys: [{ rpId: 'pam://desk' }] });
    const [id = ''] = await ids();
    const { code, out } = await bench.run(['delete', id, '--yes'], { input: [PIN] });
    expect(code).not.toBe(0);
    expect(out).toContain('Not deleted');
    expect(out).toContain('signs you in to desk itself');
    expect((await bench.run(['show', id], { input: [PIN] })).out).toContain('signs you in to desk itself');
    expect(await ids()).toHaveLength(1);
  });

  it('asks at a terminal, and takes anything but yes for no', async () => {
    await bench.plug({ passkeys: somePasskeys(3) });
    const [id = ''] = await ids();
    const no = await bench.run(['delete', id], { interactive: true, input: [PIN, ''] });
    expect(no).toMatchObject({ code: 5, out: '' });
    expect(no.err).toContain('user0');
    expect(await ids()).toHaveLength(3);
    const yes = await bench.run(['delete', id], { interactive: true, input: [PIN, 'y'] });
    expect(yes).toMatchObject({ code: 0, out: 'Deleted: user0 at site0.example\n' });
    expect(await ids()).toHaveLength(2);
  });

  it('deletes all that --filter finds, and nothing else', async () => {
    await bench.plug({ passkeys: somePasskeys(4) });
    await bench.run(['delete', '--filter', 'site0', '-y'], { input: [PIN] });
    expect((await bench.json<readonly Listed[]>(['list'], [PIN])).map(({ rpId }) => rpId)).toEqual([
      'site1.example',
    ]);
  });

  it.each([[['--filter', ' ']], [[]], [['abc', '--filter', 'x']]])('refuses %j', async (argv) => {
    await bench.plug({ passkeys: somePasskeys(1) });
    expect(await bench.run(['delete', '-y', ...argv], { input: [PIN] })).toMatchObject({ code: 2 });
    expect(await ids()).toHaveLength(1);
  });

  it('deletes nothing when one of the IDs is unknown', async () => {
    await bench.plug({ passkeys: somePasskeys(2) });
    const [id = ''] = await ids();
    expect(await bench.run(['delete', '-y', id, 'unknown0'], { input: [PIN] })).toMatchObject({ code: 3 });
    expect(await ids()).toHaveLength(2);
  });

  it('tells of each passkey what became of it, and ends with 7 when some are still there', async () => {
    const { simulated } = await bench.plug({ passkeys: somePasskeys(2) });
    simulated.setQuirks([{ name: 'delete-pretends', times: 1 }]);
    const { code, out } = await bench.run(['delete', '-y', '--json', '--filter', 'site'], { input: [PIN] });
    expect(code).toBe(7);
    expect(JSON.parse(out)).toMatchObject([
      { userName: 'user0', outcome: 'kept', error: { code: 'delete-not-verified' } },
      { userName: 'user1', outcome: 'deleted', error: null },
    ]);
  });

  it('takes IDs that begin with a minus', async () => {
    const { simulated } = await bench.plug({ passkeys: somePasskeys(1) });
    const [stored] = simulated.snapshot().credentials;
    // The six bits 62 are a minus in base64url.
    stored?.credential.id.set([0xf8, 0x42], 0);
    const [id = ''] = await ids();
    expect(id.startsWith('-')).toBe(true);
    expect(await bench.run(['delete', id.slice(0, 8), '--yes'], { input: [PIN] })).toMatchObject({ code: 0 });
    expect(await ids()).toEqual([]);
  });

  it('asks which key, or fails and names them where nobody can be asked', async () => {
    await bench.plug({ changes: { productName: 'Simulated one', serial: 'A' }, passkeys: somePasskeys(1) });
    await bench.plug({ changes: { productName: 'Simulated two', serial: 'B' }, passkeys: somePasskeys(1) });
    const refused = await bench.run(['delete', '-y', '--filter', 'user'], { input: [PIN] });
    expect(refused.code).toBe(2);
    expect(refused.err).toMatch(/Simulated one.*Simulated two.*--key/);
    const chosen = await bench.run(['delete', '-y', '--filter', 'user'], {
      interactive: true,
      input: ['2', PIN],
    });
    expect(chosen.code).toBe(0);
    const left = await bench.json<readonly Listed[]>(['list'], [PIN, PIN]);
    expect(left.map(({ where }) => where)).toEqual(['Simulated one']);
  });
});

describe('edit', () => {
  it('changes the name that is given, and leaves the other', async () => {
    await bench.plug({ passkeys: [{ rpId: 'a.example', userName: 'ada', displayName: 'Ada' }] });
    const [id = ''] = await ids();
    await bench.run(['edit', id, '--name', 'lovelace'], { input: [PIN] });
    expect(await bench.json(['list'], [PIN])).toMatchObject([
      { userName: 'lovelace', userDisplayName: 'Ada' },
    ]);
    await bench.run(['edit', id, '--display-name', ''], { input: [PIN] });
    expect(await bench.json(['list'], [PIN])).toMatchObject([
      { userName: 'lovelace', userDisplayName: null },
    ]);
  });

  it('wants something to change', async () => {
    await bench.plug({ passkeys: somePasskeys(1) });
    expect(await bench.run(['edit', 'abc'], { input: [PIN] })).toMatchObject({ code: 2 });
  });
});
