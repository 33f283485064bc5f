import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { HIDAsync } from 'node-hid';
import { describe, expect, test } from 'vitest';
import type { HidDeviceInfo, HidListener, HidFailure } from '../../native/ports.js';
import { LinuxUhid } from '../../native/uhid/linux-uhid.js';
import {
  attached,
  eventually,
  nobody,
  numberedReport,
  pause,
  plugIn,
  systemBus,
  theKey,
  unprivileged,
} from './support/virtual-key.js';
import { identity } from './support/identity.js';

/** uhid keeps 31 events for the device: an OPEN and so many packets, 1768 bytes of one message. */
const KEPT_PACKETS = 30;

function recorder(): HidListener & { readonly reports: Uint8Array[]; readonly ends: HidFailure[] } {
  const reports: Uint8Array[] = [];
  const ends: HidFailure[] = [];
  return { reports, ends, onReport: (report) => reports.push(report), onEnd: (reason) => ends.push(reason) };
}

const ignore: HidListener = { onReport: () => undefined, onEnd: () => undefined };

describe('a virtual key on the bus', () => {
  test('is listed with what it says about itself', async () => {
    await plugIn();
    const device = await theKey(systemBus());
    expect(device).toEqual({
      path: expect.stringMatching(/^\/dev\/hidraw\d+$/) as string,
      attachment: expect.stringMatching(/^0003:1209:0001\.[0-9A-F]{4}$/) as string,
      vendorId: 0x1209,
      productId: 0x0001,
      manufacturer: '',
      product: 'Simulated key',
      serial: 'LK0001',
      simulated: true,
    });
  });

  test('is not called simulated under another name or number', async () => {
    await plugIn({ name: 'Titan' });
    expect((await theKey(systemBus())).simulated).toBe(false);
  });

  test('is not listed when it is no FIDO device', async () => {
    const keyboardLike = Uint8Array.from(identity.reportDescriptor);
    keyboardLike.set([0x06, 0x00, 0xff]);
    await plugIn({ reportDescriptor: keyboardLike });
    await eventually('its node', () => existsSync('/dev/hidraw0'));
    expect(await systemBus().list()).toEqual([]);
  });

  test('has another attachment each time it is plugged in, at the same path', async () => {
    const bus = systemBus();
    const seen: HidDeviceInfo[] = [];
    for (let round = 0; round < 3; round++) {
      const { device } = await plugIn();
      seen.push(await theKey(bus));
      await device.destroy();
      await attached(bus, 0);
    }
    expect(new Set(seen.map((info) => info.path)).size).toBe(1);
    expect(new Set(seen.map((info) => info.attachment)).size).toBe(3);
  });

  test('two at once are told apart and do not hear each other', async () => {
    const one = await plugIn({ serial: 'ONE' });
    const two = await plugIn({ serial: 'TWO' });
    const bus = systemBus();
    const infos = await attached(bus, 2);
    expect(new Set(infos.map((info) => info.attachment)).size).toBe(2);
    for (const [index, serial] of ['ONE', 'TWO'].entries()) {
      const link = await bus.open(
        infos.find((info) => info.serial === serial)!,
        ignore,
      );
      await link.write(numberedReport(index));
      await eventually('the report', () => (index === 0 ? one : two).received.length === 1);
      await link.close();
    }
    expect(one.received).toEqual([numberedReport(0)]);
    expect(two.received).toEqual([numberedReport(1)]);
  });

  test('six at once leave the thread pool free for files', async () => {
    for (let index = 0; index < 6; index++) await plugIn({ serial: `S${index}` });
    expect(await attached(systemBus(), 6)).toHaveLength(6);
    expect((await readFile('/proc/self/status', 'utf8')).length).toBeGreaterThan(0);
  });
});

describe('watching', () => {
  test('tells the keys at once, then a coming and a going, and nothing after it was stopped', async () => {
    await attached(systemBus(), 0);
    const counts: number[] = [];
    const stop = systemBus().watch((devices) => counts.push(devices.length));
    await eventually('the first list', () => counts.length === 1);
    const { device } = await plugIn();
    await eventually('the coming', () => counts.length === 2);
    await device.destroy();
    await eventually('the going', () => counts.length === 3);
    expect(counts).toEqual([0, 1, 0]);
    stop();
    const others: number[] = [];
    const stopOther = systemBus().watch((devices) => others.push(devices.length));
    await plugIn();
    await eventually('somebody else notices', () => others.at(-1) === 1);
    stopOther();
    expect(counts).toEqual([0, 1, 0]);
  });

  test('notices a key that was exchanged for an equal one', async () => {
    const lists: (readonly HidDeviceInfo[])[] = [];
    const { device } = await plugIn();
    const stop = systemBus().watch((devices) => lists.push(devices));
    await eventually('the first list', () => lists.length === 1);
    await device.destroy();
    await plugIn();
    await eventually(
      'the other key',
      () => lists.at(-1)?.[0] && lists.at(-1)?.[0]?.attachment !== lists[0]?.[0]?.attachment,
    );
    stop();
  });
});

