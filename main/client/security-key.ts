/** One plugged-in and opened security key. */
import type { Ctap2Api } from '../ctap/api';
import type { AuthenticatorInfo } from '../ctap/commands/get-info';
import { Capability } from '../ctap/ctaphid';
import type { TransportError } from '../ctap/errors';
import type { HidBus, HidDeviceInfo } from '../../native/ports';
import { CtapHidChannel, type ClientDeps } from './ctaphid-channel';
import { RemoteAuthenticator } from './remote-authenticator';
import { SerialQueue } from './serial-queue';
import { U2fClient } from './u2f';
import { U2fAuthenticator } from './u2f-authenticator';

export class SecurityKey {
  readonly device: HidDeviceInfo;
  readonly api: Ctap2Api;
  /** U2F, where the key speaks it; the only thing that a key without {@link info} can do. */
  readonly u2f: U2fAuthenticator | undefined;
  readonly #channel: CtapHidChannel;
  readonly #operations = new SerialQueue();
  #info: AuthenticatorInfo | undefined;

  private constructor(device: HidDeviceInfo, channel: CtapHidChannel, { clock }: ClientDeps) {
    this.device = device;
    this.#channel = channel;
    this.api = new RemoteAuthenticator(channel);
    this.u2f =
      (channel.capabilities & Capability.NMSG) === 0
        ? new U2fAuthenticator(new U2fClient(channel, clock))
        : undefined;
    channel.onEnd((error) => this.#operations.end(error));
  }

  /**
   * Opens the device, allocates a channel and asks getInfo (U2F-only keys are not asked).
   * Rejects with TransportError, ProtocolError or CtapStatusError; the device is closed again then.
   */
  static async open(bus: HidBus, device: HidDeviceInfo, deps: ClientDeps): Promise<SecurityKey> {
    const channel = await CtapHidChannel.open(bus, device, deps);
    const key = new SecurityKey(device, channel, deps);
    try {
      await key.refreshInfo();
    } catch (error) {
      await channel.close();
      throw error;
    }
    return key;
  }

  /** What getInfo said last; undefined for a key that speaks only U2F. */
  get info(): AuthenticatorInfo | undefined {
    return this.#info;
  }

  /** True when {@link wink} does something. */
  get canWink(): boolean {
    return (this.#channel.capabilities & Capability.WINK) !== 0;
  }

  /** The vendor's version numbers from CTAPHID; another thing than getInfo's firmwareVersion. */
  get deviceVersion(): CtapHidChannel['deviceVersion'] {
    return this.#channel.deviceVersion;
  }

  /** Asks getInfo again: after everything that may have changed it (PIN set, reset). One round trip. */
  async refreshInfo(): Promise<AuthenticatorInfo | undefined> {
    if ((this.#channel.capabilities & Capability.CBOR) !== 0) this.#info = await this.api.getInfo();
    return this.#info;
  }

  /**
   * Runs one operation of several messages at a time, in the order asked for; an enumeration must not be interrupted by
   * other commands. Do not nest. Rejects at once with {@link TransportError} when the key is unplugged or closed, even if the
   * operation is waiting for something else, and with the signal's reason while it waits for its turn.
   */
  exclusive<T>(operation: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    return this.#operations.run(
      () =>
        new Promise<T>((resolve, reject) => {
          const stopListening = this.onEnd(reject);
          operation().then(resolve, reject).finally(stopListening);
        }),
      signal,
    );
  }

  /** Lets the key blink, beep or vibrate, so that a person sees which one it is. See {@link canWink}. */
  wink(): Promise<void> {
    return this.#channel.wink();
  }

  /** Everything outstanding is rejected with `reason`. Idempotent. */
  close(reason?: TransportError): Promise<void> {
    return this.#channel.close(reason);
  }

  /** Calls back once, when the key is unplugged or closed; at once when it is already. Returns the function that stops it. */
  onEnd(callback: (error: TransportError) => void): () => void {
    return this.#channel.onEnd(callback);
  }
}
