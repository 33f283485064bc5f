/** The client's rules of CTAPHID (CTAP 2.1 §11.2), one test for each. */
import { describe, expect, it, vi } from 'vitest';
import { CtapHidChannel } from '../../main/client/ctaphid-channel';
import { BROADCAST_CHANNEL, HidCommand, HidError, Keepalive, packetsOf } from '../../main/ctap/ctaphid';
import { ProtocolError, TransportError } from '../../main/ctap/errors';
import { ManualClock, settled } from '../support/manual-clock';
import { watched } from '../support/outcome';
import { hidDevice, ScriptedBus, ScriptedKey } from '../support/scripted-hid';
import { SeededRandom } from '../support/seeded-random';

const CHANNEL = 0x1234_5678;
const request = Uint8Array.of(4);
const device = hidDevice('a');

function plugged(): {
  clock: ManualClock;
  bus: ScriptedBus;
  key: ScriptedKey;
  open: () => Promise<CtapHidChannel>;
} {
  const clock = new ManualClock();
  const bus = new ScriptedBus();
  const key = new ScriptedKey();
  bus.plug(device, key);
  const deps = { clock, random: new SeededRandom() };
  return { clock, bus, key, open: () => CtapHidChannel.open(bus, device, deps) };
}

async function opened(): Promise<{ clock: ManualClock; key: ScriptedKey; channel: CtapHidChannel }> {
  const { clock, key, open } = plugged();
  return { clock, key, channel: await open() };
}

/** Answers every CBOR request with these bytes. */
function answering(...payload: number[]): ScriptedKey['onMessage'] {
  return ({ channel, command }, key) => {
    if (command === HidCommand.CBOR) key.reply(channel, HidCommand.CBOR, payload);
  };
}

