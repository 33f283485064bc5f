import { describe, expect, it } from 'vitest';
import type { HidDeviceInfo, HidFailure, HidLink } from '../../native/ports';
import { demoState } from '../../main/authenticator/demo';
import { SoftHidBus } from '../../main/authenticator/fronts/soft-hid-bus';
import { SoftHidKey } from '../../main/authenticator/fronts/soft-hid-key';
import { ScriptedPresence } from '../../main/authenticator/scripted-presence';
import { SimulatedKey } from '../../main/authenticator/simulated-key';
import {
  BROADCAST_CHANNEL,
  HidCommand,
  MessageBuffer,
  packetsOf,
  parsePacket,
} from '../../main/ctap/ctaphid';
import { ManualClock, settled } from '../support/manual-clock';
import { SeededRandom } from '../support/seeded-random';

interface Host {
  readonly link: HidLink;
  readonly reports: Uint8Array[];
  readonly ends: HidFailure[];
  /** Sends a message and gives the whole answer. */
  ask(channel: number, command: number, payload: Uint8Array): Promise<Uint8Array>;
}

async function hostOf(bus: SoftHidBus, device: HidDeviceInfo): Promise<Host> {
  const reports: Uint8Array[] = [];
  const ends: HidFailure[] = [];
  const link = await bus.open(device, {
    onReport: (report) => reports.push(report),
    onEnd: (reason) => ends.push(reason),
  });
  return {
    link,
    reports,
    ends,
    async ask(channel, command, payload) {
      reports.length = 0;
      for (const report of packetsOf(channel, command, payload)) await link.write(report);
      await settled();
      const packets = reports.map((report) => parsePacket(report)!);
      const first = packets.shift();
      if (first?.kind !== 'init') throw new Error('no answer');
      const buffer = new MessageBuffer(first);
      for (const packet of packets) if (packet.kind === 'continuation') buffer.append(packet);
      return buffer.message!;
    },
  };
}

async function channelOf(host: Host): Promise<number> {
  const answer = await host.ask(BROADCAST_CHANNEL, HidCommand.INIT, new Uint8Array(8));
  return new DataView(answer.buffer, answer.byteOffset).getUint32(8);
}

async function demoKey(): Promise<SoftHidKey> {
  const random = new SeededRandom();
  const key = await SimulatedKey.open({
    clock: new ManualClock(),
    random,
    presence: new ScriptedPresence(),
    state: demoState(random),
  });
  return new SoftHidKey(key);
}

describe('a simulated key on the bus in this process', () => {
  it('is listed as simulated and answers getInfo', async () => {
    const bus = new SoftHidBus();
    bus.plug(await demoKey());
    const [device] = await bus.list();
    expect(device).toMatchObject({ path: 'soft:1', simulated: true, product: 'Simulated demo key' });
    const host = await hostOf(bus, device!);
    const answer = await host.ask(await channelOf(host), HidCommand.CBOR, Uint8Array.of(0x04));
    expect(answer[0]).toBe(0);
    expect(Buffer.from(answer).includes('LatchkeySimulate')).toBe(true);
  });

  it('keeps its path and socket when it is plugged in again, but not its attachment', async () => {
    const bus = new SoftHidBus();
    const key = await demoKey();
    const first = bus.plug(key);
    bus.unplug(key);
    bus.plug(await demoKey());
    const again = bus.plug(key);
    expect({ ...again, attachment: '' }).toEqual({ ...first, attachment: '' });
    expect(again.attachment).not.toBe(first.attachment);
    await expect(bus.open(first, { onReport: () => {}, onEnd: () => {} })).rejects.toMatchObject({
      code: 'disconnected',
    });
  });

  it('tells watchers the list at the beginning and after every change, until they stop', async () => {
    const bus = new SoftHidBus();
    const key = await demoKey();
    const seen: number[] = [];
    const stop = bus.watch((devices) => seen.push(devices.length));
    expect(seen).toEqual([]);
    await settled();
    bus.plug(key);
    await settled();
    bus.unplug(key);
    await settled();
    stop();
    bus.plug(key);
    await settled();
    expect(seen).toEqual([0, 1, 0]);
  });

  it('gives every report to every program that has it open', async () => {
    const bus = new SoftHidBus();
    const device = bus.plug(await demoKey());
    const one = await hostOf(bus, device);
    const two = await hostOf(bus, device);
    const channel = await channelOf(one);
    two.reports.length = 0;
    await one.ask(channel, HidCommand.PING, Uint8Array.of(1, 2, 3));
    expect(two.reports).toEqual(one.reports);
    expect(two.reports).toHaveLength(1);
  });

  it('does not answer from inside write', async () => {
    const bus = new SoftHidBus();
    const device = bus.plug(await demoKey());
    const host = await hostOf(bus, device);
    const [init] = packetsOf(BROADCAST_CHANNEL, HidCommand.INIT, new Uint8Array(8));
    const written = host.link.write(init!);
    expect(host.reports).toHaveLength(0);
    await written;
    await settled();
    expect(host.reports).toHaveLength(1);
  });

  it('ends every link once when it is taken out, and refuses writes', async () => {
    const bus = new SoftHidBus();
    const key = await demoKey();
    const device = bus.plug(key);
    const one = await hostOf(bus, device);
    const two = await hostOf(bus, device);
    await two.link.close();
    bus.unplug(key);
    await settled();
    expect(one.ends.map(({ code }) => code)).toEqual(['disconnected']);
    expect(two.ends).toEqual([]);
    await expect(one.link.write(new Uint8Array(64))).rejects.toMatchObject({ code: 'disconnected' });
    bus.plug(key);
    await expect(one.link.write(new Uint8Array(64))).rejects.toMatchObject({ code: 'disconnected' });
    await one.link.close();
  });

  it('calls nobody who has closed, also when the end was on its way already', async () => {
    const bus = new SoftHidBus();
    const key = await demoKey();
    const host = await hostOf(bus, bus.plug(key));
    await host.link.write(packetsOf(BROADCAST_CHANNEL, HidCommand.INIT, new Uint8Array(8))[0]!);
    bus.unplug(key);
    const closed = host.link.close();
    await settled();
    await closed;
    expect(host.ends).toEqual([]);
    expect(host.reports).toEqual([]);
  });

  it('delivers long answers whole and in order', async () => {
    const bus = new SoftHidBus();
    const device = bus.plug(await demoKey());
    const host = await hostOf(bus, device);
    const channel = await channelOf(host);
    const payload = new SeededRandom('ping').bytes(7609);
    expect(await host.ask(channel, HidCommand.PING, payload)).toEqual(payload);
  });

  it('lets the event loop turn while two sides talk without a pause', async () => {
    const bus = new SoftHidBus();
    const device = bus.plug(await demoKey());
    let pings = 0;
    let over = false;
    const link = await bus.open(device, {
      onReport: (report) => {
        pings++;
        if (!over) void link.write(report);
      },
      onEnd: () => {},
    });
    // A broadcast PING is answered with an ERROR, which the key takes for an unknown command and answers, and so on.
    await link.write(packetsOf(BROADCAST_CHANNEL, HidCommand.PING, Uint8Array.of(1))[0]!);
    // Would never come back if the two kept the event loop to themselves.
    for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
    over = true;
    expect(pings).toBeGreaterThan(200);
    await settled();
  });
});
