/** What systems say, in what we make of it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { classifyErrno, classifyHidText, hidError } from '../../native/hid/hid-errors.js';
import { parseLink } from '../../native/hid/linux-sysfs.js';
import { UDEV_RULE } from '../../native/hid/udev-rule.js';

test.each([
  ['Cannot write to hid device: WriteFile: (0x00000005) Zugriff verweigert', 'access-denied'],
  ['could not read from HID device: (0x0000048F) The device is not connected.', 'disconnected'],
  ['ReadFile: (0x00000020) in use', 'in-use'],
  [
    'hid_open_path: failed to open IOHIDDevice from mach entry: (0xE00002C5) (iokit/common) exclusive',
    'in-use',
  ],
  ['hid_open_path: failed to open IOHIDDevice from mach entry: (0xe00002e2) not permitted', 'access-denied'],
  ['Device is disconnected', 'disconnected'],
  ['Cannot write to hid device: No such device', 'disconnected'],
  ["Failed to open a device with path '/dev/hidraw0': Permission denied", 'access-denied'],
  ['Cannot write to hid device: Protocol error', 'io'],
  ['', 'io'],
])('%s is %s', (text, code) => expect(classifyHidText(text)).toBe(code));

test.each([
  ['EACCES', 'access-denied'],
  ['ENODEV', 'disconnected'],
  ['ENOENT', 'disconnected'],
  ['EBUSY', 'in-use'],
  ['EIO', 'io'],
  [undefined, 'io'],
])('the error number %s is %s', (errno, code) => expect(classifyErrno(errno)).toBe(code));

test('the words name the next step of the system at hand', () => {
  expect(hidError('access-denied', 'linux').message).toContain('udev rule');
  expect(hidError('access-denied', 'win32').message).toContain('administrator');
  const cause = new Error('Protocol error');
  expect(hidError('io', 'linux', cause)).toMatchObject({ code: 'io', cause });
});

describe('a link in /sys/class/hidraw', () => {
  test('of a USB key behind a hub tells attachment and socket', () => {
    const link =
      '../../devices/pci0000:00/0000:00:14.0/usb1/1-2/1-2.3/1-2.3:1.0/0003:1050:0407.0012/hidraw/hidraw3';
    expect(parseLink(link)).toEqual({ attachment: '0003:1050:0407.0012', socket: 'usb:1-2.3' });
  });

  test('of a uhid device tells the attachment only', () => {
    const link = '../../devices/virtual/misc/uhid/0003:1209:0001.12345/hidraw/hidraw0';
    expect(parseLink(link)).toEqual({ attachment: '0003:1209:0001.12345' });
  });

  test('of another form tells nothing', () => expect(parseLink('../../devices/elsewhere')).toBeUndefined());
});

test('the udev rule that is shown is the one in the file', () => {
  const file = join(import.meta.dirname, '../../native/hid/70-latchkey-fido.rules');
  expect(UDEV_RULE).toBe(readFileSync(file, 'utf8'));
});
