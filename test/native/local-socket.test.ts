/** Real sockets, in a real folder. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LocalSocket } from '../../native/control/local-socket';
import type { ControlLink, ControlListener } from '../../native/ports';
import { TestEnd } from '../support/memory-control';

let folder: string;
const stops: (() => Promise<void>)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-socket-'));
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  rmSync(folder, { recursive: true, force: true });
});

const echo = (link: ControlLink): ControlListener => ({
  onBytes: (bytes) => void link.write(bytes).catch(() => undefined),
  onEnd: () => undefined,
});

const listen = async (socket = new LocalSocket(folder), onConnection = echo): Promise<void> => {
  stops.push(await socket.listen(onConnection));
};

const connected = async (socket = new LocalSocket(folder)): Promise<TestEnd> => {
  const end = new TestEnd();
  end.link = await socket.connect(end);
  if (!end.link) throw new Error('nobody listens');
  return end;
};

const frame = Uint8Array.of(2, 0, 0, 0, 7, 8);

it('carries bytes both ways', async () => {
  await listen();
  const end = await connected();
  end.send(frame);
  expect(await end.frames(1)).toEqual([Uint8Array.of(7, 8)]);
});

it('finds nobody in an empty folder, in none, and where the owner was killed', async () => {
  expect(await new LocalSocket(folder).connect(new TestEnd())).toBeUndefined();
  expect(await new LocalSocket(join(folder, 'none')).connect(new TestEnd())).toBeUndefined();
  // What a killed process leaves: an address, with or without a socket that nobody has open.
  writeFileSync(join(folder, 'control-address'), join(folder, 'control'));
  expect(await new LocalSocket(folder).connect(new TestEnd())).toBeUndefined();
  const killed = createServer();
  await new Promise<void>((resolve) => killed.listen(join(folder, 'other'), resolve));
  writeFileSync(join(folder, 'control'), '');
  expect(await new LocalSocket(folder).connect(new TestEnd())).toBeUndefined();
  await new Promise((resolve) => killed.close(resolve));
});

it('takes the place of an owner that was killed', async () => {
  writeFileSync(join(folder, 'control-address'), join(folder, 'control'), { mode: 0o644 });
  writeFileSync(join(folder, 'control'), '');
  await listen();
  const end = await connected();
  end.send(frame);
  expect(await end.frames(1)).toHaveLength(1);
});

it.runIf(process.platform !== 'win32')(
  'leaves nothing that another user could open, and nothing at the end',
  async () => {
    await listen();
    for (const name of readdirSync(folder))
      expect([name, statSync(join(folder, name)).mode & 0o077]).toEqual([name, 0]);
    expect(readdirSync(folder).sort()).toEqual(['control', 'control-address']);
    for (const stop of stops.splice(0)) await stop();
    expect(readdirSync(folder)).toEqual([]);
  },
);

it('tells each end when the other has gone', async () => {
  const ended: string[] = [];
  let served: ControlLink | undefined;
  await listen(new LocalSocket(folder), (link) => {
    served = link;
    return { onBytes: () => undefined, onEnd: () => ended.push('client') };
  });
  const one = await connected();
  one.send(frame);
  one.link?.close();
  const two = await connected();
  await new Promise((resolve) => setImmediate(resolve));
  served?.close();
  await two.frames(1);
  expect(two.ended).toBe(true);
  await expect.poll(() => ended).toEqual(['client']);
});

it('ends every connection when it stops', async () => {
  await listen();
  const end = await connected();
  for (const stop of stops.splice(0)) await stop();
  await end.frames(1);
  expect(end.ended).toBe(true);
  await expect(end.link?.write(frame)).rejects.toThrow();
});

describe.runIf(process.platform !== 'win32')('a folder with a path that is too long for a socket', () => {
  it('has its socket elsewhere, in a folder that only this user may enter', async () => {
    const long = join(folder, 'x'.repeat(120));
    mkdirSync(long, { mode: 0o700 });
    await listen(new LocalSocket(long));
    const address = readFileSync(join(long, 'control-address'), 'utf8');
    expect(address.startsWith(long)).toBe(false);
    expect(statSync(join(address, '..')).mode & 0o077).toBe(0);
    const end = await connected(new LocalSocket(long));
    end.send(frame);
    expect(await end.frames(1)).toHaveLength(1);
    for (const stop of stops.splice(0)) await stop();
    expect(() => statSync(join(address, '..'))).toThrow('ENOENT');
  });
});

it('on Windows is a pipe whose name nobody can guess', async () => {
  // Here such a name is that of a socket in the current folder; what matters is what is written down.
  const names = new Set<string>();
  for (let start = 0; start < 2; start++) {
    const socket = new LocalSocket(folder, { platform: 'win32' });
    const cwd = process.cwd();
    process.chdir(folder);
    try {
      const stop = await socket.listen(echo);
      const address = readFileSync(join(folder, 'control-address'), 'utf8');
      expect(address).toMatch(/^\\\\\.\\pipe\\latchkey-[0-9a-f]{32}$/);
      names.add(address);
      await new Promise((resolve) => connect(address).once('connect', resolve).unref());
      await stop();
    } finally {
      process.chdir(cwd);
    }
  }
  expect(names.size).toBe(2);
});
