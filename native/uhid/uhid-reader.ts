/**
 * The thread that reads `/dev/uhid`.
 *
 * Why a thread for each device: reads of this file block until there is an event (Node has no public way to wait for
 * readiness of a character device), so on libuv's pool four devices would stop every other file operation of the program;
 * and the kernel queues no more than 32 events for us and drops the rest, while one CTAPHID message has up to 129 packets,
 * so they must be taken out even when the main thread computes for some milliseconds.
 *
 * A thread in a blocked read cannot be ended from outside, and Node waits for its threads when it exits. So whoever stops
 * it must make the kernel queue one more event: see `LinuxUhid`.
 *
 * It is given to `Worker` as source text, for the bundles (Electron's main, the command line) have no file of its own for it.
 */
import { Worker } from 'node:worker_threads';
import { type EventRing, ReaderStop, RingNumber, SLOT_SIZE, SLOTS } from './event-ring.js';
import { UHID_EVENT_SIZE, UhidEventType } from './uhid-events.js';

export type ReaderMessage =
  /** There are events in the ring. */
  | { readonly kind: 'wake' }
  /** The last message; the thread reads no more. `error` when reading failed. */
  | { readonly kind: 'ended'; readonly error?: string };

const SOURCE = `
'use strict';
const { parentPort, workerData } = require('node:worker_threads');
const { readSync, writeSync } = require('node:fs');
const { fd, eventSize, type, numbers, slots, slotSize, slotCount, number, stop } = workerData;
const event = Buffer.alloc(eventSize);
const EIO = 5;

// GET_REPORT and SET_REPORT: a FIDO device has no feature reports. The asking program is blocked until the answer, so it is given here.
const refuse = (replyType) => {
  const reply = Buffer.alloc(12);
  reply.writeUInt32LE(replyType, 0);
  event.copy(reply, 4, 4, 8); // the request's ID
  reply.writeUInt16LE(EIO, 8);
  try { writeSync(fd, reply); } catch (error) { if (error.code !== 'EINVAL') throw error; } // EINVAL: destroyed meanwhile
};

const put = (kind, report) => {
  const written = Atomics.load(numbers, number.Written);
  if (((written - Atomics.load(numbers, number.Taken)) >>> 0) >= slotCount) return; // full
  const at = ((written >>> 0) % slotCount) * slotSize;
  slots[at] = kind;
  if (report) slots.set(report, at + 1);
  Atomics.store(numbers, number.Written, (written + 1) | 0);
  if (Atomics.exchange(numbers, number.Woken, 1) === 0) parentPort.postMessage({ kind: 'wake' });
};

let failure;
try {
  for (;;) {
    let length;
    try { length = readSync(fd, event, 0, eventSize, null); } catch (error) { if (error.code === 'EINTR') continue; throw error; }
    if (length < 4) continue;
    const kind = event.readUInt32LE(0);
    switch (kind) {
      case type.Output:
        // data[4096], u16 size, u8 rtype. The data begins with the report number. Anything but number 0 and 64 bytes is no FIDO
        // packet; keys drop such reports silently (protocol.md A.7 row 1).
        if (event.readUInt16LE(4 + 4096) === slotSize && event[4] === 0) put(kind, event.subarray(5, 4 + slotSize));
        break;
      case type.Start: Atomics.store(numbers, number.Bound, 1); put(kind); break;
      case type.Stop: Atomics.store(numbers, number.Bound, 0); break;
      case type.Open:
      case type.Close: put(kind); break;
      case type.GetReport: refuse(type.GetReportReply); break;
      case type.SetReport: refuse(type.SetReportReply); break;
    }
    const order = Atomics.load(numbers, number.Stop);
    if (order === stop.AtNextEvent || (order === stop.WhenUnbound && Atomics.load(numbers, number.Bound) === 0)) break;
  }
} catch (error) {
  failure = String(error && error.message || error);
}
parentPort.postMessage({ kind: 'ended', error: failure });
`;

/**
 * Starts the thread. The file descriptor stays the caller's, to be closed after `ended`
 * (a closed number may be given to another file at once).
 */
export function startReader(fd: number, ring: EventRing): Worker {
  return new Worker(SOURCE, {
    eval: true,
    name: 'uhid reader',
    workerData: {
      fd,
      numbers: ring.numbers,
      slots: ring.slots,
      eventSize: UHID_EVENT_SIZE,
      slotSize: SLOT_SIZE,
      slotCount: SLOTS,
      type: UhidEventType,
      number: RingNumber,
      stop: ReaderStop,
    },
    // Nothing of the parent's options (loaders, inspector flags) is needed.
    execArgv: [],
  });
}
