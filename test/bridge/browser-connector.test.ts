/** Connecting and disconnecting: what is written where, and what is left alone. */
import { beforeEach, describe, expect, it } from 'vitest';
import { BrowserConnector } from '../../main/bridge/browser-connector';
import type { BrowserId } from '../../main/bridge/browser-status';
import { manifestText } from '../../main/bridge/browsers';
import { ProblemError } from '../../main/inventory/problems';
import { MemoryBrowserSystem, relayOn } from '../support/memory-browsers';

const BRIDGE = '/home/ana/.local/share/latchkey/bridge';
const RELAY = `${BRIDGE}/latchkey-bridge`;
const CHROMIUM = '/home/ana/.config/chromium/NativeMessagingHosts/org.latchkey.bridge.json';
const other = manifestText('chromium', '/home/ana/other/bridge/latchkey-bridge');

let system: MemoryBrowserSystem;
let installed: number;
let connector: BrowserConnector;

function connectorOn(platform: NodeJS.Platform): BrowserConnector {
  system = new MemoryBrowserSystem(platform);
  installed = 0;
  const relay = relayOn(system);
  return new BrowserConnector({
    system,
    relay: {
      install: (folder) => {
        installed++;
        return relay.install(folder);
      },
    },
    places:
      platform === 'win32'
        ? { platform, env: {}, home: 'C:\\Users\\ana', bridge: 'C:\\Users\\Ana\\Latchkey\\bridge' }
        : { platform, env: {}, home: '/home/ana', bridge: BRIDGE },
  });
}

beforeEach(() => {
  connector = connectorOn('linux');
});

const connect = (id: BrowserId, replaceForeign = false) => connector.connect(id, { replaceForeign });
const manifest = async (id: BrowserId) => (await connector.list()).find((one) => one.id === id)?.manifest;
async function problemOf(promise: Promise<unknown>) {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ProblemError)) throw new Error(`no problem: ${String(error)}`);
  return error.problem;
}

describe('connecting', () => {
  it('puts the relay in its place and writes the manifest that names it', async () => {
    expect(await manifest('chromium')).toEqual({ is: 'none' });
    await connect('chromium');
    expect(system.files.get(CHROMIUM)).toBe(manifestText('chromium', RELAY));
    expect(system.programs.has(RELAY)).toBe(true);
    expect(await manifest('chromium')).toEqual({ is: 'ours' });
    expect(await manifest('chrome')).toEqual({ is: 'none' });
  });

  it('writes for Firefox what Firefox wants', async () => {
    await connect('firefox');
    expect([...system.files]).toEqual([
      ['/home/ana/.mozilla/native-messaging-hosts/org.latchkey.bridge.json', manifestText('firefox', RELAY)],
    ]);
  });

  it('again refreshes the relay and changes nothing else', async () => {
    await connect('chromium');
    await connect('chromium');
    expect(installed).toBe(2);
    expect(system.files.size).toBe(1);
  });

  it('of two browsers at once writes both', async () => {
    await Promise.all([connect('chrome'), connect('firefox'), connect('edge')]);
    expect(system.files.size).toBe(3);
  });

  it('writes nothing when there is no relay to name', async () => {
    connector = new BrowserConnector({
      system,
      relay: { install: () => Promise.reject(new Error('This Latchkey has no program for browsers.')) },
      places: { platform: 'linux', env: {}, home: '/home/ana', bridge: BRIDGE },
    });
    const problem = await problemOf(connect('chromium'));
    expect(problem.code).toBe('file');
    expect(problem.message).toContain('This Latchkey has no program for browsers.');
    expect(system.files.size).toBe(0);
  });

  it('says why when the manifest cannot be written', async () => {
    system.refusal = new Error('Cannot save it: the disk is read-only.');
    expect(await problemOf(connect('chromium'))).toEqual({
      code: 'file',
      message: 'Cannot save it: the disk is read-only. Put that right, then try again.',
    });
    expect(await manifest('chromium')).toEqual({ is: 'none' });
  });
});

