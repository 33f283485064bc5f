/**
 * The {@link HidBus} of real (and uhid) keys, by node-hid: hidraw on Linux, IOKit on macOS, hid.dll on Windows.
 */
import { open as openFile } from 'node:fs/promises';
import type { Device } from 'node-hid';
import type { Clock, HidBus, HidDeviceInfo, HidLink, HidListener } from '../ports.js';
import { HidError } from '../hid-failure.js';
import { watchForChanges } from './change-signals.js';
import { classifyErrno, classifyHidText, hidError, textOf } from './hid-errors.js';
import { type HidLibrary, loadNodeHid } from './hid-library.js';
import { placeOf } from './linux-sysfs.js';
import { NodeHidLink } from './node-hid-link.js';
import { isSimulated } from './simulated-identity.js';

const FIDO_USAGE_PAGE = 0xf1d0;
const FIDO_USAGE = 0x01;

/**
 * A node appears with root's permissions and udev opens it to the user some 10 to 100 ms later. So long after a plugging-in
 * that was seen, in milliseconds, "permission denied" is tried again, with this pause.
 */
const PERMISSIONS_SETTLE = 2000;
const PERMISSIONS_PAUSE = 100;

export interface NodeHidBusOptions {
  readonly clock: Clock;
  /** Told when an enumeration for {@link HidBus.watch} failed; it goes on and tries again. */
  readonly onWarning?: (error: HidError) => void;
  /** For tests. */
  readonly load?: () => Promise<HidLibrary>;
  readonly platform?: NodeJS.Platform;
}

export class NodeHidBus implements HidBus {
  private readonly clock: Clock;
  private readonly onWarning: (error: HidError) => void;
  private readonly load: () => Promise<HidLibrary>;
  private readonly platform: NodeJS.Platform;
  private library: Promise<HidLibrary> | undefined;
  /** When each attachment was first seen, by the clock; those there at the beginning long ago. */
  private readonly firstSeen = new Map<string, number>();
  private enumerated = false;
  private listing: Promise<unknown> = Promise.resolve();
  /** Not Linux: how often each path was seen to go, for systems that use a path again after a replug. */
  private readonly departures = new Map<string, number>();
  private presentPaths: ReadonlySet<string> = new Set();

  constructor(options: NodeHidBusOptions) {
    this.clock = options.clock;
    this.onWarning = options.onWarning ?? (() => undefined);
    this.load = options.load ?? loadNodeHid;
    this.platform = options.platform ?? process.platform;
  }

  /** Rejects with a `HidError` (`io`) when the system's HID library cannot be loaded or does not answer. */
  list(): Promise<readonly HidDeviceInfo[]> {
    // One after the other: an older result that came later would look like an unplug.
    const turn = this.listing.then(() => this.enumerate());
    this.listing = turn.catch(() => undefined); // the caller has the rejection
    return turn;
  }

  watch(onChange: (devices: readonly HidDeviceInfo[]) => void): () => void {
    let stopped = false;
    let last: string | undefined;
    const report = (devices: readonly HidDeviceInfo[]): void => {
      const now = JSON.stringify(devices);
      if (stopped || now === last) return;
      last = now;
      onChange(devices);
    };
    const stop = watchForChanges(this.platform, this.clock, async () => {
      try {
        report(await this.list());
        return true;
      } catch (error) {
        this.onWarning(error instanceof HidError ? error : hidError('io', this.platform, error));
        if (last === undefined) report([]);
        return false;
      }
    });
    return () => {
      stopped = true;
      stop();
    };
  }

  async open(device: HidDeviceInfo, listener: HidListener): Promise<HidLink> {
    const library = await this.loaded();
    const settled = (this.firstSeen.get(device.attachment) ?? -Infinity) + PERMISSIONS_SETTLE;
    for (;;) {
      try {
        return await this.openOnce(library, device, listener);
      } catch (error) {
        const mayYetBeAllowed =
          this.platform === 'linux' && error instanceof HidError && error.code === 'access-denied';
        if (!mayYetBeAllowed || this.clock.now() >= settled) throw error;
      }
      await new Promise<void>((resolve) => this.clock.after(PERMISSIONS_PAUSE, resolve));
    }
  }

