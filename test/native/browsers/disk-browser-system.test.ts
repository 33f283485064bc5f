/** Files of browsers on a real disk, in folders of the test alone. */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BrowserConnector } from '../../../main/bridge/browser-connector';
import { ProblemError } from '../../../main/inventory/problems';
import { DiskBrowserSystem } from '../../../native/browsers/disk-browser-system';
import { canMount, SmallDisk } from '../../support/small-disk';

let home: string;
let system: DiskBrowserSystem;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'latchkey-home-'));
  system = new DiskBrowserSystem();
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const at = (...parts: readonly string[]): string => join(home, ...parts);
const made = (path: string, mode = 0o755, text = '#!/bin/sh\n'): string => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { mode });
  return path;
};

describe('a program', () => {
  it('is a file that this user may run, and is named as it really lies', async () => {
    const real = made(at('opt', 'firefox', 'firefox'));
    mkdirSync(at('bin'));
    symlinkSync(real, at('bin', 'firefox'));
    expect(await system.program(at('bin', 'firefox'))).toBe(real);
  });

  it.each([
    ['nothing', () => at('missing')],
    ['a folder', () => home],
    ['a file that is none', () => made(at('text'), 0o644)],
    ['below a file', () => join(made(at('text2'), 0o644), 'x')],
    [
      'a link to itself',
      () => {
        symlinkSync(at('loop'), at('loop'));
        return at('loop');
      },
    ],
  ])('is not %s', async (_name, path) => {
    expect(await system.program(path())).toBeUndefined();
  });
});

describe('reading', () => {
  it('tells no file from one that may not be read', async () => {
    expect(await system.readText(at('missing'))).toBeUndefined();
    expect(await system.readText(join(made(at('file')), 'below'))).toBeUndefined();
    await expect(system.readText(home)).rejects.toThrow(
      `Cannot read ${home}: there is a folder of that name.`,
    );
  });

  it('ends after 64 KiB', async () => {
    expect((await system.readText(made(at('long'), 0o644, 'x'.repeat(100_000))))?.length).toBe(65_536);
  });

  it.skipIf(process.platform === 'win32')('does not wait for a pipe', async () => {
    execFileSync('mkfifo', [at('pipe')]);
    expect(await system.readText(at('pipe'))).toBe('');
  });
});

describe('a manifest', () => {
  it('is written for everybody to read, in folders that are made, whatever the mask', async () => {
    const path = at('.config', 'chromium', 'NativeMessagingHosts', 'org.latchkey.bridge.json');
    const before = process.umask(0o077);
    try {
      await system.writeManifest(path, '{"name":"ä"}\n');
    } finally {
      process.umask(before);
    }
    expect(readFileSync(path, 'utf8')).toBe('{"name":"ä"}\n');
    expect(statSync(path).mode & 0o777).toBe(0o644);
    expect(readdirSync(dirname(path))).toEqual(['org.latchkey.bridge.json']);
  });

  it('takes the place of the one before as a whole', async () => {
    const path = made(at('m.json'), 0o600, 'x'.repeat(5000));
    await system.writeManifest(path, 'short');
    expect(readFileSync(path, 'utf8')).toBe('short');
    expect(statSync(path).mode & 0o777).toBe(0o644);
  });

  it('is removed, and it does not matter that it was not there', async () => {
    const path = made(at('m.json'), 0o644);
    expect(await system.removeFile(path)).toBe(true);
    expect(await system.removeFile(path)).toBe(false);
  });
});

describe('connecting on a disk', () => {
  const connectorFor = (place: string) => {
    const bridge = at('bridge');
    return new BrowserConnector({
      system,
      relay: { install: async (folder) => made(join(folder, 'latchkey-bridge')) },
      places: { platform: 'linux', env: { XDG_CONFIG_HOME: place }, home, bridge },
    });
  };
  const problemOf = async (promise: Promise<unknown>): Promise<string> => {
    const error: unknown = await promise.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    return error instanceof ProblemError ? error.problem.message : `no problem: ${String(error)}`;
  };

  it('and disconnecting leaves the home as it was, but for empty folders and the relay', async () => {
    const connector = connectorFor(at('.config'));
    await connector.connect('chromium', { replaceForeign: false });
    await connector.connect('firefox', { replaceForeign: false });
    const firefox = at('.mozilla', 'native-messaging-hosts', 'org.latchkey.bridge.json');
    expect(JSON.parse(readFileSync(firefox, 'utf8'))).toMatchObject({
      path: at('bridge', 'latchkey-bridge'),
    });
    const states = async () =>
      Object.fromEntries((await connector.list()).map((one) => [one.id, one.manifest.is]));
    expect(await states()).toMatchObject({ chromium: 'ours', firefox: 'ours', chrome: 'none' });
    await connector.disconnect('chromium');
    await connector.disconnect('firefox');
    expect(await states()).toMatchObject({ chromium: 'none', firefox: 'none' });
    expect(readdirSync(dirname(firefox))).toEqual([]);
  });

  it('says so when something else is in the way', async () => {
    made(at('config'), 0o644);
    expect(
      await problemOf(connectorFor(at('config')).connect('chromium', { replaceForeign: false })),
    ).toMatch(/^Cannot save .*org\.latchkey\.bridge\.json: .*\. Put that right, then try again\.$/);
  });

  it.skipIf(!canMount)('says so when the disk is read-only, or full', async () => {
    const disk = SmallDisk.full();
    try {
      const connect = () => connectorFor(disk.path).connect('chromium', { replaceForeign: false });
      expect(await problemOf(connect())).toContain('there is no room left on the disk');
      disk.makeReadOnly();
      expect(await problemOf(connect())).toContain('the disk is read-only');
    } finally {
      disk.remove();
    }
  });
});
