/** How a CTAPHID channel begins and ends (CTAP 2.1 §11.2). */
import { describe, expect, it, vi } from 'vitest';
import { BROADCAST_CHANNEL, HidCommand, HidError } from '../../main/ctap/ctaphid';
import { ProtocolError, TransportError } from '../../main/ctap/errors';
import { settled } from '../support/manual-clock';
import { watched } from '../support/outcome';
import { answering, CHANNEL, opened, plugged, request } from './plugged-key';

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