describe('opening a channel', () => {
  it('sends INIT with 8 bytes on broadcast and takes channel, version and capabilities from the answer', async () => {
    const { key, channel } = await opened();
    expect(key.messages).toHaveLength(1);
    expect(key.messages[0]).toMatchObject({ channel: BROADCAST_CHANNEL, command: HidCommand.INIT });
    expect(key.messages[0]?.payload).toHaveLength(8);
    expect(channel.deviceVersion).toEqual({ major: 5, minor: 7, build: 1 });
    expect(channel.capabilities).toBe(0x0c);
    key.onMessage = answering(0);
    await channel.send(HidCommand.CBOR, request);
    expect(key.messages[1]?.channel).toBe(CHANNEL);
  });

  it('ignores the answers to other programs, which have foreign nonces, and takes its own', async () => {
    const { key, open } = plugged();
    key.answersInit = false;
    key.onMessage = (message) => {
      key.answerInit({ ...message, payload: new Uint8Array(8) }, 0x666);
      key.reply(BROADCAST_CHANNEL, HidCommand.INIT, [1, 2, 3]);
      key.answerInit(message);
    };
    const channel = await open();
    key.onMessage = answering(0, 1);
    await channel.send(HidCommand.CBOR, request);
    expect(key.messages.at(-1)?.channel).toBe(CHANNEL);
  });

  it('accepts an answer of more than 17 bytes', async () => {
    const { key, open } = plugged();
    key.answersInit = false;
    key.onMessage = ({ payload }) =>
      key.reply(BROADCAST_CHANNEL, HidCommand.INIT, [...payload, 0, 0, 0, 7, 2, 1, 2, 3, 4, 99, 99]);
    expect((await open()).capabilities).toBe(4);
  });

  it('gives up after 3 seconds without an answer, and closes the device', async () => {
    const { clock, key, open } = plugged();
    key.answersInit = false;
    const outcome = watched(open());
    await clock.advance(2999);
    expect(await outcome()).toEqual({ state: 'pending' });
    await clock.advance(1);
    expect(await outcome()).toMatchObject({ state: 'rejected', error: { failure: 'timed-out' } });
    expect(key.closed).toBe(1);
    expect(clock.pending).toBe(0);
  });

  it('gives up after 3 seconds also when foreign answers keep coming', async () => {
    const { clock, key, open } = plugged();
    key.answersInit = false;
    const outcome = watched(open());
    for (let second = 0; second < 3; second++) {
      await clock.advance(1000);
      key.answerInit({ channel: BROADCAST_CHANNEL, command: HidCommand.INIT, payload: new Uint8Array(8) });
    }
    expect(await outcome()).toMatchObject({ state: 'rejected', error: { failure: 'timed-out' } });
  });

  it('asks again while another program has the key, with the same nonce', async () => {
    const { clock, key, open } = plugged();
    key.answersInit = false;
    let busy = 3;
    key.onMessage = (message) =>
      busy-- > 0 ? key.error(BROADCAST_CHANNEL, HidError.CHANNEL_BUSY) : key.answerInit(message);
    const outcome = watched(open());
    await clock.advance(300);
    expect((await outcome()).state).toBe('resolved');
    expect(new Set(key.messages.map(({ payload }) => Buffer.from(payload).toString('hex'))).size).toBe(1);
  });

  it('asks again when nothing comes: a system may drop what a key says while it is being set up', async () => {
    const { clock, key, open } = plugged();
    key.answersInit = false;
    let lost = 2;
    key.onMessage = (message) => {
      if (lost-- <= 0) key.answerInit(message);
    };
    const outcome = watched(open());
    await clock.advance(1000);
    expect((await outcome()).state).toBe('resolved');
    expect(key.messages).toHaveLength(3);
  });

  it('says after five seconds that another program is using the key', async () => {
    const { clock, key, open } = plugged();
    key.answersInit = false;
    key.onMessage = () => key.error(BROADCAST_CHANNEL, HidError.CHANNEL_BUSY);
    const outcome = watched(open());
    await clock.advance(5100);
    expect(await outcome()).toMatchObject({
      state: 'rejected',
      error: { failure: 'busy', message: expect.stringContaining('Another program') as string },
    });
  });

  it.each([
    ['short', [0, 0, 0, 7, 2]],
    ['with channel 0', [0, 0, 0, 0, 2, 1, 2, 3, 4]],
    ['with the broadcast channel', [255, 255, 255, 255, 2, 1, 2, 3, 4]],
  ])('refuses an answer that is %s', async (_, rest) => {
    const { key, open } = plugged();
    key.answersInit = false;
    key.onMessage = ({ payload }) => key.reply(BROADCAST_CHANNEL, HidCommand.INIT, [...payload, ...rest]);
    await expect(open()).rejects.toBeInstanceOf(ProtocolError);
    expect(key.closed).toBe(1);
  });

  it.each([
    ['access-denied', 'access-denied'],
    ['disconnected', 'unplugged'],
    ['in-use', 'busy'],
    ['io', 'io'],
  ] as const)('turns the HID failure %s into %s, keeping its sentence', async (code, failure) => {
    const { key, open } = plugged();
    key.refuses = code;
    await expect(open()).rejects.toMatchObject({
      name: 'TransportError',
      failure,
      message: 'The system says no.',
    });
  });

  it('does not wait for ever for a system that does not open, and closes what it opens too late', async () => {
    const { clock, key, open } = plugged();
    let letGo = (): void => undefined;
    key.opensAfter = new Promise((resolve) => (letGo = resolve));
    const outcome = watched(open());
    await clock.advance(5000);
    expect(await outcome()).toMatchObject({ state: 'rejected', error: { failure: 'timed-out' } });
    letGo();
    await settled();
    expect(key).toMatchObject({ opened: 1, closed: 1 });
  });
});

