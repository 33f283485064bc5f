/** The passkeys of this device as the program serves them that owns the vault. */
import type { Clock, ControlLink, ControlSocket, PrivateFolder, RandomSource } from '../../native/ports';
import { SerialQueue } from '../client/serial-queue';
import { decodeResponse } from '../ctap/codec';
import { ControlError } from './control-error';
import { framed, FrameReader, MAX_FRAME } from './frames';
import { ClientHandshake, MAX_HANDSHAKE_FRAME } from './handshake';
import { encodeRequest, readAnswer, understood, welcome } from './messages';
import {
  operations,
  type DeviceService,
  type OperationArguments,
  type OperationName,
  type OperationResult,
} from './operations';
import { MAX_PIECE, SealedChannel } from './sealed-channel';
import { readSecret } from './secret';

/** Milliseconds. */
export const CONNECT_TIMEOUT = 10_000;
/** Bytes: 10,000 passkeys are some 5 MB. */
const LONGEST_ANSWER = 64 * 2 ** 20;
/** That an answer of this length can have. */
const MOST_FRAMES = LONGEST_ANSWER / MAX_PIECE + 2;

export interface ControlClientOptions {
  readonly folder: PrivateFolder;
  readonly socket: ControlSocket;
  readonly clock: Clock;
  readonly random: RandomSource;
}

export class ControlClient {
  readonly service: DeviceService;
  readonly #clock: Clock;
  readonly #frames = new FrameReader(MAX_HANDSHAKE_FRAME);
  readonly #queue = new SerialQueue();
  readonly #arrived: Uint8Array[] = [];
  #link: ControlLink | undefined;
  #channel: SealedChannel | undefined;
  #end: ControlError | undefined;
  #wake = (): void => undefined;

  private constructor(clock: Clock) {
    this.#clock = clock;
    const call =
      <N extends OperationName>(name: N) =>
      (args: OperationArguments<N>, signal?: AbortSignal): Promise<OperationResult<N>> =>
        this.#queue.run(() => this.#call(name, args, signal), signal);
    this.service = Object.fromEntries(
      (Object.keys(operations) as readonly OperationName[]).map((name) => [name, call(name)]),
    ) as unknown as DeviceService;
  }

  /** Finds the owner of the folder, and makes sure that it is one. Rejects with {@link ControlError}. */
  static async connect({ folder, socket, clock, random }: ControlClientOptions): Promise<ControlClient> {
    const secret = await readSecret(folder);
    if (!secret) throw new ControlError('not-running');
    const client = new ControlClient(clock);
    try {
      await client.#connect(socket, new ClientHandshake(secret, random));
      return client;
    } catch (error) {
      client.close();
      throw error;
    } finally {
      secret.fill(0);
    }
  }

  close(): void {
    this.#fail(new ControlError('closed'));
  }

  async #connect(socket: ControlSocket, handshake: ClientHandshake): Promise<void> {
    this.#link = await socket.connect({
      onBytes: (bytes) => this.#take(bytes),
      onEnd: () => this.#fail(new ControlError('closed')),
    });
    if (!this.#link) throw new ControlError('not-running');
    // It may have ended before there was anything to close.
    if (this.#end) this.#link.close();
    await this.#link.write(framed(handshake.hello));
    const { proof, keys } = handshake.answer(await this.#frame(CONNECT_TIMEOUT));
    this.#frames.longest = MAX_FRAME;
    await this.#link.write(framed(proof));
    const first = await this.#frame(CONNECT_TIMEOUT);
    // Only now is it known how many it serves; everything else that comes is sealed, and longer.
    if (first.length === 3) handshake.answer(first);
    this.#channel = new SealedChannel(keys, 'client', { longestMessage: LONGEST_ANSWER });
    const greeting = this.#channel.open(first);
    if (!greeting) throw new ControlError('protocol', 'a welcome without end');
    understood(() => decodeResponse(welcome, greeting));
  }

  async #call<N extends OperationName>(
    name: N,
    args: OperationArguments<N>,
    signal: AbortSignal | undefined,
  ): Promise<OperationResult<N>> {
    // What is cancelled is given up with the whole connection: so the owner knows that nobody waits any more.
    const abort = (): void => this.#fail(new ControlError('closed'));
    signal?.addEventListener('abort', abort);
    try {
      return readAnswer(name, await this.#exchange(encodeRequest(name, args), operations[name].within));
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  /** @param within milliseconds */
  async #exchange(request: Uint8Array, within: number): Promise<Uint8Array> {
    const channel = this.#channel;
    const link = this.#link;
    if (this.#end || !channel || !link) throw this.#end ?? new ControlError('closed');
    try {
      for (const frame of channel.seal(request)) await this.#writing(link, framed(frame), within);
      request.fill(0);
      for (;;) {
        const message = channel.open(await this.#frame(within));
        if (message) return message;
      }
    } catch (error) {
      // Half a conversation is none.
      const failure = error instanceof ControlError ? error : new ControlError('closed');
      this.#fail(failure);
      throw failure;
    }
  }

  async #writing(link: ControlLink, bytes: Uint8Array, within: number): Promise<void> {
    const stop = this.#clock.after(within, () => this.#fail(new ControlError('timed-out')));
    try {
      await link.write(bytes);
    } catch {
      throw this.#end ?? new ControlError('closed');
    } finally {
      stop();
    }
  }

  /** The next frame. Rejects with {@link ControlError} when none comes in time, or the connection ends. */
  async #frame(milliseconds: number): Promise<Uint8Array> {
    const stop = this.#clock.after(milliseconds, () => this.#fail(new ControlError('timed-out')));
    try {
      for (;;) {
        const frame = this.#arrived.shift();
        if (frame) return frame;
        if (this.#end) throw this.#end;
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      stop();
    }
  }

  #take(bytes: Uint8Array): void {
    if (this.#end) return;
    try {
      this.#frames.push(bytes);
      for (let frame = this.#frames.next(); frame; frame = this.#frames.next()) this.#arrived.push(frame);
      if (this.#arrived.length > MOST_FRAMES)
        throw new ControlError('protocol', 'more came than was asked for');
    } catch (error) {
      this.#fail(error instanceof ControlError ? error : new ControlError('protocol'));
    }
    this.#wake();
  }

  #fail(error: ControlError): void {
    if (this.#end) return;
    this.#end = error;
    this.#link?.close();
    this.#frames.clear();
    this.#channel?.close();
    this.#queue.end(error);
    this.#wake();
  }
}
