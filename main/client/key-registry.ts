/** All security keys that are plugged in now, over several buses; opens each as it comes. */
import { TransportError } from '../ctap/errors';
import type { HidBus, HidDeviceInfo } from '../../native/ports';
import type { ClientDeps } from './ctaphid-channel';
import { SecurityKey } from './security-key';

/** One plugging-in of one key; the same key plugged in again is another one. */
export interface AttachedKey {
  /** Unique for every plugging-in while the program runs. */
  readonly id: string;
  readonly device: HidDeviceInfo;
  readonly state: 'opening' | 'ready' | 'failed';
  /** When ready. */
  readonly key?: SecurityKey;
  /** When failed: TransportError, ProtocolError or CtapStatusError. */
  readonly error?: Error;
  /** Opens a failed key again; does nothing in another state. */
  retry(): void;
}

export class KeyRegistry {
  readonly #buses: HidBus[];
  readonly #deps: ClientDeps;
  readonly #attachments = new Map<HidBus, Map<string, Attachment>>();
  #listeners: (() => void)[] = [];
  #stopWatching: (() => void)[] = [];
  #lastId = 0;
  #started = false;
  /** Resolves when every bus has told, for the first time since {@link start}, what is plugged in. */
  readonly looked: Promise<void>;
  #haveLooked: () => void = () => undefined;

  constructor(buses: readonly HidBus[], deps: ClientDeps) {
    this.#buses = [...buses];
    this.#deps = deps;
    this.looked = new Promise((resolve) => (this.#haveLooked = resolve));
  }

  /** In the order in which they were plugged in. */
  get keys(): readonly AttachedKey[] {
    return [...this.#attachments.values()]
      .flatMap((attachments) => [...attachments.values()])
      .sort((a, b) => a.number - b.number);
  }

  /** Idempotent. */
  start(): void {
    if (this.#started) return;
    this.#started = true;
    for (const bus of this.#buses) this.#watch(bus);
    if (this.#buses.length === 0) this.#haveLooked();
  }

  /** The keys of another bus belong to it, too. */
  add(bus: HidBus): void {
    this.#buses.push(bus);
    if (this.#started) this.#watch(bus);
  }

  /** Closes all keys. */
  async stop(): Promise<void> {
    this.#started = false;
    for (const stopWatching of this.#stopWatching) stopWatching();
    this.#stopWatching = [];
    const closing = [...this.#attachments.values()].flatMap((attachments) =>
      [...attachments.values()].map((attachment) =>
        attachment.leave(new TransportError('io', 'The security key was closed.')),
      ),
    );
    this.#attachments.clear();
    this.#notify();
    await Promise.all(closing);
  }

  /**
   * Calls back after every change of the list or of a state. Those who are `first` hear of it before all others and may
   * send the first command to a key that has just become ready. Returns the function that stops it.
   */
  onChange(callback: () => void, order: 'first' | 'last' = 'last'): () => void {
    const listener = (): void => callback();
    this.#listeners = order === 'first' ? [listener, ...this.#listeners] : [...this.#listeners, listener];
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== listener);
    };
  }

  #watch(bus: HidBus): void {
    this.#stopWatching.push(bus.watch((devices) => this.#update(bus, devices)));
  }

  #update(bus: HidBus, devices: readonly HidDeviceInfo[]): void {
    const known = this.#attachments.get(bus) ?? new Map<string, Attachment>();
    this.#attachments.set(bus, known);
    const present = new Set(devices.map((device) => device.attachment));
    const gone = [...known.values()].filter(({ device }) => !present.has(device.attachment));
    const come = devices.filter((device) => !known.has(device.attachment));
    for (const attachment of gone) {
      known.delete(attachment.device.attachment);
      void attachment.leave(new TransportError('unplugged', 'The security key was taken out.'));
    }
    const attachments = come.map((device) => {
      const attachment = new Attachment(++this.#lastId, bus, device, this.#deps, () => this.#notify());
      known.set(device.attachment, attachment);
      return attachment;
    });
    if (gone.length > 0 || come.length > 0) this.#notify();
    for (const attachment of attachments) attachment.open();
    if (this.#attachments.size === this.#buses.length) this.#haveLooked();
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}

class Attachment implements AttachedKey {
  readonly number: number;
  readonly device: HidDeviceInfo;
  readonly #bus: HidBus;
  readonly #deps: ClientDeps;
  readonly #changed: () => void;
  #state: AttachedKey['state'] = 'opening';
  #key: SecurityKey | undefined;
  #error: Error | undefined;
  #left: TransportError | undefined;

  constructor(number: number, bus: HidBus, device: HidDeviceInfo, deps: ClientDeps, changed: () => void) {
    this.number = number;
    this.#bus = bus;
    this.device = device;
    this.#deps = deps;
    this.#changed = changed;
  }

  get id(): string {
    return `key-${this.number}`;
  }

  get state(): AttachedKey['state'] {
    return this.#state;
  }

  get key(): SecurityKey | undefined {
    return this.#key;
  }

  get error(): Error | undefined {
    return this.#error;
  }

  retry(): void {
    if (this.#state !== 'failed' || this.#left) return;
    this.#become('opening');
    this.open();
  }

  /** Begins to open; the outcome shows in `state`. */
  open(): void {
    SecurityKey.open(this.#bus, this.device, this.#deps).then(
      (key) => this.#opened(key),
      (error: unknown) => this.#refused(error),
    );
  }

  /** The key is gone: closes it and rejects what is outstanding. */
  async leave(reason: TransportError): Promise<void> {
    this.#left = reason;
    const key = this.#key;
    this.#state = 'failed';
    this.#error = reason;
    this.#key = undefined;
    await key?.close(reason);
  }

  #opened(key: SecurityKey): void {
    if (this.#left) {
      void key.close(this.#left);
      return;
    }
    this.#key = key;
    this.#state = 'ready';
    this.#error = undefined;
    key.onEnd((error) => {
      if (this.#key === key) this.#become('failed', error);
    });
    // It may have ended already.
    if (this.#key) this.#changed();
  }

  #refused(error: unknown): void {
    if (!this.#left) this.#become('failed', error instanceof Error ? error : new Error(String(error)));
  }

  #become(state: 'opening' | 'failed', error?: Error): void {
    this.#state = state;
    this.#error = error;
    this.#key = undefined;
    this.#changed();
  }
}
