/** The quirks that bend HID reports: a layer between the device and its hosts. */
import {
  BROADCAST_CHANNEL,
  HidCommand,
  HidError,
  Keepalive,
  packetsOf,
  parsePacket,
} from '../../ctap/ctaphid';
import { BIO_ENROLLMENT, BIO_ENROLLMENT_PREVIEW } from '../../ctap/commands/bio-enrollment';
import { CLIENT_PIN } from '../../ctap/commands/client-pin';
import type { QuirkBook } from '../quirks';

/** Turns a channel into one that nobody was given (or somebody else). */
const FOREIGN = 0x5a5a5a5a;

export interface ReportQuirksOptions {
  /** The quirks in force. */
  readonly book: () => QuirkBook;
  /** To the device. */
  readonly receive: (report: Uint8Array) => void;
  /** To the hosts. */
  readonly send: (report: Uint8Array) => void;
  /** Takes the key out. */
  readonly unplug: () => void;
}

export class ReportQuirks {
  readonly #options: ReportQuirksOptions;
  /** Reports in both directions since the key was plugged in. */
  #count = 0;
  /** The CBOR request that is being answered. */
  #request: Request = {};
  /** What is done to the answer that is going out. */
  #answer: 'straight' | 'foreign' | 'wrong-sequence' = 'straight';
  #unplugged = false;
  /** Its last keepalive asked for a touch. */
  #waits = false;

  constructor(options: ReportQuirksOptions) {
    this.#options = options;
  }

  /** A report of a host. */
  fromHost(report: Uint8Array): void {
    const book = this.#options.book();
    if (book.quirks.length === 0) return this.#options.receive(report);
    if (this.#unplugged) return;
    const packet = parsePacket(report);
    if (this.#waits && book.use('busy-while-waiting')) {
      this.#counted(book);
      if (packet?.kind === 'init') this.#sayBusy(packet.channel);
      return;
    }
    if (packet?.kind === 'init' && packet.command === HidCommand.CBOR) {
      const request = requestIn(packet.data);
      this.#request = request;
      if (book.use('unplug-at-request', request)) return this.#unplug();
      if (book.use('never-answers', request)) return this.#counted(book);
      if (book.use('channel-busy', request)) {
        this.#counted(book);
        return this.#sayBusy(packet.channel);
      }
    }
    this.#counted(book);
    if (!this.#unplugged) this.#options.receive(report);
  }

  /** A report of the device. */
  toHost(report: Uint8Array): void {
    const book = this.#options.book();
    if (book.quirks.length === 0) return this.#options.send(report);
    if (this.#unplugged) return;
    const packet = parsePacket(report);
    if (packet && packet.channel !== BROADCAST_CHANNEL && book.use('foreign-chatter'))
      this.#chatter(packet.channel ^ FOREIGN);
    if (packet?.kind === 'init') {
      this.#waits = packet.command === HidCommand.KEEPALIVE && packet.data[0] === Keepalive.UPNEEDED;
      const request = this.#request;
      const isAnswer = packet.command === HidCommand.CBOR;
      if (isAnswer && book.use('foreign-channel', request)) this.#answer = 'foreign';
      else if (isAnswer && packet.length > packet.data.length && book.use('wrong-sequence', request))
        this.#answer = 'wrong-sequence';
      else this.#answer = 'straight';
    }
    const bent = report.slice();
    if (packet && this.#answer === 'foreign')
      new DataView(bent.buffer).setUint32(0, packet.channel ^ FOREIGN);
    if (packet?.kind === 'continuation' && this.#answer === 'wrong-sequence') bent[4] = packet.sequence + 1;
    this.#options.send(bent);
    this.#counted(book);
  }

  #sayBusy(channel: number): void {
    const waits = this.#waits;
    const busy = packetsOf(channel, HidCommand.ERROR, Uint8Array.of(HidError.CHANNEL_BUSY));
    for (const answer of busy) this.toHost(answer);
    this.#waits = waits;
  }

  /** What another program on its own channel may be getting at the same time. */
  #chatter(channel: number): void {
    const foreign = [
      ...packetsOf(channel, HidCommand.KEEPALIVE, Uint8Array.of(Keepalive.UPNEEDED)),
      ...packetsOf(channel, HidCommand.CBOR, new Uint8Array(70)),
      ...packetsOf(BROADCAST_CHANNEL, HidCommand.INIT, new Uint8Array(17)),
    ];
    for (const report of foreign) this.#options.send(report);
  }

  #counted(book: QuirkBook): void {
    this.#count++;
    if (!book.quirks.some((quirk) => quirk.name === 'unplug-at-report' && quirk.report === this.#count))
      return;
    if (book.use('unplug-at-report')) this.#unplug();
  }

  #unplug(): void {
    this.#unplugged = true;
    this.#options.unplug();
  }
}

interface Request {
  readonly command?: number;
  readonly subCommand?: number;
}

/**
 * What the first packet of a request is about. In canonical CBOR the subcommand stands in front: member 0x01, or for
 * clientPIN (CTAP 2.1 §6.5) and bioEnrollment (§6.7) member 0x02, behind the number of the protocol or of the modality.
 */
function requestIn([command, _map, first, firstValue, second, secondValue]: Uint8Array): Request {
  if (command === undefined) return {};
  const subCommand =
    command !== CLIENT_PIN && command !== BIO_ENROLLMENT && command !== BIO_ENROLLMENT_PREVIEW
      ? first === 0x01 && firstValue
      : first === 0x02
        ? firstValue
        : second === 0x02 && secondValue;
  return { command, ...(typeof subCommand === 'number' && { subCommand }) };
}