describe('a message', () => {
  it('goes and comes in packets, up to 7609 bytes', async () => {
    const { key, channel } = await opened();
    const data = new SeededRandom().bytes(7609);
    await channel.ping(data);
    expect(key.messages.at(-1)?.payload).toEqual(data);
  });

  it('of more than 7609 bytes is a mistake of the caller, and does no harm', async () => {
    const { key, channel } = await opened();
    await expect(channel.send(HidCommand.PING, new Uint8Array(7610))).rejects.toBeInstanceOf(RangeError);
    await channel.ping(request);
    expect(key.messages).toHaveLength(2);
  });

  it('comes back from a ping as it was, or the key is broken', async () => {
    const { key, channel } = await opened();
    await channel.ping(Uint8Array.of(1, 2));
    await channel.ping(new Uint8Array(0));
    key.echoesPing = false;
    key.onMessage = () => key.reply(CHANNEL, HidCommand.PING, [1, 3]);
    await expect(channel.ping(Uint8Array.of(1, 2))).rejects.toBeInstanceOf(ProtocolError);
  });

  it('waits for the one before it', async () => {
    const { key, channel } = await opened();
    const first = channel.send(HidCommand.CBOR, Uint8Array.of(1));
    const second = channel.send(HidCommand.CBOR, Uint8Array.of(2));
    await settled();
    expect(key.sent(HidCommand.CBOR).map(({ payload }) => payload[0])).toEqual([1]);
    key.onMessage = answering(22);
    key.cbor(CHANNEL, 11);
    expect(await first).toEqual(Uint8Array.of(11));
    expect(await second).toEqual(Uint8Array.of(22));
  });

  it('ignores packets of other channels, also in the middle of its own answer, and reports that are not 64 bytes', async () => {
    const { key, channel } = await opened();
    const answer = Uint8Array.of(0, ...new SeededRandom().bytes(200));
    const outcome = watched(channel.send(HidCommand.CBOR, request));
    await settled();
    for (const report of packetsOf(CHANNEL, HidCommand.CBOR, answer)) {
      key.cbor(0x99, 0x2e);
      key.error(0x99, HidError.OTHER);
      key.raw(new Uint8Array(63));
      key.raw(new Uint8Array(65));
      key.raw(report);
    }
    expect(await outcome()).toEqual({ state: 'resolved', value: answer });
  });

  it('leaves no timer behind', async () => {
    const { clock, key, channel } = await opened();
    key.onMessage = answering(0);
    await channel.send(HidCommand.CBOR, request);
    expect(clock.pending).toBe(0);
  });
});

