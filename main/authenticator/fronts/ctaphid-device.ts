/**
 * A security key's end of CTAPHID (CTAP 2.1 §11.2): reports in, reports out, one transaction at a time. The numbers in
 * the comments are the rows of the project's table of answers (protocol card, A.7); it implements no LOCK.
 */
import type { Clock, RandomSource } from '../../../native/ports';
import type { CallOptions } from '../../ctap/api';
import {
  BROADCAST_CHANNEL,
  Capability,
  CTAPHID_PROTOCOL_VERSION,
  HidCommand,
  HidError,
  Keepalive,
  MAX_MESSAGE_LENGTH,
  MessageBuffer,
  NONCE_LENGTH,
  packetsOf,
  parsePacket,
  RESERVED_CHANNEL,
  type InitPacket,
} from '../../ctap/ctaphid';

/** Milliseconds between keepalives; at most 100 are allowed (§11.2.9.2.1). */
export const KEEPALIVE_INTERVAL = 75;
/** Milliseconds in which the next packet of a message must come. */
export const PACKET_TIMEOUT = 500;
/** Channels that are remembered; the one longest unused is forgotten for a new one. */
export const MAX_CHANNELS = 256;
/** Major, minor, build of this device. */
const DEVICE_VERSION = [1, 0, 0];

export interface CtapHidDeviceOptions {
  readonly clock: Clock;
  readonly random: RandomSource;
  /** CBOR: command byte ‖ CBOR in, status byte ‖ CBOR out. Absent in a key that speaks only U2F. */
  readonly handle?: (request: Uint8Array, options: CallOptions) => Promise<Uint8Array>;
  /** MSG, that is U2F: command APDU in, response APDU out. Absent in a key that does not speak it (capability NMSG). */
  readonly handleApdu?: (apdu: Uint8Array) => Promise<Uint8Array>;
  /** Another pause than {@link KEEPALIVE_INTERVAL}, in milliseconds. */
  readonly keepaliveInterval?: () => number | undefined;
  /** Sends one 64-byte report to the host. */
  readonly send: (report: Uint8Array) => void;
  /** Makes the key blink or buzz; the WINK capability is there when this is. */
  readonly wink?: () => void;
}

interface Receiving {
  readonly name: 'receiving';
  readonly channel: number;
  readonly command: number;
  readonly buffer: MessageBuffer;
  stopTimer: () => void;
}

interface Processing {
  readonly name: 'processing';
  readonly channel: number;
  readonly cancel: AbortController;
  keepalive: number;
  stopTimer: () => void;
}

type State = { readonly name: 'idle' } | Receiving | Processing;

export class CtapHidDevice {
  readonly #options: CtapHidDeviceOptions;
  /** Allocated channels, the one longest unused first. */
  readonly #channels = new Set<number>();
  #state: State = { name: 'idle' };

  constructor(options: CtapHidDeviceOptions) {
    this.#options = options;
  }

  /** Takes one output report of the host. */
  receive(report: Uint8Array): void {
    const packet = parsePacket(report);
    if (!packet) return; // 1
    const state = this.#state;
    if (packet.kind === 'continuation') {
      // 15, 16: nothing that it could continue.
      if (state.name !== 'receiving' || state.channel !== packet.channel) return;
      state.stopTimer();
      if (!state.buffer.append(packet)) return this.#fail(packet.channel, HidError.INVALID_SEQ); // 14
      return this.#proceed(state); // 13
    }
    if (packet.command === HidCommand.CANCEL) return this.#cancel(packet.channel);
    if (packet.channel === RESERVED_CHANNEL) return this.#error(packet.channel, HidError.INVALID_CHANNEL); // 2
    if (packet.command === HidCommand.INIT && packet.length !== NONCE_LENGTH)
      return this.#error(packet.channel, HidError.INVALID_LEN); // 6
    if (state.name === 'idle') return this.#begin(packet);
    if (packet.channel !== state.channel) return this.#error(packet.channel, HidError.CHANNEL_BUSY); // 10
    if (packet.command === HidCommand.INIT) {
      this.#abort(); // 9
      return this.#init(packet);
    }
    if (state.name === 'processing') return this.#error(packet.channel, HidError.CHANNEL_BUSY); // 12
    this.#fail(packet.channel, HidError.INVALID_SEQ); // 11
  }

  /** The host closed or reset the bus, or the power went: everything is dropped, channels too (28). */
  reset(): void {
    this.#abort();
    this.#channels.clear();
  }