describe('a manifest that leads elsewhere', () => {
  beforeEach(() => {
    system.files.set(CHROMIUM, other);
  });

  it('is shown with what it names', async () => {
    expect(await manifest('chromium')).toEqual({
      is: 'foreign',
      program: '/home/ana/other/bridge/latchkey-bridge',
    });
  });

  it('is not replaced without being told to, and no relay is installed for it', async () => {
    const problem = await problemOf(connect('chromium'));
    expect(problem.code).toBe('in-use');
    expect(problem.message).toContain('/home/ana/other/bridge/latchkey-bridge');
    expect(system.files.get(CHROMIUM)).toBe(other);
    expect(installed).toBe(0);
  });

  it('is replaced when that is wanted', async () => {
    await connect('chromium', true);
    expect(system.files.get(CHROMIUM)).toBe(manifestText('chromium', RELAY));
  });

  it('is never removed', async () => {
    expect((await problemOf(connector.disconnect('chromium'))).code).toBe('in-use');
    expect(system.files.get(CHROMIUM)).toBe(other);
  });

  it.each([
    ['no JSON', '{'],
    ['empty', ''],
    ['no path', '{"name":"org.latchkey.bridge"}'],
    ['a list', '[]'],
    ['null', 'null'],
    ['a path that is no text', '{"path":7}'],
  ])('is also one that cannot be understood: %s', async (_name, text) => {
    system.files.set(CHROMIUM, text);
    expect(await manifest('chromium')).toEqual({ is: 'foreign' });
    expect((await problemOf(connect('chromium'))).code).toBe('in-use');
  });

  it.each([
    ['a folder whose name begins like ours', `${BRIDGE}-2/latchkey-bridge`],
    ['a file beside our folder', `${BRIDGE}-latchkey`],
    ['below our folder', `${BRIDGE}/x/latchkey-bridge`],
    ['out of our folder again', `${BRIDGE}/../latchkey-bridge`],
    ['our folder itself', `${BRIDGE}/`],
  ])('is one that names %s', async (_name, path) => {
    system.files.set(CHROMIUM, manifestText('chromium', path));
    expect(await manifest('chromium')).toEqual({ is: 'foreign', program: path });
  });
});

describe('our own manifest', () => {
  it('is outdated when the relay is gone', async () => {
    await connect('chromium');
    system.programs.delete(RELAY);
    expect(await manifest('chromium')).toEqual({ is: 'outdated' });
    await connect('chromium');
    expect(await manifest('chromium')).toEqual({ is: 'ours' });
  });

  it('is outdated when it lets in another extension, or says something else', async () => {
    await connect('chromium');
    system.files.set(CHROMIUM, manifestText('firefox', RELAY));
    expect(await manifest('chromium')).toEqual({ is: 'outdated' });
    await connect('chromium');
    expect(system.files.get(CHROMIUM)).toBe(manifestText('chromium', RELAY));
  });

  it('goes when the browser is disconnected, and nothing else does', async () => {
    await connect('chromium');
    await connect('firefox');
    await connector.disconnect('chromium');
    expect(await manifest('chromium')).toEqual({ is: 'none' });
    expect(await manifest('firefox')).toEqual({ is: 'ours' });
    expect(system.programs.has(RELAY)).toBe(true);
  });

  it('also goes when it is outdated', async () => {
    await connect('chromium');
    system.programs.delete(RELAY);
    await connector.disconnect('chromium');
    expect(system.files.size).toBe(0);
  });

  it('need not be there to be disconnected', async () => {
    await connector.disconnect('chromium');
    expect(await manifest('chromium')).toEqual({ is: 'none' });
  });

  it('that is not there is disconnected also where nothing can be changed', async () => {
    system.refusal = new Error('The disk is read-only.');
    await expect(connector.disconnect('firefox')).resolves.toBeUndefined();
  });

  it('is what was asked for last, however fast one thing came after the other', async () => {
    await Promise.all([connect('chromium'), connector.disconnect('chromium')]);
    expect(await manifest('chromium')).toEqual({ is: 'none' });
    await connect('chromium');
    await Promise.all([connector.disconnect('chromium'), connect('chromium')]);
    expect(await manifest('chromium')).toEqual({ is: 'ours' });
  });

  it('says why when it cannot be removed', async () => {
    await connect('chromium');
    system.refusal = new Error('Cannot remove it: permission denied.');
    expect((await problemOf(connector.disconnect('chromium'))).message).toContain('permission denied');
  });
});

