/**
 * `struct uhid_event` of include/uapi/linux/uhid.h: packed, in the machine's byte order (little-endian on every
 * machine Node supports with Linux but s390x, which has no USB). A `u32` type, then a union.
 * User space may write short events; the kernel extends them with zeros. It always writes whole ones.
 */

/** The event types in use (`enum uhid_event_type`). */
export const UhidEventType = {
  Destroy: 1,
  Start: 2,
  Stop: 3,
  Open: 4,
  Close: 5,
  Output: 6,
  GetReport: 9,
  GetReportReply: 10,
  Create2: 11,
  Input2: 12,
  SetReport: 13,
  SetReportReply: 14,
} as const;

/** `sizeof(struct uhid_event)`: type, then the largest member, create2 (276 bytes of head and 4096 of descriptor). */
export const UHID_EVENT_SIZE = 4 + 276 + 4096;

/** `UHID_DATA_MAX`, the room for a report; also `HID_MAX_DESCRIPTOR_SIZE`. */
const DATA_MAX = 4096;

/** `BUS_USB` of linux/input.h. libfido2 and Chromium look for security keys on USB only, so the device says it is on it. */
const BUS_USB = 3;

const NAME_SIZE = 128;
const PHYS_SIZE = 64;
const UNIQ_SIZE = 64;

export interface CreateRequest {
  /** At most 127 bytes of UTF-8; cut there. */
  readonly name: string;
  /** At most 63 bytes; cut there. */
  readonly uniq: string;
  readonly vendorId: number;
  readonly productId: number;
  /** 1 to 4096 bytes. */
  readonly reportDescriptor: Uint8Array;
}

/** `UHID_CREATE2`. Throws a RangeError for a descriptor or an ID that does not fit. */
export function encodeCreate2(request: CreateRequest): Buffer {
  const { reportDescriptor, vendorId, productId } = request;
  if (reportDescriptor.length < 1 || reportDescriptor.length > DATA_MAX) {
    throw new RangeError(
      `A HID report descriptor has 1 to ${DATA_MAX} bytes, not ${reportDescriptor.length}`,
    );
  }
  const event = Buffer.alloc(UHID_EVENT_SIZE);
  event.writeUInt32LE(UhidEventType.Create2, 0);
  let at = 4;
  at = writeCString(event, at, NAME_SIZE, request.name);
  at = writeCString(event, at, PHYS_SIZE, '');
  at = writeCString(event, at, UNIQ_SIZE, request.uniq);
  at = event.writeUInt16LE(reportDescriptor.length, at);
  at = event.writeUInt16LE(BUS_USB, at);
  at = event.writeUInt32LE(vendorId, at);
  at = event.writeUInt32LE(productId, at);
  at = event.writeUInt32LE(0, at); // version
  at = event.writeUInt32LE(0, at); // country
  event.set(reportDescriptor, at);
  return event;
}

/** `UHID_INPUT2`: one report without a report number. */
export function encodeInput2(report: Uint8Array): Buffer {
  if (report.length > DATA_MAX) throw new RangeError(`A HID report has at most ${DATA_MAX} bytes`);
  const event = Buffer.alloc(6 + report.length);
  event.writeUInt32LE(UhidEventType.Input2, 0);
  event.writeUInt16LE(report.length, 4);
  event.set(report, 6);
  return event;
}

export function encodeDestroy(): Buffer {
  const event = Buffer.alloc(4);
  event.writeUInt32LE(UhidEventType.Destroy, 0);
  return event;
}

function writeCString(target: Buffer, at: number, size: number, text: string): number {
  // subarray + write cuts between characters, never inside one; the last byte stays zero.
  target.subarray(at, at + size - 1).write(text, 'utf8');
  return at + size;
}