describe('keepalives', () => {
  it('tell when a touch is needed, once for every change', async () => {
    const { key, channel } = await opened();
    const onStatus = vi.fn();
    const answer = channel.send(HidCommand.CBOR, request, { onStatus });
    await settled();
    for (const status of [1, 1, Keepalive.UPNEEDED, Keepalive.UPNEEDED, 1, Keepalive.UPNEEDED])
      key.keepalive(CHANNEL, status);
    key.cbor(CHANNEL, 0);
    await answer;
    expect(onStatus.mock.calls.flat()).toEqual(['touch-needed', 'processing', 'touch-needed']);
  });

  it('restart the read timer', async () => {
    const { clock, key, channel } = await opened();
    const outcome = watched(channel.send(HidCommand.CBOR, request));
    for (let round = 0; round < 10; round++) {
      await clock.advance(2900);
      key.keepalive(CHANNEL);
    }
    expect(await outcome()).toEqual({ state: 'pending' });
    key.cbor(CHANNEL, 0);
    expect((await outcome()).state).toBe('resolved');
  });

  it('end after 60 seconds in all: cancelled once, then timed out', async () => {
    const { clock, key, channel } = await opened();
    key.onMessage = ({ command }) => {
      if (command === HidCommand.CANCEL) key.cbor(CHANNEL, 0x2d);
    };
    const outcome = watched(channel.send(HidCommand.CBOR, request));
    for (let tick = 0; tick < 599; tick++) {
      await clock.advance(100);
      key.keepalive(CHANNEL, Keepalive.UPNEEDED);
    }
    expect(await outcome()).toEqual({ state: 'pending' });
    await clock.advance(100);
    expect(await outcome()).toMatchObject({ state: 'rejected', error: { failure: 'timed-out' } });
    expect(key.sent(HidCommand.CANCEL)).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  it('that go on after CANCEL do not hold the caller longer than 3 seconds; the channel is resynchronised then', async () => {
    const { clock, key, channel } = await opened();
    const outcome = watched(channel.send(HidCommand.CBOR, request));
    for (let tick = 0; tick < 635; tick++) {
      await clock.advance(100);
      key.keepalive(CHANNEL);
    }
    expect(await outcome()).toMatchObject({ state: 'rejected', error: { failure: 'timed-out' } });
    expect(key.sent(HidCommand.CANCEL)).toHaveLength(1);
    key.onMessage = answering(0);
    await channel.send(HidCommand.CBOR, request);
    expect(key.messages.slice(-2)).toMatchObject([
      { channel: CHANNEL, command: HidCommand.INIT },
      { channel: CHANNEL, command: HidCommand.CBOR },
    ]);
  });
});

describe('cancelling', () => {
  it('sends CANCEL once, reads the reply to nowhere, and rejects with the reason', async () => {
    const { key, channel } = await opened();
    const controller = new AbortController();
    const outcome = watched(channel.send(HidCommand.CBOR, request, { signal: controller.signal }));
    await settled();
    key.keepalive(CHANNEL, Keepalive.UPNEEDED);
    await settled();
    controller.abort(new Error('enough'));
    await settled();
    expect(key.sent(HidCommand.CANCEL)).toMatchObject([{ channel: CHANNEL, payload: new Uint8Array(0) }]);
    key.keepalive(CHANNEL);
    expect(await outcome()).toEqual({ state: 'pending' });
    key.cbor(CHANNEL, 0x2d);
    expect(await outcome()).toMatchObject({ state: 'rejected', error: { message: 'enough' } });
    expect(key.sent(HidCommand.CANCEL)).toHaveLength(1);
  });

  it('from within the call that tells of the touch works too', async () => {
    const { key, channel } = await opened();
    const controller = new AbortController();
    key.onMessage = ({ command }) =>
      command === HidCommand.CANCEL ? key.cbor(CHANNEL, 0x2d) : key.keepalive(CHANNEL, Keepalive.UPNEEDED);
    const onStatus = (): void => controller.abort();
    const outcome = watched(channel.send(HidCommand.CBOR, request, { signal: controller.signal, onStatus }));
    expect(await outcome()).toMatchObject({ state: 'rejected', error: { name: 'AbortError' } });
    expect(key.sent(HidCommand.CANCEL)).toHaveLength(1);
  });

  it('needs no resynchronisation when the reply came', async () => {
    const { key, channel } = await opened();
    const controller = new AbortController();
    key.onMessage = ({ command }) => {
      if (command === HidCommand.CANCEL) key.cbor(CHANNEL, 0x2d);
    };
    const cancelled = channel.send(HidCommand.CBOR, request, { signal: controller.signal });
    await settled();
    controller.abort();
    await expect(cancelled).rejects.toMatchObject({ name: 'AbortError' });
    key.onMessage = answering(0);
    await channel.send(HidCommand.CBOR, request);
    expect(key.sent(HidCommand.INIT)).toHaveLength(1);
  });

  it('is not over when the key is busy for CANCEL: the late answer is not that to the next request', async () => {
    const { clock, key, channel } = await opened();
    const controller = new AbortController();
    key.onMessage = ({ channel: id, command }) => {
      if (command === HidCommand.CANCEL) key.reply(id, HidCommand.ERROR, [HidError.CHANNEL_BUSY]);
    };
    const cancelled = watched(channel.send(HidCommand.CBOR, request, { signal: controller.signal }));
    await settled();
    controller.abort();
    await clock.advance(100);
    const next = watched(channel.send(HidCommand.CBOR, Uint8Array.of(0x0b)));
    await clock.advance(100);
    key.reply(CHANNEL, HidCommand.CBOR, [0x2d]);
    await settled();
    expect(await cancelled()).toMatchObject({ state: 'rejected', error: { name: 'AbortError' } });
    key.onMessage = answering(0);
    await clock.advance(100);
    key.reply(CHANNEL, HidCommand.CBOR, [0]);
    expect(await next()).toEqual({ state: 'resolved', value: Uint8Array.of(0) });
  });

  it('in the middle of a long answer drains the rest of it', async () => {
    const { key, channel } = await opened();
    const controller = new AbortController();
    const outcome = watched(channel.send(HidCommand.CBOR, request, { signal: controller.signal }));
    await settled();
    const reports = packetsOf(CHANNEL, HidCommand.CBOR, new Uint8Array(150));
    key.raw(reports[0] ?? new Uint8Array());
    await settled();
    controller.abort();
    await settled();
    for (const report of reports.slice(1)) key.raw(report);
    expect(await outcome()).toMatchObject({ state: 'rejected', error: { name: 'AbortError' } });
    key.onMessage = answering(7);
    expect(await channel.send(HidCommand.CBOR, request)).toEqual(Uint8Array.of(7));
    expect(key.sent(HidCommand.INIT)).toHaveLength(1);
  });

  it('waits at most 3 seconds for a reply that does not come', async () => {
    const { clock, key, channel } = await opened();
    const controller = new AbortController();
    const outcome = watched(channel.send(HidCommand.CBOR, request, { signal: controller.signal }));
    await settled();
    controller.abort();
    await clock.advance(3000);
    expect(await outcome()).toMatchObject({ state: 'rejected', error: { name: 'AbortError' } });
    key.onMessage = answering(0);
    await channel.send(HidCommand.CBOR, request);
    expect(key.sent(HidCommand.INIT)).toHaveLength(2);
  });

  it('before anything was sent sends nothing, also for a request that waits for its turn', async () => {
    const { key, channel } = await opened();
    const controller = new AbortController();
    const first = channel.send(HidCommand.CBOR, request);
    const second = watched(channel.send(HidCommand.CBOR, request, { signal: controller.signal }));
    await settled();
    controller.abort();
    expect(await second()).toMatchObject({ state: 'rejected', error: { name: 'AbortError' } });
    await expect(
      channel.send(HidCommand.CBOR, request, { signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ name: 'AbortError' });
    key.cbor(CHANNEL, 0);
    await first;
    expect(key.messages).toHaveLength(2);
  });

  it('does not send CANCEL for a command that has none', async () => {
    const { key, channel } = await opened();
    const controller = new AbortController();
    const outcome = watched(channel.send(HidCommand.WINK, new Uint8Array(), { signal: controller.signal }));
    await settled();
    controller.abort();
    await settled();
    key.reply(CHANNEL, HidCommand.WINK, []);
    expect(await outcome()).toMatchObject({ state: 'rejected', error: { name: 'AbortError' } });
    expect(key.sent(HidCommand.CANCEL)).toHaveLength(0);
  });

  it('while another program has the key stops waiting at once', async () => {
    const { key, channel } = await opened();
    key.onMessage = () => key.error(CHANNEL, HidError.CHANNEL_BUSY);
    const controller = new AbortController();
    const outcome = watched(channel.send(HidCommand.CBOR, request, { signal: controller.signal }));
    await settled();
    controller.abort();
    expect(await outcome()).toMatchObject({ state: 'rejected', error: { name: 'AbortError' } });
    expect(key.sent(HidCommand.CANCEL)).toHaveLength(0);
  });
});

describe('two programs using the key', () => {
  it('CHANNEL_BUSY: waits 100 ms and sends the request again', async () => {
    const { clock, key, channel } = await opened();
    let busy = 2;
    key.onMessage = () => (busy-- > 0 ? key.error(CHANNEL, HidError.CHANNEL_BUSY) : key.cbor(CHANNEL, 0));
    const outcome = watched(channel.send(HidCommand.CBOR, request));
    await clock.advance(199);
    expect(await outcome()).toEqual({ state: 'pending' });
    await clock.advance(1);
    expect((await outcome()).state).toBe('resolved');
    expect(key.sent(HidCommand.CBOR)).toHaveLength(3);
  });

  it('has patience for five seconds', async () => {
    const { clock, key, channel } = await opened();
    key.onMessage = () => key.error(CHANNEL, HidError.CHANNEL_BUSY);
    const outcome = watched(channel.send(HidCommand.CBOR, request));
    await clock.advance(4900);
    expect(await outcome()).toEqual({ state: 'pending' });
    await clock.advance(200);
    expect(await outcome()).toMatchObject({ state: 'rejected', error: { failure: 'busy' } });
  });
});

describe('a key that breaks the rules', () => {
  it.each<[string, (key: ScriptedKey) => void]>([
    ['answers another command', (key) => key.reply(CHANNEL, HidCommand.PING, [1])],
    [
      'begins with a continuation packet',
      (key) => key.raw(Uint8Array.from([0x12, 0x34, 0x56, 0x78, 0, ...Array<number>(59).fill(0)])),
    ],
    [
      'counts its packets from 1',
      (key) => {
        const [first, second] = packetsOf(CHANNEL, HidCommand.CBOR, new Uint8Array(100));
        if (!first || !second) throw new Error('two packets');
        second[4] = 1;
        key.raw(first);
        key.raw(second);
      },
    ],
    [
      'begins a second answer within the first',
      (key) => {
        const [first] = packetsOf(CHANNEL, HidCommand.CBOR, new Uint8Array(100));
        if (!first) throw new Error('a packet');
        key.raw(first);
        key.raw(first);
      },
    ],
    [
      'announces more than 7609 bytes',
      (key) => {
        const report = new Uint8Array(64);
        report.set([0x12, 0x34, 0x56, 0x78, 0x90, 0xff, 0xff]);
        key.raw(report);
      },
    ],
    ['answers with a CTAPHID error', (key) => key.error(CHANNEL, HidError.INVALID_CMD)],
    ['answers with an empty CTAPHID error', (key) => key.reply(CHANNEL, HidCommand.ERROR, [])],
    ['answers with a CTAPHID error that does not exist', (key) => key.error(CHANNEL, 0x55)],
  ])('and %s: ProtocolError, and INIT on the own channel before the next request', async (_, misbehave) => {
    const { key, channel } = await opened();
    const outcome = watched(channel.send(HidCommand.CBOR, request));
    await settled();
    misbehave(key);
    expect(await outcome()).toMatchObject({ state: 'rejected', error: { name: 'ProtocolError' } });
    key.onMessage = answering(9);
    expect(await channel.send(HidCommand.CBOR, request)).toEqual(Uint8Array.of(9));
    expect(key.messages.slice(-2)).toMatchObject([
      { channel: CHANNEL, command: HidCommand.INIT },
      { channel: CHANNEL, command: HidCommand.CBOR },
    ]);
  });

  it('and answers on a foreign channel: timed out', async () => {
    const { clock, key, channel } = await opened();
    key.onMessage = ({ command }) => {
      if (command === HidCommand.CBOR) key.cbor(0x99, 0);
    };
    const outcome = watched(channel.send(HidCommand.CBOR, request));
    await clock.advance(3000);
    expect(await outcome()).toMatchObject({ state: 'rejected', error: { failure: 'timed-out' } });
  });

  it('and never answers: timed out after 3 seconds, resynchronised before the next request', async () => {
    const { clock, key, channel } = await opened();
    const outcome = watched(channel.send(HidCommand.CBOR, request));
    await clock.advance(3000);
    expect(await outcome()).toMatchObject({ state: 'rejected', error: { failure: 'timed-out' } });
    key.onMessage = answering(0);
    await channel.send(HidCommand.CBOR, request);
    expect(key.sent(HidCommand.INIT).map((message) => message.channel)).toEqual([BROADCAST_CHANNEL, CHANNEL]);
    expect(key.opened).toBe(1);
  });

  it('and stops in the middle of its answer: timed out', async () => {
    const { clock, key, channel } = await opened();
    const outcome = watched(channel.send(HidCommand.CBOR, request));
    await settled();
    key.raw(packetsOf(CHANNEL, HidCommand.CBOR, new Uint8Array(100))[0] ?? new Uint8Array());
    await clock.advance(3000);
    expect(await outcome()).toMatchObject({ state: 'rejected', error: { failure: 'timed-out' } });
  });

  it('and sends its late answer after we gave up: it is not taken for the answer to the next request', async () => {
    const { clock, key, channel } = await opened();
    const outcome = watched(channel.send(HidCommand.CBOR, request));
    await clock.advance(3000);
    await outcome();
    key.cbor(CHANNEL, 0x11);
    key.answersInit = false;
    key.onMessage = (message) => {
      if (message.command === HidCommand.CBOR) key.cbor(CHANNEL, 0);
      else {
        key.cbor(CHANNEL, 0x12);
        key.answerInit(message);
        key.cbor(CHANNEL, 0x13);
      }
    };
    expect(await channel.send(HidCommand.CBOR, request)).toEqual(Uint8Array.of(0));
  });

  it('and is deaf to the resynchronisation: is opened again, with a new channel', async () => {
    const { clock, key, channel } = await opened();
    const first = watched(channel.send(HidCommand.CBOR, request));
    await clock.advance(3000);
    await first();
    key.answersInit = false;
    key.onMessage = (message) => {
      if (message.command === HidCommand.INIT && message.channel === BROADCAST_CHANNEL)
        key.answerInit(message, 0x77);
      else if (message.command === HidCommand.CBOR) key.cbor(message.channel, 0);
    };
    const second = watched(channel.send(HidCommand.CBOR, request));
    await clock.advance(3000);
    expect((await second()).state).toBe('resolved');
    expect(key.opened).toBe(2);
    expect(key.closed).toBe(1);
    expect(key.messages.at(-1)?.channel).toBe(0x77);
  });

  it('and does not come back when opened again: ends, and says so', async () => {
    const { clock, key, channel } = await opened();
    const ended = vi.fn();
    channel.onEnd(ended);
    const first = watched(channel.send(HidCommand.CBOR, request));
    await clock.advance(3000);
    await first();
    key.answersInit = false;
    const second = watched(channel.send(HidCommand.CBOR, request));
    await clock.advance(6000);
    expect(await second()).toMatchObject({ state: 'rejected', error: { failure: 'timed-out' } });
    expect(ended).toHaveBeenCalledOnce();
    expect(clock.pending).toBe(0);
  });

  it('and has forgotten our channel: gets a new one, and the request once more', async () => {
    const { key, channel } = await opened();
    key.answersInit = false;
    key.onMessage = (message) => {
      if (message.channel === CHANNEL) key.error(CHANNEL, HidError.INVALID_CHANNEL);
      else if (message.command === HidCommand.INIT) key.answerInit(message, 0x88);
      else key.cbor(message.channel, 0);
    };
    await channel.send(HidCommand.CBOR, request);
    expect(key.sent(HidCommand.CBOR).map((message) => message.channel)).toEqual([CHANNEL, 0x88]);
  });

  it.each([HidError.INVALID_SEQ, HidError.MSG_TIMEOUT])(
    'and did not get the whole request (CTAPHID error %i): gets it once more, not twice',
    async (code) => {
      const { key, channel } = await opened();
      key.onMessage = () => key.error(CHANNEL, code);
      await expect(channel.send(HidCommand.CBOR, request)).rejects.toBeInstanceOf(ProtocolError);
      expect(key.sent(HidCommand.CBOR)).toHaveLength(2);
    },
  );
});

describe('noise', () => {
  it('of any kind ends in an answer or an error, and leaves no timer', async () => {
    const random = new SeededRandom('noise');
    const commands = Object.values(HidCommand);
    for (let run = 0; run < 200; run++) {
      const { clock, key, channel } = await opened();
      const outcome = watched(channel.send(HidCommand.CBOR, request));
      await settled();
      const [length = 0] = random.bytes(1);
      for (let packet = 0; packet < length % 12; packet++) {
        const report = random.bytes(64);
        const [kind = 0, command = 0] = random.bytes(2);
        new DataView(report.buffer).setUint32(0, kind % 8 === 0 ? BROADCAST_CHANNEL : CHANNEL);
        if (kind % 3 > 0) report[4] = (commands[command % commands.length] ?? 0) | 0x80;
        if (kind % 2 > 0) report[5] = 0;
        key.raw(report);
      }
      await clock.advance(20_000);
      expect((await outcome()).state).not.toBe('pending');
      expect(clock.pending).toBe(0);
      key.onMessage = answering(5);
      expect(await channel.send(HidCommand.CBOR, request)).toEqual(Uint8Array.of(5));
    }
  });
});

describe('unplugging', () => {
  it('rejects everything that waits, at once, and everything that comes', async () => {
    const { key, channel } = await opened();
    const ended = vi.fn();
    channel.onEnd(ended);
    const first = watched(channel.send(HidCommand.CBOR, request));
    const second = watched(channel.send(HidCommand.CBOR, request));
    await settled();
    key.unplug();
    const unplugged = { state: 'rejected', error: { name: 'TransportError', failure: 'unplugged' } };
    expect(await first()).toMatchObject(unplugged);
    expect(await second()).toMatchObject(unplugged);
    await expect(channel.ping(request)).rejects.toMatchObject({ failure: 'unplugged' });
    expect(ended).toHaveBeenCalledOnce();
    const late = vi.fn();
    channel.onEnd(late);
    expect(late).toHaveBeenCalledOnce();
  });

  it('after any number of reports ends in "unplugged"', async () => {
    // INIT and its answer, 4 reports of request, keepalive, 4 reports of answer
    for (let reports = 1; reports <= 11; reports++) {
      const { clock, key, open } = plugged();
      key.unplugAfterReports = reports;
      key.onMessage = ({ channel, command }) => {
        if (command !== HidCommand.CBOR) return;
        key.keepalive(channel);
        key.cbor(channel, 0, new Uint8Array(200));
      };
      const outcome = watched(open().then((channel) => channel.send(HidCommand.CBOR, new Uint8Array(200))));
      const result = await outcome();
      // The last report was the end of the answer: it has arrived, but the key is gone.
      expect(result, `after report ${reports}`).toMatchObject({
        state: 'rejected',
        error: { failure: 'unplugged' },
      });
      expect(clock.pending).toBe(0);
    }
  });

  it('while a cancelled request is drained ends at once', async () => {
    const { key, channel } = await opened();
    const controller = new AbortController();
    const outcome = watched(channel.send(HidCommand.CBOR, request, { signal: controller.signal }));
    await settled();
    controller.abort();
    await settled();
    key.unplug();
    expect(await outcome()).toMatchObject({ state: 'rejected', error: { failure: 'unplugged' } });
  });

  it('noticed first by a write ends the channel too', async () => {
    const { key, channel } = await opened();
    const ended = vi.fn();
    channel.onEnd(ended);
    key.failsWrites = 'disconnected';
    await expect(channel.send(HidCommand.CBOR, request)).rejects.toMatchObject({ failure: 'unplugged' });
    expect(ended).toHaveBeenCalledOnce();
  });
});

describe('closing', () => {
  it('rejects what waits and closes the device once', async () => {
    const { key, channel } = await opened();
    const outcome = watched(channel.send(HidCommand.CBOR, request));
    await settled();
    await channel.close();
    await channel.close();
    expect(await outcome()).toMatchObject({ state: 'rejected', error: { failure: 'io' } });
    expect(await watched(channel.ping(request))()).toMatchObject({ state: 'rejected' });
    expect(key.messages).toHaveLength(2);
  });

  it('ends with the reason it was given', async () => {
    const { channel } = await opened();
    const reason = new TransportError('unplugged', 'gone');
    const ended = vi.fn();
    channel.onEnd(ended);
    await channel.close(reason);
    expect(ended).toHaveBeenCalledExactlyOnceWith(reason);
  });

  it('a write that fails otherwise leaves the channel usable', async () => {
    const { key, channel } = await opened();
    key.failsWrites = 'io';
    await expect(channel.send(HidCommand.CBOR, request)).rejects.toMatchObject({ failure: 'io' });
    key.failsWrites = undefined;
    key.onMessage = answering(0);
    await channel.send(HidCommand.CBOR, request);
  });
});
