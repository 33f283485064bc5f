/**
 * The {@link Uhid} port on Linux: HID devices made in user space through `/dev/uhid`, which every program sees as USB keys.
 * See Documentation/hid/uhid.rst of the kernel, and `uhid-reader.ts` for the threads.
 *
 * How a device ends, so that its reading thread always does:
 * - A HID driver is bound (the usual case): UHID_DESTROY makes the kernel queue UHID_STOP, which wakes the thread.
 * - None is bound (a descriptor that no driver takes, a driver unbound by hand): DESTROY queues nothing. Then a device with a
 *   harmless descriptor is made on the same file, its UHID_START wakes the thread, and closing the file removes it.
 * - The process exits: the same, from an `exit` listener. It is killed: the kernel ends the threads and closes the files.
 */
import { close, open, write, writeSync } from 'node:fs';
import { promisify } from 'node:util';
import type { Worker } from 'node:worker_threads';
import { HidError } from '../hid-failure.js';
import type { Uhid, UhidDevice, UhidIdentity } from '../ports.js';
import { EventRing, type RingEvent, ReaderStop, RingNumber } from './event-ring.js';
import { encodeCreate2, encodeDestroy, encodeInput2, UhidEventType } from './uhid-events.js';
import { type ReaderMessage, startReader } from './uhid-reader.js';

type Listener = Parameters<Uhid['create']>[1];

const openFile = promisify(open);
const closeFile = promisify(close);
const writeFile = promisify(write);

/** How long the kernel may take to bind a driver, in milliseconds. It takes one or two; loading the module some more. */
const START_TIMEOUT = 5000;

/**
 * hidraw keeps 64 input reports for a reading program and drops what comes on top, so a long answer must not be written in
 * one go: after this many reports there is a pause of as many milliseconds. That is the pace of a real key at its best, and lets a
 * reader that was kept from its work for some 50 ms catch up.
 */
const BURST = 16;
const BURST_PAUSE = 16;

/** One vendor-defined byte in: for the device that only wakes the thread (see above). */
const WAKE_DESCRIPTOR = Uint8Array.of(
  ...[0x06, 0x00, 0xff, 0x09, 0x01, 0xa1, 0x01, 0x09, 0x02, 0x15, 0x00, 0x26, 0xff, 0x00],
  ...[0x75, 0x08, 0x95, 0x01, 0x81, 0x02, 0xc0],
);

export class LinuxUhid implements Uhid {
  private readonly path: string;
  private readonly alive = new Set<LinuxUhidDevice>();
  private readonly onExit = (): void => {
    for (const device of this.alive) device.destroyAtExit();
  };

  /** @param path the kernel's file; tests give others. */
  constructor(path = '/dev/uhid') {
    this.path = path;
  }

  /**
   * Makes a device; resolves when a driver has taken it. Its `/dev/hidrawN` follows within milliseconds, for people who may open it.
   * Rejects with a `HidError`: `access-denied` when `/dev/uhid` may not be opened, `io` when there is none or the kernel refuses.
   */
  async create(identity: UhidIdentity, listener: Listener): Promise<UhidDevice> {
    const request = encodeCreate2({ ...identity, uniq: identity.serial });
    const fd = await openFile(this.path, 'r+').catch((error: unknown) => {
      throw explainOpen(this.path, error);
    });
    const device = new LinuxUhidDevice(fd, listener);
    if (this.alive.size === 0) process.on('exit', this.onExit);
    this.alive.add(device);
    void device.ended.then(() => {
      this.alive.delete(device);
      if (this.alive.size === 0) process.off('exit', this.onExit);
    });
    try {
      await device.start(request);
    } catch (error) {
      void device.destroy();
      throw error;
    }
    return device;
  }
}

class LinuxUhidDevice implements UhidDevice {
  /** Resolves when the thread has ended and the file is closed. Never rejects. */
  readonly ended: Promise<void>;

  private readonly fd: number;
  private readonly listener: Listener;
  private readonly ring = new EventRing();
  private readonly reader: Worker;
  private readonly started: Promise<void>;
  private resolveStarted: () => void = () => undefined;
  private rejectStarted: (reason: HidError) => void = () => undefined;
  private resolveEnded: () => void = () => undefined;
  private sending: Promise<void> = Promise.resolve();
  private burst = 0;
  private burstBegan = 0;
  private over = false;
  private closed = false;

  constructor(fd: number, listener: Listener) {
    this.fd = fd;
    this.listener = listener;
    this.started = new Promise((resolve, reject) => {
      this.resolveStarted = resolve;
      this.rejectStarted = reject;
    });
    this.started.catch(() => undefined); // awaited by start(), unless writing the request failed first
    this.ended = new Promise((resolve) => (this.resolveEnded = resolve));
    this.reader = startReader(fd, this.ring);
    this.reader.on('message', (message: ReaderMessage) => this.receive(message));
    this.reader.on('error', (error) => this.finish(error.message));
    this.reader.on('exit', () => this.finish('its thread ended'));
  }