  private async enumerate(): Promise<readonly HidDeviceInfo[]> {
    const library = await this.loaded();
    const found = await library.devicesAsync().catch((cause: unknown) => {
      throw hidError('io', this.platform, cause);
    });
    const fido = found.filter(
      (device) => device.usagePage === FIDO_USAGE_PAGE && device.usage === FIDO_USAGE,
    );
    this.noteDepartures(new Set(fido.flatMap((device) => device.path ?? [])));
    const infos = await Promise.all(fido.map((device) => this.describe(device)));
    const devices = infos.filter((info) => info !== undefined);
    this.noteFirstSeen(devices);
    return devices;
  }

  private async openOnce(
    library: HidLibrary,
    device: HidDeviceInfo,
    listener: HidListener,
  ): Promise<HidLink> {
    // nonExclusive: macOS only. Browsers can use the key while it is shown here, as on the other systems.
    const handle = await library.HIDAsync.open(device.path, { nonExclusive: true }).catch(
      async (cause: unknown) => {
        throw hidError(await this.whyNotOpened(device.path, cause), this.platform, cause);
      },
    );
    try {
      if (this.platform === 'win32') {
        // hidapi falls back to a handle without any access when it may not read and write; only using it tells.
        await handle.read(0);
      }
      if (this.platform === 'linux' && (await placeOf(device.path))?.attachment !== device.attachment) {
        throw hidError('disconnected', this.platform); // another device has got the path since
      }
    } catch (cause) {
      await handle.close();
      throw cause instanceof HidError
        ? cause
        : hidError(classifyHidText(textOf(cause)), this.platform, cause);
    }
    return new NodeHidLink(handle, listener, this.platform, () => this.noteDeparture(device.path));
  }

  /** On Linux the text may be in any language, so the system is asked again. */
  private async whyNotOpened(path: string, cause: unknown): Promise<HidError['code']> {
    if (this.platform !== 'linux') return classifyHidText(textOf(cause));
    try {
      await (await openFile(path, 'r+')).close();
      return 'io';
    } catch (error) {
      return classifyErrno(error instanceof Error && 'code' in error ? String(error.code) : undefined);
    }
  }

  private loaded(): Promise<HidLibrary> {
    this.library ??= this.load().catch((cause: unknown) => {
      this.library = undefined;
      throw new HidError('io', `The library for USB keys could not be loaded: ${textOf(cause)}.`, { cause });
    });
    return this.library;
  }

  /** Undefined when it went since the enumeration. */
  private async describe(device: Device): Promise<HidDeviceInfo | undefined> {
    const { path, vendorId, productId } = device;
    if (path === undefined) return undefined;
    const place =
      this.platform === 'linux'
        ? await placeOf(path)
        : { attachment: `${path}#${this.departures.get(path) ?? 0}`, socket: undefined };
    if (place === undefined) return undefined;
    const product = device.product ?? '';
    return {
      path,
      attachment: place.attachment,
      ...(place.socket !== undefined && { socket: place.socket }),
      vendorId,
      productId,
      manufacturer: device.manufacturer ?? '',
      product,
      serial: device.serialNumber ?? '',
      simulated: isSimulated(vendorId, productId, product),
    };
  }

  private noteDepartures(present: ReadonlySet<string>): void {
    for (const path of this.presentPaths) if (!present.has(path)) this.noteDeparture(path);
    this.presentPaths = present;
  }

  /** Also told by an open link: a replug between two polls would not be noticed otherwise. */
  private noteDeparture(path: string): void {
    this.departures.set(path, (this.departures.get(path) ?? 0) + 1);
  }

  private noteFirstSeen(devices: readonly HidDeviceInfo[]): void {
    const now = this.enumerated ? this.clock.now() : -Infinity;
    this.enumerated = true;
    const present = new Set(devices.map((device) => device.attachment));
    for (const attachment of present)
      if (!this.firstSeen.has(attachment)) this.firstSeen.set(attachment, now);
    for (const attachment of this.firstSeen.keys())
      if (!present.has(attachment)) this.firstSeen.delete(attachment);
  }
}
