/** The device's end of CTAPHID: one test for each row of the table of answers (protocol card, A.7), named by its number. */
import { beforeEach, describe, expect, it } from 'vitest';
import { CtapHidDevice, MAX_CHANNELS } from '../../main/authenticator/fronts/ctaphid-device';
import type { CallOptions } from '../../main/ctap/api';
import { BROADCAST_CHANNEL, HidCommand as Cmd, HidError, MAX_MESSAGE_LENGTH } from '../../main/ctap/ctaphid';
import { HidHost, NONCE } from '../support/hid-host';
import { ManualClock, settled } from '../support/manual-clock';
import { SeededRandom } from '../support/seeded-random';

interface Call {
  readonly request: Uint8Array;
  readonly options: CallOptions;
  readonly answer: (response: Uint8Array) => Promise<void>;
  readonly fail: () => Promise<void>;
}

let clock: ManualClock;
let device: CtapHidDevice;
let host: HidHost;
let calls: Call[];
let winks: number;
/** An allocated channel, and another one. */
let ours: number;
let theirs: number;

function makeDevice(
  wink?: () => void,
  speaks: { cbor: boolean; u2f: boolean } = { cbor: true, u2f: false },
): void {
  clock = new ManualClock();
  calls = [];
  host = new HidHost((report) => device.receive(report));
  const take = (request: Uint8Array, options: CallOptions = {}): Promise<Uint8Array> =>
    new Promise((resolve, reject) => {
      calls.push({
        request,
        options,
        answer: (response) => {
          resolve(response);
          return settled();
        },
        fail: () => {
          reject(new Error('broken'));
          return settled();
        },
      });
    });
  device = new CtapHidDevice({
    clock,
    random: new SeededRandom(),
    ...(speaks.cbor && { handle: take }),
    ...(speaks.u2f && { handleApdu: (apdu: Uint8Array) => take(apdu) }),
    send: host.receive,
    ...(wink && { wink }),
  });
}

beforeEach(() => {
  winks = 0;
  makeDevice(() => winks++);
  ours = host.allocate();
  theirs = host.allocate();
});

const error = (channel: number, code: number) => ({
  channel,
  command: Cmd.ERROR,
  payload: Uint8Array.of(code),
});
const keepalive = (status: number) => ({
  channel: ours,
  command: Cmd.KEEPALIVE,
  payload: Uint8Array.of(status),
});
const cbor = (...bytes: number[]) => ({ channel: ours, command: Cmd.CBOR, payload: Uint8Array.from(bytes) });
const init = (channel: number) => ({ channel, command: Cmd.INIT });

/** A CBOR request of which one packet is missing. */
const receive = (): void => host.sendPart(ours, Cmd.CBOR, new Uint8Array(100), 1);
const complete = (): void => host.sendRaw(ours, 0);
/** A CBOR request that is being worked on. */
const process = (): Call => {
  host.send(ours, Cmd.CBOR, Uint8Array.of(0x04));
  return calls.at(-1)!;
};

describe('any state', () => {
  it('row 1: reports of another length are dropped', () => {
    for (const length of [0, 1, 63, 65]) device.receive(new Uint8Array(length).fill(0xff));
    expect(host.taken()).toEqual([]);
  });

  it.each(['idle', 'receiving', 'processing'])('row 6: INIT of another length, %s', (state) => {
    if (state === 'receiving') receive();
    if (state === 'processing') process();
    const before = calls.length;
    host.send(ours, Cmd.INIT, new Uint8Array(7));
    host.send(BROADCAST_CHANNEL, Cmd.INIT, new Uint8Array(9));
    expect(host.taken()).toEqual([
      error(ours, HidError.INVALID_LEN),
      error(BROADCAST_CHANNEL, HidError.INVALID_LEN),
    ]);
    if (state === 'receiving') complete();
    expect(calls.length).toBe(state === 'receiving' ? before + 1 : before);
  });

  it('row 24: CANCEL with nothing to cancel is ignored', () => {
    host.send(ours, Cmd.CANCEL);
    host.send(BROADCAST_CHANNEL, Cmd.CANCEL);
    host.send(0x1234, Cmd.CANCEL);
    receive();
    host.send(ours, Cmd.CANCEL);
    complete();
    host.send(theirs, Cmd.CANCEL);
    expect(calls[0]!.options.signal!.aborted).toBe(false);
    expect(host.taken()).toEqual([]);
  });

  it('row 28: a bus reset drops everything, channels too', async () => {
    const { options, answer } = process();
    device.reset();
    expect(options.signal!.aborted).toBe(true);
    await answer(Uint8Array.of(0));
    expect(host.taken()).toEqual([]);
    expect(clock.pending).toBe(0);
    host.send(ours, Cmd.PING);
    expect(host.taken()).toEqual([error(ours, HidError.INVALID_CHANNEL)]);
  });
});

