/** The bus on Windows and macOS, over a node-hid that is made up. On Linux it is tested with a kernel: test/kernel. */
import { EventEmitter } from 'node:events';
import type { Device, HIDAsync } from 'node-hid';
import { describe, expect, test } from 'vitest';
import type { HidLibrary } from '../../native/hid/hid-library.js';
import { NodeHidBus } from '../../native/hid/node-hid-bus.js';
import type { HidDeviceInfo, HidFailure } from '../../native/ports.js';
import { SystemClock } from '../../native/clock.js';

const key: Device = {
  path: '\\\\?\\hid#vid_1050&pid_0407#7&1b2e&0&0000#{4d1e55b2}',
  vendorId: 0x1050,
  productId: 0x0407,
  manufacturer: 'Yubico',
  product: 'YubiKey',
  release: 0x543,
  interface: 1,
  usagePage: 0xf1d0,
  usage: 1,
};

/** What node-hid does, as far as it is used. */
class FakeHandle extends EventEmitter {
  readonly written: Buffer[] = [];
  writeError: Error | undefined;
  readError: Error | undefined;
  closed = 0;

  async read(): Promise<Buffer | undefined> {
    if (this.readError) throw this.readError;
    return undefined;
  }
  async write(bytes: Buffer): Promise<number> {
    if (this.writeError) throw this.writeError;
    this.written.push(bytes);
    return bytes.length;
  }
  async close(): Promise<void> {
    this.closed += 1;
  }
}

class FakeLibrary {
  devices: Device[] = [key];
  handle = new FakeHandle();
  openError: Error | undefined;
  loads = 0;
  enumerations = 0;
  enumerationError: Error | undefined;

  readonly load = async (): Promise<HidLibrary> => {
    this.loads += 1;
    return {
      devicesAsync: async () => {
        this.enumerations += 1;
        if (this.enumerationError) throw this.enumerationError;
        return this.devices;
      },
      HIDAsync: {
        open: async () => {
          if (this.openError) throw this.openError;
          return this.handle as unknown as HIDAsync;
        },
      } as unknown as typeof HIDAsync,
    };
  };
}

function busOf(
  library: FakeLibrary,
  platform: NodeJS.Platform = 'win32',
  onWarning?: (error: HidFailure) => void,
) {
  return new NodeHidBus({
    clock: new SystemClock(),
    load: library.load,
    platform,
    ...(onWarning && { onWarning }),
  });
}