describe('a link', () => {
  test('carries reports of 64 bytes both ways', async () => {
    const { received, events } = await plugIn({}, (report, device) => void device.send(report));
    const bus = systemBus();
    const listener = recorder();
    const link = await bus.open(await theKey(bus), listener);
    await link.write(numberedReport(7));
    await eventually('the echo', () => listener.reports.length === 1);
    expect(received).toEqual([numberedReport(7)]);
    expect(listener.reports).toEqual([numberedReport(7)]);
    await expect(link.write(new Uint8Array(63))).rejects.toThrow(RangeError);
    await link.close();
    await link.close();
    await expect(link.write(numberedReport(8))).rejects.toMatchObject({ code: 'disconnected' });
    await eventually('the close', () => events.length === 2);
    expect(events).toEqual(['open', 'close']);
    expect(listener.ends).toEqual([]);
  });

  test('loses nothing of as many packets as the kernel keeps, there and back', async () => {
    const { received } = await plugIn({}, (report, device) => void device.send(report));
    const bus = systemBus();
    const listener = recorder();
    const link = await bus.open(await theKey(bus), listener);
    const packets = Array.from({ length: KEPT_PACKETS }, (_, index) => numberedReport(index));
    await Promise.all(packets.map((packet) => link.write(packet)));
    await eventually('all echoes', () => listener.reports.length === packets.length);
    expect(received).toEqual(packets);
    expect(listener.reports).toEqual(packets);
    await link.close();
  });

  test('loses nothing of a message of 1768 bytes that the host writes without a pause while this thread is busy', async () => {
    // libfido2 writes packet after packet. More than the kernel keeps gets through only when the reading thread is in
    // time, so a key on uhid has to say a maxMsgSize below that.
    const { received } = await plugIn();
    const { path } = await theKey(systemBus());
    const packets = Array.from({ length: KEPT_PACKETS }, (_, index) => numberedReport(index));
    writeFileSync('/tmp/packets', Buffer.concat(packets.flatMap((packet) => [Buffer.alloc(1), packet])));
    for (let message = 1; message <= 3; message++) {
      // This thread stands still meanwhile.
      execFileSync('dd', ['if=/tmp/packets', `of=${path}`, 'bs=65', 'conv=notrunc', 'status=none']);
      await eventually('the whole message', () => received.length === message * packets.length);
    }
    expect(received).toEqual([...packets, ...packets, ...packets]);
  });

  test('two links on one key both hear everything', async () => {
    await plugIn({}, (report, device) => void device.send(report));
    const bus = systemBus();
    const info = await theKey(bus);
    const [one, two] = [recorder(), recorder()];
    const first = await bus.open(info, one);
    const second = await bus.open(info, two);
    await first.write(numberedReport(1));
    await second.write(numberedReport(2));
    await eventually('both reports twice', () => one.reports.length === 2 && two.reports.length === 2);
    await first.close();
    await second.close();
  });

  test('ends once when the key is unplugged, and writing fails from then on', async () => {
    const { device } = await plugIn();
    const bus = systemBus();
    const listener = recorder();
    const link = await bus.open(await theKey(bus), listener);
    await device.destroy();
    await eventually('the end', () => listener.ends.length > 0);
    await expect(link.write(numberedReport(1))).rejects.toMatchObject({ code: 'disconnected' });
    await link.close();
    expect(listener.ends).toHaveLength(1);
    expect(listener.ends[0]).toMatchObject({
      code: 'disconnected',
      message: 'The security key was unplugged.',
    });
  });

  test('a write that meets the unplugging says disconnected, whatever the system says', async () => {
    const bus = systemBus();
    for (let round = 0; round < 5; round++) {
      const { device } = await plugIn();
      const link = await bus.open(await theKey(bus), ignore);
      const destroyed = device.destroy();
      const outcomes = await Promise.allSettled(
        Array.from({ length: 200 }, (_, index) => link.write(numberedReport(index))),
      );
      await destroyed;
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'disconnected' });
      }
      await expect(link.write(numberedReport(0))).rejects.toMatchObject({ code: 'disconnected' });
      await link.close();
      await attached(bus, 0);
    }
  });

  test('calls nobody after it was closed', async () => {
    const { device } = await plugIn();
    const bus = systemBus();
    const listener = recorder();
    const link = await bus.open(await theKey(bus), listener);
    const closed = link.close();
    await device.send(numberedReport(1));
    await closed;
    await device.destroy();
    await attached(bus, 0);
    expect(listener.reports).toEqual([]);
    expect(listener.ends).toEqual([]);
  });

  test('to a key that has gone is refused, also when another has its path', async () => {
    const bus = systemBus();
    const { device } = await plugIn();
    const old = await theKey(bus);
    await device.destroy();
    await attached(bus, 0);
    await expect(bus.open(old, ignore)).rejects.toMatchObject({ code: 'disconnected' });
    await plugIn();
    expect((await theKey(bus)).path).toBe(old.path);
    await expect(bus.open(old, ignore)).rejects.toMatchObject({ code: 'disconnected' });
  });
});

