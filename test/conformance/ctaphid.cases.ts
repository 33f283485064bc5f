/** CTAPHID, CTAP 2.1 §11.2, by raw reports. The rows are those of the project's table of answers (protocol card, A.7). */
import { expect } from 'vitest';
import {
  BROADCAST_CHANNEL,
  Capability,
  HidCommand as Cmd,
  HidError,
  Keepalive,
} from '../../main/ctap/ctaphid';
import { SELECTION } from '../../main/ctap/commands/selection';
import { Status } from '../../main/ctap/status';
import type { RawHost, RawMessage } from './raw-subject';

export interface RawCase {
  readonly section: string;
  readonly name: string;
  readonly run: (host: RawHost) => Promise<void>;
}

const error = (channel: number, code: number): RawMessage => ({
  channel,
  command: Cmd.ERROR,
  payload: Uint8Array.of(code),
});
const numbered = (length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => (index * 7) & 0xff);

/** The device is idle and has nothing more to say: the very next thing it says is the echo. */
async function idle(host: RawHost, channel: number): Promise<void> {
  const payload = Uint8Array.of(0x1d, 0x1e);
  await host.send(channel, Cmd.PING, payload);
  expect(await host.next()).toEqual({ channel, command: Cmd.PING, payload });
}

/** A PING of which the second packet is missing. */
async function begin(host: RawHost, channel: number): Promise<void> {
  await host.sendPart(channel, Cmd.PING, numbered(100), 1);
}

/** A request that waits for a touch which does not come. */
async function wait(host: RawHost, channel: number): Promise<void> {
  host.leaveWaiting();
  await host.send(channel, Cmd.CBOR, Uint8Array.of(SELECTION));
  for (;;) {
    const message = await host.next();
    expect(message).toMatchObject({ channel, command: Cmd.KEEPALIVE });
    if (message.payload[0] === Keepalive.UPNEEDED) return;
  }
}

async function cancelled(host: RawHost, channel: number): Promise<void> {
  await host.send(channel, Cmd.CANCEL);
  expect(await host.answer()).toEqual({
    channel,
    command: Cmd.CBOR,
    payload: Uint8Array.of(Status.KEEPALIVE_CANCEL),
  });
}

