/** The verbs for security keys themselves. */
import { beforeEach, describe, expect, it } from 'vitest';
import { PIN, somePasskeys } from '../support/desk';
import { CommandLineBench } from '../support/command-line';

let bench: CommandLineBench;

beforeEach(() => {
  bench = new CommandLineBench();
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