describe('idle', () => {
  it('row 2: channel 0', () => {
    host.send(0, Cmd.INIT, NONCE);
    host.send(0, Cmd.PING);
    expect(host.taken()).toEqual([error(0, HidError.INVALID_CHANNEL), error(0, HidError.INVALID_CHANNEL)]);
  });

  it('row 3: anything but INIT on broadcast', () => {
    host.send(BROADCAST_CHANNEL, Cmd.PING);
    expect(host.taken()).toEqual([error(BROADCAST_CHANNEL, HidError.INVALID_CHANNEL)]);
  });

  it('rows 4 and 5: a channel that was never allocated', () => {
    host.send(0x1234, Cmd.PING);
    host.send(0x1234, Cmd.CBOR, Uint8Array.of(4));
    host.send(0x1234, Cmd.INIT, NONCE);
    expect(host.taken()).toEqual(Array.from({ length: 3 }, () => error(0x1234, HidError.INVALID_CHANNEL)));
    expect(calls).toEqual([]);
  });

  it('row 7: INIT on broadcast allocates a new channel each time', () => {
    host.send(BROADCAST_CHANNEL, Cmd.INIT, NONCE);
    const [{ channel, command, payload }] = host.taken() as [ReturnType<HidHost['taken']>[0]];
    expect({ channel, command }).toEqual(init(BROADCAST_CHANNEL));
    expect(payload!.subarray(0, 8)).toEqual(NONCE);
    expect(new Set([ours, theirs, new DataView(payload!.buffer).getUint32(8)]).size).toBe(3);
    expect([...payload!.subarray(12)]).toEqual([2, 1, 0, 0, 0x0d]);
  });

  it('a key that cannot wink does not claim to', () => {
    makeDevice();
    host.send(BROADCAST_CHANNEL, Cmd.INIT, NONCE);
    expect(host.taken()[0]!.payload!.at(-1)).toBe(0x0c);
  });

  it('row 8: INIT on an allocated channel gives the same one', () => {
    host.send(ours, Cmd.INIT, NONCE);
    const [{ channel, payload }] = host.taken() as [ReturnType<HidHost['taken']>[0]];
    expect(channel).toBe(ours);
    expect(new DataView(payload!.buffer).getUint32(8)).toBe(ours);
  });

  it('forgets the channel longest unused when there are too many', () => {
    host.send(ours, Cmd.PING);
    for (let count = 2; count < MAX_CHANNELS; count++) host.allocate();
    host.allocate();
    host.send(theirs, Cmd.PING);
    host.send(ours, Cmd.PING);
    expect(host.taken()).toMatchObject([error(theirs, HidError.INVALID_CHANNEL), { command: Cmd.PING }]);
  });

  it('row 15: a continuation packet is ignored', () => {
    host.sendRaw(ours, 0);
    expect(host.taken()).toEqual([]);
  });

  it('row 17: a length that no message can have', () => {
    host.sendRaw(ours, Cmd.PING | 0x80, 0x1d, 0xba);
    expect(host.taken()).toEqual([error(ours, HidError.INVALID_LEN)]);
    host.sendRaw(ours, Cmd.PING | 0x80, 0x1d, 0xb9);
    expect(host.taken()).toEqual([]);
  });

  it.each([
    ['0x20', 0x20],
    ['KEEPALIVE', Cmd.KEEPALIVE],
    ['ERROR', Cmd.ERROR],
    ['vendor', 0x40],
  ])('row 18: the unknown command %s, at its first packet', (_name, command) => {
    host.send(ours, command, new Uint8Array(100));
    expect(host.taken()).toEqual([error(ours, HidError.INVALID_CMD)]);
    expect(clock.pending).toBe(0);
  });

  it('row 19: LOCK is not implemented, nor are MSG and WINK where there is none', () => {
    host.send(ours, Cmd.MSG, new Uint8Array(7));
    host.send(ours, Cmd.LOCK, Uint8Array.of(1));
    expect(host.taken()).toEqual([error(ours, HidError.INVALID_CMD), error(ours, HidError.INVALID_CMD)]);
    makeDevice();
    ours = host.allocate();
    host.send(ours, Cmd.WINK);
    expect(host.taken()).toEqual([error(ours, HidError.INVALID_CMD)]);
  });

  it('row 22: WINK winks, without payload only', () => {
    host.send(ours, Cmd.WINK, Uint8Array.of(1));
    expect(host.taken()).toEqual([error(ours, HidError.INVALID_LEN)]);
    expect(winks).toBe(0);
    host.send(ours, Cmd.WINK);
    expect(host.taken()).toEqual([{ channel: ours, command: Cmd.WINK, payload: new Uint8Array() }]);
    expect(winks).toBe(1);
  });

  it('row 26: CBOR without a command', () => {
    host.send(ours, Cmd.CBOR);
    expect(host.taken()).toEqual([error(ours, HidError.INVALID_LEN)]);
    expect(calls).toEqual([]);
  });

  it.each([0, 1, 50, 57, 58, 1024, MAX_MESSAGE_LENGTH])('PING echoes %i bytes exactly', (length) => {
    const payload = new SeededRandom('ping').bytes(length);
    payload[0] = 0;
    host.send(ours, Cmd.PING, payload.subarray(0, length));
    expect(host.taken()).toEqual([
      { channel: ours, command: Cmd.PING, payload: payload.subarray(0, length) },
    ]);
  });

  it('says nothing by itself', async () => {
    await clock.advance(3000);
    expect(host.taken()).toEqual([]);
    expect(clock.pending).toBe(0);
  });
});