describe('permissions', () => {
  test('a key that the user may not open is listed, and opening says access-denied', async () => {
    await plugIn();
    await unprivileged(async () => {
      const bus = systemBus();
      const info = await theKey(bus);
      await expect(bus.open(info, ignore)).rejects.toMatchObject({
        code: 'access-denied',
        message: expect.stringContaining('udev rule') as string,
      });
    });
  });

  test('that come a moment after the key, as udev gives them, are waited for', async () => {
    const bus = systemBus();
    await bus.list();
    await plugIn();
    const info = await theKey(bus);
    await unprivileged(async () => {
      const opening = bus.open(info, ignore);
      await pause(400);
      process.seteuid!(0);
      chownSync(info.path, nobody, 0);
      process.seteuid!(nobody);
      await (await opening).close();
    });
  });

  test('for /dev/uhid are asked for in words', async () => {
    chmodSync('/dev/uhid', 0o600);
    await unprivileged(async () => {
      await expect(plugIn()).rejects.toMatchObject({
        code: 'access-denied',
        message: expect.stringContaining('setfacl') as string,
      });
    });
    await expect(
      new LinuxUhid('/dev/no-uhid').create(identity, { onReport: () => undefined }),
    ).rejects.toMatchObject({ code: 'io', message: expect.stringContaining('modprobe uhid') as string });
  });
});

describe('the kernel side of a virtual key', () => {
  test('feature reports are refused at once', async () => {
    await plugIn();
    const { path } = await theKey(systemBus());
    const handle = await HIDAsync.open(path);
    await expect(handle.getFeatureReport(0, 65)).rejects.toThrow();
    await expect(handle.sendFeatureReport(Buffer.alloc(65))).rejects.toThrow();
    await handle.close();
  });

  test('a descriptor that no driver takes is an error, and everything is given back', async () => {
    await expect(plugIn({ reportDescriptor: Uint8Array.of(0xff, 0xff, 0xff, 0xff) })).rejects.toMatchObject({
      code: 'io',
      message: expect.stringContaining('no HID driver') as string,
    });
    await eventually('the file is closed', async () => {
      const { readdir, readlink } = await import('node:fs/promises');
      const fds = await readdir('/proc/self/fd');
      const open = await Promise.all(fds.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')));
      return !open.includes('/dev/uhid');
    });
  });

  test('removed twice, and sending afterwards', async () => {
    const { device } = await plugIn();
    await Promise.all([device.destroy(), device.destroy()]);
    await device.destroy();
    await expect(device.send(numberedReport(1))).rejects.toMatchObject({ code: 'disconnected' });
  });

  test('thirty keys one after another leave no threads and no files', async () => {
    const threads = async (): Promise<number> =>
      Number(/Threads:\s+(\d+)/.exec(await readFile('/proc/self/status', 'utf8'))?.[1]);
    const warm = await plugIn();
    await warm.device.destroy();
    const before = await threads();
    for (let round = 0; round < 30; round++) await (await plugIn()).device.destroy();
    await eventually('the threads are gone', async () => (await threads()) <= before);
    expect(existsSync('/dev/hidraw1')).toBe(false);
  });
});
