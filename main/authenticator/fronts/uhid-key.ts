/** A simulated key as a device of the kernel, which every browser and tool on this machine sees as a USB security key. */
import type { Clock, Uhid, UhidDevice } from '../../../native/ports';
import { FIDO_REPORT_DESCRIPTOR } from '../../ctap/ctaphid';
import { PRODUCT_ID, VENDOR_ID, type SimulatedKey } from '../simulated-key';
import { PluggedDevice } from './plugged-device';

export interface UhidKeyOptions {
  /** A host asks the key to show itself. */
  readonly onWink?: () => void;
  /** The key was taken out otherwise than by `unplug()`: by a quirk, or because the kernel took a report no more (then with the error). */
  readonly onGone?: (error?: unknown) => void;
  /** What keepalives and time-outs of CTAPHID go by: the key's own clock when absent. */
  readonly clock?: Clock;
}

export class UhidKey {
  readonly #options: UhidKeyOptions;
  readonly #plugged: PluggedDevice;
  #device: UhidDevice | undefined;
  #over = false;

  private constructor(key: SimulatedKey, options: UhidKeyOptions) {
    this.#options = options;
    this.#plugged = new PluggedDevice(key, {
      send: (report) => {
        this.#device?.send(report).catch((error: unknown) => this.#gone(error));
      },
      unplug: () => this.#gone(),
      ...(options.onWink && { wink: options.onWink }),
      ...(options.clock && { clock: options.clock }),
    });
  }

  /** Makes the device; a `/dev/hidrawN` follows within milliseconds. Rejects as {@link Uhid} does. */
  static async plug(uhid: Uhid, key: SimulatedKey, options: UhidKeyOptions = {}): Promise<UhidKey> {
    const { productName, serial } = key.configuration;
    const front = new UhidKey(key, options);
    front.#device = await uhid.create(
      {
        name: productName,
        vendorId: VENDOR_ID,
        productId: PRODUCT_ID,
        serial,
        reportDescriptor: FIDO_REPORT_DESCRIPTOR,
      },
      {
        onReport: (report) => front.#plugged.receive(report),
        onHostClose: () => front.#plugged.hostClosed(),
      },
    );
    return front;
  }

  /** Takes the key out; plug the same {@link SimulatedKey} again for a power cycle. Idempotent. */
  async unplug(): Promise<void> {
    this.#over = true;
    this.#plugged.end();
    await this.#device?.destroy();
  }

  #gone(error?: unknown): void {
    if (this.#over) return;
    this.unplug().then(
      () => this.#options.onGone?.(error),
      (failure: unknown) => this.#options.onGone?.(error ?? failure),
    );
  }
}