describe('receiving', () => {
  it('row 9: INIT on the channel itself aborts, and answers only itself', async () => {
    receive();
    host.send(ours, Cmd.INIT, NONCE);
    expect(host.taken()).toMatchObject([init(ours)]);
    complete();
    await clock.advance(1000);
    expect(host.taken()).toEqual([]);
    expect(calls).toEqual([]);
  });

  it('row 10: other channels are told to wait, and the message is completed all the same', () => {
    receive();
    host.send(theirs, Cmd.PING);
    host.send(BROADCAST_CHANNEL, Cmd.INIT, NONCE);
    host.send(theirs, Cmd.INIT, NONCE);
    expect(host.taken()).toEqual([
      error(theirs, HidError.CHANNEL_BUSY),
      error(BROADCAST_CHANNEL, HidError.CHANNEL_BUSY),
      error(theirs, HidError.CHANNEL_BUSY),
    ]);
    complete();
    expect(calls).toHaveLength(1);
  });

  it('row 11: a new message on the same channel', () => {
    receive();
    host.send(ours, Cmd.PING);
    expect(host.taken()).toEqual([error(ours, HidError.INVALID_SEQ)]);
    complete();
    expect(calls).toEqual([]);
    host.send(ours, Cmd.PING);
    expect(host.taken()).toMatchObject([{ command: Cmd.PING }]);
  });

  it('row 13: the right continuation packets complete the message', () => {
    const request = new SeededRandom('request').bytes(300);
    host.send(ours, Cmd.CBOR, request);
    expect(calls.map((call) => call.request)).toEqual([request]);
  });

  it('row 14: a wrong sequence number', () => {
    receive();
    host.sendRaw(ours, 1);
    expect(host.taken()).toEqual([error(ours, HidError.INVALID_SEQ)]);
    complete();
    expect(host.taken()).toEqual([]);
    expect(calls).toEqual([]);
  });

  it('row 16: a continuation packet of another channel is ignored', () => {
    receive();
    host.sendRaw(theirs, 0);
    expect(host.taken()).toEqual([]);
    complete();
    expect(calls).toHaveLength(1);
  });

  it('row 25: 500 ms without the next packet, each anew', async () => {
    host.sendPart(ours, Cmd.CBOR, new Uint8Array(200), 1);
    await clock.advance(499);
    host.sendRaw(ours, 0);
    await clock.advance(499);
    expect(host.taken()).toEqual([]);
    await clock.advance(1);
    expect(host.taken()).toEqual([error(ours, HidError.MSG_TIMEOUT)]);
    host.sendRaw(ours, 1);
    expect(host.taken()).toEqual([]);
    expect(calls).toEqual([]);
  });
});

