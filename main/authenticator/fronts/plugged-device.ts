/** A simulated key that has power: its CTAPHID device with its report quirks, from plugging in to taking out. */
import type { Clock } from '../../../native/ports';
import type { SimulatedKey } from '../simulated-key';
import { ReportQuirks } from '../quirks/report-quirks';
import { CtapHidDevice } from './ctaphid-device';

export interface PluggedDeviceOptions {
  /** To the hosts. */
  readonly send: (report: Uint8Array) => void;
  /** A quirk takes the key out. */
  readonly unplug: () => void;
  /** The key blinks. */
  readonly wink?: () => void;
  /** What keepalives and time-outs of CTAPHID go by: the key's own clock when absent. */
  readonly clock?: Clock;
}

export class PluggedDevice {
  readonly #device: CtapHidDevice;
  readonly #quirks: ReportQuirks;
  #hasPower = true;

  /** Powers the key up. */
  constructor(key: SimulatedKey, { send, unplug, wink, clock = key.clock }: PluggedDeviceOptions) {
    key.powerCycle();
    const { u2f, wink: winks } = key.configuration;
    this.#device = new CtapHidDevice({
      clock,
      random: key.random,
      ...(u2f !== 'only' && { handle: (request, options) => key.handle(request, options) }),
      ...(u2f !== 'none' && { handleApdu: (apdu) => key.authenticator.handleApdu(apdu) }),
      keepaliveInterval: () => key.quirkBook.use('slow-keepalives')?.milliseconds,
      send: (report) => this.#quirks.toHost(report),
      ...(winks && { wink: () => wink?.() }),
    });
    this.#quirks = new ReportQuirks({
      book: () => key.quirkBook,
      receive: (report) => this.#device.receive(report),
      send: (report) => {
        if (this.#hasPower) send(report);
      },
      unplug,
    });
  }

  /** A report of a host. */
  receive(report: Uint8Array): void {
    if (this.#hasPower) this.#quirks.fromHost(report);
  }

  /** The last host closed the device. */
  hostClosed(): void {
    this.#device.reset();
  }

  /** The power goes: nothing is sent any more, whatever is under way gives up. */
  end(): void {
    this.#hasPower = false;
    this.#device.reset();
  }
}
