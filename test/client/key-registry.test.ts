/** Keys come and go, on several buses, also while they are being opened. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { KeyRegistry } from '../../main/client/key-registry';
import { encodeCbor, type CborMap } from '../../main/ctap/cbor';
import { BROADCAST_CHANNEL, HidCommand, HidError } from '../../main/ctap/ctaphid';
import { SoftHidBus } from '../../main/authenticator/fronts/soft-hid-bus';
import { ManualClock, settled } from '../support/manual-clock';
import { watched } from '../support/outcome';
import { hidDevice, ScriptedBus, ScriptedKey } from '../support/scripted-hid';
import { SeededRandom } from '../support/seeded-random';
import { softKey } from '../support/soft-key';

const info = encodeCbor(
  new Map<number, readonly string[] | Uint8Array | CborMap>([
    [1, ['FIDO_2_0']],
    [3, new Uint8Array(16)],
  ]),
);

/** Answers getInfo, and echoes the rest not at all. */
function goodKey(): ScriptedKey {
  const key = new ScriptedKey();
  key.onMessage = ({ channel, command, payload }) => {
    if (command === HidCommand.CBOR && payload[0] === 4) key.cbor(channel, 0, info);
  };
  return key;
}

const running: KeyRegistry[] = [];
afterEach(async () => {
  for (const registry of running.splice(0)) await registry.stop();
});

function registryOf(...buses: ConstructorParameters<typeof KeyRegistry>[0]): {
  readonly clock: ManualClock;
  readonly registry: KeyRegistry;
  readonly states: () => string[];
} {
  const clock = new ManualClock();
  const registry = new KeyRegistry(buses, { clock, random: new SeededRandom() });
  running.push(registry);
  return { clock, registry, states: () => registry.keys.map(({ id, state }) => `${id} ${state}`) };
}

