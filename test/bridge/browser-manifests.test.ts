/**
 * Where browsers look for native messaging hosts, and what they want to find there: developer.chrome.com "Native messaging",
 * Microsoft Learn "Native messaging" (Edge), MDN "Native manifests". Brave has no page of its own: it looks where Chromium's code does,
 * below its own folder, and on Windows in Chrome's key.
 */
import { describe, expect, it } from 'vitest';
import type { BrowserId } from '../../main/bridge/browser-status';
import {
  knownBrowsers,
  manifestPlace,
  manifestText,
  sharedWith,
  type UserPlaces,
} from '../../main/bridge/browsers';

const linux: UserPlaces = {
  platform: 'linux',
  env: {},
  home: '/home/ana',
  bridge: '/home/ana/.local/share/latchkey/bridge',
};
const darwin: UserPlaces = { platform: 'darwin', env: {}, home: '/Users/ana', bridge: '/Users/ana/bridge' };
const windows: UserPlaces = {
  platform: 'win32',
  env: {},
  home: 'C:\\Users\\ana',
  bridge: 'C:\\Users\\ana\\bridge',
};
const browser = (id: BrowserId) => knownBrowsers.find((one) => one.id === id)!;

describe('the manifest of a user', () => {
  it.each([
    ['chrome', '/home/ana/.config/google-chrome/NativeMessagingHosts/org.latchkey.bridge.json'],
    ['chromium', '/home/ana/.config/chromium/NativeMessagingHosts/org.latchkey.bridge.json'],
    ['edge', '/home/ana/.config/microsoft-edge/NativeMessagingHosts/org.latchkey.bridge.json'],
    ['brave', '/home/ana/.config/BraveSoftware/Brave-Browser/NativeMessagingHosts/org.latchkey.bridge.json'],
    ['firefox', '/home/ana/.mozilla/native-messaging-hosts/org.latchkey.bridge.json'],
  ] as const)('of %s on Linux is %s', (id, file) => {
    expect(manifestPlace(browser(id), linux)).toEqual({ file });
  });

  it.each([
    ['chrome', 'Google/Chrome/NativeMessagingHosts'],
    ['chromium', 'Chromium/NativeMessagingHosts'],
    ['edge', 'Microsoft Edge/NativeMessagingHosts'],
    ['brave', 'BraveSoftware/Brave-Browser/NativeMessagingHosts'],
    ['firefox', 'Mozilla/NativeMessagingHosts'],
  ] as const)('of %s on macOS is in Application Support, %s', (id, folder) => {
    expect(manifestPlace(browser(id), darwin)).toEqual({
      file: `/Users/ana/Library/Application Support/${folder}/org.latchkey.bridge.json`,
    });
  });

  it.each([
    ['chrome', 'Google\\Chrome', 'chrome'],
    ['chromium', 'Chromium', 'chromium'],
    ['edge', 'Microsoft\\Edge', 'edge'],
    ['brave', 'Google\\Chrome', 'chrome'],
    ['firefox', 'Mozilla', 'firefox'],
  ] as const)('of %s on Windows is named by HKEY_CURRENT_USER\\Software\\%s', (id, key, file) => {
    expect(manifestPlace(browser(id), windows)).toEqual({
      file: `C:\\Users\\ana\\bridge\\org.latchkey.bridge.${file}.json`,
      registryKey: `HKEY_CURRENT_USER\\Software\\${key}\\NativeMessagingHosts\\org.latchkey.bridge`,
    });
  });

  it('follows XDG_CONFIG_HOME as Chromium does, when it is absolute, and not in Firefox', () => {
    const moved = { ...linux, env: { XDG_CONFIG_HOME: '/data/config' } };
    expect(manifestPlace(browser('chromium'), moved).file).toMatch(/^\/data\/config\/chromium\//);
    expect(manifestPlace(browser('firefox'), moved).file).toMatch(/^\/home\/ana\/\.mozilla\//);
    const relative = { ...linux, env: { XDG_CONFIG_HOME: 'config' } };
    expect(manifestPlace(browser('chromium'), relative).file).toMatch(/^\/home\/ana\/\.config\//);
  });

  it('is one for Chrome and Brave on Windows, and nobody else’s anywhere', () => {
    const shared = (places: UserPlaces) =>
      Object.fromEntries(
        knownBrowsers
          .map((one) => [one.id, sharedWith(one, places)] as const)
          .filter(([, ids]) => ids.length > 0),
      );
    expect(shared(windows)).toEqual({ chrome: ['brave'], brave: ['chrome'] });
    expect(shared(linux)).toEqual({});
    expect(shared(darwin)).toEqual({});
  });
});

describe('what the manifest says', () => {
  it('lets our extension in, and no other, in browsers made of Chromium', () => {
    expect(JSON.parse(manifestText('chromium', '/home/ana/bridge/latchkey-bridge'))).toEqual({
      name: 'org.latchkey.bridge',
      description: expect.stringContaining('Latchkey') as string,
      path: '/home/ana/bridge/latchkey-bridge',
      type: 'stdio',
      allowed_origins: ['chrome-extension://flnhbpdghfndedbacfjkoebgambbpika/'],
    });
  });

  it('lets our extension in, and no other, in Firefox', () => {
    expect(JSON.parse(manifestText('firefox', 'C:\\Users\\Änne "A"\\latchkey-bridge.exe'))).toEqual({
      name: 'org.latchkey.bridge',
      description: expect.stringContaining('Latchkey') as string,
      path: 'C:\\Users\\Änne "A"\\latchkey-bridge.exe',
      type: 'stdio',
      allowed_extensions: ['bridge@latchkey.org'],
    });
  });

  it('has a name that browsers take: lower-case letters, digits, underscores and single dots', () => {
    const { name } = JSON.parse(manifestText('chromium', '/x')) as { readonly name: string };
    expect(name).toMatch(/^\w+(\.\w+)*$/);
    expect(name).toBe(name.toLowerCase());
  });
});
