/** A computer with browsers, in memory, and a bridge that does what a test says. */
import type { BrowserDecision, BrowserLink, BrowserLinks, LoggedRequest } from '../../main/bridge/links';
import { BrowserConnector } from '../../main/bridge/browser-connector';
import { browsersHandlers, type BrowsersHandlers } from '../../main/ipc/serve-browsers';
import type { BrowserSystem, RelayInstaller } from '../../native/ports';

/** Files by path; a program's text begins with `#!` or is what it is. Links are followed as written down. */
export class MemoryBrowserSystem implements BrowserSystem {
  readonly files = new Map<string, string>();
  readonly programs = new Map<string, string>();
  readonly folders = new Set<string>();
  readonly links = new Map<string, string>();
  readonly values = new Map<string, string>();
  /** What a change is refused with. */
  refusal: Error | undefined;
  readonly registry?: BrowserSystem['registry'] & {};

  constructor(platform: NodeJS.Platform = 'linux') {
    if (platform !== 'win32') return;
    this.registry = {
      read: async (key) => this.values.get(key),
      write: async (key, value) => {
        this.#mayChange();
        this.values.set(key, value);
      },
      remove: async (key) => this.values.delete(key),
    };
  }

  async program(path: string): Promise<string | undefined> {
    const real = this.links.get(path) ?? path;
    return this.programs.has(real) ? real : undefined;
  }

  async isFolder(path: string): Promise<boolean> {
    return this.folders.has(path);
  }

  async readText(path: string): Promise<string | undefined> {
    return this.files.get(path) ?? this.programs.get(path);
  }

  async writeManifest(path: string, text: string): Promise<void> {
    this.#mayChange();
    this.files.set(path, text);
  }

  async removeFile(path: string): Promise<boolean> {
    this.#mayChange();
    return this.files.delete(path);
  }

  #mayChange(): void {
    if (this.refusal) throw this.refusal;
  }
}

export class FakeLinks implements BrowserLinks {
  problem: string | undefined;
  connections: readonly BrowserLink[] = [];
  decisions: readonly BrowserDecision[] = [];
  requests: readonly LoggedRequest[] = [];
  isLogging = true;
  readonly #listeners = new Set<() => void>();

  get listeners(): number {
    return this.#listeners.size;
  }

  async allow(id: string): Promise<void> {
    this.#decide(id, 'allowed');
  }

  async deny(id: string): Promise<void> {
    this.#decide(id, 'denied');
  }

  async forget(id: string): Promise<void> {
    this.decisions = this.decisions.filter((decision) => decision.id !== id);
    this.changed();
  }

  async setLogging(on: boolean): Promise<void> {
    this.isLogging = on;
    this.changed();
  }

  async emptyLog(): Promise<void> {
    this.requests = [];
    this.changed();
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  changed(): void {
    for (const listener of this.#listeners) listener();
  }

  #decide(id: string, decision: BrowserDecision['decision']): void {
    this.decisions = this.decisions.map((one) => (one.id === id ? { ...one, decision } : one));
    this.changed();
  }
}

/** Puts a relay where it belongs on that computer. */
export function relayOn(system: MemoryBrowserSystem): RelayInstaller {
  return {
    install: async (folder) => {
      const windows = system.registry !== undefined;
      const path = windows ? `${folder}\\latchkey-bridge.exe` : `${folder}/latchkey-bridge`;
      system.programs.set(path, 'the relay');
      return path;
    },
  };
}

/** Of a computer without browsers. */
function connectorNowhere(): BrowserConnector {
  const system = new MemoryBrowserSystem();
  return new BrowserConnector({
    system,
    relay: relayOn(system),
    places: { platform: 'linux', env: {}, home: '/home/ana', bridge: '/home/ana/bridge' },
  });
}

/** The window's calls about browsers where there are none, for tests of other calls. */
export function browserCallsNowhere(showFolder: (path: string) => void = () => undefined): BrowsersHandlers {
  const { handlers } = browsersHandlers({
    browsers: async () => ({
      connector: connectorNowhere(),
      links: new FakeLinks(),
      extensions: { paths: async () => ({ chromium: '/opt/chromium', firefox: '/opt/firefox' }) },
    }),
    showFolder: async (path) => showFolder(path),
    sendLinks: () => undefined,
  });
  return handlers;
}