it('shows one browser whose file cannot be read, and all others as they are', async () => {
  await connect('firefox');
  const read = system.readText.bind(system);
  system.readText = async (path) => {
    if (path === CHROMIUM) throw new Error('Cannot read it: permission denied.');
    return read(path);
  };
  const list = await connector.list();
  expect(list.map(({ id, manifest: { is } }) => [id, is])).toEqual([
    ['chrome', 'none'],
    ['chromium', 'unreadable'],
    ['edge', 'none'],
    ['brave', 'none'],
    ['firefox', 'ours'],
  ]);
  expect((await problemOf(connect('chromium'))).message).toContain('permission denied');
});

describe('the relay of an updated Latchkey', () => {
  it('takes the place of the one that a browser is connected with, or that is gone', async () => {
    await connect('firefox');
    await connector.refreshRelay();
    expect(installed).toBe(2);
    system.programs.delete(RELAY);
    await connector.refreshRelay();
    expect(await manifest('firefox')).toEqual({ is: 'ours' });
  });

  it('is not put anywhere while no browser is connected, or one with another program', async () => {
    await connector.refreshRelay();
    system.files.set(CHROMIUM, other);
    await connector.refreshRelay();
    expect(installed).toBe(0);
  });
});

describe('on Windows', () => {
  const KEY = 'HKEY_CURRENT_USER\\Software\\Google\\Chrome\\NativeMessagingHosts\\org.latchkey.bridge';
  const FILE = 'C:\\Users\\Ana\\Latchkey\\bridge\\org.latchkey.bridge.chrome.json';
  const PROGRAM = 'C:\\Users\\Ana\\Latchkey\\bridge\\latchkey-bridge.exe';

  beforeEach(() => {
    connector = connectorOn('win32');
  });

  it('writes the file into the bridge’s folder and its path into the registry, for Chrome and Brave together', async () => {
    await connect('brave');
    expect(system.values.get(KEY)).toBe(FILE);
    expect(system.files.get(FILE)).toBe(manifestText('chromium', PROGRAM));
    expect(await manifest('chrome')).toEqual({ is: 'ours' });
    await connector.disconnect('chrome');
    expect(system.values.size).toBe(0);
    expect(system.files.size).toBe(0);
    expect(await manifest('brave')).toEqual({ is: 'none' });
  });

  it('does not mind how the letters of a path are written', async () => {
    await connect('chrome');
    system.files.set(FILE, manifestText('chromium', PROGRAM.toLowerCase().replaceAll('\\', '/')));
    system.programs.set(PROGRAM.toLowerCase().replaceAll('\\', '/'), 'the relay');
    expect(await manifest('chrome')).toEqual({ is: 'ours' });
  });

  it('of which another file has the words is outdated: that file is not kept up', async () => {
    await connect('chrome');
    const copy = 'C:\\Users\\Ana\\copy.json';
    system.files.set(copy, manifestText('chromium', PROGRAM));
    system.values.set(KEY, copy);
    expect(await manifest('chrome')).toEqual({ is: 'outdated' });
  });

  it('without the file is outdated, and with a key that leads to nothing else foreign', async () => {
    await connect('chrome');
    system.files.clear();
    expect(await manifest('chrome')).toEqual({ is: 'outdated' });
    system.values.set(KEY, 'D:\\gone.json');
    expect(await manifest('chrome')).toEqual({ is: 'foreign' });
    expect((await problemOf(connect('chrome'))).code).toBe('in-use');
  });

  it('leaves the file of another program where it is when its key is taken over', async () => {
    system.values.set(KEY, 'D:\\theirs.json');
    system.files.set('D:\\theirs.json', manifestText('chromium', 'D:\\theirs.exe'));
    expect(await manifest('chrome')).toEqual({ is: 'foreign', program: 'D:\\theirs.exe' });
    await connect('chrome', true);
    expect(system.values.get(KEY)).toBe(FILE);
    expect(system.files.has('D:\\theirs.json')).toBe(true);
  });
});
