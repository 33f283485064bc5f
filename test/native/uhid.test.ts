import { describe, expect, test } from 'vitest';
import { EventRing, RingNumber, SLOT_SIZE, SLOTS } from '../../native/uhid/event-ring.js';
import { LinuxUhid } from '../../native/uhid/linux-uhid.js';
import { encodeCreate2, encodeDestroy, encodeInput2 } from '../../native/uhid/uhid-events.js';

const request = {
  name: 'Simulated key',
  uniq: 'S1',
  vendorId: 0x1209,
  productId: 0x0001,
  reportDescriptor: Uint8Array.of(0x06, 0xd0, 0xf1),
};

describe('struct uhid_event (include/uapi/linux/uhid.h)', () => {
  test('CREATE2 has its members where the kernel looks for them', () => {
    const event = encodeCreate2(request);
    expect(event).toHaveLength(4 + 128 + 64 + 64 + 2 + 2 + 4 * 4 + 4096);
    expect(event.readUInt32LE(0)).toBe(11);
    expect(event.toString('latin1', 4, 18)).toBe('Simulated key\0');
    expect(event.toString('latin1', 4 + 128 + 64, 4 + 128 + 64 + 3)).toBe('S1\0');
    const numbers = 4 + 128 + 64 + 64;
    expect(event.readUInt16LE(numbers)).toBe(3);
    expect(event.readUInt16LE(numbers + 2)).toBe(0x03);
    expect(event.readUInt32LE(numbers + 4)).toBe(0x1209);
    expect(event.readUInt32LE(numbers + 8)).toBe(0x0001);
    expect(new Uint8Array(event.subarray(280, 284))).toEqual(Uint8Array.of(0x06, 0xd0, 0xf1, 0));
  });

  test('a long name is cut between characters and stays terminated', () => {
    const event = encodeCreate2({ ...request, name: `${'a'.repeat(126)}ü` });
    expect(event.toString('utf8', 4, 132)).toBe(`${'a'.repeat(126)}\0\0`);
  });

  test('an empty or too long descriptor is refused', () => {
    expect(() => encodeCreate2({ ...request, reportDescriptor: new Uint8Array() })).toThrow(RangeError);
    expect(() => encodeCreate2({ ...request, reportDescriptor: new Uint8Array(4097) })).toThrow(RangeError);
  });

  test('INPUT2 and DESTROY are short', () => {
    expect(new Uint8Array(encodeInput2(Uint8Array.of(9, 8)))).toEqual(Uint8Array.of(12, 0, 0, 0, 2, 0, 9, 8));
    expect(new Uint8Array(encodeDestroy())).toEqual(Uint8Array.of(1, 0, 0, 0));
  });
});

describe('the ring between the threads', () => {
  function put(ring: EventRing, value: number): void {
    const written = Atomics.load(ring.numbers, RingNumber.Written);
    ring.slots.fill(
      value & 0xff,
      ((written >>> 0) % SLOTS) * SLOT_SIZE,
      (((written >>> 0) % SLOTS) + 1) * SLOT_SIZE,
    );
    Atomics.store(ring.numbers, RingNumber.Written, (written + 1) | 0);
  }

  test('gives events in order, past its end and past 2^31 events', () => {
    const ring = new EventRing();
    const begin = 2 ** 31 - 3;
    ring.numbers[RingNumber.Written] = begin;
    ring.numbers[RingNumber.Taken] = begin;
    for (let round = 0; round < 3; round++) {
      for (let value = 0; value < SLOTS; value++) put(ring, value);
      const taken = [...ring.take()];
      expect(taken.map(({ type }) => type)).toEqual(
        Array.from({ length: SLOTS }, (_, value) => value & 0xff),
      );
      expect(taken[0]?.report).toHaveLength(64);
    }
    expect([...ring.take()]).toEqual([]);
  });
});

test('a machine without uhid says how to get it', async () => {
  const create = new LinuxUhid('/nonexistent/uhid').create(
    { ...request, serial: '' },
    { onReport: () => undefined },
  );
  await expect(create).rejects.toMatchObject({ name: 'HidError', code: 'io' });
  await expect(create).rejects.toThrow('sudo modprobe uhid');
});
