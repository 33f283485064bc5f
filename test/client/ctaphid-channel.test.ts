/** The client's rules of CTAPHID (CTAP 2.1 §11.2), one test for each. */
import { describe, expect, it, vi } from 'vitest';
import { HidCommand, HidError, Keepalive, packetsOf } from '../../main/ctap/ctaphid';
import { ProtocolError } from '../../main/ctap/errors';
import { settled } from '../support/manual-clock';
import { watched } from '../support/outcome';
import { SeededRandom } from '../support/seeded-random';
import { answering, CHANNEL, opened, request } from './plugged-key';

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
