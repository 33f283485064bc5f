/**
 * The browsers Latchkey knows, as data: what they are called on each system, and where they look for native messaging hosts of the
 * user (developer.chrome.com and Microsoft Learn "Native messaging", MDN "Native manifests"). It only computes.
 */
import type { BrowserFamily, BrowserId } from './browser-status';
import { CHROMIUM_ID, FIREFOX_ID, HOST_NAME } from './extension-ids';

export interface KnownBrowser {
  readonly id: BrowserId;
  readonly name: string;
  readonly family: BrowserFamily;
  readonly linux: {
    /** Below the folder for configuration; Firefox: below the home folder. */
    readonly hosts: string;
    /** Names of its program, in PATH and as started by its desktop entries. */
    readonly programs: readonly string[];
    /** Names of its desktop entries, without `.desktop`. */
    readonly desktop: readonly string[];
    /** Where its own installer puts it. */
    readonly fixed: readonly string[];
    readonly snap?: string;
    readonly flatpak: string;
  };
  readonly darwin: {
    /** In an Applications folder, without `.app`. */
    readonly app: string;
    /** Below ~/Library/Application Support. */
    readonly hosts: string;
  };
  readonly win32: {
    /** Below HKEY_CURRENT_USER\Software. */
    readonly hosts: string;
    /** Below Program Files or the user's own folder for programs. */
    readonly program: string;
    /** In the registry's App Paths; absent where another browser has the same name there. */
    readonly appPath?: string;
  };
}

export const knownBrowsers: readonly KnownBrowser[] = [
  {
    id: 'chrome',
    name: 'Google Chrome',
    family: 'chromium',
    linux: {
      hosts: 'google-chrome/NativeMessagingHosts',
      programs: ['google-chrome-stable', 'google-chrome'],
      desktop: ['google-chrome', 'com.google.Chrome'],
      fixed: ['/opt/google/chrome/google-chrome'],
      flatpak: 'com.google.Chrome',
    },
    darwin: { app: 'Google Chrome', hosts: 'Google/Chrome/NativeMessagingHosts' },
    win32: {
      hosts: 'Google\\Chrome\\NativeMessagingHosts',
      program: 'Google\\Chrome\\Application\\chrome.exe',
      appPath: 'chrome.exe',
    },
  },
  {
    id: 'chromium',
    name: 'Chromium',
    family: 'chromium',
    linux: {
      hosts: 'chromium/NativeMessagingHosts',
      programs: ['chromium', 'chromium-browser'],
      desktop: ['chromium', 'chromium-browser', 'org.chromium.Chromium'],
      fixed: [],
      snap: 'chromium',
      flatpak: 'org.chromium.Chromium',
    },
    darwin: { app: 'Chromium', hosts: 'Chromium/NativeMessagingHosts' },
    win32: { hosts: 'Chromium\\NativeMessagingHosts', program: 'Chromium\\Application\\chrome.exe' },
  },
  {
    id: 'edge',
    name: 'Microsoft Edge',
    family: 'chromium',
    linux: {
      hosts: 'microsoft-edge/NativeMessagingHosts',
      programs: ['microsoft-edge-stable', 'microsoft-edge'],
      desktop: ['microsoft-edge', 'com.microsoft.Edge'],
      fixed: ['/opt/microsoft/msedge/microsoft-edge'],
      flatpak: 'com.microsoft.Edge',
    },
    darwin: { app: 'Microsoft Edge', hosts: 'Microsoft Edge/NativeMessagingHosts' },
    win32: {
      hosts: 'Microsoft\\Edge\\NativeMessagingHosts',
      program: 'Microsoft\\Edge\\Application\\msedge.exe',
      appPath: 'msedge.exe',
    },
  },
  {
    id: 'brave',
    name: 'Brave',
    family: 'chromium',
    linux: {
      hosts: 'BraveSoftware/Brave-Browser/NativeMessagingHosts',
      programs: ['brave-browser-stable', 'brave-browser', 'brave'],
      desktop: ['brave-browser', 'com.brave.Browser'],
      fixed: ['/opt/brave.com/brave/brave-browser'],
      snap: 'brave',
      flatpak: 'com.brave.Browser',
    },
    darwin: { app: 'Brave Browser', hosts: 'BraveSoftware/Brave-Browser/NativeMessagingHosts' },
    win32: {
      // It kept Chrome's key when it made the rest its own.
      hosts: 'Google\\Chrome\\NativeMessagingHosts',
      program: 'BraveSoftware\\Brave-Browser\\Application\\brave.exe',
      appPath: 'brave.exe',
    },
  },
  {
    id: 'firefox',
    name: 'Firefox',
    family: 'firefox',
    linux: {
      // Also where the profiles are in ~/.config/mozilla.
      hosts: '.mozilla/native-messaging-hosts',
      programs: ['firefox', 'firefox-esr'],
      desktop: ['firefox', 'firefox-esr', 'org.mozilla.firefox'],
      fixed: ['/opt/firefox/firefox'],
      snap: 'firefox',
      flatpak: 'org.mozilla.firefox',
    },
    darwin: { app: 'Firefox', hosts: 'Mozilla/NativeMessagingHosts' },
    win32: {
      hosts: 'Mozilla\\NativeMessagingHosts',
      program: 'Mozilla Firefox\\firefox.exe',
      appPath: 'firefox.exe',
    },
  },
];

/** Of the person whose browsers they are. */
export interface UserPlaces {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The home folder, absolute. */
  readonly home: string;
  /** The private folder of the bridge. */
  readonly bridge: string;
}

export interface ManifestPlace {
  readonly file: string;
  /** Windows: the key whose unnamed value is the path of the file. */
  readonly registryKey?: string;
}

export function manifestPlace(
  browser: KnownBrowser,
  { platform, env, home, bridge }: UserPlaces,
): ManifestPlace {
  const name = `${HOST_NAME}.json`;
  switch (platform) {
    case 'win32': {
      const { hosts } = browser.win32;
      const first = knownBrowsers.find(({ win32 }) => win32.hosts === hosts) ?? browser;
      return {
        file: `${bridge}\\${HOST_NAME}.${first.id}.json`,
        registryKey: `HKEY_CURRENT_USER\\Software\\${hosts}\\${HOST_NAME}`,
      };
    }
    case 'darwin':
      return { file: `${home}/Library/Application Support/${browser.darwin.hosts}/${name}` };
    default: {
      const base = browser.family === 'firefox' ? home : configFolder(env, home);
      return { file: `${base}/${browser.linux.hosts}/${name}` };
    }
  }
}

/** Other browsers that look in the same place. */
export function sharedWith(browser: KnownBrowser, places: UserPlaces): readonly BrowserId[] {
  const { file } = manifestPlace(browser, places);
  return knownBrowsers
    .filter((other) => other !== browser && manifestPlace(other, places).file === file)
    .map(({ id }) => id);
}

/** @param relay the program that the browser is to start, absolute */
export function manifestText(family: BrowserFamily, relay: string): string {
  const manifest = {
    name: HOST_NAME,
    description: 'Passkeys of Latchkey for web sites in this browser',
    path: relay,
    type: 'stdio',
    ...(family === 'firefox'
      ? { allowed_extensions: [FIREFOX_ID] }
      : { allowed_origins: [`chrome-extension://${CHROMIUM_ID}/`] }),
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** XDG Base Directory Specification: a relative path is to be ignored. */
function configFolder(env: UserPlaces['env'], home: string): string {
  const said = env['XDG_CONFIG_HOME'];
  return said?.startsWith('/') === true ? said : `${home}/.config`;
}