  /** The first packet of a message, while idle. */
  #begin(packet: InitPacket): void {
    const { channel, command, length } = packet;
    if (command === HidCommand.INIT) {
      const known = channel === BROADCAST_CHANNEL || this.#channels.has(channel);
      return known ? this.#init(packet) : this.#error(channel, HidError.INVALID_CHANNEL); // 7, 8; 5
    }
    if (!this.#channels.has(channel)) return this.#error(channel, HidError.INVALID_CHANNEL); // 3, 4
    this.#touch(channel);
    if (length > MAX_MESSAGE_LENGTH) return this.#error(channel, HidError.INVALID_LEN); // 17
    const implemented =
      command === HidCommand.PING ||
      (command === HidCommand.CBOR && this.#options.handle !== undefined) ||
      (command === HidCommand.MSG && this.#options.handleApdu !== undefined) ||
      (command === HidCommand.WINK && this.#options.wink !== undefined);
    if (!implemented) return this.#error(channel, HidError.INVALID_CMD); // 18, 19
    if (command === HidCommand.WINK && length > 0) return this.#error(channel, HidError.INVALID_LEN); // 22
    if (command === HidCommand.CBOR && length === 0) return this.#error(channel, HidError.INVALID_LEN); // 26
    const receiving: Receiving = {
      name: 'receiving',
      channel,
      command,
      buffer: new MessageBuffer(packet),
      stopTimer: () => undefined,
    };
    this.#state = receiving;
    this.#proceed(receiving);
  }

  /** Waits for the next packet, or carries out the message that is complete. */
  #proceed(receiving: Receiving): void {
    const { channel, command, buffer } = receiving;
    const { message } = buffer;
    if (!message) {
      receiving.stopTimer = this.#options.clock.after(PACKET_TIMEOUT, () =>
        this.#fail(channel, HidError.MSG_TIMEOUT),
      ); // 25
      return;
    }
    this.#state = { name: 'idle' };
    switch (command) {
      case HidCommand.PING:
        return this.#send(channel, HidCommand.PING, message);
      case HidCommand.WINK:
        this.#options.wink?.();
        return this.#send(channel, HidCommand.WINK, new Uint8Array());
      case HidCommand.MSG:
        return this.#process(channel, command, () => this.#options.handleApdu?.(message));
      default:
        this.#process(channel, command, (options) => this.#options.handle?.(message, options));
    }
  }

  /** Works on a CBOR or MSG request. Keepalives belong to CBOR: U2F does not know them (§11.2.9.2.1). */
  #process(
    channel: number,
    command: number,
    work: (options: CallOptions) => Promise<Uint8Array> | undefined,
  ): void {
    const processing: Processing = {
      name: 'processing',
      channel,
      cancel: new AbortController(),
      keepalive: Keepalive.PROCESSING,
      stopTimer: () => undefined,
    };
    this.#state = processing;
    const tick = (): void => {
      if (command !== HidCommand.CBOR) return;
      const pause = this.#options.keepaliveInterval?.() ?? KEEPALIVE_INTERVAL;
      processing.stopTimer = this.#options.clock.after(pause, () => {
        this.#sendKeepalive(processing);
        tick();
      });
    };
    tick();
    const onStatus: NonNullable<CallOptions['onStatus']> = (status) => {
      const keepalive = status === 'touch-needed' ? Keepalive.UPNEEDED : Keepalive.PROCESSING;
      if (this.#state !== processing || processing.keepalive === keepalive) return;
      processing.keepalive = keepalive;
      this.#sendKeepalive(processing);
      processing.stopTimer();
      tick();
    };
    const finish = (send: () => void): void => {
      if (this.#state !== processing) return; // aborted: the answer is not wanted any more (9)
      this.#abort();
      send();
    };
    Promise.resolve(work({ signal: processing.cancel.signal, onStatus })).then(
      (answer) =>
        finish(() => {
          if (!answer || answer.length > MAX_MESSAGE_LENGTH)
            this.#error(channel, HidError.OTHER); // 27
          else this.#send(channel, command, answer);
        }),
      () => finish(() => this.#error(channel, HidError.OTHER)),
    );
  }

  /**
   * 23: the running CBOR request answers by itself, with 0x2D or with its result; 24: otherwise nothing happens, MSG hears
   * nothing of it.
   */
  #cancel(channel: number): void {
    const state = this.#state;
    if (state.name === 'processing' && state.channel === channel) state.cancel.abort();
  }

  #init({ channel, data }: InitPacket): void {
    const assigned = channel === BROADCAST_CHANNEL ? this.#allocate() : channel;
    this.#touch(assigned);
    const answer = new Uint8Array(17);
    answer.set(data.subarray(0, NONCE_LENGTH));
    new DataView(answer.buffer).setUint32(NONCE_LENGTH, assigned);
    const { wink, handle, handleApdu } = this.#options;
    const capabilities =
      (wink ? Capability.WINK : 0) | (handle ? Capability.CBOR : 0) | (handleApdu ? 0 : Capability.NMSG);
    answer.set([CTAPHID_PROTOCOL_VERSION, ...DEVICE_VERSION, capabilities], NONCE_LENGTH + 4);
    this.#send(channel, HidCommand.INIT, answer);
  }

  #allocate(): number {
    const [oldest] = this.#channels;
    if (oldest !== undefined && this.#channels.size >= MAX_CHANNELS) this.#channels.delete(oldest);
    for (;;) {
      const channel = new DataView(this.#options.random.bytes(4).buffer).getUint32(0);
      if (channel !== RESERVED_CHANNEL && channel !== BROADCAST_CHANNEL && !this.#channels.has(channel))
        return channel;
    }
  }

  /** Makes `channel` the one most recently used. */
  #touch(channel: number): void {
    this.#channels.delete(channel);
    this.#channels.add(channel);
  }

  /** Drops the transaction; its request is cancelled, and whatever it still answers goes nowhere. */
  #abort(): void {
    const state = this.#state;
    if (state.name === 'idle') return;
    this.#state = { name: 'idle' };
    state.stopTimer();
    if (state.name === 'processing') state.cancel.abort();
  }

  #fail(channel: number, error: number): void {
    this.#abort();
    this.#error(channel, error);
  }

  #error(channel: number, error: number): void {
    this.#send(channel, HidCommand.ERROR, Uint8Array.of(error));
  }

  #sendKeepalive({ channel, keepalive }: Processing): void {
    this.#send(channel, HidCommand.KEEPALIVE, Uint8Array.of(keepalive));
  }

  #send(channel: number, command: number, payload: Uint8Array): void {
    for (const report of packetsOf(channel, command, payload)) this.#options.send(report);
  }
}
