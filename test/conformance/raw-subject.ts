/** What a raw CTAPHID case works on: one open HID device, whichever way it is reached. */
import {
  BROADCAST_CHANNEL,
  HidCommand,
  MessageBuffer,
  NONCE_LENGTH,
  packetsOf,
  parsePacket,
  type InitPacket,
} from '../../main/ctap/ctaphid';
import type { HidLink } from '../../native/ports';
import { fromHex } from '../ctap/hex';

export interface RawMessage {
  readonly channel: number;
  readonly command: number;
  readonly payload: Uint8Array;
}

/** The far end of a {@link RawHost}. */
export interface RawLink {
  readonly link: Pick<HidLink, 'write'>;
  /** Resolves with the next report; rejects when none comes in `milliseconds`. */
  nextReport(milliseconds: number): Promise<Uint8Array>;
  /** Whoever touches the key does not do so the next time. */
  leaveWaiting(): void;
  /** Bytes of the longest message that gets there whole. */
  readonly longestMessage: number;
}

/** Generous: a key that does not answer in this time has not answered. */
const PATIENCE = 3000;

/** A host's end that writes what it is told and reads message by message. */
export class RawHost {
  readonly #far: RawLink;
  #nonce = 0;

  constructor(far: RawLink) {
    this.#far = far;
  }

  get longestMessage(): number {
    return this.#far.longestMessage;
  }

  leaveWaiting(): void {
    this.#far.leaveWaiting();
  }

  async send(channel: number, command: number, payload: Uint8Array = new Uint8Array()): Promise<void> {
    for (const report of packetsOf(channel, command, payload)) await this.#far.link.write(report);
  }

  /** The first packets only. */
  async sendPart(channel: number, command: number, payload: Uint8Array, packets: number): Promise<void> {
    for (const report of packetsOf(channel, command, payload).slice(0, packets))
      await this.#far.link.write(report);
  }

  /** One packet as it is: bytes 4 and following. */
  async sendRaw(channel: number, ...bytes: readonly number[]): Promise<void> {
    const report = new Uint8Array(64);
    new DataView(report.buffer).setUint32(0, channel);
    report.set(bytes, 4);
    await this.#far.link.write(report);
  }

  /** The next message, whatever it is. */
  async next(): Promise<RawMessage> {
    const first = parsePacket(await this.#far.nextReport(PATIENCE));
    if (first?.kind !== 'init') throw new Error('a message begins with a continuation packet');
    const buffer = new MessageBuffer(first);
    while (!buffer.message) await this.#append(first, buffer);
    return { channel: first.channel, command: first.command, payload: buffer.message };
  }

  /** The next message that is no keepalive. */
  async answer(): Promise<RawMessage> {
    for (;;) {
      const message = await this.next();
      if (message.command !== HidCommand.KEEPALIVE) return message;
    }
  }

  /** A channel of its own. */
  async allocate(): Promise<number> {
    return (await this.init(BROADCAST_CHANNEL)).channel;
  }

  /** INIT with a new nonce; what its answer says. */
  async init(channel: number): Promise<{ readonly channel: number; readonly capabilities: number }> {
    const nonce = fromHex((++this.#nonce).toString(16).padStart(2 * NONCE_LENGTH, '0'));
    await this.send(channel, HidCommand.INIT, nonce);
    for (;;) {
      const { command, payload } = await this.next();
      // Another program's answer on the broadcast channel is not ours.
      if (command !== HidCommand.INIT || !nonce.every((byte, index) => payload[index] === byte)) continue;
      const view = new DataView(payload.buffer, payload.byteOffset);
      return { channel: view.getUint32(NONCE_LENGTH), capabilities: view.getUint8(16) };
    }
  }

  async #append(first: InitPacket, buffer: MessageBuffer): Promise<void> {
    const packet = parsePacket(await this.#far.nextReport(PATIENCE));
    if (packet?.kind !== 'continuation' || packet.channel !== first.channel || !buffer.append(packet))
      throw new Error('the continuation of a message does not fit');
  }
}
