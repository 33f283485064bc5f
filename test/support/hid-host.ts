/** A host's raw end of CTAPHID: writes packets as told, and reads what came back message by message. */
import {
  BROADCAST_CHANNEL,
  HidCommand,
  MessageBuffer,
  packetsOf,
  parsePacket,
  type InitPacket,
} from '../../main/ctap/ctaphid';

/** A message that came from the device, incomplete where packets were missing or out of order. */
export interface Received {
  readonly channel: number;
  readonly command: number;
  readonly payload: Uint8Array | undefined;
}

export const NONCE = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);

export class HidHost {
  /** Every report since {@link taken} was last called. */
  reports: Uint8Array[] = [];
  readonly #write: (report: Uint8Array) => void;

  constructor(write: (report: Uint8Array) => void) {
    this.#write = write;
  }

  /** What the device sends goes in here. */
  readonly receive = (report: Uint8Array): void => {
    this.reports.push(report.slice());
  };

  send(channel: number, command: number, payload: Uint8Array = new Uint8Array()): void {
    for (const report of packetsOf(channel, command, payload)) this.#write(report);
  }

  /** The first packets only. */
  sendPart(channel: number, command: number, payload: Uint8Array, packets: number): void {
    for (const report of packetsOf(channel, command, payload).slice(0, packets)) this.#write(report);
  }

  /** One packet as it is: bytes 4 and following. */
  sendRaw(channel: number, ...bytes: readonly number[]): void {
    const report = new Uint8Array(64);
    new DataView(report.buffer).setUint32(0, channel);
    report.set(bytes, 4);
    this.#write(report);
  }

  /** A channel of its own. */
  allocate(): number {
    this.send(BROADCAST_CHANNEL, HidCommand.INIT, NONCE);
    const { payload } = this.taken().at(-1)!;
    return new DataView(payload!.buffer).getUint32(8);
  }

  /** The messages received since the last call. */
  taken(): Received[] {
    const messages: { first: InitPacket; buffer: MessageBuffer }[] = [];
    for (const report of this.reports) {
      const packet = parsePacket(report)!;
      if (packet.kind === 'init') messages.push({ first: packet, buffer: new MessageBuffer(packet) });
      else messages.at(-1)?.buffer.append(packet);
    }
    this.reports = [];
    return messages.map(({ first, buffer }) => ({
      channel: first.channel,
      command: first.command,
      payload: buffer.message,
    }));
  }
}