describe('processing', () => {
  it('answers on the asker’s channel', async () => {
    const call = process();
    expect(call.request).toEqual(Uint8Array.of(4));
    await call.answer(Uint8Array.of(0, 1, 2));
    expect(host.taken()).toEqual([cbor(0, 1, 2)]);
    expect(clock.pending).toBe(0);
  });

  it('keepalives every 75 ms, and at once when the status changes', async () => {
    const { options, answer } = process();
    await clock.advance(74);
    expect(host.taken()).toEqual([]);
    await clock.advance(1);
    expect(host.taken()).toEqual([keepalive(1)]);
    options.onStatus!('touch-needed');
    expect(host.taken()).toEqual([keepalive(2)]);
    options.onStatus!('touch-needed');
    expect(host.taken()).toEqual([]);
    await clock.advance(150);
    expect(host.taken()).toEqual([keepalive(2), keepalive(2)]);
    options.onStatus!('processing');
    expect(host.taken()).toEqual([keepalive(1)]);
    await answer(Uint8Array.of(0));
    await clock.advance(1000);
    expect(host.taken()).toEqual([cbor(0)]);
  });

  it('row 9: INIT on the channel itself cancels, and the late answer goes nowhere', async () => {
    const { options, answer } = process();
    host.send(ours, Cmd.INIT, NONCE);
    expect(host.taken()).toMatchObject([init(ours)]);
    expect(options.signal!.aborted).toBe(true);
    const next = process();
    await answer(Uint8Array.of(0x2d));
    options.onStatus!('touch-needed');
    expect(host.taken()).toEqual([]);
    await next.answer(Uint8Array.of(0));
    expect(host.taken()).toEqual([cbor(0)]);
  });

  it('row 10: other channels are told to wait', async () => {
    const { answer } = process();
    host.send(theirs, Cmd.CBOR, Uint8Array.of(4));
    host.send(BROADCAST_CHANNEL, Cmd.INIT, NONCE);
    expect(host.taken()).toEqual([
      error(theirs, HidError.CHANNEL_BUSY),
      error(BROADCAST_CHANNEL, HidError.CHANNEL_BUSY),
    ]);
    await answer(Uint8Array.of(0));
    expect(host.taken()).toEqual([cbor(0)]);
    expect(calls).toHaveLength(1);
  });

  it('row 12: so is a second message on the same channel', async () => {
    const { answer, options } = process();
    host.send(ours, Cmd.PING);
    expect(host.taken()).toEqual([error(ours, HidError.CHANNEL_BUSY)]);
    expect(options.signal!.aborted).toBe(false);
    await answer(Uint8Array.of(0));
    expect(host.taken()).toEqual([cbor(0)]);
  });

  it('row 15: a continuation packet is ignored', () => {
    process();
    complete();
    expect(host.taken()).toEqual([]);
  });

  it('row 23: CANCEL has no answer of its own; the request answers, also when it was too late', async () => {
    const { options, answer } = process();
    host.send(ours, Cmd.CANCEL);
    host.send(ours, Cmd.CANCEL);
    expect(options.signal!.aborted).toBe(true);
    expect(host.taken()).toEqual([]);
    await answer(Uint8Array.of(0, 7));
    expect(host.taken()).toEqual([cbor(0, 7)]);
  });

  it('row 27: an answer that is too long', async () => {
    await process().answer(new Uint8Array(MAX_MESSAGE_LENGTH + 1));
    expect(host.taken()).toEqual([error(ours, HidError.OTHER)]);
    await process().answer(new Uint8Array(MAX_MESSAGE_LENGTH));
    expect(host.taken()).toMatchObject([{ command: Cmd.CBOR }]);
  });

  it('a handler that breaks answers OTHER, and the next request works', async () => {
    await process().fail();
    expect(host.taken()).toEqual([error(ours, HidError.OTHER)]);
    await process().answer(Uint8Array.of(0));
    expect(host.taken()).toEqual([cbor(0)]);
  });
});

