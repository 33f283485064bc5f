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
import { UHID_EVENT_SIZE, UhidEventType } from './uhid-events.js';

/** What the thread tells. `output` carries the report as the kernel gives it: the report number, then the data. */
export type ReaderMessage =
  | { readonly kind: 'start' | 'stop' | 'open' | 'close' }
  | { readonly kind: 'output'; readonly data: Uint8Array<ArrayBuffer> }
  /** The last message; the thread reads no more. `error` when reading failed. */
  | { readonly kind: 'ended'; readonly error?: string };

/** Indexes into the shared state. */
export const ReaderState = {
  /** Set by the main thread: one of {@link ReaderStop}. */
  Stop: 0,
  /** 1 while a HID driver is bound (after START, before STOP): then DESTROY brings a STOP. */
  Bound: 1,
} as const;

export const ReaderStop = {
  No: 0,
  /** End when no driver is bound any more. */
  WhenUnbound: 1,
  /** End at the next event, whatever it is. */
  AtNextEvent: 2,
} as const;

const SOURCE = `
'use strict';
const { parentPort, workerData } = require('node:worker_threads');
const { readSync, writeSync } = require('node:fs');
const { fd, size, type, slot, stop } = workerData;
const state = new Int32Array(workerData.state);
const event = Buffer.alloc(size);
const EIO = 5;
// GET_REPORT and SET_REPORT: a FIDO device has no feature reports. The asking program is blocked until the answer, so it is given here.
const refuse = (replyType) => {
  const reply = Buffer.alloc(12);
  reply.writeUInt32LE(replyType, 0);
  event.copy(reply, 4, 4, 8); // the request's ID
  reply.writeUInt16LE(EIO, 8);
  try { writeSync(fd, reply); } catch (error) { if (error.code !== 'EINVAL') throw error; } // EINVAL: destroyed meanwhile
};
let failure;
try {
  for (;;) {
    let length;
    try { length = readSync(fd, event, 0, size, null); } catch (error) { if (error.code === 'EINTR') continue; throw error; }
    if (length < 4) continue;
    switch (event.readUInt32LE(0)) {
      case type.Start: Atomics.store(state, slot.Bound, 1); parentPort.postMessage({ kind: 'start' }); break;
      case type.Stop: Atomics.store(state, slot.Bound, 0); parentPort.postMessage({ kind: 'stop' }); break;
      case type.Open: parentPort.postMessage({ kind: 'open' }); break;
      case type.Close: parentPort.postMessage({ kind: 'close' }); break;
      case type.Output: {
        // data[4096], u16 size, u8 rtype
        const data = new Uint8Array(event.subarray(4, 4 + Math.min(4096, event.readUInt16LE(4 + 4096))));
        parentPort.postMessage({ kind: 'output', data }, [data.buffer]);
        break;
      }
      case type.GetReport: refuse(type.GetReportReply); break;
      case type.SetReport: refuse(type.SetReportReply); break;
    }
    const order = Atomics.load(state, slot.Stop);
    if (order === stop.AtNextEvent || (order === stop.WhenUnbound && Atomics.load(state, slot.Bound) === 0)) break;
  }
} catch (error) {
  failure = String(error && error.message || error);
}
parentPort.postMessage({ kind: 'ended', error: failure });
`;

/** Starts the thread. The file descriptor stays the caller's, to be closed after `ended` (a closed number may be given to another file at once). */
export function startReader(fd: number, state: SharedArrayBuffer): Worker {
  return new Worker(SOURCE, {
    eval: true,
    name: 'uhid reader',
    workerData: {
      fd,
      state,
      size: UHID_EVENT_SIZE,
      type: UhidEventType,
      slot: ReaderState,
      stop: ReaderStop,
    },
    // Nothing of the parent's options (loaders, inspector flags) is needed.
    execArgv: [],
  });
}
