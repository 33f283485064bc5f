/**
 * What the reading thread hands to the main thread: a ring of events in shared memory, and a few numbers. A message for each
 * event would cost more than reading it, and the kernel keeps only 32 events; so the thread sends one message (a wake-up) for as
 * many events as gather until the main thread looks.
 */

/** Indexes into the ring's numbers. The thread changes Bound and Written, the main thread Stop and Taken, both Woken. */
export const RingNumber = {
  /** One of {@link ReaderStop}. */
  Stop: 0,
  /** 1 while a HID driver is bound (after START, before STOP): then DESTROY brings a STOP. */
  Bound: 1,
  /** How many events were put in, modulo 2^32. */
  Written: 2,
  /** How many were taken out, modulo 2^32. */
  Taken: 3,
  /** 1 when a wake-up is under way. */
  Woken: 4,
} as const;

export const ReaderStop = {
  No: 0,
  /** End when no driver is bound any more. */
  WhenUnbound: 1,
  /** End at the next event, whatever it is. */
  AtNextEvent: 2,
} as const;

/** The kernel's event type, then the 64 bytes of an output report. */
export const SLOT_SIZE = 65;

/** Four of the longest CTAPHID messages; what comes on top of that while the main thread stands still is lost. */
export const SLOTS = 512;

export interface RingEvent {
  /** One of `UhidEventType`. */
  readonly type: number;
  /** 64 bytes; of output events only. */
  readonly report: Uint8Array<ArrayBuffer>;
}

/** The main thread's end. */
export class EventRing {
  readonly numbers = new Int32Array(new SharedArrayBuffer(5 * 4));
  readonly slots = new Uint8Array(new SharedArrayBuffer(SLOTS * SLOT_SIZE));

  /** Takes out all events, oldest first. To be called at every wake-up. */
  *take(): Generator<RingEvent> {
    // Before looking: an event that comes from now on brings a wake-up of its own.
    Atomics.store(this.numbers, RingNumber.Woken, 0);
    for (;;) {
      const taken = Atomics.load(this.numbers, RingNumber.Taken);
      if (taken === Atomics.load(this.numbers, RingNumber.Written)) return;
      const at = ((taken >>> 0) % SLOTS) * SLOT_SIZE;
      const slot = new Uint8Array(this.slots.subarray(at, at + SLOT_SIZE));
      Atomics.store(this.numbers, RingNumber.Taken, (taken + 1) | 0);
      yield { type: slot[0] ?? 0, report: slot.subarray(1) };
    }
  }
}
