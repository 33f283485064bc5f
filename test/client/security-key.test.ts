/** One plugged-in key: opening, one operation at a time, and its end. */
import { describe, expect, it, vi } from 'vitest';
import { SecurityKey } from '../../main/client/security-key';
import { Capability, HidCommand } from '../../main/ctap/ctaphid';
import { ManualClock, settled } from '../support/manual-clock';
import { watched } from '../support/outcome';
import { hidDevice, ScriptedBus, ScriptedKey } from '../support/scripted-hid';
import { SeededRandom } from '../support/seeded-random';
import { ObservedBus, softKey } from '../support/soft-key';

async function opened(): Promise<{
  key: SecurityKey;
  bus: ObservedBus;
  soft: Awaited<ReturnType<typeof softKey>>;
}> {
  const soft = await softKey();
  const bus = new ObservedBus();
  return { key: await SecurityKey.open(bus, bus.bus.plug(soft.soft), soft), bus, soft };
}

describe('opening', () => {
  it('takes two messages: INIT and getInfo', async () => {
    const { key, bus } = await opened();
    expect(bus.log.map((line) => line.slice(0, 2).trim())).toEqual(['6', '10']);
    expect(key.info?.versions).toContain('FIDO_2_1');
    expect(key.device.simulated).toBe(true);
  });

  it('a key that speaks only U2F works, with info undefined', async () => {
    const bus = new ScriptedBus();
    const scripted = new ScriptedKey();
    scripted.capabilities = Capability.WINK;
    const device = hidDevice('u2f');
    bus.plug(device, scripted);
    const key = await SecurityKey.open(bus, device, { clock: new ManualClock(), random: new SeededRandom() });
    expect(key.info).toBeUndefined();
    expect(await key.refreshInfo()).toBeUndefined();
    expect(key.canWink).toBe(true);
    expect(scripted.messages).toHaveLength(1);
    scripted.onMessage = ({ channel, command }) => scripted.reply(channel, command, []);
    await key.wink();
    expect(scripted.sent(HidCommand.WINK)).toHaveLength(1);
  });

  it.each(['random', 'not-a-map', 'empty', 'no-aaguid'])('a key whose getInfo is %s fails', async (kind) => {
    const soft = await softKey();
    const bus = new ObservedBus();
    const device = bus.bus.plug(soft.soft);
    soft.simulated.setQuirks([{ name: 'garbage-info', kind }]);
    await expect(SecurityKey.open(bus, device, soft)).rejects.toMatchObject({ name: 'ProtocolError' });
  });

  it('a key that refuses getInfo fails, and is closed again', async () => {
    const bus = new ScriptedBus();
    const scripted = new ScriptedKey();
    scripted.onMessage = ({ channel }) => scripted.cbor(channel, 0x7f);
    const device = hidDevice('a');
    bus.plug(device, scripted);
    const deps = { clock: new ManualClock(), random: new SeededRandom() };
    await expect(SecurityKey.open(bus, device, deps)).rejects.toMatchObject({ status: 0x7f });
    expect(scripted.closed).toBe(1);
  });

  it('a key on whose reports other programs talk too works', async () => {
    const soft = await softKey();
    const bus = new ObservedBus();
    soft.simulated.setQuirks([{ name: 'foreign-chatter' }]);
    const key = await SecurityKey.open(bus, bus.bus.plug(soft.soft), soft);
    expect(key.info?.flaws).toBeUndefined();
    expect(key.info?.versions).toContain('FIDO_2_1');
  });

  it('two programs may have it open at the same time', async () => {
    const { bus, soft } = await opened();
    const [device] = await bus.list();
    if (!device) throw new Error('a key is plugged in');
    const other = await SecurityKey.open(bus, device, { ...soft, random: new SeededRandom('other') });
    expect((await other.refreshInfo())?.versions).toContain('FIDO_2_1');
  });
});

describe('operations', () => {
  it('run one at a time, in their order, also after one that failed', async () => {
    const { key } = await opened();
    const log: string[] = [];
    const operation = (name: string) => async () => {
      log.push(`${name} begins`);
      await settled();
      log.push(`${name} ends`);
      if (name === 'b') throw new Error('b fails');
      return name;
    };
    const results = await Promise.allSettled(['a', 'b', 'c'].map((name) => key.exclusive(operation(name))));
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('begin at once when nobody is before them', async () => {
    const { key } = await opened();
    const operation = vi.fn(async () => undefined);
    const done = key.exclusive(operation);
    expect(operation).toHaveBeenCalledOnce();
    await done;
  });

  it('are rejected at once when the key is unplugged, also those that wait for something else', async () => {
    const { key, bus, soft } = await opened();
    const first = watched(key.exclusive(() => new Promise<void>(() => undefined)));
    const second = watched(key.exclusive(async () => undefined));
    await settled();
    bus.bus.unplug(soft.soft);
    const unplugged = { state: 'rejected', error: { failure: 'unplugged' } };
    expect(await first()).toMatchObject(unplugged);
    expect(await second()).toMatchObject(unplugged);
    await expect(key.exclusive(async () => undefined)).rejects.toMatchObject({ failure: 'unplugged' });
    await expect(key.api.getInfo()).rejects.toMatchObject({ failure: 'unplugged' });
  });

  it('that wait for their turn can be called off', async () => {
    const { key } = await opened();
    let finish = (): void => undefined;
    const first = key.exclusive(() => new Promise<void>((resolve) => (finish = resolve)));
    const controller = new AbortController();
    const operation = vi.fn(async () => undefined);
    const second = watched(key.exclusive(operation, controller.signal));
    await settled();
    controller.abort();
    expect(await second()).toMatchObject({ state: 'rejected', error: { name: 'AbortError' } });
    finish();
    await first;
    expect(operation).not.toHaveBeenCalled();
  });

  it('that are cancelled while the key waits for a touch end there too', async () => {
    const { key, bus, soft } = await opened();
    soft.presence.next('wait');
    const controller = new AbortController();
    const statuses: string[] = [];
    const outcome = watched(
      key.api.selection({ signal: controller.signal, onStatus: (status) => statuses.push(status) }),
    );
    await soft.clock.advance(500);
    expect(statuses).toEqual(['touch-needed']);
    controller.abort();
    await soft.clock.advance(500);
    expect(await outcome()).toMatchObject({ state: 'rejected', error: { name: 'AbortError' } });
    expect(bus.log.filter((line) => line.startsWith('11'))).toHaveLength(1);
    expect(soft.presence.waiting).toBe(false);
    await key.refreshInfo();
    expect(bus.log.filter((line) => line.startsWith('6 '))).toHaveLength(1);
  });

  it('of a key with keepalives for ever and deaf to CANCEL end after a good minute', async () => {
    const { key, bus, soft } = await opened();
    soft.simulated.setQuirks([{ name: 'keepalives-for-ever' }]);
    const outcome = watched(key.refreshInfo());
    await soft.clock.advance(60_000);
    await soft.clock.advance(3_100);
    expect(await outcome()).toMatchObject({ state: 'rejected', error: { failure: 'timed-out' } });
    expect(bus.log.filter((line) => line.startsWith('11'))).toHaveLength(1);
  });
});

describe('closing', () => {
  it('ends it for those who listen', async () => {
    const { key } = await opened();
    const ended = vi.fn();
    key.onEnd(ended);
    await key.close();
    expect(ended).toHaveBeenCalledOnce();
    await expect(key.api.getInfo()).rejects.toMatchObject({ failure: 'io' });
  });
});
