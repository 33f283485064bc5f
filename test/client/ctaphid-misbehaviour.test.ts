/** Keys that do not keep to CTAPHID (CTAP 2.1 §11.2): every one ends in an answer or an error, in time. */
import { describe, expect, it, vi } from 'vitest';
import { BROADCAST_CHANNEL, HidCommand, HidError, packetsOf } from '../../main/ctap/ctaphid';
import { ProtocolError } from '../../main/ctap/errors';
import { settled } from '../support/manual-clock';
import { watched } from '../support/outcome';
import type { ScriptedKey } from '../support/scripted-hid';
import { SeededRandom } from '../support/seeded-random';
import { answering, CHANNEL, opened, request } from './plugged-key';

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
