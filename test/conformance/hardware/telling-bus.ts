/** A bus that tells a person when a key waits for a touch. */
import { HidCommand, Keepalive, parsePacket } from '../../../main/ctap/ctaphid';
import type { HidBus, HidDeviceInfo, HidLink, HidListener } from '../../../native/ports';

export class TellingBus implements HidBus {
  readonly #bus: HidBus;
  readonly #tell: (what: string) => void;

  constructor(bus: HidBus, tell: (what: string) => void) {
    this.#bus = bus;
    this.#tell = tell;
  }

  list(): Promise<readonly HidDeviceInfo[]> {
    return this.#bus.list();
  }

  watch(onChange: (devices: readonly HidDeviceInfo[]) => void): () => void {
    return this.#bus.watch(onChange);
  }

  open(device: HidDeviceInfo, listener: HidListener): Promise<HidLink> {
    let told = false;
    return this.#bus.open(device, {
      ...listener,
      onReport: (report) => {
        const packet = parsePacket(report);
        const waits =
          packet?.kind === 'init' &&
          packet.command === HidCommand.KEEPALIVE &&
          packet.data[0] === Keepalive.UPNEEDED;
        if (waits && !told) this.#tell(`Touch ${device.product}.`);
        told = waits;
        listener.onReport(report);
      },
    });
  }
}
