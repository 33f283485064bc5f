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

describe('a PIN at a terminal', () => {
  it('is asked for without showing it, and again when it was wrong', async () => {
    await bench.plug({ passkeys: somePasskeys(1) });
    const { code, err } = await bench.run(['list'], { interactive: true, input: ['000000', PIN] });
    expect(code).toBe(0);
    expect(bench.questions.map(({ kind }) => kind)).toEqual(['secret', 'secret']);
    expect(bench.questions[1]?.question).toContain('7 tries left');
    expect(err).toContain('That PIN is wrong');
    expect(err).not.toContain('000000');
  });

  it('is not asked for when it would not help', async () => {
    await bench.plug({ retries: 0 });
    expect(await bench.run(['list'], { interactive: true, input: [PIN] })).toMatchObject({ code: 4 });
    expect(bench.questions).toEqual([]);
  });

  it('is not tried twice when a program gave it', async () => {
    await bench.plug();
    const { code } = await bench.run(['list'], { input: ['000000', '000000', '000000'] });
    expect(code).toBe(4);
    expect(await bench.json(['pin', 'status'])).toMatchObject([{ pin: { retriesLeft: 7 } }]);
  });
});

describe('a finger', () => {
  const sensor = {
    profile: 'fingerprint',
    fingers: [{ friendlyName: 'thumb' }],
    passkeys: somePasskeys(1),
  } as const;

  it('unlocks without a PIN', async () => {
    await bench.plug(sensor);
    const { code, err } = await bench.run(['list'], { interactive: true });
    expect(code).toBe(0);
    expect(err).toContain('Touch the sensor');
    expect(bench.questions).toEqual([]);
  });

  it('gives way to the PIN when it is not recognised, or with --pin', async () => {
    const { presence } = await bench.plug(sensor);
    presence.fingers.next('no-match', 'no-match', 'no-match');
    expect(await bench.run(['list'], { interactive: true, input: [PIN] })).toMatchObject({ code: 0 });
    expect(bench.questions).toHaveLength(1);
    expect(await bench.run(['list', '--pin'], { interactive: true, input: [PIN] })).toMatchObject({
      code: 0,
    });
    expect(bench.questions).toHaveLength(1);
  });

  it('is not waited for when a program gives the PIN', async () => {
    const { presence } = await bench.plug(sensor);
    expect(await bench.run(['list'], { input: [PIN] })).toMatchObject({ code: 0 });
    expect(presence.fingers.requests).toEqual([]);
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

describe('--key', () => {
  beforeEach(async () => {
    await bench.plug({ changes: { productName: 'Simulated Blue', serial: 'B-1' }, pin: null });
    await bench.plug({ changes: { productName: 'Simulated Blue key', serial: 'B-2' }, pin: null });
  });

  it.each([
    ['its whole name', 'simulated blue', 'soft:1'],
    ['a part of its name', 'key', 'soft:2'],
    ['its serial number', 'B-2', 'soft:2'],
    ['its path', 'soft:1', 'soft:1'],
  ])('picks a key by %s', async (_way, text, path) => {
    expect(await bench.json(['keys', '--key', text])).toMatchObject([{ path }]);
  });

  it('says which keys there are when it fits none', async () => {
    const { code, err } = await bench.run(['keys', '--key', 'green']);
    expect(code).toBe(3);
    expect(err).toContain('Simulated Blue key');
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

describe('the PIN', () => {
  it('is set, and refused where there is one', async () => {
    await bench.plug({ pin: null, passkeys: somePasskeys(1) });
    expect(await bench.run(['pin', 'set'], { input: ['4711'] })).toMatchObject({ code: 0 });
    expect(await bench.json(['list'], ['4711'])).toHaveLength(1);
    expect(await bench.run(['pin', 'set'], { input: ['4712'] })).toMatchObject({ code: 4 });
  });

  it('is typed twice at a terminal, and again when the two differ or it is too short', async () => {
    await bench.plug({ pin: null });
    const typed = ['471', '471', '4711', '4712', '4711', '4711'];
    const { code, err } = await bench.run(['pin', 'set'], { interactive: true, input: typed });
    expect(code).toBe(0);
    expect(err).toContain('too short');
    expect(err).toContain('not the same');
    expect(bench.questions.every(({ kind }) => kind === 'secret')).toBe(true);
  });

  it('is changed with the present one', async () => {
    await bench.plug({ passkeys: somePasskeys(1) });
    expect(await bench.run(['pin', 'change'], { input: ['000000', '4711'] })).toMatchObject({ code: 4 });
    expect(await bench.run(['pin', 'change'], { input: [PIN, '4711'] })).toMatchObject({ code: 0 });
    expect(await bench.json(['list'], ['4711'])).toHaveLength(1);
  });

  it('that must be changed can be', async () => {
    await bench.plug({ forceChange: true, passkeys: somePasskeys(1) });
    expect(await bench.run(['list'], { input: [PIN] })).toMatchObject({
      code: 4,
      err: expect.stringContaining('pin change') as string,
    });
    expect(await bench.run(['pin', 'change'], { input: [PIN, '4711'] })).toMatchObject({ code: 0 });
  });
});

describe('touch', () => {
  it('names the key that was touched, and cancels the others', async () => {
    const one = await bench.plug({ changes: { productName: 'Simulated one', serial: 'A' } });
    await bench.plug({ changes: { productName: 'Simulated two', serial: 'B' } });
    one.presence.next('wait');
    expect(await bench.json(['touch'])).toMatchObject({ name: 'Simulated two' });
    expect(one.presence.waiting).toBe(false);
  });

  it('works with a CTAP 2.0 key, which has no command for it', async () => {
    const { simulated } = await bench.plug({ profile: '2.0' });
    expect(await bench.json(['touch'])).toMatchObject({ path: 'soft:1' });
    expect(simulated.snapshot().credentials).toEqual([]);
  });

  it('ends with 5 when nobody touches', async () => {
    const { presence } = await bench.plug();
    presence.next('timed-out');
    expect(await bench.run(['touch'])).toMatchObject({ code: 5 });
  });

  it('cannot be told by a U2F key', async () => {
    await bench.plug({ profile: 'u2f', pin: null });
    expect(await bench.run(['touch'])).toMatchObject({ code: 6 });
  });
});

describe('keys', () => {
  it('prints an empty array when none is plugged in; other verbs end with 3', async () => {
    expect(await bench.json(['keys'])).toEqual([]);
    expect(await bench.run(['list'])).toMatchObject({ code: 3, out: '' });
  });

  it('shows a key that may not be opened, and how to allow it', async () => {
    const { simulated } = await bench.plug();
    simulated.setQuirks([{ name: 'no-permission' }]);
    const { code, out, err } = await bench.run(['keys']);
    expect(code).toBe(0);
    expect(out).toContain('soft:1');
    expect(err).toContain('latchkey keys --udev-rule');
    expect(await bench.run(['list'])).toMatchObject({ code: 8 });
    expect(await bench.json(['keys'])).toMatchObject([
      { state: 'unusable', error: { code: 'access-denied' } },
    ]);
  });

  it('prints the rule for Linux', async () => {
    expect(await bench.run(['keys', '--udev-rule'])).toEqual({ code: 0, out: 'THE RULE\n', err: '' });
  });

  it('tells every member of getInfo', async () => {
    const { simulated } = await bench.plug({ profile: '2.3' });
    const { flaws: _flaws, ...members } = await simulated.authenticator.getInfo();
    const [{ info } = { info: {} }] = await bench.json<readonly { readonly info: object }[]>([
      'keys',
      'info',
    ]);
    expect(Object.keys(info).sort()).toEqual(Object.keys(members).sort());
    const { out } = await bench.run(['keys', 'info']);
    for (const name of Object.keys(members)) expect(out).toMatch(new RegExp(`\\(${name}[.)]|\\(options\\.`));
  });
});

describe('fingerprints', () => {
  it('are stored, renamed and removed', async () => {
    await bench.plug({ profile: 'fingerprint' });
    const { err } = await bench.run(['fingerprints', 'add', '--name', 'thumb'], { input: [PIN] });
    expect(err).toContain('Touch the sensor');
    await bench.run(['fingerprints', 'rename', 'thumb', 'left thumb'], { input: [PIN] });
    expect(await bench.json(['fingerprints', 'list'], [PIN])).toMatchObject({
      fingerprints: [{ name: 'left thumb' }],
    });
    expect(await bench.run(['fingerprints', 'remove', 'left thumb'], { input: [PIN] })).toMatchObject({
      code: 2,
    });
    expect(await bench.run(['fingerprints', 'remove', 'left thumb', '-y'], { input: [PIN] })).toMatchObject({
      code: 0,
    });
    expect(await bench.json(['fingerprints', 'list'], [PIN])).toMatchObject({ fingerprints: [] });
  });

  it('are nothing for a key without a sensor', async () => {
    await bench.plug();
    expect(await bench.run(['fingerprints', 'list'], { input: [PIN] })).toMatchObject({ code: 6 });
  });

  it('want a PIN first', async () => {
    await bench.plug({ profile: 'fingerprint', pin: null });
    expect(await bench.run(['fingerprints', 'add'])).toMatchObject({ code: 4 });
  });
});

describe('config', () => {
  it('changes a policy, and says when it was so before', async () => {
    await bench.plug();
    expect(await bench.json(['config', 'always-uv', 'on'], [PIN])).toMatchObject({
      outcome: 'changed',
      policies: { alwaysUv: true },
    });
    expect(await bench.json(['config', 'always-uv', 'on'], [PIN])).toMatchObject({ outcome: 'unchanged' });
    expect(await bench.json(['config'])).toMatchObject([
      { policies: { alwaysUv: true, longTouchReset: null } },
    ]);
  });

  it('asks before what only a reset takes back', async () => {
    await bench.plug({ profile: '2.3' });
    for (const verb of [['min-pin-length', '6'], ['enterprise-attestation'], ['long-touch-reset']]) {
      expect(await bench.run(['config', ...verb], { input: [PIN] })).toMatchObject({ code: 2 });
      const { code, err } = await bench.run(['config', ...verb], { interactive: true, input: ['n'] });
      expect(code).toBe(5);
      expect(err).toContain('Only a reset takes this back');
      expect(await bench.json(['config', ...verb, '--yes'], [PIN])).toMatchObject({ outcome: 'changed' });
    }
  });

  it('never lowers the minimum PIN length', async () => {
    await bench.plug({ changes: { minPinLength: 6 } });
    const { code, err } = await bench.run(['config', 'min-pin-length', '5', '-y'], { input: [PIN] });
    expect(code).toBe(4);
    expect(err).toContain('can only be raised');
  });

  it.each([
    ['always-uv', 'maybe'],
    ['min-pin-length', '3'],
    ['min-pin-length', 'six'],
    ['colour', 'red'],
  ])('refuses %s %s', async (...argv) => {
    await bench.plug();
    expect(await bench.run(['config', ...argv, '-y'], { input: [PIN] })).toMatchObject({ code: 2 });
  });
});

it('Ctrl-C cancels at the key and ends with 130', async () => {
  const { presence } = await bench.plug();
  presence.next('wait');
  const interruption = new AbortController();
  const running = bench.run(['touch'], { signal: interruption.signal });
  await expect.poll(() => presence.waiting).toBe(true);
  const { CommandFailure } = await import('../../main/cli/failure');
  interruption.abort(new CommandFailure('interrupted', 'Cancelled.'));
  expect(await running).toMatchObject({ code: 130, out: '' });
  expect(presence.waiting).toBe(false);
  expect(bench.observed.log.some((entry) => entry.startsWith('11 '))).toBe(true); // CTAPHID_CANCEL
});

it.each([
  ['frobnicate'],
  ['list', '--frobnicate'],
  ['list', 'surplus'],
  ['show'],
  ['--touch', 'sometimes', 'keys'],
])('explains what it did not understand: %s', async (...argv) => {
  const { code, out, err } = await bench.run(argv);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toMatch(/\. `latchkey --help` shows what there is\.\n$/);
  const json = await bench.run([...argv, '--json']);
  expect(JSON.parse(json.err)).toMatchObject({ error: { code: 'usage' } });
});
