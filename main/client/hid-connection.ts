/** One open HID device: reports in and out, its end, and waiting with a bound. Knows packets, but no messages. */
import { parsePacket, type ContinuationPacket, type InitPacket } from '../ctap/ctaphid';
import { TransportError, type TransportFailure } from '../ctap/errors';
import type { Clock, HidBus, HidDeviceInfo, HidFailureCode, HidLink } from '../../native/ports';

export type Packet = InitPacket | ContinuationPacket;

/** Milliseconds that opening the device or writing one report may take. */
const OPERATION_TIMEOUT = 5000;

const failures: Readonly<Record<HidFailureCode, TransportFailure>> = {
  'access-denied': 'access-denied',
  disconnected: 'unplugged',
  'in-use': 'busy',
  io: 'io',
};

/** What a HID adapter rejected with, as a {@link TransportError} with the same sentence. */
export function transportError(error: unknown): TransportError {
  if (error instanceof TransportError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const failure =
    typeof code === 'string' && Object.hasOwn(failures, code) ? failures[code as HidFailureCode] : 'io';
  return new TransportError(failure, message, { cause: error });
}

export class HidConnection {
  #link: HidLink | undefined;
  #end: TransportError | undefined;
  readonly #endListeners = new Set<(error: TransportError) => void>();
  /** Packets of this channel are kept; all others belong to other programs or to nobody. */
  #channel: number | undefined;
  #packets: Packet[] = [];
  #wake: (() => void) | undefined;
  readonly #alarm: Alarm;

  private constructor(clock: Clock) {
    this.#alarm = new Alarm(clock);
  }

  /** Rejects with {@link TransportError}. */
  static async open(bus: HidBus, device: HidDeviceInfo, clock: Clock): Promise<HidConnection> {
    const connection = new HidConnection(clock);
    const opening = bus.open(device, {
      onReport: (report) => connection.#receive(report),
      onEnd: (reason) => connection.#finish(transportError(reason)),
    });
    let link: HidLink;
    try {
      link = await connection.#bounded(opening);
    } catch (error) {
      connection.#alarm.end();
      // An open that comes too late must not stay open.
      opening.then(
        (late) => late.close(),
        () => undefined,
      );
      throw transportError(error);
    }
    connection.#link = link;
    if (connection.#end) {
      await link.close();
      throw connection.#end;
    }
    return connection;
  }

  /** Keeps packets of `channel` from now on, and forgets those that came before. */
  listen(channel: number): void {
    this.#channel = channel;
    this.#packets = [];
  }

  /** Keeps no packets until the next {@link listen}. */
  deafen(): void {
    this.#channel = undefined;
    this.#packets = [];
    this.#alarm.end();
  }

  /** Rejects with {@link TransportError}. */
  async write(report: Uint8Array): Promise<void> {
    if (this.#end) throw this.#end;
    if (!this.#link) throw new TransportError('io', 'The security key is not open.');
    try {
      await this.#bounded(this.#link.write(report));
    } catch (error) {
      const failure = transportError(error);
      if (failure.failure === 'unplugged') this.#finish(failure);
      throw failure;
    }
  }

  /**
   * The next packet of the channel listened to; `silence` when none came for so many milliseconds, `aborted` when the
   * signal was. Rejects with {@link TransportError} as soon as the device is gone.
   */
  next(milliseconds: number, signal?: AbortSignal): Promise<Packet | 'silence' | 'aborted'> {
    return new Promise((resolve, reject) => {
      if (this.#end) return reject(this.#end);
      if (signal?.aborted) return resolve('aborted');
      const queued = this.#packets.shift();
      if (queued) return resolve(queued);
      const settle = (result: Packet | 'silence' | 'aborted' | TransportError): void => {
        this.#alarm.clear();
        signal?.removeEventListener('abort', onAbort);
        this.#wake = undefined;
        if (result instanceof TransportError) reject(result);
        else resolve(result);
      };
      const onAbort = (): void => settle('aborted');
      this.#alarm.set(Math.max(0, milliseconds), () => settle('silence'));
      signal?.addEventListener('abort', onAbort);
      this.#wake = () => {
        const packet = this.#end ?? this.#packets.shift();
        if (packet) settle(packet);
      };
    });
  }

  /** Does nothing for a while. Rejects with the signal's reason, or as soon as the device is gone. */
  async pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
    this.deafen();
    const end = await this.next(milliseconds, signal);
    this.#alarm.end();
    if (end === 'aborted') throw signal?.reason;
  }

  /** Calls back once, at the end: unplugged, or closed. At once when it has ended already. */
  onEnd(callback: (error: TransportError) => void): () => void {
    if (this.#end) callback(this.#end);
    else this.#endListeners.add(callback);
    return () => this.#endListeners.delete(callback);
  }

  /** Closes; everything that waits is rejected with `reason`. Idempotent. */
  async close(reason: TransportError): Promise<void> {
    this.#finish(reason);
    await this.#link?.close();
  }

  #receive(report: Uint8Array): void {
    const packet = parsePacket(report);
    if (!packet || packet.channel !== this.#channel || this.#end) return;
    this.#packets.push(packet);
    this.#wake?.();
  }

  #finish(error: TransportError): void {
    if (this.#end) return;
    this.#end = error;
    this.#packets = [];
    this.#wake?.();
    this.#alarm.end();
    const listeners = [...this.#endListeners];
    this.#endListeners.clear();
    for (const listener of listeners) listener(error);
  }

  /** `work`, unless it takes too long or the device goes first. Nothing else waits meanwhile. */
  #bounded<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const stopListening = this.onEnd(reject);
      const settled = (): void => {
        this.#alarm.clear();
        stopListening();
      };
      if (!this.#end)
        this.#alarm.set(OPERATION_TIMEOUT, () =>
          reject(new TransportError('timed-out', 'The system did not serve the security key in time.')),
        );
      work.finally(settled).then(resolve, reject);
    });
  }
}

/**
 * One alarm that is set and cleared for every packet, over a timer that stays until the {@link end} of the message: arming and
 * calling off one for each packet cost a twentieth of the time for listing a full key.
 */
class Alarm {
  readonly #clock: Clock;
  #due = Infinity;
  #ring: () => void = () => undefined;
  #armedFor = Infinity;
  #disarm: () => void = () => undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `ring` in so many milliseconds, and nobody else. */
  set(milliseconds: number, ring: () => void): void {
    this.#due = this.#clock.now() + milliseconds;
    this.#ring = ring;
    if (this.#armedFor > this.#due) this.#arm(milliseconds);
  }

  clear(): void {
    this.#due = Infinity;
  }

  /** Nothing of it stays behind. */
  end(): void {
    this.clear();
    this.#disarm();
    this.#armedFor = Infinity;
  }

  #arm(milliseconds: number): void {
    this.#disarm();
    this.#armedFor = this.#clock.now() + milliseconds;
    this.#disarm = this.#clock.after(milliseconds, () => {
      this.#armedFor = Infinity;
      const left = this.#due - this.#clock.now();
      if (left === Infinity) return;
      if (left > 0) return this.#arm(left);
      this.clear();
      this.#ring();
    });
  }
}
