/** What all verbs share: which key, how it is unlocked, cancelling, and what was not understood. */
import { beforeEach, describe, expect, it } from 'vitest';
import { PIN, somePasskeys } from '../support/desk';
import { CommandLineBench } from '../support/command-line';

let bench: CommandLineBench;

beforeEach(() => {
  bench = new CommandLineBench();
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