function listener(ends: HidFailure[] = [], reports: Uint8Array[] = []) {
  return {
    onReport: (report: Uint8Array) => reports.push(report),
    onEnd: (end: HidFailure) => ends.push(end),
  };
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

describe('the list', () => {
  test('has FIDO interfaces only, with empty words for what the key does not say', async () => {
    const library = new FakeLibrary();
    const { manufacturer: _m, product: _p, ...silent } = key;
    library.devices = [
      { ...silent, path: 'A' },
      { ...key, path: 'B', usagePage: 1, usage: 6 },
      { ...key, path: 'C', usage: 2 },
    ];
    const list = await busOf(library).list();
    expect(list).toHaveLength(1);
    expect(list[0]).toMatchObject({ path: 'A', manufacturer: '', product: '', serial: '', simulated: false });
  });

  test('loads node-hid once, and not before it is asked', async () => {
    const library = new FakeLibrary();
    const bus = busOf(library);
    expect(library.loads).toBe(0);
    await Promise.all([bus.list(), bus.list()]);
    expect(library.loads).toBe(1);
  });

  test('says so when node-hid cannot be loaded, and tries again the next time', async () => {
    const library = new FakeLibrary();
    let broken = true;
    const bus = new NodeHidBus({
      clock: new SystemClock(),
      platform: 'win32',
      load: () => (broken ? Promise.reject(new Error('libudev.so.1: cannot open')) : library.load()),
    });
    await expect(bus.list()).rejects.toMatchObject({ code: 'io' });
    await expect(bus.list()).rejects.toThrow('libudev.so.1');
    broken = false;
    expect(await bus.list()).toHaveLength(1);
  });

  test('has another attachment after the path was gone', async () => {
    const library = new FakeLibrary();
    const bus = busOf(library);
    const first = (await bus.list())[0]!.attachment;
    expect((await bus.list())[0]!.attachment).toBe(first);
    library.devices = [];
    await bus.list();
    library.devices = [key];
    expect((await bus.list())[0]!.attachment).not.toBe(first);
  });

  test('has another attachment after a replug that only an open link noticed', async () => {
    const library = new FakeLibrary();
    const bus = busOf(library);
    const [device] = await bus.list();
    await bus.open(device!, listener());
    library.handle.emit('error', new Error('hid_read_timeout: (0x0000048F) not connected'));
    expect((await bus.list())[0]!.attachment).not.toBe(device!.attachment);
  });
});

describe('watching by polling', () => {
  test('tells each change once, goes on after a failure, and stops', async () => {
    const library = new FakeLibrary();
    const lists: (readonly HidDeviceInfo[])[] = [];
    const warnings: HidFailure[] = [];
    const stop = busOf(library, 'darwin', (warning) => warnings.push(warning)).watch((list) =>
      lists.push(list),
    );
    await pause(50);
    expect(lists.map((list) => list.length)).toEqual([1]);
    library.enumerationError = new Error('no answer');
    await pause(800);
    expect(warnings).toHaveLength(1);
    expect(lists).toHaveLength(1);
    library.enumerationError = undefined;
    library.devices = [];
    await pause(800);
    expect(lists.map((list) => list.length)).toEqual([1, 0]);
    stop();
    const { enumerations } = library;
    library.devices = [key];
    await pause(800);
    expect(library.enumerations).toBe(enumerations);
    expect(lists).toHaveLength(2);
  });
});

describe('a link', () => {
  test('puts the report number in front', async () => {
    const library = new FakeLibrary();
    const bus = busOf(library, 'darwin');
    const link = await bus.open((await bus.list())[0]!, listener());
    await link.write(new Uint8Array(64).fill(7));
    expect(library.handle.written).toEqual([Buffer.concat([Buffer.of(0), Buffer.alloc(64, 7)])]);
  });

  test('is refused on Windows to a program that is not elevated, though opening seems to work', async () => {
    const library = new FakeLibrary();
    library.handle.readError = new Error('could not read: ReadFile: (0x00000005) Access is denied.');
    const bus = busOf(library, 'win32');
    const open = bus.open((await bus.list())[0]!, listener());
    await expect(open).rejects.toMatchObject({ code: 'access-denied' });
    await expect(open).rejects.toThrow('administrator');
    expect(library.handle.closed).toBe(1);
  });

  test('that macOS refuses because another program has the key says so', async () => {
    const library = new FakeLibrary();
    library.openError = new Error(
      'failed to open IOHIDDevice from mach entry: (0xE00002C5) exclusive access',
    );
    const bus = busOf(library, 'darwin');
    await expect(bus.open((await bus.list())[0]!, listener())).rejects.toMatchObject({ code: 'in-use' });
  });

  test('ends once, also when node-hid gives no reason, and writing says the same', async () => {
    const library = new FakeLibrary();
    const bus = busOf(library, 'darwin');
    const ends: HidFailure[] = [];
    const link = await bus.open((await bus.list())[0]!, listener(ends));
    library.handle.emit('error', undefined);
    library.handle.emit('error', undefined);
    expect(ends).toHaveLength(1);
    expect(ends[0]).toMatchObject({ code: 'disconnected' });
    await expect(link.write(new Uint8Array(64))).rejects.toBe(ends[0]);
    await link.close();
    expect(library.handle.closed).toBe(1);
  });

  test('a write that fails for reasons of its own says io, and the link goes on', async () => {
    const library = new FakeLibrary();
    const bus = busOf(library, 'darwin');
    const ends: HidFailure[] = [];
    const link = await bus.open((await bus.list())[0]!, listener(ends));
    library.handle.writeError = new Error('IOHIDDeviceSetReport failed: (0xE00002BC) general error');
    await expect(link.write(new Uint8Array(64))).rejects.toMatchObject({ code: 'io' });
    expect(ends).toEqual([]);
    library.handle.writeError = undefined;
    await link.write(new Uint8Array(64));
  });

  test('a write that fails just before the unplugging is noticed says disconnected', async () => {
    const library = new FakeLibrary();
    const bus = busOf(library, 'darwin');
    const link = await bus.open((await bus.list())[0]!, listener());
    library.handle.writeError = new Error('Cannot write to hid device: Protocol error');
    setTimeout(() => library.handle.emit('error', new Error('device disconnected')), 50);
    await expect(link.write(new Uint8Array(64))).rejects.toMatchObject({ code: 'disconnected' });
  });

  test('hears nothing after it was closed', async () => {
    const library = new FakeLibrary();
    const bus = busOf(library, 'darwin');
    const ends: HidFailure[] = [];
    const reports: Uint8Array[] = [];
    const link = await bus.open((await bus.list())[0]!, listener(ends, reports));
    library.handle.emit('data', Buffer.alloc(64, 1));
    const closing = link.close();
    library.handle.emit('data', Buffer.alloc(64, 2));
    library.handle.emit('error', new Error('device disconnected'));
    await closing;
    await link.close();
    expect(reports).toHaveLength(1);
    expect(ends).toEqual([]);
    expect(library.handle.closed).toBe(1);
    await expect(link.write(new Uint8Array(64))).rejects.toMatchObject({ code: 'disconnected' });
  });
});
