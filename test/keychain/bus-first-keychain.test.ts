/** Secrets over the session bus, from a real gnome-keyring; and what happens where it does not simply have one. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type MessageBus } from 'dbus-native';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { SystemClock } from '../../native/clock';
import { BusFirstKeychain } from '../../native/keychain/bus-first-keychain';
import { ChildKeychain } from '../../native/keychain/child-keychain';
import { nodeKeychainLauncher } from '../../native/keychain/node-child';
import type { Clock } from '../../native/ports';
import { ManualClock } from '../support/manual-clock';
import { PrivateBus } from '../support/private-bus';
import { missingSecretService, PrivateSecretService } from '../support/secret-service';

const program = join(import.meta.dirname, '../../native/keychain/keychain-process.ts');
vi.setConfig({ testTimeout: 60_000 });

interface Rig {
  readonly keychain: BusFirstKeychain;
  /** How often the process that keeps keytar was started. */
  readonly started: () => number;
}

/** The bus is the only one to be found. */
function keychainOn(env: Readonly<Record<string, string>>, clock: Clock = new SystemClock()): Rig {
  for (const [name, value] of Object.entries({ ...env, DISPLAY: '', WAYLAND_DISPLAY: '' }))
    vi.stubEnv(name, value);
  const launch = vi.fn(nodeKeychainLauncher(program, ['--import', 'tsx']));
  const keychain = new BusFirstKeychain(new ChildKeychain({ launch, clock: new SystemClock() }), clock);
  onTestFinished(() => {
    keychain.close();
    vi.unstubAllEnvs();
  });
  return { keychain, started: () => launch.mock.calls.length };
}

async function startedService(
  start: () => Promise<PrivateSecretService> = () => PrivateSecretService.start(),
): Promise<PrivateSecretService> {
  const service = await start();
  onTestFinished(() => service.stop());
  return service;
}

/** Between a program and its bus. */
async function wireTo(address: string): Promise<{
  readonly address: string;
  readonly said: () => Buffer;
  readonly connections: readonly Socket[];
}> {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-wire-'));
  const said: Buffer[] = [];
  const connections: Socket[] = [];
  const server = createServer((socket) => {
    connections.push(socket);
    const bus = connect(address.replace('unix:path=', ''));
    for (const [from, to] of [
      [socket, bus],
      [bus, socket],
    ] as const) {
      from.on('data', (chunk: Buffer) => {
        said.push(chunk);
        to.write(chunk);
      });
      from.on('error', () => undefined); // it closes, too
      from.on('close', () => to.destroy());
    }
  });
  server.listen(join(folder, 'bus'));
  await once(server, 'listening');
  onTestFinished(async () => {
    for (const socket of connections) socket.destroy();
    server.close();
    await rm(folder, { recursive: true });
  });
  return { address: `unix:path=${join(folder, 'bus')}`, said: () => Buffer.concat(said), connections };
}

const missing = missingSecretService();