describe('plugging in and out', () => {
  it('a key that is there at the start, and one that comes later', async () => {
    const bus = new ScriptedBus();
    bus.plug(hidDevice('a'), goodKey());
    const { registry, states } = registryOf(bus);
    const changed = vi.fn();
    registry.onChange(changed);
    registry.start();
    expect(states()).toEqual(['key-1 opening']);
    await settled();
    expect(states()).toEqual(['key-1 ready']);
    bus.plug(hidDevice('b'), goodKey());
    expect(states()).toEqual(['key-1 ready', 'key-2 opening']);
    await settled();
    expect(states()).toEqual(['key-1 ready', 'key-2 ready']);
    expect(registry.keys[0]?.key?.info?.versions).toEqual(['FIDO_2_0']);
    expect(changed).toHaveBeenCalledTimes(4);
  });

  it('a key that is taken out leaves the list, and everything outstanding is rejected', async () => {
    const bus = new ScriptedBus();
    const device = hidDevice('a');
    const scripted = goodKey();
    bus.plug(device, scripted);
    const { registry } = registryOf(bus);
    registry.start();
    await settled();
    const [attached] = registry.keys;
    const outcome = watched(attached?.key?.api.selection() ?? Promise.resolve());
    await settled();
    // The bus tells, before the link has noticed.
    bus.unplug(device, true);
    expect(registry.keys).toEqual([]);
    expect(await outcome()).toMatchObject({ state: 'rejected', error: { failure: 'unplugged' } });
    expect(attached).toMatchObject({ state: 'failed', error: { failure: 'unplugged' } });
    expect(scripted.closed).toBe(1);
  });

  it('the link ends before the bus tells: the key fails, and then leaves', async () => {
    const bus = new ScriptedBus();
    const device = hidDevice('a');
    const scripted = goodKey();
    bus.plug(device, scripted);
    const { registry, states } = registryOf(bus);
    registry.start();
    await settled();
    scripted.unplug();
    expect(states()).toEqual(['key-1 failed']);
    expect(registry.keys[0]?.error).toMatchObject({ failure: 'unplugged' });
    bus.unplug(device);
    expect(states()).toEqual([]);
  });

  it('the same key in the same place again is another attachment', async () => {
    const bus = new ScriptedBus();
    const scripted = goodKey();
    const first = hidDevice('first', { path: '/dev/hidraw0' });
    bus.plug(first, scripted);
    const { registry, states } = registryOf(bus);
    registry.start();
    await settled();
    bus.unplug(first);
    bus.plug(hidDevice('second', { path: '/dev/hidraw0' }), scripted);
    await settled();
    expect(states()).toEqual(['key-2 ready']);
  });

  it('a replug that the bus saw only afterwards is noticed by the attachment', async () => {
    const bus = new ScriptedBus();
    const scripted = goodKey();
    const { registry, states } = registryOf({
      list: () => bus.list(),
      open: (device, listener) => bus.open(device, listener),
      watch: (onChange) => {
        onChange([hidDevice('first')]);
        late = onChange;
        return () => undefined;
      },
    });
    let late: (devices: readonly ReturnType<typeof hidDevice>[]) => void = () => undefined;
    bus.plug(hidDevice('first'), scripted);
    registry.start();
    await settled();
    const [before] = registry.keys;
    bus.plug(hidDevice('second'), goodKey());
    late([hidDevice('second')]);
    await settled();
    expect(states()).toEqual(['key-2 ready']);
    expect(before?.state).toBe('failed');
  });

  it('two of the same make are two keys', async () => {
    const bus = new SoftHidBus();
    const { registry } = registryOf(bus);
    registry.start();
    const [one, two] = [await softKey({ seed: '1' }), await softKey({ seed: '2' })];
    bus.plug(one.soft);
    bus.plug(two.soft);
    await settled();
    expect(registry.keys.map(({ state }) => state)).toEqual(['ready', 'ready']);
    expect(new Set(registry.keys.map(({ id }) => id)).size).toBe(2);
    const [, second] = registry.keys;
    bus.unplug(one.soft);
    await settled();
    expect(registry.keys).toEqual([second]);
    await second?.key?.refreshInfo();
  });

  it('keys of several buses are in one list, in the order in which they came', async () => {
    const buses = [new ScriptedBus(), new ScriptedBus()];
    const { registry, states } = registryOf(...buses);
    registry.start();
    buses[1]?.plug(hidDevice('a'), goodKey());
    buses[0]?.plug(hidDevice('a'), goodKey());
    await settled();
    expect(states()).toEqual(['key-1 ready', 'key-2 ready']);
    buses[1]?.unplug(hidDevice('a'));
    expect(states()).toEqual(['key-2 ready']);
  });
});

it('a bus that comes later is watched like the others, from the start on', async () => {
  const [early, late] = [new ScriptedBus(), new ScriptedBus()];
  early.plug(hidDevice('a'), goodKey());
  late.plug(hidDevice('b'), goodKey());
  const { registry, states } = registryOf();
  registry.add(early);
  expect(states()).toEqual([]);
  registry.start();
  registry.add(late);
  await settled();
  expect(states()).toEqual(['key-1 ready', 'key-2 ready']);
  await registry.stop();
  late.plug(hidDevice('c'), goodKey());
  expect(states()).toEqual([]);
});

it('without any bus it has looked as soon as it is started', async () => {
  const { registry } = registryOf();
  registry.start();
  await expect(registry.looked).resolves.toBeUndefined();
});

