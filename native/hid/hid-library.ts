/**
 * node-hid, loaded at the first use: its native code and the system libraries behind it cost nothing when Latchkey starts.
 */
import type * as NodeHid from 'node-hid';

/** The part of node-hid in use; tests give another. */
export type HidLibrary = Pick<typeof NodeHid, 'devicesAsync' | 'HIDAsync'>;

/** Loads node-hid. On Linux with its hidraw back end: libusb sees no usage pages, no uhid devices, and takes keys away from browsers. */
export async function loadNodeHid(): Promise<HidLibrary> {
  const library = (await import('node-hid')).default;
  if (process.platform === 'linux') library.setDriverType('hidraw');
  return library;
}