describe.skipIf(missing !== undefined)(
  `gnome-keyring${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    test('gives what is there and unlocked, and no process is started for it', async () => {
      const { env } = await startedService();
      const setter = keychainOn(env);
      await setter.keychain.set('vault-key', 'sécond 🔑');
      const { keychain, started } = keychainOn(env);
      expect(await keychain.get('vault-key')).toBe('sécond 🔑');
      keychain.prepare();
      expect(await keychain.get('vault-key')).toBe('sécond 🔑');
      expect(started()).toBe(0);
    });

    test('nobody who logs the bus reads the secret', async () => {
      const { env } = await startedService();
      await keychainOn(env).keychain.set('vault-key', 'a secret of some length');
      const wire = await wireTo(env['DBUS_SESSION_BUS_ADDRESS']!);
      const { keychain, started } = keychainOn({ ...env, DBUS_SESSION_BUS_ADDRESS: wire.address });
      expect(await keychain.get('vault-key')).toBe('a secret of some length');
      expect(started()).toBe(0);
      expect(wire.said().includes('GetSecret')).toBe(true);
      expect(wire.said().includes('secret of some')).toBe(false);
    });

    test('for what is absent, the process has the answer', async () => {
      const { keychain, started } = keychainOn((await startedService()).env);
      expect(await keychain.get('vault-key')).toBeUndefined();
      expect(await keychain.delete('vault-key')).toBe(false);
      expect(started()).toBe(1);
    });

    test('what another service keeps is not given', async () => {
      const { env } = await startedService();
      await keychainOn(env).keychain.set('vault-key', 'mine');
      vi.unstubAllEnvs();
      for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
      const launch = nodeKeychainLauncher(program, ['--import', 'tsx']);
      const clock = new SystemClock();
      const others = new BusFirstKeychain(new ChildKeychain({ launch, clock, service: 'Somebody' }), clock);
      onTestFinished(() => others.close());
      expect(await others.get('vault-key')).toBeUndefined();
    });

    test('that is locked is locked, and not empty', async () => {
      const service = await startedService();
      const { keychain } = keychainOn(service.env);
      await keychain.set('vault-key', 'secret');
      await service.lock();
      await expect(keychain.get('vault-key')).rejects.toMatchObject({ code: 'locked' });
    });

    test('that is not there is unavailable, and so is a bus', async () => {
      const { env } = await startedService(() => PrivateSecretService.withoutKeyring());
      await expect(keychainOn(env).keychain.get('vault-key')).rejects.toMatchObject({ code: 'unavailable' });
      const nowhere = { ...env, DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/bus' };
      const { keychain } = keychainOn(nowhere);
      keychain.prepare();
      await expect(keychain.get('vault-key')).rejects.toMatchObject({ code: 'unavailable' });
    });

    test('that hangs is left to the process after a second, and the bus is let go', async () => {
      const service = await startedService();
      await keychainOn(service.env).keychain.set('vault-key', 'secret');
      const wire = await wireTo(service.env['DBUS_SESSION_BUS_ADDRESS']!);
      service.hang();
      const clock = new ManualClock();
      const { keychain, started } = keychainOn(
        { ...service.env, DBUS_SESSION_BUS_ADDRESS: wire.address },
        clock,
      );
      const answer = keychain.get('vault-key');
      await vi.waitFor(() => expect(wire.said().includes('SearchItems')).toBe(true));
      await clock.advance(999);
      expect(started()).toBe(0);
      const [connection] = wire.connections;
      const closed = once(connection!, 'close');
      await clock.advance(1);
      expect(started()).toBe(1);
      await closed;
      service.wakeUp();
      expect(await answer).toBe('secret');
    });

    test('a connection that was prepared for nothing is let go', async () => {
      const { env } = await startedService();
      const wire = await wireTo(env['DBUS_SESSION_BUS_ADDRESS']!);
      const clock = new ManualClock();
      const { keychain } = keychainOn({ ...env, DBUS_SESSION_BUS_ADDRESS: wire.address }, clock);
      keychain.prepare();
      keychain.prepare();
      await vi.waitFor(() => expect(wire.said().includes('OpenSession')).toBe(true));
      expect(wire.connections).toHaveLength(1);
      const closed = once(wire.connections[0]!, 'close');
      await clock.advance(15_000);
      await closed;
    });

    test('once closed, it gives nothing more', async () => {
      const { env } = await startedService();
      await keychainOn(env).keychain.set('vault-key', 'secret');
      const { keychain, started } = keychainOn(env);
      keychain.close();
      keychain.prepare();
      await expect(keychain.set('vault-key', 'secret')).rejects.toMatchObject({ code: 'failed' });
      await expect(keychain.get('vault-key')).rejects.toMatchObject({ code: 'failed' });
      expect(started()).toBe(0);
    });

    test('that hangs does not hold up the end', async () => {
      const service = await startedService();
      const wire = await wireTo(service.env['DBUS_SESSION_BUS_ADDRESS']!);
      service.hang();
      const env = { ...service.env, DBUS_SESSION_BUS_ADDRESS: wire.address };
      const { keychain, started } = keychainOn(env, new ManualClock());
      const answer = keychain.get('vault-key');
      await vi.waitFor(() => expect(wire.said().includes('SearchItems')).toBe(true));
      const closed = once(wire.connections[0]!, 'close');
      keychain.close();
      await expect(answer).rejects.toMatchObject({ code: 'failed' });
      await closed;
      expect(started()).toBe(0);
    });
  },
);

describe.skipIf(missing !== undefined)('a Secret Service that breaks the rules', () => {
  const path = '/org/freedesktop/secrets';
  const key = Buffer.alloc(128, 3);
  const answers = {
    SearchItems: ['aoao', [[`${path}/item`], []]],
    OpenSession: ['vo', [['ay', key], `${path}/session`]],
    GetSecret: ['(oayays)', [[`${path}/session`, Buffer.alloc(16), Buffer.alloc(32), 'text/plain']]],
  } as const;
  const one = Buffer.from([1]);

  test.each<readonly [string, Partial<Record<keyof typeof answers, readonly [string, readonly unknown[]]>>]>([
    ['encrypts for somebody else', {}],
    ['agrees on what everybody knows', { OpenSession: ['vo', [['ay', one], `${path}/session`]] }],
    ['gives a key that is text', { OpenSession: ['vo', [['s', 'key'], `${path}/session`]] }],
    ['gives paths that are numbers', { SearchItems: ['uu', [1, 2]] }],
    ['gives no secret', { GetSecret: ['s', ['secret']] }],
    [
      'gives an initialization vector that is none',
      { GetSecret: ['(oayays)', [[`${path}/session`, Buffer.alloc(3), Buffer.alloc(16), '']]] },
    ],
  ])('one that %s is left to the process', async (_what, strange) => {
    const bus = await PrivateBus.start();
    const service = createClient({ socket: bus.socket, authMethods: ['EXTERNAL'], plainValues: true });
    service.connection.on('error', () => undefined); // ends with the bus
    onTestFinished(async () => {
      service.connection.stream.destroy();
      await bus.stop();
    });
    const calls: string[] = [];
    const all: Record<string, readonly [string, readonly unknown[]]> = { ...answers, ...strange };
    await ownName(service);
    for (const [member, [signature, body]] of Object.entries(all))
      service.setMethodCallHandler(
        member === 'GetSecret' ? `${path}/item` : path,
        member === 'GetSecret' ? 'org.freedesktop.Secret.Item' : 'org.freedesktop.Secret.Service',
        member,
        [
          () => {
            calls.push(member);
            return body.length === 1 ? body[0] : body;
          },
          signature,
        ],
      );
    const { keychain, started } = keychainOn({ DBUS_SESSION_BUS_ADDRESS: `unix:path=${bus.socket}` });
    // The process comes to nothing, either.
    await keychain.get('vault-key').catch(() => undefined);
    expect(calls).toContain('OpenSession');
    expect(started()).toBe(1);
  });
});

async function ownName(service: MessageBus): Promise<void> {
  await service.invoke({
    destination: 'org.freedesktop.DBus',
    path: '/org/freedesktop/DBus',
    interface: 'org.freedesktop.DBus',
    member: 'RequestName',
    signature: 'su',
    body: ['org.freedesktop.secrets', 0],
  });
}
