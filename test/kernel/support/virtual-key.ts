/** For kernel tests: keys made through /dev/uhid that answer nothing by themselves, and waiting for things to happen. */
import { onTestFinished } from 'vitest';
import { SystemClock } from '../../../native/clock.js';
import { NodeHidBus } from '../../../native/hid/node-hid-bus.js';
import type { HidBus, HidDeviceInfo, UhidDevice, UhidIdentity } from '../../../native/ports.js';
import { LinuxUhid } from '../../../native/uhid/linux-uhid.js';
import { identity } from './identity.js';

export interface VirtualKey {
  readonly device: UhidDevice;
  /** What the host sent, in order. */
  readonly received: Uint8Array[];
  readonly events: string[];
}

/** Makes a key that is removed when the test ends. `onReport` runs after the report is noted. */
export async function plugIn(
  overrides: Partial<UhidIdentity> = {},
  onReport?: (report: Uint8Array, device: UhidDevice) => void,
): Promise<VirtualKey> {
  const received: Uint8Array[] = [];
  const events: string[] = [];
  const device = await new LinuxUhid().create(
    { ...identity, ...overrides },
    {
      onReport: (report) => {
        received.push(report);
        onReport?.(report, device);
      },
      onHostOpen: () => events.push('open'),
      onHostClose: () => events.push('close'),
    },
  );
  onTestFinished(() => device.destroy());
  return { device, received, events };
}

export function systemBus(): NodeHidBus {
  return new NodeHidBus({ clock: new SystemClock() });
}

/** The attached keys, as soon as there are `count` of them. */
export function attached(bus: HidBus, count: number): Promise<readonly HidDeviceInfo[]> {
  return eventually(`${count} keys`, async () => {
    const devices = await bus.list();
    return devices.length === count ? devices : undefined;
  });
}

/** The only attached key. */
export async function theKey(bus: HidBus): Promise<HidDeviceInfo> {
  const [device] = await attached(bus, 1);
  return device!;
}

/** Asks, every `interval` milliseconds, until there is an answer other than undefined and false. Fails after `limit` milliseconds. */
export async function eventually<T>(
  what: string,
  ask: () => T | undefined | false | Promise<T | undefined | false>,
  limit = 10_000,
  interval = 20,
): Promise<T> {
  const end = performance.now() + limit;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > end) throw new Error(`Not within ${limit} ms: ${what}`);
    await pause(interval);
  }
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** A 64-byte report of which no two numbers make equal ones. */
export function numberedReport(number: number): Uint8Array {
  const report = new Uint8Array(64).fill(number & 0xff);
  new DataView(report.buffer).setUint32(0, number);
  return report;
}

export const nobody = 65534;

/** Runs as an unprivileged user; libc changes every thread of the process, node-hid's too. */
export async function unprivileged<T>(action: () => Promise<T>): Promise<T> {
  process.seteuid!(nobody);
  try {
    return await action();
  } finally {
    process.seteuid!(0);
  }
}
