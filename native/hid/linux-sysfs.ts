/**
 * What Linux tells about hidraw nodes in /sys/class/hidraw. Each entry is a symbolic link such as
 * `../../devices/pci0000:00/0000:00:14.0/usb1/1-2/1-2.3/1-2.3:1.0/0003:1050:0407.0012/hidraw/hidraw3`
 * (a USB key), or `…/devices/virtual/misc/uhid/0003:1209:0001.0004/hidraw/hidraw0` (one made through uhid).
 */
import { readdir, readlink } from 'node:fs/promises';
import { basename, join } from 'node:path';

const SYSFS = '/sys/class/hidraw';

export interface HidrawPlace {
  /** `BUS:VID:PID.NNNN`; the kernel counts NNNN up at every attachment, so it differs for every plugging-in. */
  readonly attachment: string;
  /** `usb:` and the kernel's name of the USB port (bus, then the port of each hub), for USB devices. */
  readonly socket?: string;
}

/** Undefined when the node is gone. @param path `/dev/hidrawN` */
export async function placeOf(path: string, sysfs = SYSFS): Promise<HidrawPlace | undefined> {
  const link = await readlink(join(sysfs, basename(path))).catch(() => undefined);
  return link === undefined ? undefined : parseLink(link);
}

/** Changes when a hidraw node comes, goes or is replaced; costs a `readdir` and a `readlink` for each node. */
export async function hidrawFingerprint(sysfs = SYSFS): Promise<string> {
  const names = await readdir(sysfs).catch((): string[] => []); // no such class before the first HID device
  const links = await Promise.all(
    names.sort().map((name) => readlink(join(sysfs, name)).catch(() => `${name} went`)),
  );
  return links.join('\n');
}

/** @internal for tests */
export function parseLink(link: string): HidrawPlace | undefined {
  const attachment = /\/([0-9A-F]{4}:[0-9A-F]{4}:[0-9A-F]{4}\.[0-9A-F]{4,})\/hidraw\/hidraw\d+$/.exec(
    link,
  )?.[1];
  if (attachment === undefined) return undefined;
  const port = /\/(\d+-\d+(?:\.\d+)*):\d+\.\d+\/[^/]+\/hidraw\//.exec(link)?.[1];
  return port === undefined ? { attachment } : { attachment, socket: `usb:${port}` };
}
