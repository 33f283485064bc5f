/** One channel to one open security key (CTAP 2.1 §11.2): one outstanding message, bounded in time, cancellable. */
import { equalBytes } from '@noble/ciphers/utils.js';
import type { CallOptions } from '../ctap/api';
import { BROADCAST_CHANNEL, HidCommand, HidError, packetsOf } from '../ctap/ctaphid';
import { ProtocolError, TransportError } from '../ctap/errors';
import type { Clock, HidBus, HidDeviceInfo, RandomSource } from '../../native/ports';
import { AnswerReader, type Answer } from './answer-reader';
import {
  BUSY_PATIENCE,
  BUSY_PAUSE,
  busyError,
  ChannelRefused,
  initializeChannel,
  type InitResponse,
} from './ctaphid-init';
import { HidConnection, type Packet } from './hid-connection';
import { SerialQueue } from './serial-queue';

/** Milliseconds without any packet before we stop believing in an answer; every packet restarts it. */
const SILENCE_TIMEOUT = 3000;
/** Milliseconds for the whole answer, however many keepalives come. */
const ANSWER_TIMEOUT = 60_000;
/** Milliseconds for the reply to a request that was cancelled. */
const DRAIN_TIMEOUT = 3000;

/** The request was not carried out and may be sent again after a resynchronisation. */
const harmlessErrors: ReadonlySet<number> = new Set([
  HidError.INVALID_SEQ,
  HidError.MSG_TIMEOUT,
  HidError.INVALID_CHANNEL,
]);

export interface ClientDeps {
  readonly clock: Clock;
  readonly random: RandomSource;
}

export class CtapHidChannel {
  readonly #bus: HidBus;
  readonly #device: HidDeviceInfo;
  readonly #deps: ClientDeps;
  readonly #queue = new SerialQueue();
  readonly #endListeners = new Set<(error: TransportError) => void>();
  #connection: HidConnection;
  #init: InitResponse;
  #end: TransportError | undefined;
  #forgetConnection: () => void = () => undefined;
  /** The device may still be working on something or sending it; the channel must be resynchronised before it is used. */
  #unsettled = false;

  private constructor(
    bus: HidBus,
    device: HidDeviceInfo,
    deps: ClientDeps,
    connection: HidConnection,
    init: InitResponse,
  ) {
    this.#bus = bus;
    this.#device = device;
    this.#deps = deps;
    this.#connection = connection;
    this.#init = init;
    this.#watchConnection();
  }

  /** Opens the device and allocates a channel. Rejects with {@link TransportError} or {@link ProtocolError}. */
  static async open(bus: HidBus, device: HidDeviceInfo, deps: ClientDeps): Promise<CtapHidChannel> {
    const { connection, init } = await connect(bus, device, deps);
    return new CtapHidChannel(bus, device, deps, connection, init);
  }

  /** {@link Capability} bits. */
  get capabilities(): number {
    return this.#init.capabilities;
  }

  /** The vendor's numbers. */
  get deviceVersion(): InitResponse['deviceVersion'] {
    return this.#init.deviceVersion;
  }

  /**
   * Sends one message of at most 7609 bytes and waits for the answer's payload; requests wait for each other.
   * Rejects with TransportError (`timed-out` after 3 s without a packet or 60 s in all, `busy`, `unplugged`, `io`), with
   * ProtocolError for CTAPHID errors and answers that break the rules, and with the signal's reason after having
   * cancelled at the device.
   */
  send(command: number, payload: Uint8Array, options: CallOptions = {}): Promise<Uint8Array> {
    return this.#queue.run(() => this.#request(command, payload, options), options.signal);
  }

  /** Rejects with {@link ProtocolError} when the echo is not what was sent. */
  async ping(data: Uint8Array, options?: CallOptions): Promise<void> {
    const echo = await this.send(HidCommand.PING, data, options);
    if (!equalBytes(echo, data))
      throw new ProtocolError('The security key did not echo a ping as it was sent.');
  }

  /** Lets the key blink, beep or vibrate; only with {@link Capability.WINK}. */
  async wink(options?: CallOptions): Promise<void> {
    await this.send(HidCommand.WINK, new Uint8Array(), options);
  }