describe('opening', () => {
  it('of a slow key does not delay another', async () => {
    const bus = new ScriptedBus();
    const slow = goodKey();
    slow.answersInit = false;
    bus.plug(hidDevice('slow'), slow);
    bus.plug(hidDevice('quick'), goodKey());
    const { clock, registry, states } = registryOf(bus);
    registry.start();
    await settled();
    expect(states()).toEqual(['key-1 opening', 'key-2 ready']);
    await clock.advance(3000);
    expect(states()).toEqual(['key-1 failed', 'key-2 ready']);
    expect(registry.keys[0]?.error).toMatchObject({ failure: 'timed-out' });
  });

  it('of a key without permission fails, and can be tried again', async () => {
    const bus = new ScriptedBus();
    const scripted = goodKey();
    scripted.refuses = 'access-denied';
    bus.plug(hidDevice('a'), scripted);
    const { registry, states } = registryOf(bus);
    registry.start();
    await settled();
    expect(states()).toEqual(['key-1 failed']);
    expect(registry.keys[0]?.error).toMatchObject({ name: 'TransportError', failure: 'access-denied' });
    scripted.refuses = undefined;
    registry.keys[0]?.retry();
    expect(states()).toEqual(['key-1 opening']);
    registry.keys[0]?.retry();
    await settled();
    expect(states()).toEqual(['key-1 ready']);
    expect(scripted.opened).toBe(1);
  });

  it('of a key that another program uses fails as busy', async () => {
    const bus = new ScriptedBus();
    const scripted = new ScriptedKey();
    scripted.answersInit = false;
    scripted.onMessage = () => scripted.error(BROADCAST_CHANNEL, HidError.CHANNEL_BUSY);
    bus.plug(hidDevice('a'), scripted);
    const { clock, registry } = registryOf(bus);
    registry.start();
    await clock.advance(6000);
    expect(registry.keys[0]).toMatchObject({ state: 'failed', error: { failure: 'busy' } });
  });

  it('of a key that talks nonsense fails, and it stays listed', async () => {
    const bus = new SoftHidBus();
    const { simulated, soft } = await softKey();
    simulated.setQuirks([{ name: 'garbage-info', kind: 'random' }]);
    bus.plug(soft);
    const { registry } = registryOf(bus);
    registry.start();
    await settled();
    expect(registry.keys[0]).toMatchObject({ state: 'failed', error: { name: 'ProtocolError' } });
  });

  it('of a key that goes meanwhile leaves nothing open', async () => {
    const bus = new ScriptedBus();
    const device = hidDevice('a');
    const scripted = goodKey();
    scripted.answersInit = false;
    bus.plug(device, scripted);
    const { clock, registry, states } = registryOf(bus);
    registry.start();
    await settled();
    bus.unplug(device);
    expect(states()).toEqual([]);
    await clock.advance(10_000);
    expect(states()).toEqual([]);
    expect(scripted.closed).toBe(1);
    expect(clock.pending).toBe(0);
  });

  it('that succeeds only after the key has gone closes it again', async () => {
    const bus = new ScriptedBus();
    const device = hidDevice('a');
    const scripted = goodKey();
    const hold: (() => void)[] = [];
    const answer = scripted.onMessage;
    scripted.onMessage = (message, key) => {
      hold.push(() => answer(message, key));
    };
    bus.plug(device, scripted);
    const { clock, registry } = registryOf(bus);
    registry.start();
    await settled();
    bus.unplug(device, true);
    for (const release of hold) release();
    await settled();
    expect(registry.keys).toEqual([]);
    expect(scripted.closed).toBe(1);
    expect(clock.pending).toBe(0);
  });
});

describe('stopping', () => {
  it('closes all keys and watches no more', async () => {
    const bus = new ScriptedBus();
    const scripted = goodKey();
    bus.plug(hidDevice('a'), scripted);
    const { registry } = registryOf(bus);
    registry.start();
    registry.start();
    expect(bus.watchers).toBe(1);
    await settled();
    await registry.stop();
    expect(registry.keys).toEqual([]);
    expect(scripted.closed).toBe(1);
    expect(bus.watchers).toBe(0);
  });
});

describe('listeners', () => {
  it('that want to be first are, and hear nothing after they have left', async () => {
    const bus = new ScriptedBus();
    const { registry } = registryOf(bus);
    const log: string[] = [];
    registry.onChange(() => log.push('usual'));
    const leave = registry.onChange(() => log.push('first'), 'first');
    registry.start();
    bus.plug(hidDevice('a'), goodKey());
    expect(log).toEqual(['first', 'usual']);
    leave();
    await settled();
    expect(log).toEqual(['first', 'usual', 'usual']);
  });
});
