/**
 * A HID bus in this process, for tests and for `--soft-key`. See {@link SimulatedKey} for a whole example.
 * Each key has a socket of its own: the path `soft:N` stays when it is plugged in again, the attachment does not.
 */
import type { HidBus, HidDeviceInfo, HidLink, HidListener } from '../../../native/ports';
import { MANUFACTURER, PRODUCT_ID, VENDOR_ID } from '../simulated-key';
import { hidFailure, type SoftHidKey } from './soft-hid-key';

export class SoftHidBus implements HidBus {
  /** The socket of every key that was ever plugged in. */
  readonly #sockets = new Map<SoftHidKey, number>();
  readonly #attached = new Map<SoftHidKey, HidDeviceInfo>();
  readonly #watchers = new Set<(devices: readonly HidDeviceInfo[]) => void>();
  #attachments = 0;

  /** Plugs a key in and returns how it is listed. Throws when it is plugged in already. */
  plug(key: SoftHidKey): HidDeviceInfo {
    key.powerUp(() => this.unplug(key));
    const socket = this.#sockets.get(key) ?? this.#sockets.size + 1;
    this.#sockets.set(key, socket);
    const { productName, serial } = key.key.configuration;
    const info: HidDeviceInfo = {
      path: `soft:${socket}`,
      attachment: `soft-attachment-${++this.#attachments}`,
      socket: `soft-socket-${socket}`,
      vendorId: VENDOR_ID,
      productId: PRODUCT_ID,
      manufacturer: MANUFACTURER,
      product: productName,
      serial,
      simulated: true,
    };
    this.#attached.set(key, info);
    this.#changed();
    return info;
  }

  /** Takes a key out, also in the middle of a command. Nothing happens when it is out. */
  unplug(key: SoftHidKey): void {
    if (!this.#attached.delete(key)) return;
    key.powerDown();
    this.#changed();
  }

  async list(): Promise<readonly HidDeviceInfo[]> {
    return [...this.#attached.values()];
  }

  watch(onChange: (devices: readonly HidDeviceInfo[]) => void): () => void {
    // A function of its own, so that the same callback may watch twice.
    const watcher = (devices: readonly HidDeviceInfo[]): void => {
      if (this.#watchers.has(watcher)) onChange(devices);
    };
    this.#watchers.add(watcher);
    const now = [...this.#attached.values()];
    queueMicrotask(() => watcher(now));
    return () => this.#watchers.delete(watcher);
  }

  /** Rejects with `disconnected` when that very attachment is over. */
  async open(device: HidDeviceInfo, listener: HidListener): Promise<HidLink> {
    const found = [...this.#attached].find(([, info]) => info.attachment === device.attachment);
    if (!found) throw hidFailure('disconnected', `The simulated key at ${device.path} was taken out.`);
    return found[0].open(listener);
  }

  #changed(): void {
    const devices = [...this.#attached.values()];
    for (const watcher of this.#watchers) queueMicrotask(() => watcher(devices));
  }
}
