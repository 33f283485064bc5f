import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  FIDO_REPORT_DESCRIPTOR,
  HidCommand,
  MAX_MESSAGE_LENGTH,
  MessageBuffer,
  packetsOf,
  parsePacket,
  REPORT_LENGTH,
  type ContinuationPacket,
  type InitPacket,
} from '../../main/ctap/ctaphid';
import { toHex } from './hex';

const CHANNEL = 0x89abcdef;

function message(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 31 + 7) & 0xff);
}

function first(packets: readonly Uint8Array[]): InitPacket {
  const packet = packets[0] && parsePacket(packets[0]);
  if (packet?.kind !== 'init') throw new Error('not an initialization packet');
  return packet;
}

function rest(packets: readonly Uint8Array[]): ContinuationPacket[] {
  return packets.slice(1).map((report) => {
    const packet = parsePacket(report);
    if (packet?.kind !== 'continuation') throw new Error('not a continuation packet');
    return packet;
  });
}

function reassembled(packets: readonly Uint8Array[]): Uint8Array | undefined {
  const buffer = new MessageBuffer(first(packets));
  for (const packet of rest(packets)) {
    expect(buffer.message).toBeUndefined();
    expect(buffer.append(packet)).toBe(true);
  }
  return buffer.message;
}

describe('CTAPHID packets (CTAP 2.1 §11.2.4)', () => {
  it('an initialization packet is CID, CMD with bit 7, BCNT, 57 bytes', () => {
    const [report] = packetsOf(CHANNEL, HidCommand.CBOR, Uint8Array.of(4));
    expect(toHex(report ?? new Uint8Array())).toBe('89abcdef' + '90' + '0001' + '04' + '00'.repeat(56));
    expect(first(packetsOf(CHANNEL, HidCommand.CBOR, Uint8Array.of(4)))).toMatchObject({
      channel: CHANNEL,
      command: HidCommand.CBOR,
      length: 1,
    });
  });

  it('a continuation packet is CID, SEQ from 0 on, 59 bytes', () => {
    const payload = message(57 + 59 + 1);
    const [, second, third] = packetsOf(CHANNEL, HidCommand.PING, payload);
    expect(toHex(second ?? new Uint8Array())).toBe('89abcdef' + '00' + toHex(payload.subarray(57, 116)));
    expect(toHex(third ?? new Uint8Array())).toBe(
      '89abcdef' + '01' + toHex(payload.subarray(116)) + '00'.repeat(58),
    );
  });

  it.each([
    [0, 1],
    [1, 1],
    [56, 1],
    [57, 1],
    [58, 2],
    [57 + 59, 2],
    [57 + 59 + 1, 3],
    [1024, 18],
    [MAX_MESSAGE_LENGTH - 1, 129],
    [MAX_MESSAGE_LENGTH, 129],
  ])('%i bytes travel in %i packets and arrive whole', (length, count) => {
    const packets = packetsOf(CHANNEL, HidCommand.PING, message(length));
    expect(packets).toHaveLength(count);
    for (const packet of packets) expect(packet).toHaveLength(REPORT_LENGTH);
    expect(reassembled(packets)).toEqual(message(length));
  });

  it('7609 bytes are the most; the last packet has SEQ 0x7F', () => {
    expect(MAX_MESSAGE_LENGTH).toBe(7609);
    expect(packetsOf(CHANNEL, HidCommand.PING, message(7609)).at(-1)?.[4]).toBe(0x7f);
    expect(() => packetsOf(CHANNEL, HidCommand.PING, message(7610))).toThrow(RangeError);
  });

  it('any message arrives as it was sent, whatever stands in the padding', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat(255), (payload, padding) => {
        const packets = packetsOf(CHANNEL, HidCommand.CBOR, payload);
        const last = packets.at(-1);
        const used = packets.length === 1 ? 7 + payload.length : 5 + ((payload.length - 57) % 59 || 59);
        last?.fill(padding, used);
        expect(reassembled(packets)).toEqual(payload);
      }),
      { seed: 112, numRuns: 200 },
    );
  });

  it('channels use all 32 bits', () => {
    for (const channel of [0, 1, 0x7fffffff, 0x80000000, 0xffffffff])
      expect(first(packetsOf(channel, HidCommand.INIT, new Uint8Array(8))).channel).toBe(channel);
  });

  it.each([0, 1, 63, 65, 128])('a report of %i bytes is no packet', (length) => {
    expect(parsePacket(new Uint8Array(length))).toBeUndefined();
  });

  it('bit 7 of the fifth byte is all that tells the kinds apart', () => {
    const report = new Uint8Array(64);
    for (let type = 0; type < 256; type++) {
      report[4] = type;
      const packet = parsePacket(report);
      expect(packet).toMatchObject(
        type < 128 ? { kind: 'continuation', sequence: type } : { kind: 'init', command: type - 128 },
      );
    }
  });

  it('a report that is a view into a larger buffer is read from its own start', () => {
    const [report] = packetsOf(CHANNEL, HidCommand.PING, message(3));
    const view = Uint8Array.of(1, 2, 3, ...(report ?? [])).subarray(3);
    expect(parsePacket(view)).toEqual(parsePacket(report ?? new Uint8Array()));
  });
});

describe('collecting a message (CTAP 2.1 §11.2.5)', () => {
  it('a skipped, repeated or late first sequence number loses the message', () => {
    const packets = packetsOf(CHANNEL, HidCommand.PING, message(300));
    const [zero, one, two] = rest(packets);
    if (!zero || !one || !two) throw new Error('too few packets');
    expect(new MessageBuffer(first(packets)).append(one)).toBe(false);
    const skipped = new MessageBuffer(first(packets));
    expect(skipped.append(zero)).toBe(true);
    expect(skipped.append(two)).toBe(false);
    const repeated = new MessageBuffer(first(packets));
    expect(repeated.append(zero)).toBe(true);
    expect(repeated.append(zero)).toBe(false);
    expect(repeated.message).toBeUndefined();
  });

  it('a message of one packet is whole at once, and so is an empty one', () => {
    expect(new MessageBuffer(first(packetsOf(CHANNEL, HidCommand.PING, message(57)))).message).toEqual(
      message(57),
    );
    expect(new MessageBuffer(first(packetsOf(CHANNEL, HidCommand.CANCEL, new Uint8Array()))).message).toEqual(
      new Uint8Array(),
    );
  });

  it('a claimed length of 65535 never becomes whole and never overruns', () => {
    const report = packetsOf(CHANNEL, HidCommand.CBOR, new Uint8Array(57))[0] ?? new Uint8Array();
    report[5] = 0xff;
    report[6] = 0xff;
    const buffer = new MessageBuffer(first([report]));
    const data = new Uint8Array(59);
    for (let sequence = 0; sequence < 128; sequence++)
      expect(buffer.append({ kind: 'continuation', channel: CHANNEL, sequence, data })).toBe(true);
    expect(buffer.message).toBeUndefined();
    expect(buffer.append({ kind: 'continuation', channel: CHANNEL, sequence: 0, data })).toBe(false);
  });
});

describe('the FIDO report descriptor (CTAP 2.1 §11.2.8.1)', () => {
  it('is these 34 bytes', () => {
    expect(toHex(FIDO_REPORT_DESCRIPTOR)).toBe(
      '06d0f10901a1010920150026ff00750895408102' + '0921150026ff00750895409102c0',
    );
    expect(FIDO_REPORT_DESCRIPTOR).toHaveLength(34);
  });
});
