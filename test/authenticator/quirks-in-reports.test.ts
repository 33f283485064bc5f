/** Each misbehaviour in reports, below CTAP, does what its name says, and nothing without it. */
import { describe, expect, it } from 'vitest';
import type { HidFailure, HidLink } from '../../native/ports';
import { HidCommand as Cmd, HidError } from '../../main/ctap/ctaphid';
import { SoftHidBus } from '../../main/authenticator/fronts/soft-hid-bus';
import { SoftHidKey } from '../../main/authenticator/fronts/soft-hid-key';
import type { Quirk } from '../../main/authenticator/quirks';
import { HidHost } from '../support/hid-host';
import { settled } from '../support/manual-clock';
import { PIN, rig, type Rig } from '../support/simulated-rig';

describe('reports', () => {
  interface Wire {
    readonly bench: Rig;
    readonly bus: SoftHidBus;
    readonly key: SoftHidKey;
    readonly host: HidHost;
    readonly link: HidLink;
    readonly ends: HidFailure[];
    /** A channel of the host's own, got before the quirks began. */
    readonly channel: number;
  }

  async function wire(...quirks: readonly Quirk[]): Promise<Wire> {
    const bench = await rig({ pin: PIN, passkeys: [{ rpId: 'a.org', userName: 'ada' }] });
    const bus = new SoftHidBus();
    const key = new SoftHidKey(bench.key);
    const ends: HidFailure[] = [];
    const link = await bus.open(bus.plug(key), {
      // It says nothing before it is asked.
      onReport: (report) => host.receive(report),
      onEnd: (reason) => ends.push(reason),
    });
    const host: HidHost = new HidHost((report) => {
      link.write(report).catch(() => undefined);
    });
    host.send(0xffffffff, Cmd.INIT, new Uint8Array(8));
    await settled();
    const channel = new DataView(host.taken()[0]!.payload!.buffer).getUint32(8);
    bench.key.setQuirks(quirks);
    return { bench, bus, key, host, link, ends, channel };
  }

  const ask = async ({ host, channel }: Wire, command = 0x04): Promise<ReturnType<HidHost['taken']>> => {
    host.send(channel, Cmd.CBOR, Uint8Array.of(command));
    await settled();
    return host.taken();
  };

  it('without quirks the answer comes', async () => {
    const set = await wire();
    expect(await ask(set)).toMatchObject([{ channel: set.channel, command: Cmd.CBOR }]);
  });

  it('never-answers: no answer and no keepalive, but INIT still works', async () => {
    const set = await wire({ name: 'never-answers', command: 4, times: 1 });
    expect(await ask(set)).toEqual([]);
    await set.bench.clock.advance(5000);
    expect(set.host.taken()).toEqual([]);
    set.host.send(set.channel, Cmd.INIT, new Uint8Array(8));
    await settled();
    expect(set.host.taken()).toMatchObject([{ command: Cmd.INIT }]);
    expect(await ask(set)).toMatchObject([{ command: Cmd.CBOR }]);
  });

  it('keepalives-for-ever: deaf to CANCEL, but not to INIT', async () => {
    const set = await wire({ name: 'keepalives-for-ever', command: 4, times: 1 });
    expect(await ask(set)).toEqual([]);
    await set.bench.clock.advance(70_000);
    const keepalives = set.host.taken();
    expect(keepalives.length).toBe(Math.floor(70_000 / 75));
    expect(new Set(keepalives.map(({ command }) => command))).toEqual(new Set([Cmd.KEEPALIVE]));
    set.host.send(set.channel, Cmd.CANCEL);
    await set.bench.clock.advance(150);
    expect(set.host.taken().map(({ command }) => command)).toEqual([Cmd.KEEPALIVE, Cmd.KEEPALIVE]);
    set.host.send(set.channel, Cmd.INIT, new Uint8Array(8));
    await settled();
    expect(set.host.taken()).toMatchObject([{ command: Cmd.INIT }]);
    expect(await ask(set)).toMatchObject([{ command: Cmd.CBOR }]);
  });

  it('foreign-channel: all packets of the answer', async () => {
    const set = await wire({ name: 'foreign-channel', times: 1 });
    set.host.send(set.channel, Cmd.CBOR, Uint8Array.of(4));
    await settled();
    expect(set.host.reports.length).toBeGreaterThan(1);
    for (const report of set.host.reports)
      expect(new DataView(report.buffer).getUint32(0)).not.toBe(set.channel);
    set.host.taken();
    expect(await ask(set)).toMatchObject([{ channel: set.channel }]);
  });

  it('foreign-chatter: the answer is whole among packets of others', async () => {
    const set = await wire({ name: 'foreign-chatter' });
    set.host.send(set.channel, Cmd.CBOR, Uint8Array.of(4));
    await settled();
    const own = set.host.reports.filter((report) => new DataView(report.buffer).getUint32(0) === set.channel);
    expect(own.length).toBeLessThan(set.host.reports.length);
    set.host.reports = own;
    expect(set.host.taken()[0]!.payload![0]).toBe(0);
  });

  it('wrong-sequence', async () => {
    const set = await wire({ name: 'wrong-sequence', times: 1 });
    set.host.send(set.channel, Cmd.CBOR, Uint8Array.of(4));
    await settled();
    expect(set.host.reports.map((report) => report[4]).slice(1)).toEqual(
      set.host.reports.slice(1).map((_report, index) => index + 1),
    );
    expect(set.host.taken()[0]!.payload).toBeUndefined();
    expect((await ask(set))[0]!.payload).toBeDefined();
  });

  it('channel-busy, so many times', async () => {
    const set = await wire({ name: 'channel-busy', times: 2 });
    const busy = { channel: set.channel, command: Cmd.ERROR, payload: Uint8Array.of(HidError.CHANNEL_BUSY) };
    expect(await ask(set)).toEqual([busy]);
    expect(await ask(set)).toEqual([busy]);
    expect(await ask(set)).toMatchObject([{ command: Cmd.CBOR }]);
  });

  it('busy-while-waiting: to everything but the touch', async () => {
    const set = await wire({ name: 'busy-while-waiting' });
    set.bench.presence.next('wait');
    expect(await ask(set, 0x0b)).toMatchObject([{ command: Cmd.KEEPALIVE, payload: Uint8Array.of(2) }]);
    const busy = { command: Cmd.ERROR, payload: Uint8Array.of(HidError.CHANNEL_BUSY) };
    for (const [channel, command] of [
      [set.channel, Cmd.CBOR],
      [set.channel, Cmd.CANCEL],
      [set.channel, Cmd.INIT],
      [0xffffffff, Cmd.INIT],
    ] as const) {
      set.host.send(channel, command, new Uint8Array(command === Cmd.INIT ? 8 : 0));
      await settled();
      expect(set.host.taken()).toEqual([{ channel, ...busy }]);
    }
    expect(set.bench.presence.waiting).toBe(true);
    set.bench.presence.answer('granted');
    await settled();
    expect(set.host.taken().at(-1)).toMatchObject({ command: Cmd.CBOR, payload: Uint8Array.of(0) });
    expect(await ask(set)).toMatchObject([{ command: Cmd.CBOR }]);
  });

  it('busy-while-waiting: an answer that looks like the keepalive is none', async () => {
    const set = await wire({ name: 'busy-while-waiting' });
    set.host.send(set.channel, Cmd.CBOR, Uint8Array.of(0x06, 0xa2, 0x01, 0x09, 0x02, 0x02));
    await settled();
    expect(set.host.taken()).toMatchObject([{ command: Cmd.CBOR, payload: Uint8Array.of(0x02) }]);
    expect(await ask(set)).toMatchObject([{ command: Cmd.CBOR }]);
  });

  it('slow-keepalives: so many milliseconds apart', async () => {
    const set = await wire({ name: 'slow-keepalives', milliseconds: 400 });
    set.bench.presence.next('wait');
    await ask(set, 0x0b);
    await set.bench.clock.advance(399);
    expect(set.host.taken()).toEqual([]);
    await set.bench.clock.advance(1);
    expect(set.host.taken()).toMatchObject([{ command: Cmd.KEEPALIVE }]);
    await set.bench.clock.advance(4000);
    expect(set.host.taken()).toHaveLength(10);
  });

  it('no-permission: as often as it says', async () => {
    const set = await wire({ name: 'no-permission', times: 1 });
    const [device] = await set.bus.list();
    const listener = { onReport: () => undefined, onEnd: () => undefined };
    await expect(set.bus.open(device!, listener)).rejects.toMatchObject({ code: 'access-denied' });
    await (await set.bus.open(device!, listener)).close();
    expect(await ask(set)).toMatchObject([{ command: Cmd.CBOR }]);
  });

  it('unplug-at-request: at the command and subcommand that are named, before anything is done', async () => {
    const set = await wire({ name: 'unplug-at-request', command: 0x06, subCommand: 2, times: 1 });
    const send = async (...request: readonly number[]): Promise<boolean> => {
      set.host.send(set.channel, Cmd.CBOR, Uint8Array.from(request));
      await settled();
      return set.ends.length > 0;
    };
    expect(await send(0x04)).toBe(false);
    // getPINRetries, without and with a protocol
    expect(await send(0x06, 0xa1, 0x02, 0x01)).toBe(false);
    expect(await send(0x06, 0xa2, 0x01, 0x02, 0x02, 0x01)).toBe(false);
    const before = set.host.reports.length;
    expect(await send(0x06, 0xa2, 0x01, 0x02, 0x02, 0x02)).toBe(true);
    expect(set.host.reports).toHaveLength(before);
    expect(await set.bus.list()).toEqual([]);

    const sensor = await wire({ name: 'unplug-at-request', command: 0x09, subCommand: 4 });
    sensor.host.send(sensor.channel, Cmd.CBOR, Uint8Array.of(0x09, 0xa2, 0x01, 0x01, 0x02, 0x04));
    await settled();
    expect(sensor.ends).toHaveLength(1);

    const manager = await wire({ name: 'unplug-at-request', command: 0x0a, subCommand: 6 });
    manager.host.send(manager.channel, Cmd.CBOR, Uint8Array.of(0x0a, 0xa1, 0x01, 0x06));
    await settled();
    expect(manager.ends.map(({ code }) => code)).toEqual(['disconnected']);
  });

  it('unplug-at-report: at any report of an exchange, once', async () => {
    const whole = await wire({ name: 'channel-busy', times: 0 });
    whole.host.send(whole.channel, Cmd.CBOR, Uint8Array.of(4));
    await settled();
    const inAnswer = whole.host.reports.length;
    expect(inAnswer).toBeGreaterThan(2);
    for (let report = 1; report <= 1 + inAnswer; report++) {
      const set = await wire({ name: 'unplug-at-report', report });
      set.host.send(set.channel, Cmd.CBOR, Uint8Array.of(4));
      await settled();
      expect(set.host.reports).toHaveLength(report - 1);
      expect(set.ends.map(({ code }) => code)).toEqual(['disconnected']);
      expect(await set.bus.list()).toEqual([]);
      set.bus.plug(set.key);
      expect(await set.bus.list()).toHaveLength(1);
    }
  });
});