describe('U2F', () => {
  const VERSION = Uint8Array.of(0, 3, 0, 0, 0, 0, 0);
  const msg = (...bytes: number[]) => ({ channel: ours, command: Cmd.MSG, payload: Uint8Array.from(bytes) });
  const speaking = (cbor: boolean): void => {
    makeDevice(undefined, { cbor, u2f: true });
    ours = host.allocate();
    theirs = host.allocate();
  };

  it.each([
    ['CTAP2 alone', true, false, 0x0c],
    ['both', true, true, 0x04],
    ['U2F alone', false, true, 0x00],
  ])('INIT of a device that speaks %s: capabilities %s %s %i', (_, cbor, u2f, capabilities) => {
    makeDevice(undefined, { cbor, u2f });
    host.send(BROADCAST_CHANNEL, Cmd.INIT, NONCE);
    expect(host.taken()[0]!.payload![16]).toBe(capabilities);
  });

  it('MSG is answered by MSG, on the asker’s channel', async () => {
    speaking(true);
    host.send(ours, Cmd.MSG, VERSION);
    expect(calls[0]!.request).toEqual(VERSION);
    await calls[0]!.answer(Uint8Array.of(0x55, 0x90, 0));
    expect(host.taken()).toEqual([msg(0x55, 0x90, 0)]);
    host.send(ours, Cmd.CBOR, Uint8Array.of(4));
    await calls[1]!.answer(Uint8Array.of(0));
    expect(host.taken()).toEqual([cbor(0)]);
  });

  it('rows 12 and 24: while MSG is worked on there are no keepalives, CANCEL is ignored, others wait', async () => {
    speaking(true);
    host.send(ours, Cmd.MSG, VERSION);
    await clock.advance(1000);
    host.send(ours, Cmd.CANCEL);
    expect(host.taken()).toEqual([]);
    host.send(theirs, Cmd.MSG, VERSION);
    expect(host.taken()).toEqual([error(theirs, HidError.CHANNEL_BUSY)]);
    await calls[0]!.answer(Uint8Array.of(0x90, 0));
    expect(host.taken()).toEqual([msg(0x90, 0)]);
    expect(calls).toHaveLength(1);
  });

  it('row 19: a device that speaks only U2F has no CBOR', () => {
    speaking(false);
    host.send(ours, Cmd.CBOR, Uint8Array.of(4));
    expect(host.taken()).toEqual([error(ours, HidError.INVALID_CMD)]);
    expect(calls).toEqual([]);
  });

  it('an empty MSG is for the key to refuse', async () => {
    speaking(true);
    host.send(ours, Cmd.MSG);
    await calls[0]!.answer(Uint8Array.of(0x67, 0));
    expect(host.taken()).toEqual([msg(0x67, 0)]);
  });
});
