/** Real disks that refuse: full, read-only, permission denied. Reported in words; memory and file stay in step. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmod, mkdtemp, readdir, rm, rmdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Vault } from '../../main/vault/vault';
import { diskVault, type DiskPlace } from '../support/disk-vault';
import { ManualCalendar, MemoryKeychain, PIN } from '../support/memory-vault';
import { ManualClock } from '../support/manual-clock';
import { add, credential, hex, ids } from '../support/vault-passkeys';

function vaultOf(place: DiskPlace): Vault {
  return diskVault(place, { clock: new ManualClock(), calendar: new ManualCalendar() });
}

async function setUp(path: string): Promise<DiskPlace & { readonly vault: Vault }> {
  const place = { path, keychain: new MemoryKeychain() };
  const vault = vaultOf(place);
  await vault.open();
  await vault.setUp({ pin: PIN });
  await vault.verifyPin(PIN);
  onTestFinished(() => vault.close());
  return { ...place, vault };
}

async function newFolder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'latchkey-vault-'));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

test('files are for the user alone: 0600 in a folder of 0700', async () => {
  const path = join(await newFolder(), 'vault');
  const { vault } = await setUp(path);
  await add(vault, 1);
  expect((await readdir(path)).sort()).toEqual([
    'lock',
    'passkeys.vault',
    'passkeys.vault.previous',
    'pin-tries',
  ]);
  if (process.platform === 'win32') return;
  expect((await stat(path)).mode & 0o777).toBe(0o700);
  for (const name of await readdir(path))
    expect((await stat(join(path, name))).mode & 0o777, name).toBe(0o600);
});

test('a second owner is refused while the first has it, and let in afterwards', async () => {
  const place = await setUp(await newFolder());
  const second = vaultOf(place);
  await expect(second.open()).rejects.toMatchObject({ code: 'in-use' });
  await place.vault.close();
  await second.open();
  expect(second.situation.is).toBe('open');
  await second.close();
});

test.skipIf(process.platform === 'win32')(
  'a folder that may not be written to is reported, and the list can still be read (not on Windows, which has no modes)',
  async () => {
    const path = await newFolder();
    const { vault } = await setUp(path);
    await add(vault, 1);
    await chmod(path, 0o500);
    // Root may write everywhere, so it is somebody else for a moment.
    const isRoot = process.getuid?.() === 0;
    if (isRoot) process.seteuid!(65534);
    try {
      await expect(vault.remove([credential(1).id])).rejects.toMatchObject({
        code: 'file',
        message: expect.stringContaining('permission denied') as string,
      });
      expect(ids(vault.passkeys)).toEqual([hex(credential(1).id)]);
    } finally {
      if (isRoot) process.seteuid!(0);
      await chmod(path, 0o700);
    }
    await vault.remove([credential(1).id]);
    expect(vault.passkeys).toEqual([]);
  },
);

/** Only root may mount, and not in every container. Elsewhere these count as skipped. */
const canMount =
  process.platform === 'linux' &&
  process.getuid?.() === 0 &&
  spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tiny', '/mnt'], { stdio: 'ignore' }).status === 0;

/** A disk of its own. @param size as mount(8) takes it */
async function disk(
  size: string,
): Promise<{ readonly path: string; readonly remount: (how: string) => void }> {
  // Not below a folder that is removed before the disk is taken away.
  const path = await mkdtemp(join(tmpdir(), 'latchkey-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tiny', path]);
  onTestFinished(async () => {
    execFileSync('umount', [path]);
    await rmdir(path);
  });
  return { path, remount: (how) => void execFileSync('mount', ['-o', `remount,${how}`, path]) };
}

describe.runIf(canMount)('on a disk of its own (needs to mount one)', () => {
  test('full: what does not fit is refused in words, nothing else changes, and with room it goes on', async () => {
    const { path, remount } = await disk('64k');
    const place = await setUp(path);
    const { vault } = place;
    let number = 0;
    let failure: unknown;
    for (; number < 500; number++)
      try {
        await add(vault, number);
      } catch (error) {
        failure = error;
        break;
      }
    expect(number).toBeGreaterThan(5);
    expect(failure).toMatchObject({
      code: 'file',
      message: expect.stringMatching(/no room left on the disk.*unchanged.*try again/) as string,
    });
    const saved = Array.from({ length: number }, (_, each) => hex(credential(each).id));
    expect(ids(vault.passkeys)).toEqual(saved);
    await vault.close();
    const again = vaultOf(place);
    await again.open();
    expect(ids(again.passkeys)).toEqual(saved);
    remount('size=256k');
    await again.verifyPin(PIN);
    await add(again, number);
    expect(again.passkeys.length).toBe(number + 1);
    expect(await again.previous()).toMatchObject({ passkeys: number });
    await again.close();
  });

  test('read-only: said when it is opened, because the lock cannot be had', async () => {
    const { path, remount } = await disk('256k');
    const place = await setUp(path);
    await add(place.vault, 1);
    await place.vault.close();
    remount('ro');
    const again = vaultOf(place);
    await again.open();
    expect(again.situation).toMatchObject({
      is: 'unusable',
      problem: 'file',
      message: expect.stringContaining('read-only') as string,
    });
    await again.close();
  });
});
