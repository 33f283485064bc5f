/** Which browsers are installed, and in which packages: each system as it is laid out by those who make them. */
import { beforeEach, describe, expect, it } from 'vitest';
import { findBrowser } from '../../main/bridge/browser-search';
import type { BrowserId } from '../../main/bridge/browser-status';
import { knownBrowsers } from '../../main/bridge/browsers';
import { MemoryBrowserSystem } from '../support/memory-browsers';

const HOME = '/home/ana';
let system: MemoryBrowserSystem;
let env: Record<string, string>;
let platform: NodeJS.Platform;

beforeEach(() => {
  system = new MemoryBrowserSystem();
  env = { PATH: '/usr/local/bin:/usr/bin:/bin' };
  platform = 'linux';
});

const find = (id: BrowserId) =>
  findBrowser(
    knownBrowsers.find((one) => one.id === id)!,
    { platform, env, home: HOME },
    system,
  );
const program = (path: string, text = '\x7fELF'): void => void system.programs.set(path, text);
const desktop = (folder: string, name: string, exec: string): void =>
  void system.files.set(
    `${folder}/applications/${name}.desktop`,
    `[Desktop Entry]\nName=It\nExec=${exec}\n\n[Desktop Action new]\nExec=/elsewhere/program --new\n`,
  );

describe('on Linux', () => {
  it('finds nothing where there is nothing', async () => {
    for (const { id } of knownBrowsers) expect(await find(id)).toEqual({ confined: [] });
  });

  it.each([
    ['chrome', '/usr/bin/google-chrome-stable'],
    ['chromium', '/usr/bin/chromium'],
    ['chromium', '/usr/bin/chromium-browser'],
    ['edge', '/usr/bin/microsoft-edge'],
    ['brave', '/usr/bin/brave-browser'],
    ['firefox', '/usr/bin/firefox-esr'],
    ['firefox', '/usr/local/bin/firefox'],
  ] as const)('%s as %s, and nothing else by that', async (id, path) => {
    program(path);
    expect(await find(id)).toEqual({ program: path, confined: [] });
    for (const other of knownBrowsers)
      if (other.id !== id) expect(await find(other.id)).toEqual({ confined: [] });
  });

  it('looks in the folders of programs also when PATH is short, empty or relative', async () => {
    program('/usr/bin/chromium');
    for (const path of ['', '/opt/bin', 'bin:.', '/usr/bin']) {
      env['PATH'] = path;
      expect((await find('chromium')).program).toBe('/usr/bin/chromium');
    }
  });

  it('takes the first in the order of PATH', async () => {
    env['PATH'] = '/home/ana/bin:/usr/bin';
    program('/usr/bin/firefox');
    program('/home/ana/bin/firefox');
    expect((await find('firefox')).program).toBe('/home/ana/bin/firefox');
  });

  it.each([
    ['/opt/firefox/firefox %u', '/opt/firefox/firefox'],
    ['"/opt/my browsers/firefox" --name x %u', '/opt/my browsers/firefox'],
  ])('finds one that only a desktop entry names: %s', async (exec, path) => {
    program(path);
    program('/elsewhere/program');
    desktop(`${HOME}/.local/share`, 'firefox', exec);
    expect(await find('firefox')).toEqual({ program: path, confined: [] });
  });

  it('does not believe a desktop entry whose program is gone', async () => {
    desktop('/usr/share', 'firefox', '/opt/gone/firefox %u');
    expect(await find('firefox')).toEqual({ confined: [] });
  });

  it('knows a Snap by its command, which is a link to snap itself', async () => {
    env['PATH'] = '/usr/bin:/snap/bin';
    program('/usr/bin/snap');
    system.links.set('/snap/bin/chromium', '/usr/bin/snap');
    expect(await find('chromium')).toEqual({ confined: ['snap'] });
  });

  it('knows a Snap where the folder is another', async () => {
    program('/usr/bin/snap');
    system.links.set('/var/lib/snapd/snap/bin/firefox', '/usr/bin/snap');
    expect(await find('firefox')).toEqual({ confined: ['snap'] });
  });

  it('sees through a script that starts the Snap, as Ubuntu’s package of Chromium is one', async () => {
    program(
      '/usr/bin/chromium-browser',
      '#!/bin/sh\n[ -x /snap/bin/chromium ] || exit 1\nexec /snap/bin/chromium "$@"\n',
    );
    expect(await find('chromium')).toEqual({ confined: ['snap'] });
  });

  it('takes a script of the distribution for the program that it is', async () => {
    program('/usr/bin/chromium', '#!/bin/sh\n# Debian’s launcher\nexec /usr/lib/chromium/chromium "$@"\n');
    expect(await find('chromium')).toEqual({ program: '/usr/bin/chromium', confined: [] });
  });

  it.each([
    ['of the system', '/var/lib/flatpak/exports/bin/org.mozilla.firefox'],
    ['of the user', `${HOME}/.local/share/flatpak/exports/bin/org.mozilla.firefox`],
  ])('knows a Flatpak %s', async (_name, path) => {
    program(path, '#!/bin/sh\nexec /usr/bin/flatpak run org.mozilla.firefox "$@"\n');
    expect(await find('firefox')).toEqual({ confined: ['flatpak'] });
  });

  it('Firefox as a link into a Flatpak, whatever is at its end', async () => {
    const app = '/var/lib/flatpak/app/org.mozilla.firefox/current/active/files/lib/firefox/firefox';
    program(app);
    system.links.set('/usr/local/bin/firefox', app);
    expect(await find('firefox')).toEqual({ confined: ['flatpak'] });
  });

  it('knows a Flatpak by its desktop entry and by a script of the user’s', async () => {
    program('/usr/bin/flatpak');
    desktop(
      '/usr/share',
      'com.brave.Browser',
      '/usr/bin/flatpak run --branch=stable com.brave.Browser @@u %U @@',
    );
    expect(await find('brave')).toEqual({ confined: ['flatpak'] });
    program('/usr/local/bin/firefox', '#!/bin/sh\nflatpak run org.mozilla.firefox "$@"\n');
    expect(await find('firefox')).toEqual({ confined: ['flatpak'] });
  });

  it('says both when one is a program of the system and a Snap', async () => {
    program('/usr/bin/firefox');
    program('/usr/bin/snap');
    system.links.set('/snap/bin/firefox', '/usr/bin/snap');
    program('/var/lib/flatpak/exports/bin/org.mozilla.firefox', '#!/bin/sh\nexec flatpak run x\n');
    expect(await find('firefox')).toEqual({ program: '/usr/bin/firefox', confined: ['flatpak', 'snap'] });
  });

  it('is not led astray by the data that a removed Snap or Flatpak leaves behind', async () => {
    system.folders.add(`${HOME}/snap/chromium`).add(`${HOME}/.var/app/org.chromium.Chromium`);
    expect(await find('chromium')).toEqual({ confined: [] });
  });
});