export const ctaphidCases: readonly RawCase[] = [
  {
    section: '§11.2.9.1.3 (rows 7, 8)',
    name: 'INIT gives every asker a channel of its own, and the same one back on that channel',
    run: async (host) => {
      const one = await host.allocate();
      const other = await host.allocate();
      expect(new Set([one, other, 0, BROADCAST_CHANNEL]).size).toBe(4);
      expect((await host.init(one)).channel).toBe(one);
      await idle(host, one);
      await idle(host, other);
    },
  },
  {
    section: '§11.2.9.1.3',
    name: 'the answer to INIT has 17 bytes, protocol version 2, CBOR and no unknown capability',
    run: async (host) => {
      await host.send(BROADCAST_CHANNEL, Cmd.INIT, numbered(8));
      const { channel, command, payload } = await host.next();
      expect({ channel, command }).toEqual({ channel: BROADCAST_CHANNEL, command: Cmd.INIT });
      expect(payload).toHaveLength(17);
      expect(payload.subarray(0, 8)).toEqual(numbered(8));
      expect(payload[12]).toBe(2);
      expect(payload[16]! & Capability.CBOR).not.toBe(0);
      expect(payload[16]! & ~(Capability.WINK | Capability.CBOR | Capability.NMSG)).toBe(0);
    },
  },
  {
    section: '§11.2.5 (rows 2, 3)',
    name: 'nothing goes by channel 0, and nothing but INIT by broadcast',
    run: async (host) => {
      await host.send(0, Cmd.INIT, numbered(8));
      expect(await host.next()).toEqual(error(0, HidError.INVALID_CHANNEL));
      await host.send(BROADCAST_CHANNEL, Cmd.PING, numbered(3));
      expect(await host.next()).toEqual(error(BROADCAST_CHANNEL, HidError.INVALID_CHANNEL));
    },
  },
  {
    section: '§11.2.4 (row 4)',
    name: 'a channel that nobody was given is INVALID_CHANNEL',
    run: async (host) => {
      const channel = ((await host.allocate()) ^ 0x00c0ffee) >>> 0;
      await host.send(channel, Cmd.PING, numbered(3));
      expect(await host.next()).toEqual(error(channel, HidError.INVALID_CHANNEL));
    },
  },
  {
    section: '§11.2.9.1.3 (row 6)',
    name: 'INIT of another length than 8 is INVALID_LEN',
    run: async (host) => {
      const channel = await host.allocate();
      for (const length of [0, 7, 9]) {
        await host.send(channel, Cmd.INIT, numbered(length));
        expect(await host.next()).toEqual(error(channel, HidError.INVALID_LEN));
      }
      await idle(host, channel);
    },
  },
  {
    section: '§11.2.9.1.1 (row 13)',
    name: 'PING echoes messages of one packet, of many, and with a zero in front',
    run: async (host) => {
      const channel = await host.allocate();
      const lengths = [0, 1, 57, 58, 116, 117, 1024, host.longestMessage];
      for (const payload of [...lengths.map(numbered), Uint8Array.of(0, 1, 2)]) {
        await host.send(channel, Cmd.PING, payload);
        expect(await host.next()).toEqual({ channel, command: Cmd.PING, payload });
      }
    },
  },
  {
    section: '§11.2.4 (row 14)',
    name: 'a continuation out of order is INVALID_SEQ, and the message is dropped',
    run: async (host) => {
      const channel = await host.allocate();
      await begin(host, channel);
      await host.sendRaw(channel, 1);
      expect(await host.next()).toEqual(error(channel, HidError.INVALID_SEQ));
      await host.sendRaw(channel, 0);
      await idle(host, channel);
    },
  },
  {
    section: '§11.2.4 (row 15)',
    name: 'a continuation of nothing is ignored',
    run: async (host) => {
      const channel = await host.allocate();
      await host.sendRaw(channel, 0);
      await host.sendRaw(channel, 0x7f);
      await idle(host, channel);
    },
  },
  {
    section: '§11.2.4 (row 11)',
    name: 'a new message in the middle of one is INVALID_SEQ, and both are dropped',
    run: async (host) => {
      const channel = await host.allocate();
      await begin(host, channel);
      await host.send(channel, Cmd.PING, numbered(3));
      expect(await host.next()).toEqual(error(channel, HidError.INVALID_SEQ));
      await idle(host, channel);
    },
  },
  {
    section: '§11.2.5.3 (row 9)',
    name: 'INIT in the middle of a message drops it, without an answer to it',
    run: async (host) => {
      const channel = await host.allocate();
      await begin(host, channel);
      expect((await host.init(channel)).channel).toBe(channel);
      await host.sendRaw(channel, 0);
      await idle(host, channel);
    },
  },
  {
    section: '§11.2.5 (row 10)',
    name: 'another channel in the middle of a message is CHANNEL_BUSY, and the message goes on',
    run: async (host) => {
      const channel = await host.allocate();
      const other = await host.allocate();
      await begin(host, channel);
      await host.send(other, Cmd.PING, numbered(3));
      expect(await host.next()).toEqual(error(other, HidError.CHANNEL_BUSY));
      await host.sendRaw(channel, 0, ...numbered(100).subarray(57));
      expect(await host.next()).toEqual({ channel, command: Cmd.PING, payload: numbered(100) });
    },
  },
  {
    section: '§11.2.5.2 (row 25)',
    name: 'a message that does not go on is MSG_TIMEOUT',
    run: async (host) => {
      const channel = await host.allocate();
      await begin(host, channel);
      expect(await host.next()).toEqual(error(channel, HidError.MSG_TIMEOUT));
      await idle(host, channel);
    },
  },
  {
    section: '§11.2.4 (row 17)',
    name: 'a length of more than 7609 bytes is INVALID_LEN at once',
    run: async (host) => {
      const channel = await host.allocate();
      await host.sendRaw(channel, Cmd.PING | 0x80, 0x1d, 0xba);
      expect(await host.next()).toEqual(error(channel, HidError.INVALID_LEN));
    },
  },
  {
    section: '§11.2.9 (row 18)',
    name: 'a command that does not exist, and one that only a device gives, is INVALID_CMD',
    run: async (host) => {
      const channel = await host.allocate();
      for (const command of [0x20, Cmd.KEEPALIVE, Cmd.ERROR]) {
        await host.send(channel, command, Uint8Array.of(1));
        expect(await host.next()).toEqual(error(channel, HidError.INVALID_CMD));
      }
      await idle(host, channel);
    },
  },
  {
    section: '§11.2.9.1.3, §11.2.9.1.4 (rows 19, 22)',
    name: 'MSG and WINK work as the capabilities say, or are INVALID_CMD',
    run: async (host) => {
      const { capabilities } = await host.init(BROADCAST_CHANNEL);
      const channel = await host.allocate();
      const version = Uint8Array.of(0, 3, 0, 0, 0, 0, 0);
      await host.send(channel, Cmd.MSG, version);
      const answer = await host.answer();
      if (capabilities & Capability.NMSG) expect(answer).toEqual(error(channel, HidError.INVALID_CMD));
      else expect(Buffer.from(answer.payload).toString('latin1')).toBe('U2F_V2\x90\x00');
      await host.send(channel, Cmd.WINK);
      if (capabilities & Capability.WINK)
        expect(await host.answer()).toEqual({ channel, command: Cmd.WINK, payload: new Uint8Array() });
      else expect(await host.answer()).toEqual(error(channel, HidError.INVALID_CMD));
      await idle(host, channel);
    },
  },
  {
    section: '§11.2.9.1.5 (row 24)',
    name: 'CANCEL with nothing to cancel is ignored',
    run: async (host) => {
      const channel = await host.allocate();
      await host.send(channel, Cmd.CANCEL);
      await idle(host, channel);
    },
  },
  {
    section: '§11.2.9.1.5 (row 23)',
    name: 'CANCEL of a request that waits for a touch: the request answers KEEPALIVE_CANCEL',
    run: async (host) => {
      const channel = await host.allocate();
      await wait(host, channel);
      await cancelled(host, channel);
      await idle(host, channel);
    },
  },
  {
    section: '§11.2.5 (rows 10, 12, 24)',
    name: 'while a request waits for a touch, other messages are CHANNEL_BUSY and foreign CANCELs are ignored',
    run: async (host) => {
      const channel = await host.allocate();
      const other = await host.allocate();
      await wait(host, channel);
      await host.send(other, Cmd.CANCEL);
      await host.send(other, Cmd.PING, numbered(3));
      expect(await host.answer()).toEqual(error(other, HidError.CHANNEL_BUSY));
      await host.send(channel, Cmd.PING, numbered(3));
      expect(await host.answer()).toEqual(error(channel, HidError.CHANNEL_BUSY));
      await cancelled(host, channel);
    },
  },
  {
    section: '§11.2.5.3 (row 9)',
    name: 'INIT on the channel of a request that waits for a touch ends it, without an answer to it',
    run: async (host) => {
      const channel = await host.allocate();
      await wait(host, channel);
      expect((await host.init(channel)).channel).toBe(channel);
      await idle(host, channel);
    },
  },
];
