/** A simulated key as a HID device inside this process; {@link SoftHidBus} plugs it in. */
import type { HidFailure, HidFailureCode, HidLink, HidListener } from '../../../native/ports';
import type { SimulatedKey } from '../simulated-key';
import { PluggedDevice } from './plugged-device';

/** After so many reports in a row the event loop gets its turn, however fast the two sides talk. */
const REPORTS_PER_TURN = 64;

interface Host {
  readonly listener: HidListener;
  open: boolean;
}

export class SoftHidKey {
  readonly key: SimulatedKey;
  readonly #onWink: (() => void) | undefined;
  readonly #hosts = new Set<Host>();
  #device: PluggedDevice | undefined;
  #onUnplug: (() => void) | undefined;
  #sentThisTurn = 0;
  #held: (() => void)[] = [];

  /** @param onWink called when a host asks the key to show itself. */
  constructor(key: SimulatedKey, onWink?: () => void) {
    this.key = key;
    this.#onWink = onWink;
  }

  get plugged(): boolean {
    return this.#device !== undefined;
  }

  /** Gives it power. `onUnplug` is called when a quirk takes the key out. For the bus. */
  powerUp(onUnplug: () => void): void {
    if (this.#device) throw new Error('the key is plugged in already');
    this.#onUnplug = onUnplug;
    this.#device = new PluggedDevice(this.key, {
      send: (report) => this.#broadcast(report),
      unplug: () => this.#onUnplug?.(),
      ...(this.#onWink && { wink: this.#onWink }),
    });
  }

  /** Takes the power away; every open link ends with `disconnected`. For the bus. */
  powerDown(): void {
    this.#device?.end();
    this.#device = undefined;
    this.key.powerCycle();
    for (const host of this.#hosts)
      this.#deliver(host, () => {
        host.open = false;
        host.listener.onEnd(hidFailure('disconnected', 'The simulated key was taken out.'));
      });
    this.#hosts.clear();
  }

  /** Another program opens the device; each gets every report, as with hidraw. Rejects with `disconnected` without power. */
  async open(listener: HidListener): Promise<HidLink> {
    const device = this.#device;
    if (!device) throw hidFailure('disconnected', 'The simulated key is not plugged in.');
    if (this.key.quirkBook.use('no-permission'))
      throw hidFailure('access-denied', 'The simulated key lets nobody open it.');
    const host: Host = { listener, open: true };
    this.#hosts.add(host);
    return {
      write: async (report) => {
        if (!host.open || device !== this.#device)
          throw hidFailure('disconnected', 'The simulated key is not there any more.');
        const copy = report.slice();
        // Not before the caller has its promise: no adapter answers from inside write().
        queueMicrotask(() => device.receive(copy));
      },
      close: async () => {
        if (!host.open) return;
        host.open = false;
        if (this.#hosts.delete(host) && this.#hosts.size === 0) device.hostClosed();
      },
    };
  }

  #broadcast(report: Uint8Array): void {
    for (const host of this.#hosts)
      this.#deliver(host, () => {
        if (host.open) host.listener.onReport(report.slice());
      });
  }

  /** In order, never from inside the call that caused it, and with a turn for the event loop now and then. */
  #deliver(host: Host, callback: () => void): void {
    const run = (): void => {
      if (host.open) callback();
    };
    if (this.#held.length > 0 || ++this.#sentThisTurn > REPORTS_PER_TURN) {
      if (this.#held.push(run) > 1) return;
      setImmediate(() => {
        const held = this.#held;
        this.#held = [];
        this.#sentThisTurn = 0;
        for (const callback of held) queueMicrotask(callback);
      });
    } else queueMicrotask(run);
  }
}

/** What a HID adapter rejects with. */
export function hidFailure(code: HidFailureCode, message: string): HidFailure {
  return Object.assign(new Error(message), { code });
}
