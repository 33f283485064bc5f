/** The calls of the simulator window and of Advanced options > For testers, with their validators. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as v from 'valibot';
import { Simulator } from '../../main/authenticator/simulator';
import { profiles } from '../../main/authenticator/configuration';
import { parseState, serializeState } from '../../main/authenticator/state';
import { simulatorHandlers, testersHandlers } from '../../main/ipc/serve-simulator';
import { simulatorArguments, testersArguments } from '../../preload/simulator-contract';
import { ManualClock, settled } from '../support/manual-clock';
import { MemoryFile } from '../support/memory-file';
import { SeededRandom } from '../support/seeded-random';
import { statusOf } from '../support/simulated-rig';

let files: Map<string, MemoryFile>;
let simulator: Simulator;
let changes: number;
let shown: number;
let stop: () => void;

beforeEach(() => {
  files = new Map();
  changes = 0;
  shown = 0;
  simulator = new Simulator({
    clock: new ManualClock(),
    random: new SeededRandom(),
    openFile: (path) => {
      const file = files.get(path) ?? new MemoryFile();
      files.set(path, file);
      return file;
    },
  });
  stop = simulator.onChange(() => changes++);
});
afterEach(() => stop());

const window = () => simulatorHandlers(simulator);
const testers = () =>
  testersHandlers(simulator, async () => {
    shown++;
  });
const listed = async () => (await simulator.bus.list()).map(({ product }) => product);
const only = async () => (await window().snapshot())[0]!;

describe('the simulator window', () => {
  it('adds a key, which is plugged in, and removes it', async () => {
    const id = await window().add({ profile: '2.0', name: 'spare', pin: '1234', samplePasskeys: 2 });
    expect(await only()).toEqual({
      id,
      name: 'Simulated spare',
      plugged: true,
      waitsFor: 'none',
      scripted: 0,
      quirks: [],
    });
    expect(await listed()).toEqual(['Simulated spare']);
    await window().remove(id);
    expect([await window().snapshot(), await listed()]).toEqual([[], []]);
    await expect(window().touch(id)).rejects.toThrow('There is no simulated key');
  });

  it('keeps the state of a key in a file, which stays when the key is removed and is read when it is there', async () => {
    const id = await window().add({ stateFile: '/keys/a.json', samplePasskeys: 2 });
    expect((await only()).stateFile).toBe('/keys/a.json');
    await window().remove(id);
    const content = files.get('/keys/a.json')!.content!;
    expect(parseState(content, 'a').credentials).toHaveLength(2);
    const again = await window().add({ stateFile: '/keys/a.json' });
    expect(JSON.parse(await window().state(again))).toEqual(JSON.parse(Buffer.from(content).toString()));
    expect(files.get('/keys/a.json')!.content).toEqual(content);
  });

  it('refuses the same file for two keys, also when both are added at once, and a path that is not absolute', async () => {
    const both = await Promise.allSettled([
      window().add({ stateFile: '/keys/a.json' }),
      window().add({ stateFile: '/keys/a.json' }),
    ]);
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    await expect(window().add({ stateFile: 'a.json' })).rejects.toThrow('has to be absolute');
  });

  it('says of a file that holds something else what is wrong, and adds nothing', async () => {
    const file = new MemoryFile();
    await file.write(Uint8Array.from(Buffer.from('{}')));
    files.set('/keys/other.json', file);
    await expect(window().add({ stateFile: '/keys/other.json' })).rejects.toThrow(
      'not the state of a simulated key',
    );
    expect(await window().snapshot()).toEqual([]);
  });

  it('stops adding at a bound', async () => {
    for (let count = 0; count < 32; count++) await window().add({});
    await expect(window().add({})).rejects.toThrow('Remove one first');
    expect(await window().snapshot()).toHaveLength(32);
  });

  it('plugs in and takes out', async () => {
    const id = await window().add({});
    await window().setPlugged(id, false);
    expect([(await only()).plugged, await listed()]).toEqual([false, []]);
    await window().setPlugged(id, false);
    await window().setPlugged(id, true);
    expect((await only()).plugged).toBe(true);
  });

  it('directs the touches of a key', async () => {
    const id = await window().add({});
    const { authenticator } = simulator.seat(id).key.key;
    await window().direct(id, ['refused', 'timed-out'], 'granted');
    expect((await only()).scripted).toBe(2);
    const answers = [];
    for (let count = 0; count < 4; count++) answers.push(await statusOf(authenticator.selection()));
    expect(answers).toEqual(['OPERATION_DENIED', 'USER_ACTION_TIMEOUT', 'OK', 'OK']);
  });

  it('touches and refuses what the key waits for', async () => {
    const id = await window().add({});
    const { authenticator } = simulator.seat(id).key.key;
    for (const [act, status] of [
      ['touch', 'OK'],
      ['refuse', 'OPERATION_DENIED'],
    ] as const) {
      const answer = statusOf(authenticator.selection());
      await settled();
      expect((await only()).waitsFor).toBe('touch');
      await window()[act](id);
      expect(await answer).toBe(status);
    }
    expect((await only()).waitsFor).toBe('none');
  });

  it('asks for a long touch where the key does', async () => {
    const id = await window().add({ profile: '2.3', configuration: { longTouchForReset: true } });
    const reset = statusOf(simulator.seat(id).key.key.authenticator.reset());
    await settled();
    expect((await only()).waitsFor).toBe('long-touch');
    await window().touch(id);
    expect(await reset).toBe('OK');
  });

  it('makes a key misbehave, and behave again', async () => {
    const id = await window().add({});
    await window().setQuirks(id, [{ name: 'delete-pretends' }, { name: 'status', status: 1 }]);
    expect((await only()).quirks).toEqual(['delete-pretends', 'status']);
    await expect(window().setQuirks(id, [{ name: 'unheard-of' }])).rejects.toThrow('no quirk "unheard-of"');
    await window().setQuirks(id, []);
    expect((await only()).quirks).toEqual([]);
  });

  it('gives the state of a key as a state file has it', async () => {
    const id = await window().add({ pin: '123456' });
    expect(await window().state(id)).toBe(
      Buffer.from(serializeState(simulator.seat(id).key.key.snapshot())).toString(),
    );
  });

  it('hears of everything that changes what it shows', async () => {
    const heard = async (act: () => Promise<unknown>): Promise<boolean> => {
      await settled();
      const before = changes;
      await act();
      await settled();
      return changes > before;
    };
    let id = '';
    expect(await heard(async () => (id = await window().add({})))).toBe(true);
    const selection: Promise<unknown>[] = [];
    const ask = async () => selection.push(statusOf(simulator.seat(id).key.key.authenticator.selection()));
    expect(await heard(ask)).toBe(true);
    expect(await heard(() => window().touch(id))).toBe(true);
    expect(await Promise.all(selection)).toEqual(['OK']);
    expect(await heard(() => window().direct(id, ['granted'], 'wait'))).toBe(true);
    expect(await heard(() => window().setQuirks(id, [{ name: 'four-billion' }]))).toBe(true);
    expect(await heard(() => window().setPlugged(id, false))).toBe(true);
    expect(await heard(() => window().setPlugged(id, true))).toBe(true);
    expect(await heard(() => window().remove(id))).toBe(true);
    expect(await heard(() => window().snapshot())).toBe(false);
  });
});

describe('Advanced options > For testers', () => {
  const key = { profile: '2.1', samplePasskeys: 0 };

  it('lists the keys and every profile', async () => {
    expect(await testers().add({ ...key, name: 'mine' })).toEqual({ ok: true, value: null });
    const snapshot = await testers().snapshot();
    expect(snapshot.keys).toMatchObject([{ name: 'Simulated mine', plugged: true }]);
    expect(snapshot.profiles.map(({ profile }) => profile)).toEqual(Object.keys(profiles));
  });

  it('plugs in, takes out and removes', async () => {
    await testers().add(key);
    const { id } = await only();
    expect(await testers().setPlugged(id, false)).toEqual({ ok: true, value: null });
    expect((await only()).plugged).toBe(false);
    expect(await testers().remove(id)).toEqual({ ok: true, value: null });
    expect((await testers().snapshot()).keys).toEqual([]);
  });

  it('answers what cannot be with a problem in words', async () => {
    expect(await testers().add({ ...key, pin: '12' })).toMatchObject({
      ok: false,
      problem: {
        code: 'invalid-argument',
        message: expect.stringContaining('at least 4 characters') as string,
      },
    });
    expect(await testers().remove('simulated-99')).toMatchObject({ ok: false });
  });

  it('shows the simulator window', async () => {
    await testers().showSimulator();
    expect(shown).toBe(1);
  });
});

describe('the contracts refuse', () => {
  const cases: readonly (readonly [string, v.GenericSchema, readonly unknown[]])[] = [
    ['a key with a member that there is not', simulatorArguments.add, [{ profil: '2.1' }]],
    ['ten thousand passkeys', simulatorArguments.add, [{ samplePasskeys: 10_000 }]],
    [
      'a list of them',
      simulatorArguments.add,
      [{ passkeys: Array.from({ length: 1001 }, () => ({ rpId: 'a' })) }],
    ],
    ['half a passkey', simulatorArguments.add, [{ samplePasskeys: 0.5 }]],
    [
      'a configuration of megabytes',
      simulatorArguments.add,
      [{ configuration: { serial: 'x'.repeat(70_000) } }],
    ],
    ['an absurdly long PIN', simulatorArguments.add, [{ pin: '1'.repeat(300) }]],
    ['a touch that is none of them', simulatorArguments.direct, ['simulated-1', ['tickled'], 'wait']],
    ['an endless script', simulatorArguments.direct, ['simulated-1', Array(10_001).fill('granted'), 'wait']],
    ['a finger that there is not', simulatorArguments.touch, ['simulated-1', 'sixth']],
    [
      'quirks without end',
      simulatorArguments.setQuirks,
      ['simulated-1', Array(101).fill({ name: 'status' })],
    ],
    ['a quirk that is a name only', simulatorArguments.setQuirks, ['simulated-1', ['status']]],
    [
      'a state file from the main window',
      testersArguments.add,
      [{ profile: '2.1', samplePasskeys: 0, stateFile: '/a' }],
    ],
    [
      'quirks from the main window',
      testersArguments.add,
      [{ profile: '2.1', samplePasskeys: 0, quirks: [] }],
    ],
  ];
  it.each(cases)('%s', (_what, schema, args) => {
    expect(v.safeParse(schema, args).success).toBe(false);
  });

  it('and take what is right', () => {
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    expect(v.safeParse(simulatorArguments.setQuirks, ['a', [circular]]).success).toBe(false);
    expect(v.safeParse(simulatorArguments.setQuirks, ['a', [{ name: 'status', status: 1 }]]).success).toBe(
      true,
    );
    expect(v.safeParse(simulatorArguments.touch, ['a']).success).toBe(true);
    expect(v.safeParse(simulatorArguments.add, [{}]).success).toBe(true);
  });
});
