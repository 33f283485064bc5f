/** Puts the packets of one CTAPHID answer together (CTAP 2.1 §11.2.4, §11.2.9). */
import { HidCommand, Keepalive, MAX_MESSAGE_LENGTH, MessageBuffer } from '../ctap/ctaphid';
import { ProtocolError } from '../ctap/errors';
import type { Packet } from './hid-connection';

/** The command is the request's, or ERROR. */
export interface Answer {
  readonly command: number;
  readonly payload: Uint8Array;
}

export type KeepaliveStatus = 'touch-needed' | 'processing';

export class AnswerReader {
  readonly #command: number;
  #first: number | undefined;
  #buffer: MessageBuffer | undefined;

  /** `command` is the request's. */
  constructor(command: number) {
    this.#command = command;
  }

  /** Undefined while packets are missing. Throws {@link ProtocolError} for a packet that has no place here. */
  accept(packet: Packet): Answer | KeepaliveStatus | undefined {
    if (packet.kind === 'continuation') {
      if (!this.#buffer) throw new ProtocolError('The security key began its answer in the middle.');
      if (!this.#buffer.append(packet))
        throw new ProtocolError('The security key sent the parts of its answer in the wrong order.');
    } else {
      if (this.#buffer)
        throw new ProtocolError('The security key began another answer before it had finished the first.');
      if (packet.command === HidCommand.KEEPALIVE)
        return packet.data[0] === Keepalive.UPNEEDED ? 'touch-needed' : 'processing';
      if (packet.command !== this.#command && packet.command !== HidCommand.ERROR)
        throw new ProtocolError(
          `The security key answered command ${hex(this.#command)} with command ${hex(packet.command)}.`,
        );
      if (packet.length > MAX_MESSAGE_LENGTH)
        throw new ProtocolError(`The security key announced an answer of ${packet.length} bytes.`);
      this.#first = packet.command;
      this.#buffer = new MessageBuffer(packet);
    }
    const payload = this.#buffer.message;
    return payload && { command: this.#first ?? this.#command, payload };
  }
}

function hex(byte: number): string {
  return `0x${byte.toString(16).padStart(2, '0').toUpperCase()}`;
}