describe('on macOS', () => {
  beforeEach(() => {
    platform = 'darwin';
  });

  it.each([
    ['chrome', '/Applications/Google Chrome.app'],
    ['chromium', '/Applications/Chromium.app'],
    ['edge', '/Applications/Microsoft Edge.app'],
    ['brave', '/Applications/Brave Browser.app'],
    ['firefox', `${HOME}/Applications/Firefox.app`],
  ] as const)('%s is %s', async (id, path) => {
    expect(await find(id)).toEqual({ confined: [] });
    system.folders.add(path);
    expect(await find(id)).toEqual({ program: path, confined: [] });
  });
});

describe('on Windows', () => {
  const key = (hive: string, exe: string) =>
    `${hive}\\Software\\Microsoft\\Windows\\CurrentVersion\\App Paths\\${exe}`;

  beforeEach(() => {
    platform = 'win32';
    system = new MemoryBrowserSystem('win32');
    env = {
      ProgramFiles: 'C:\\Program Files',
      'ProgramFiles(x86)': 'C:\\Program Files (x86)',
      LOCALAPPDATA: 'C:\\Users\\ana\\AppData\\Local',
    };
  });

  it.each([
    ['chrome', 'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe'],
    ['chromium', 'C:\\Users\\ana\\AppData\\Local\\Chromium\\Application\\chrome.exe'],
    ['edge', 'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe'],
    ['brave', 'C:\\Program Files\\BraveSoftware\\Brave-Browser\\Application\\brave.exe'],
    ['firefox', 'C:\\Program Files\\Mozilla Firefox\\firefox.exe'],
  ] as const)('%s is %s', async (id, path) => {
    expect(await find(id)).toEqual({ confined: [] });
    program(path);
    expect(await find(id)).toEqual({ program: path, confined: [] });
  });

  it.each(['HKEY_CURRENT_USER', 'HKEY_LOCAL_MACHINE'])('asks App Paths of %s', async (hive) => {
    system.values.set(key(hive, 'firefox.exe'), '"D:\\Firefox\\firefox.exe"');
    expect(await find('firefox')).toEqual({ confined: [] });
    program('D:\\Firefox\\firefox.exe');
    expect(await find('firefox')).toEqual({ program: 'D:\\Firefox\\firefox.exe', confined: [] });
  });

  it('does not take a Chromium for Chrome because both are chrome.exe', async () => {
    const chromium = 'C:\\Users\\ana\\AppData\\Local\\Chromium\\Application\\chrome.exe';
    program(chromium);
    system.values.set(key('HKEY_CURRENT_USER', 'chrome.exe'), chromium);
    expect(await find('chrome')).toEqual({ confined: [] });
  });
});
