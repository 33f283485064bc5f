/** What the worker keeps when it ends: whether this device could save passkeys when the app last said so, and the sites that are off. */
import type { browserApi } from '../browser-api';
import { sitesOf } from './sites-off';

export const SITES = 'sites';
const DEVICE = 'device';

type Storage = (typeof browserApi)['storage'];

export class Memory {
  readonly #storage: Storage;
  readonly #read: Promise<void>;
  /** Undefined: the app has never been reached. */
  device: boolean | undefined;
  sites: readonly string[] = [];

  constructor(storage: Storage) {
    this.#storage = storage;
    this.#read = this.#load();
    storage.onChanged.addListener((changes, area) => {
      const change = changes[SITES];
      if (area === 'local' && change) this.sites = sitesOf(change.newValue);
    });
  }

  /** Calls back as soon as it is known what was kept. */
  whenRead(then: () => void): void {
    void this.#read.then(then);
  }

  /** @param device undefined: it is forgotten */
  keepDevice(device: boolean | undefined): void {
    if (this.device === device) return;
    this.device = device;
    const kept =
      device === undefined
        ? this.#storage.local.remove([DEVICE])
        : this.#storage.local.set({ [DEVICE]: device });
    // It is a convenience: without it, the app says it again.
    kept.catch(() => undefined);
  }

  async #load(): Promise<void> {
    try {
      const stored = await this.#storage.local.get([DEVICE, SITES]);
      if (typeof stored[DEVICE] === 'boolean') this.device = stored[DEVICE];
      this.sites = sitesOf(stored[SITES]);
    } catch {
      // Nothing is kept where a browser keeps nothing.
    }
  }
}
