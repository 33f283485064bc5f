/**
 * Connects browsers with this Latchkey, by the manifest in which a browser reads what to start (main/bridge/browsers.ts): what is
 * there is looked at anew each time, and what is not ours is left alone unless the person says so.
 */
import type { BrowserSystem, RelayInstaller } from '../../native/ports';
import { problem } from '../inventory/problems';
import { findBrowser } from './browser-search';
import type { BrowserId, BrowserStatus, HostManifest } from './browser-status';
import {
  knownBrowsers,
  manifestPlace,
  manifestText,
  sharedWith,
  type KnownBrowser,
  type ManifestPlace,
  type UserPlaces,
} from './browsers';

export interface BrowserConnectorOptions {
  readonly system: BrowserSystem;
  readonly relay: RelayInstaller;
  readonly places: UserPlaces;
}

export class BrowserConnector {
  readonly #system: BrowserSystem;
  readonly #relay: RelayInstaller;
  readonly #places: UserPlaces;
  /** One change after the other: two browsers may share a manifest. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor({ system, relay, places }: BrowserConnectorOptions) {
    this.#system = system;
    this.#relay = relay;
    this.#places = places;
  }

  /** Every known browser, installed or not, as it is now. */
  list(): Promise<readonly BrowserStatus[]> {
    return Promise.all(knownBrowsers.map((browser) => this.#status(browser)));
  }

  /**
   * Puts the relay in its place and writes the manifest. Rejects with the problem `in-use` when there is one that leads elsewhere,
   * unless that is to be replaced; with `file` when something cannot be written.
   */
  connect(id: BrowserId, { replaceForeign }: { readonly replaceForeign: boolean }): Promise<void> {
    return this.#inTurn(async () => {
      const browser = known(id);
      const place = manifestPlace(browser, this.#places);
      if (!replaceForeign) this.#expectNotForeign(browser, await this.#manifest(browser, place));
      const relay = await inWords(() => this.#relay.install(this.#places.bridge));
      await inWords(async () => {
        await this.#system.writeManifest(place.file, manifestText(browser.family, relay));
        if (place.registryKey !== undefined) await this.#registry().write(place.registryKey, place.file);
      });
    });
  }

  /** Takes our manifest away. The same problems; one that leads elsewhere stays in any case. */
  disconnect(id: BrowserId): Promise<void> {
    return this.#inTurn(async () => {
      const browser = known(id);
      const place = manifestPlace(browser, this.#places);
      const manifest = await this.#manifest(browser, place);
      this.#expectNotForeign(browser, manifest);
      if (manifest.is === 'none') return;
      await inWords(async () => {
        if (place.registryKey !== undefined) await this.#registry().remove(place.registryKey);
        await this.#system.removeFile(place.file);
      });
    });
  }

  /**
   * An update of Latchkey brings a relay of its own: it takes the place of the one that browsers are connected with. Rejects with the
   * problem `file` when it cannot.
   */
  refreshRelay(): Promise<void> {
    return this.#inTurn(async () => {
      const manifests = await Promise.all(
        knownBrowsers.map((browser) =>
          // Whoever looks at the page is told of those that cannot be read.
          this.#manifest(browser, manifestPlace(browser, this.#places)).catch(() => undefined),
        ),
      );
      if (!manifests.some((manifest) => manifest?.is === 'ours' || manifest?.is === 'outdated')) return;
      await inWords(() => this.#relay.install(this.#places.bridge));
    });
  }

  async #status(browser: KnownBrowser): Promise<BrowserStatus> {
    const place = manifestPlace(browser, this.#places);
    const [found, manifest] = await Promise.all([
      findBrowser(browser, this.#places, this.#system),
      this.#manifest(browser, place).catch((error: unknown): HostManifest => ({
        is: 'unreadable',
        why: sentenceOf(error),
      })),
    ]);
    return {
      id: browser.id,
      name: browser.name,
      family: browser.family,
      ...found,
      manifest,
      ...place,
      sharedWith: sharedWith(browser, this.#places),
    };
  }

  /** Rejects with the problem `file` when it cannot be read. */
  #manifest(browser: KnownBrowser, place: ManifestPlace): Promise<HostManifest> {
    return inWords(async () => {
      let file: string = place.file;
      if (place.registryKey !== undefined) {
        const said = await this.#registry().read(place.registryKey);
        if (said === undefined) return { is: 'none' };
        file = said;
      }
      const text = await this.#system.readText(file);
      // A key that leads to no file is somebody's, too.
      if (text === undefined && file === place.file)
        return { is: place.registryKey === undefined ? 'none' : 'outdated' };
      const program = programIn(text);
      if (program === undefined) return { is: 'foreign' };
      if (!isIn(this.#places, program)) return { is: 'foreign', program };
      const current = file === place.file && text === manifestText(browser.family, program);
      return { is: current && (await this.#system.program(program)) !== undefined ? 'ours' : 'outdated' };
    });
  }

  #expectNotForeign({ name }: KnownBrowser, manifest: HostManifest): void {
    if (manifest.is !== 'foreign') return;
    throw problem(
      'in-use',
      `${name} is connected with another program under Latchkey's name${manifest.program === undefined ? '' : `, ${manifest.program}`}. Nothing was changed. Look at the list again: from there, this Latchkey can take its place.`,
    );
  }

  #registry() {
    const { registry } = this.#system;
    if (registry === undefined) throw new Error('There is no registry on this system.');
    return registry;
  }

  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(task);
    this.#turn = turn.catch(() => undefined); // the caller gets the rejection
    return turn;
  }
}

function known(id: BrowserId): KnownBrowser {
  const browser = knownBrowsers.find((one) => one.id === id);
  if (browser === undefined) throw new RangeError(`${id} is no known browser.`);
  return browser;
}

/** What the manifest starts; undefined when that cannot be read out of it. */
function programIn(text: string | undefined): string | undefined {
  try {
    const manifest: unknown = JSON.parse(text ?? '');
    const path = typeof manifest === 'object' && manifest !== null && 'path' in manifest && manifest.path;
    return typeof path === 'string' && path !== '' ? path : undefined;
  } catch {
    return undefined;
  }
}

/** The program lies in the bridge's folder itself. */
function isIn({ platform, bridge }: UserPlaces, program: string): boolean {
  const windows = platform === 'win32';
  const plain = (path: string): string => (windows ? path.replaceAll('/', '\\').toLowerCase() : path);
  const separator = windows ? '\\' : '/';
  const folder = plain(bridge);
  const name = plain(program).slice(folder.length + 1);
  return plain(program).startsWith(`${folder}${separator}`) && name !== '' && !name.includes(separator);
}

/** What the adapters say are sentences already. */
async function inWords<T>(task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    throw problem('file', `${sentenceOf(error)} Put that right, then try again.`);
  }
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
