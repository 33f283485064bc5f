/** CTAPHID framing (CTAP 2.1 §11.2): packets and constants for both sides. */

/** Payload bytes of one report in each direction. */
export const REPORT_LENGTH = 64;
const INIT_DATA = REPORT_LENGTH - 7;
const CONTINUATION_DATA = REPORT_LENGTH - 5;
/** 57 + 128 × 59 = 7609 */
export const MAX_MESSAGE_LENGTH = INIT_DATA + 128 * CONTINUATION_DATA;

export const BROADCAST_CHANNEL = 0xffffffff;
export const RESERVED_CHANNEL = 0;
export const NONCE_LENGTH = 8;
export const CTAPHID_PROTOCOL_VERSION = 2;

/** Without the 0x80 bit that marks an initialization packet on the wire. */
export const HidCommand = {
  PING: 0x01,
  MSG: 0x03,
  LOCK: 0x04,
  INIT: 0x06,
  WINK: 0x08,
  CBOR: 0x10,
  CANCEL: 0x11,
  KEEPALIVE: 0x3b,
  ERROR: 0x3f,
} as const;

export const Keepalive = { PROCESSING: 1, UPNEEDED: 2 } as const;

export const Capability = { WINK: 0x01, LOCK: 0x02, CBOR: 0x04, NMSG: 0x08 } as const;

/** Payload of ERROR. */
export const HidError = {
  INVALID_CMD: 0x01,
  INVALID_PAR: 0x02,
  INVALID_LEN: 0x03,
  INVALID_SEQ: 0x04,
  MSG_TIMEOUT: 0x05,
  CHANNEL_BUSY: 0x06,
  LOCK_REQUIRED: 0x0a,
  INVALID_CHANNEL: 0x0b,
  OTHER: 0x7f,
} as const;

/** Usage page 0xF1D0, usage 0x01, one 64-byte report each way, no report IDs (§11.2.8.1). */
export const FIDO_REPORT_DESCRIPTOR = Uint8Array.from(
  Buffer.from(
    '06d0f10901a101' + '0920150026ff0075089540' + '8102' + '0921150026ff0075089540' + '9102' + 'c0',
    'hex',
  ),
);

export interface InitPacket {
  readonly kind: 'init';
  readonly channel: number;
  /** Without the 0x80 bit. */
  readonly command: number;
  /** BCNT: length of the whole message. */
  readonly length: number;
  /** Up to 57 bytes; padding is not removed. */
  readonly data: Uint8Array;
}

export interface ContinuationPacket {
  readonly kind: 'continuation';
  readonly channel: number;
  /** 0x00..0x7F */
  readonly sequence: number;
  readonly data: Uint8Array;
}

/** Undefined for a report that is not 64 bytes long. */
export function parsePacket(report: Uint8Array): InitPacket | ContinuationPacket | undefined {
  if (report.length !== REPORT_LENGTH) return undefined;
  const view = new DataView(report.buffer, report.byteOffset, report.byteLength);
  const channel = view.getUint32(0);
  const type = view.getUint8(4);
  return type & 0x80
    ? { kind: 'init', channel, command: type & 0x7f, length: view.getUint16(5), data: report.slice(7) }
    : { kind: 'continuation', channel, sequence: type, data: report.slice(5) };
}

/** The reports that carry one message. Throws RangeError for more than {@link MAX_MESSAGE_LENGTH} bytes. */
export function packetsOf(channel: number, command: number, payload: Uint8Array): Uint8Array[] {
  if (payload.length > MAX_MESSAGE_LENGTH)
    throw new RangeError(`a CTAPHID message has at most ${MAX_MESSAGE_LENGTH} bytes`);
  const first = packet(channel, command | 0x80);
  new DataView(first.buffer).setUint16(5, payload.length);
  first.set(payload.subarray(0, INIT_DATA), 7);
  const packets = [first];
  for (
    let offset = INIT_DATA, sequence = 0;
    offset < payload.length;
    offset += CONTINUATION_DATA, sequence++
  ) {
    const next = packet(channel, sequence);
    next.set(payload.subarray(offset, offset + CONTINUATION_DATA), 5);
    packets.push(next);
  }
  return packets;
}

function packet(channel: number, type: number): Uint8Array<ArrayBuffer> {
  const report = new Uint8Array(REPORT_LENGTH);
  new DataView(report.buffer).setUint32(0, channel);
  report[4] = type;
  return report;
}

/** Collects the packets of one message of known length. */
export class MessageBuffer {
  readonly #payload: Uint8Array;
  #received: number;
  #nextSequence = 0;

  constructor(first: InitPacket) {
    this.#payload = new Uint8Array(first.length);
    this.#payload.set(first.data.subarray(0, first.length));
    this.#received = Math.min(first.data.length, first.length);
  }

  /** The whole message, or undefined while packets are missing. */
  get message(): Uint8Array | undefined {
    return this.#received === this.#payload.length ? this.#payload : undefined;
  }

  /** False when the sequence number is not the next one; the message is lost then. */
  append(packet: ContinuationPacket): boolean {
    if (packet.sequence !== this.#nextSequence) return false;
    this.#nextSequence++;
    const data = packet.data.subarray(0, this.#payload.length - this.#received);
    this.#payload.set(data, this.#received);
    this.#received += data.length;
    return true;
  }
}