  async start(request: Buffer): Promise<void> {
    const timer = setTimeout(() => this.rejectStarted(new HidError('io', START_REFUSED)), START_TIMEOUT);
    try {
      await writeFile(this.fd, request);
      await this.started;
    } catch (error) {
      if (error instanceof HidError) throw error;
      throw new HidError('io', `The kernel did not make the virtual key: ${textOf(error)}.`, {
        cause: error,
      });
    } finally {
      clearTimeout(timer);
    }
  }

  /** Reports go out in the order of the calls. Rejects with `disconnected` after {@link destroy}. */
  send(report: Uint8Array): Promise<void> {
    const event = encodeInput2(report);
    const turn = this.sending.then(() => this.deliver(event));
    this.sending = turn.catch(() => undefined); // the caller has the rejection
    return turn;
  }

  async destroy(): Promise<void> {
    if (!this.over) {
      this.over = true;
      const events = this.orderStop();
      // In libuv's pool, for the kernel takes the device apart (and tells udev) before it returns.
      for (const event of events) await writeFile(this.fd, event).catch(() => undefined);
    }
    await this.ended;
  }

  /** Synchronously, from the process's `exit` event. */
  destroyAtExit(): void {
    if (this.over) return;
    this.over = true;
    for (const event of this.orderStop()) {
      try {
        writeSync(this.fd, event);
      } catch {
        // EINVAL: there was no device to destroy. The next event, or closing the file, does the rest.
      }
    }
  }

  /**
   * Tells the thread to end, and returns the events to write so that it notices. The order matters: the thread stores
   * `Bound` before it looks at `Stop`, we store `Stop` before we look at `Bound`; so one of the two sees the other's.
   */
  private orderStop(): readonly Buffer[] {
    Atomics.store(this.ring.numbers, RingNumber.Stop, ReaderStop.WhenUnbound);
    if (Atomics.load(this.ring.numbers, RingNumber.Bound) === 1) return [encodeDestroy()];
    Atomics.store(this.ring.numbers, RingNumber.Stop, ReaderStop.AtNextEvent);
    const wake = { name: '', uniq: '', vendorId: 0, productId: 0, reportDescriptor: WAKE_DESCRIPTOR };
    return [encodeDestroy(), encodeCreate2(wake)];
  }

  private async deliver(event: Buffer): Promise<void> {
    if (performance.now() - this.burstBegan > BURST_PAUSE) {
      this.burstBegan = performance.now();
      this.burst = 0;
    }
    if (this.burst >= BURST) {
      await new Promise((resolve) => setTimeout(resolve, BURST_PAUSE));
      this.burstBegan = performance.now();
      this.burst = 0;
    }
    if (this.over) throw new HidError('disconnected', 'The virtual key has been removed.');
    this.burst += 1;
    try {
      // Synchronous: a memory copy of some microseconds that keeps the order, which the thread pool would not.
      writeSync(this.fd, event);
    } catch (error) {
      throw new HidError('io', `The kernel did not take a report of the virtual key: ${textOf(error)}.`, {
        cause: error,
      });
    }
  }

  private receive(message: ReaderMessage): void {
    if (message.kind === 'ended') this.finish(message.error);
    else for (const event of this.ring.take()) this.handle(event);
  }

  private handle({ type, report }: RingEvent): void {
    if (type === UhidEventType.Start) this.resolveStarted();
    if (this.over) return;
    if (type === UhidEventType.Output) {
      this.burst = 0; // a program that asks has read its answers: only a long one is sent with pauses
      this.listener.onReport(report);
    }
    if (type === UhidEventType.Open) this.listener.onHostOpen?.();
    if (type === UhidEventType.Close) this.listener.onHostClose?.();
  }

  /** The thread reads no more: closes the file, which removes the device if it is still there. */
  private finish(reason: string | undefined): void {
    if (this.closed) return;
    this.closed = true;
    this.over = true;
    this.rejectStarted(new HidError('io', `The virtual key ended: ${reason ?? 'it was removed'}.`));
    void closeFile(this.fd)
      .catch(() => undefined) // nothing can be done, and the kernel has dropped it all the same
      .then(() => this.resolveEnded());
  }
}

const START_REFUSED =
  'The kernel took the virtual key but no HID driver did. Is the module hid_generic there? Try: sudo modprobe hid_generic';

function explainOpen(path: string, error: unknown): HidError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EACCES' || code === 'EPERM') {
    return new HidError(
      'access-denied',
      `You may not open ${path}, which makes virtual keys. Allow it until the next restart with: sudo setfacl -m u:$USER:rw ${path}`,
      { cause: error },
    );
  }
  if (code === 'ENOENT' || code === 'ENODEV' || code === 'ENXIO') {
    return new HidError(
      'io',
      `This system has no ${path}, so it cannot make virtual keys. Load the kernel's module with: sudo modprobe uhid`,
      { cause: error },
    );
  }
  return new HidError('io', `Cannot open ${path}: ${textOf(error)}.`, { cause: error });
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
