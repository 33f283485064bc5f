/** The keychain port on a real gnome-keyring, in the process that it has in real life. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { SystemClock } from '../../native/clock';
import { ChildKeychain, type ChildKeychainOptions } from '../../native/keychain/child-keychain';
import { readAnswer } from '../../native/keychain/messages';
import { nodeKeychainLauncher } from '../../native/keychain/node-child';
import { ManualClock } from '../support/manual-clock';
import { missingSecretService, PrivateSecretService } from '../support/secret-service';

const program = join(import.meta.dirname, '../../native/keychain/keychain-process.ts');
const launch = nodeKeychainLauncher(program, ['--import', 'tsx']);
// Many processes are started, on a machine that may be busy with others.
vi.setConfig({ testTimeout: 60_000 });

const missing = missingSecretService();

/** The keyring is the only one that the process can find. */
function keychainOf(
  { env }: PrivateSecretService,
  options: Partial<ChildKeychainOptions> = {},
): ChildKeychain {
  for (const [name, value] of Object.entries({ ...env, DISPLAY: '', WAYLAND_DISPLAY: '' }))
    vi.stubEnv(name, value);
  const keychain = new ChildKeychain({ launch, clock: new SystemClock(), ...options });
  onTestFinished(() => {
    keychain.close();
    vi.unstubAllEnvs();
  });
  return keychain;
}

async function startedService(
  start: () => Promise<PrivateSecretService> = () => PrivateSecretService.start(),
): Promise<PrivateSecretService> {
  const service = await start();
  onTestFinished(() => service.stop());
  return service;
}

