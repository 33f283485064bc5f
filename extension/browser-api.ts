/** What the extension uses of the browser's WebExtensions API, Chromium's and Firefox's alike: promises in both, as Manifest V3 has them. */

export interface Listeners<Arguments extends readonly unknown[]> {
  addListener(listener: (...args: Arguments) => void): void;
  removeListener(listener: (...args: Arguments) => void): void;
}

/** Who is at the other end of a port, as the browser knows it. */
export interface Sender {
  readonly id?: string;
  readonly url?: string;
  /** As the browser serialises it; "null" for an opaque one. */
  readonly origin?: string;
  /** 0 for the top frame. */
  readonly frameId?: number;
  readonly tab?: { readonly id?: number; readonly incognito?: boolean };
}

export interface RuntimePort {
  readonly name: string;
  readonly sender?: Sender;
  readonly onMessage: Listeners<[message: unknown]>;
  readonly onDisconnect: Listeners<[port: RuntimePort]>;
  /** Firefox: why it ended. */
  readonly error?: { readonly message: string } | null;
  postMessage(message: object): void;
  disconnect(): void;
}

interface BrowserApi {
  readonly runtime: {
    readonly id: string;
    /** Chromium: why a port ended, while `onDisconnect` is told. */
    readonly lastError?: { readonly message?: string } | null;
    readonly onConnect: Listeners<[port: RuntimePort]>;
    connect(info: { readonly name: string }): RuntimePort;
    connectNative(host: string): RuntimePort;
    getManifest(): { readonly version: string };
  };
  readonly storage: {
    readonly local: {
      get(keys: readonly string[]): Promise<Record<string, unknown>>;
      set(items: Readonly<Record<string, unknown>>): Promise<void>;
      remove(keys: readonly string[]): Promise<void>;
    };
    readonly onChanged: Listeners<
      [changes: Readonly<Record<string, { readonly newValue?: unknown }>>, area: string]
    >;
  };
  readonly i18n: { getMessage(name: string, substitutions?: readonly string[]): string };
}

declare const chrome: BrowserApi;

export const browserApi: BrowserApi = chrome;