  /** Calls back once: unplugged or closed. At once when that has happened already. Returns the function that stops it. */
  onEnd(callback: (error: TransportError) => void): () => void {
    if (this.#end) callback(this.#end);
    else this.#endListeners.add(callback);
    return () => this.#endListeners.delete(callback);
  }

  /** Everything outstanding is rejected with `reason`. Idempotent. */
  async close(reason = new TransportError('io', 'The security key was closed.')): Promise<void> {
    this.#finish(reason);
    await this.#connection.close(reason);
  }

  async #request(command: number, payload: Uint8Array, options: CallOptions): Promise<Uint8Array> {
    const { clock } = this.#deps;
    const patience = clock.now() + BUSY_PATIENCE;
    let resent = false;
    for (;;) {
      if (this.#unsettled) await this.#resynchronise();
      options.signal?.throwIfAborted();
      const answer = await this.#exchange(command, payload, options);
      if (answer.command === command) return answer.payload;
      const code = answer.payload[0] ?? HidError.OTHER;
      if (code === HidError.CHANNEL_BUSY) {
        if (clock.now() + BUSY_PAUSE > patience) throw busyError();
        await this.#connection.pause(BUSY_PAUSE, options.signal);
      } else {
        this.#unsettled = true;
        if (resent || !harmlessErrors.has(code))
          throw new ProtocolError(`The security key refused a message (CTAPHID error ${code}).`);
        resent = true;
      }
    }
  }

  /** One message out, one message in. Leaves the channel unsettled unless the whole answer was read. */
  async #exchange(command: number, payload: Uint8Array, { signal, onStatus }: CallOptions): Promise<Answer> {
    const { clock } = this.#deps;
    const packets = packetsOf(this.#init.channel, command, payload);
    this.#unsettled = true;
    this.#connection.listen(this.#init.channel);
    for (const packet of packets) await this.#connection.write(packet);
    const reader = new AnswerReader(command);
    const deadline = clock.now() + ANSWER_TIMEOUT;
    let status = 'processing';
    for (;;) {
      const left = deadline - clock.now();
      const packet = await this.#connection.next(Math.min(SILENCE_TIMEOUT, left), signal);
      if (packet === 'aborted') return this.#abandon(command, reader, signal?.reason);
      if (packet === 'silence') {
        const error = new TransportError('timed-out', 'The security key did not answer in time.');
        if (clock.now() >= deadline) return this.#abandon(command, reader, error);
        throw error;
      }
      const answer = reader.accept(packet);
      if (answer === 'touch-needed' || answer === 'processing') {
        if (answer !== status) onStatus?.(answer);
        status = answer;
      } else if (answer) {
        this.#settled();
        return answer;
      }
    }
  }

  /** Cancels once, reads the reply to nowhere within a bound, and throws `reason` (A reply that came after all is dropped). */
  async #abandon(command: number, reader: AnswerReader, reason: unknown): Promise<never> {
    const { clock } = this.#deps;
    // Only CBOR requests can be cancelled (§11.2.9.1.5).
    if (command === HidCommand.CBOR)
      for (const packet of packetsOf(this.#init.channel, HidCommand.CANCEL, new Uint8Array()))
        await this.#connection.write(packet);
    const deadline = clock.now() + DRAIN_TIMEOUT;
    while (clock.now() < deadline) {
      const packet = await this.#connection.next(deadline - clock.now());
      if (packet === 'silence' || packet === 'aborted') break;
      // Some keys are busy also for CANCEL: that is no reply to the request.
      if (isBusy(packet)) continue;
      const answer = acceptQuietly(reader, packet);
      if (answer === 'broken') break;
      if (typeof answer === 'object') {
        this.#settled();
        break;
      }
    }
    throw reason;
  }

  #settled(): void {
    this.#unsettled = false;
    this.#connection.deafen();
  }

  /** INIT on our own channel; a new channel when the device has forgotten ours; a new connection when it is silent. */
  async #resynchronise(): Promise<void> {
    try {
      await initializeChannel(this.#connection, this.#init.channel, this.#deps);
    } catch (error) {
      if (error instanceof ChannelRefused)
        this.#init = await initializeChannel(this.#connection, BROADCAST_CHANNEL, this.#deps);
      else if (error instanceof TransportError && error.failure === 'timed-out') await this.#reconnect();
      else throw error;
    }
    this.#settled();
  }

  async #reconnect(): Promise<void> {
    this.#forgetConnection();
    await this.#connection.close(new TransportError('io', 'The security key is being opened again.'));
    try {
      const { connection, init } = await connect(this.#bus, this.#device, this.#deps);
      this.#connection = connection;
      this.#init = init;
    } catch (error) {
      this.#finish(error instanceof TransportError ? error : new TransportError('io', String(error)));
      throw error;
    }
    this.#watchConnection();
    if (this.#end) await this.#connection.close(this.#end);
  }

  #watchConnection(): void {
    this.#forgetConnection = this.#connection.onEnd((error) => this.#finish(error));
  }

  #finish(error: TransportError): void {
    if (this.#end) return;
    this.#end = error;
    this.#queue.end(error);
    const listeners = [...this.#endListeners];
    this.#endListeners.clear();
    for (const listener of listeners) listener(error);
  }
}

async function connect(
  bus: HidBus,
  device: HidDeviceInfo,
  deps: ClientDeps,
): Promise<{ readonly connection: HidConnection; readonly init: InitResponse }> {
  const connection = await HidConnection.open(bus, device, deps.clock);
  try {
    return { connection, init: await initializeChannel(connection, BROADCAST_CHANNEL, deps) };
  } catch (error) {
    await connection.close(new TransportError('io', 'The security key was closed.'));
    throw error;
  }
}

function isBusy(packet: Packet): boolean {
  return (
    packet.kind === 'init' && packet.command === HidCommand.ERROR && packet.data[0] === HidError.CHANNEL_BUSY
  );
}

function acceptQuietly(reader: AnswerReader, packet: Packet): ReturnType<AnswerReader['accept']> | 'broken' {
  try {
    return reader.accept(packet);
  } catch (error) {
    if (error instanceof ProtocolError) return 'broken';
    throw error;
  }
}