describe.skipIf(missing !== undefined)(
  `gnome-keyring${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    test('keeps secrets, replaces them, and deletes them', async () => {
      const keychain = keychainOf(await startedService());
      expect(await keychain.get('vault-key')).toBeUndefined();
      await keychain.set('vault-key', 'first');
      await keychain.set('vault-key', 'sécond 🔑');
      await keychain.set('other', 'else');
      expect(await keychain.get('vault-key')).toBe('sécond 🔑');
      expect(await keychain.delete('vault-key')).toBe(true);
      expect(await keychain.delete('vault-key')).toBe(false);
      expect(await keychain.get('vault-key')).toBeUndefined();
      expect(await keychain.get('other')).toBe('else');
    });

    test('secrets of another service are others’', async () => {
      const service = await startedService();
      const mine = keychainOf(service);
      const others = keychainOf(service, { service: 'Somebody' });
      await mine.set('vault-key', 'mine');
      expect(await others.get('vault-key')).toBeUndefined();
      expect(await others.delete('vault-key')).toBe(false);
      expect(await mine.get('vault-key')).toBe('mine');
    });

    test('has the secret after a restart, once it is unlocked again', async () => {
      const service = await startedService();
      const keychain = keychainOf(service);
      await keychain.set('vault-key', 'secret');
      await service.restartKeyring();
      await expect(keychain.get('vault-key')).rejects.toMatchObject({ code: 'locked' });
      await service.restartKeyring('correct horse');
      expect(await keychain.get('vault-key')).toBe('secret');
    });

    test('that was not unlocked is locked for every call, and not empty', async () => {
      const service = await startedService();
      const keychain = keychainOf(service);
      await keychain.set('vault-key', 'secret');
      await service.lock();
      const calls = [
        () => keychain.get('vault-key'),
        () => keychain.get('never kept'),
        () => keychain.set('vault-key', 'changed'),
        () => keychain.set('new', 'changed'),
        () => keychain.delete('vault-key'),
        () => keychain.delete('never kept'),
      ];
      for (const call of calls)
        await expect(call(), String(call)).rejects.toMatchObject({
          code: 'locked',
          message: expect.stringContaining('is locked and was not unlocked') as string,
        });
      await service.restartKeyring('correct horse');
      expect(await keychain.get('vault-key')).toBe('secret');
      expect(await keychain.get('new')).toBeUndefined();
    });

    test('stays locked with a wrong password', async () => {
      const service = await startedService();
      const keychain = keychainOf(service);
      await keychain.set('vault-key', 'secret');
      await service.restartKeyring('wrong horse');
      await expect(keychain.get('vault-key')).rejects.toMatchObject({ code: 'locked' });
      await expect(keychain.set('vault-key', 'changed')).rejects.toMatchObject({ code: 'locked' });
    });

    test('in which no keyring was ever made has no secrets, and cannot take one when nobody is there', async () => {
      const service = await startedService(() => PrivateSecretService.withoutKeyring());
      await service.startKeyring();
      const keychain = keychainOf(service);
      expect(await keychain.get('vault-key')).toBeUndefined();
      expect(await keychain.delete('vault-key')).toBe(false);
      await expect(keychain.set('vault-key', 'secret')).rejects.toMatchObject({ code: 'locked' });
    });

    test('that is not there is unavailable', async () => {
      const keychain = keychainOf(await startedService(() => PrivateSecretService.withoutKeyring()));
      for (const call of [() => keychain.get('a'), () => keychain.set('a', 'b'), () => keychain.delete('a')])
        await expect(call()).rejects.toMatchObject({
          code: 'unavailable',
          message: expect.stringContaining('offers no keychain') as string,
        });
    });

    test.each([
      ['no address and no socket', ''],
      ['a bus that is switched off', 'disabled:'],
      ['a socket that nobody listens on', 'unix:path=/nonexistent/bus'],
    ])('without a session bus (%s) is unavailable', async (_what, address) => {
      const keychain = keychainOf(await startedService(() => PrivateSecretService.withoutKeyring()));
      vi.stubEnv('DBUS_SESSION_BUS_ADDRESS', address);
      await expect(keychain.get('vault-key')).rejects.toMatchObject({ code: 'unavailable' });
      await expect(keychain.set('vault-key', 'secret')).rejects.toMatchObject({ code: 'unavailable' });
    });

    test('no bus is started on a display to look for a keychain', async () => {
      const keychain = keychainOf(await startedService(() => PrivateSecretService.withoutKeyring()));
      const folder = mkdtempSync(join(tmpdir(), 'latchkey-display-'));
      onTestFinished(() => rmSync(folder, { recursive: true }));
      writeFileSync(join(folder, 'dbus-launch'), `#!/bin/sh\n: > '${folder}/started'\n`, { mode: 0o755 });
      vi.stubEnv('PATH', `${folder}:${process.env['PATH'] ?? ''}`);
      vi.stubEnv('DISPLAY', ':99');
      vi.stubEnv('DBUS_SESSION_BUS_ADDRESS', undefined);
      await expect(keychain.get('vault-key')).rejects.toMatchObject({ code: 'unavailable' });
      expect(readdirSync(folder)).toEqual(['dbus-launch']);
    });

    test('that hangs is given up, its process is killed, and the next call finds it well again', async () => {
      const service = await startedService();
      const clock = new ManualClock();
      const keychain = keychainOf(service, { clock, patience: 15_000 });
      await keychain.set('vault-key', 'secret');
      expect(childrenOf(process.pid)).toHaveLength(1);
      service.hang();
      const answer = keychain.get('vault-key');
      const refusal = expect(answer).rejects.toMatchObject({
        code: 'timed-out',
        message: 'The keychain of this system did not answer within 15 seconds.',
      });
      await clock.advance(15_000);
      await refusal;
      await vi.waitFor(() => expect(childrenOf(process.pid)).toHaveLength(0));
      service.wakeUp();
      expect(await keychain.get('vault-key')).toBe('secret');
    });

    test.each(['get', 'set'] as const)(
      'gives people more time than machines, and then %s gives up',
      async (call) => {
        const service = await startedService();
        const clock = new ManualClock();
        let onAsking!: () => void;
        const asking = new Promise<void>((resolve) => (onAsking = resolve));
        const keychain = keychainOf(service, {
          clock,
          patience: 15_000,
          patienceWithPeople: 120_000,
          launch: ({ onMessage, onEnd }) =>
            launch({
              onEnd,
              onMessage: (message) => {
                onMessage(message);
                if (readAnswer(message)?.kind === 'asking') onAsking();
              },
            }),
        });
        await keychain.set('vault-key', 'secret');
        await service.nobodyAtTheScreen();
        await service.lock();
        const outcome = (
          call === 'get' ? keychain.get('vault-key') : keychain.set('vault-key', 'changed')
        ).catch((error: unknown) => error);
        await asking;
        await clock.advance(119_000);
        expect(childrenOf(process.pid)).toHaveLength(1);
        await clock.advance(1_000);
        expect(await outcome).toMatchObject({
          code: 'timed-out',
          message: expect.stringContaining('120 seconds') as string,
        });
        await vi.waitFor(() => expect(childrenOf(process.pid)).toHaveLength(0));
      },
    );

    test.each(['close', 'exit'] as const)('that hangs keeps no program from ending (%s)', async (how) => {
      const service = await startedService();
      const asking = spawn(
        process.execPath,
        ['--import', 'tsx', join(import.meta.dirname, '../support/keychain-asker.mts'), how],
        { env: { ...process.env, ...service.env, DISPLAY: '' }, stdio: ['pipe', 'pipe', 'inherit'] },
      );
      onTestFinished(() => void asking.kill('SIGKILL'));
      // It has asked once, so its process runs.
      await once(asking.stdout, 'data');
      const [child] = childrenOf(asking.pid!);
      expect(child).toBeDefined();
      service.hang();
      asking.stdin.end('again\n');
      expect(await once(asking, 'exit')).toEqual([0, null]);
      await vi.waitFor(() => expect(keychainProcesses().map(({ pid }) => pid)).not.toContain(child));
    });
  },
);

interface Row {
  readonly pid: number;
  readonly parent: number;
}

/** The processes of keychain-process that run. A dead one may stay in the table until somebody asks how it died: it has no arguments. */
function keychainProcesses(): readonly Row[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && procFile(name, 'cmdline').includes('keychain-process'))
    .map((name) => ({
      pid: Number(name),
      parent: Number(/^PPid:\s+(\d+)/m.exec(procFile(name, 'status'))?.[1]),
    }));
}

/** Empty when the process has ended in this very moment. */
function procFile(pid: string, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}

function childrenOf(parent: number): readonly number[] {
  return keychainProcesses()
    .filter((row) => row.parent === parent)
    .map(({ pid }) => pid);
}
