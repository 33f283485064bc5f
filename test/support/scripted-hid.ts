/** A HID bus with keys that do what a test says, packet by packet; the well-behaved part (INIT, PING) is built in. */
import {
  BROADCAST_CHANNEL,
  Capability,
  HidCommand,
  Keepalive,
  MessageBuffer,
  packetsOf,
  parsePacket,
} from '../../main/ctap/ctaphid';
import type { HidBus, HidDeviceInfo, HidFailureCode, HidLink, HidListener } from '../../native/ports';
import { HidError } from '../../native/hid-failure';

export interface HostMessage {
  readonly channel: number;
  /** Without the 0x80 bit. */
  readonly command: number;
  readonly payload: Uint8Array;
}

export function hidDevice(attachment: string, members: Partial<HidDeviceInfo> = {}): HidDeviceInfo {
  return {
    path: `/dev/hidraw-${attachment}`,
    attachment,
    vendorId: 0x1050,
    productId: 0x0407,
    manufacturer: 'Acme',
    product: 'Key',
    serial: '',
    simulated: false,
    ...members,
  };
}

export class ScriptedKey {
  /** Everything the host has sent, in order. */
  readonly messages: HostMessage[] = [];
  capabilities: number = Capability.CBOR | Capability.NMSG;
  /** The channel that the next INIT on broadcast gives. */
  nextChannel = 0x1234_5678;
  /** Answers CBOR, or what the script likes; the default is silence. */
  onMessage: (message: HostMessage, key: ScriptedKey) => void = () => undefined;
  /** False: INIT is left to `onMessage`. */
  answersInit = true;
  /** False: PING is left to `onMessage`. */
  echoesPing = true;
  /** What `open` rejects with. */
  refuses: HidFailureCode | undefined;
  /** What `write` rejects with. */
  failsWrites: HidFailureCode | undefined;
  /** What `open` waits for. */
  opensAfter: Promise<void> = Promise.resolve();
  /** After so many reports in both directions the key is unplugged. */
  unplugAfterReports = Infinity;
  opened = 0;
  closed = 0;
  reports = 0;
  #listener: HidListener | undefined;
  #incoming:
    { readonly buffer: MessageBuffer; readonly channel: number; readonly command: number } | undefined;

  /** The messages of one command. */
  sent(command: number): readonly HostMessage[] {
    return this.messages.filter((message) => message.command === command);
  }

  reply(channel: number, command: number, payload: Uint8Array | readonly number[]): void {
    for (const report of packetsOf(channel, command, Uint8Array.from(payload))) this.raw(report);
  }

  /** A CBOR answer: status byte and body. */
  cbor(channel: number, status: number, body: Uint8Array = new Uint8Array()): void {
    this.reply(channel, HidCommand.CBOR, Uint8Array.of(status, ...body));
  }

  keepalive(channel: number, status: number = Keepalive.PROCESSING): void {
    this.reply(channel, HidCommand.KEEPALIVE, [status]);
  }

  error(channel: number, code: number): void {
    this.reply(channel, HidCommand.ERROR, [code]);
  }

  raw(report: Uint8Array): void {
    if (!this.#listener) return;
    this.#listener.onReport(Uint8Array.from(report));
    this.#count();
  }

  unplug(): void {
    const listener = this.#listener;
    this.#listener = undefined;
    listener?.onEnd(new HidError('disconnected', 'The device is gone.'));
  }

  /** The end of the link with another reason. */
  breakLink(code: HidFailureCode): void {
    const listener = this.#listener;
    this.#listener = undefined;
    listener?.onEnd(new HidError(code, 'The link broke.'));
  }

  /** The answer of A.5 to an INIT. */
  answerInit({ channel, payload }: HostMessage, allocated = this.nextChannel): void {
    const body = Buffer.alloc(17);
    body.set(payload.subarray(0, 8));
    body.writeUInt32BE(channel === BROADCAST_CHANNEL ? allocated : channel, 8);
    body.set([2, 5, 7, 1, this.capabilities], 12);
    this.reply(channel, HidCommand.INIT, body);
  }

  async open(listener: HidListener): Promise<HidLink> {
    await this.opensAfter;
    if (this.refuses) throw new HidError(this.refuses, 'The system says no.');
    this.opened++;
    this.#listener = listener;
    return {
      write: async (report: Uint8Array) => {
        if (this.failsWrites) throw new HidError(this.failsWrites, 'The system did not write.');
        if (this.#listener !== listener) throw new HidError('disconnected', 'The device is gone.');
        this.#count();
        this.#receive(report);
      },
      close: async () => {
        this.closed++;
        if (this.#listener === listener) this.#listener = undefined;
      },
    };
  }

  #count(): void {
    if (++this.reports === this.unplugAfterReports) this.unplug();
  }

  #receive(report: Uint8Array): void {
    const packet = parsePacket(report);
    if (!packet) throw new Error('the host wrote a report that is not 64 bytes long');
    if (packet.kind === 'init')
      this.#incoming = {
        buffer: new MessageBuffer(packet),
        channel: packet.channel,
        command: packet.command,
      };
    else if (!this.#incoming?.buffer.append(packet)) throw new Error('the host wrote a wrong sequence');
    const payload = this.#incoming.buffer.message;
    if (!payload) return;
    const { channel, command } = this.#incoming;
    const message = { channel, command, payload };
    this.messages.push(message);
    if (command === HidCommand.INIT && this.answersInit) this.answerInit(message);
    else if (command === HidCommand.PING && this.echoesPing) this.reply(channel, HidCommand.PING, payload);
    else this.onMessage(message, this);
  }
}

export class ScriptedBus implements HidBus {
  readonly #keys = new Map<string, { readonly device: HidDeviceInfo; readonly key: ScriptedKey }>();
  readonly #watchers = new Set<(devices: readonly HidDeviceInfo[]) => void>();

  get watchers(): number {
    return this.#watchers.size;
  }

  plug(device: HidDeviceInfo, key: ScriptedKey): void {
    this.#keys.set(device.attachment, { device, key });
    this.#tell();
  }

  /** `silently`: the list changes, but the link of the key does not end by itself. */
  unplug(device: HidDeviceInfo, silently = false): void {
    const entry = this.#keys.get(device.attachment);
    this.#keys.delete(device.attachment);
    if (!silently) entry?.key.unplug();
    this.#tell();
  }

  /** Out and in again, so quickly that the bus tells both at once. */
  replug(before: HidDeviceInfo, after: HidDeviceInfo): void {
    const entry = this.#keys.get(before.attachment);
    if (!entry) throw new Error('the key is plugged in');
    this.#keys.delete(before.attachment);
    entry.key.unplug();
    this.plug(after, entry.key);
  }

  list(): Promise<readonly HidDeviceInfo[]> {
    return Promise.resolve(this.#devices());
  }

  watch(onChange: (devices: readonly HidDeviceInfo[]) => void): () => void {
    this.#watchers.add(onChange);
    onChange(this.#devices());
    return () => this.#watchers.delete(onChange);
  }

  open(device: HidDeviceInfo, listener: HidListener): Promise<HidLink> {
    const entry = this.#keys.get(device.attachment);
    return entry
      ? entry.key.open(listener)
      : Promise.reject(new HidError('disconnected', 'There is no such device.'));
  }

  #devices(): readonly HidDeviceInfo[] {
    return [...this.#keys.values()].map(({ device }) => device);
  }

  #tell(): void {
    for (const watcher of this.#watchers) watcher(this.#devices());
  }
}
