/** The atomic file on file systems that refuse: needs root and mounts, so it is tested in the VM. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { AtomicFile } from '../../native/files/atomic-file.js';

const old = Uint8Array.of(1, 2, 3);

function tinyDisk(): string {
  const folder = mkdtempSync('/tmp/latchkey-disk-');
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tiny', folder]);
  onTestFinished(() => {
    execFileSync('umount', [folder]);
    rmSync(folder, { recursive: true });
  });
  return folder;
}

test('a full disk keeps the old content, leaves no temporary file and says so', async () => {
  const disk = tinyDisk();
  const file = new AtomicFile(join(disk, 'vault'));
  await file.write(old);
  await expect(file.write(new Uint8Array(200_000))).rejects.toMatchObject({
    code: 'ENOSPC',
    message: expect.stringContaining('no room left on the disk') as string,
  });
  expect(await file.read()).toEqual(old);
  expect(readdirSync(disk)).toEqual(['vault']);
  await file.write(Uint8Array.of(4));
  expect(await file.read()).toEqual(Uint8Array.of(4));
});

test('a read-only disk keeps the old content and says so', async () => {
  const disk = tinyDisk();
  const file = new AtomicFile(join(disk, 'vault'));
  await file.write(old);
  execFileSync('mount', ['-o', 'remount,ro', disk]);
  await expect(file.write(Uint8Array.of(4))).rejects.toMatchObject({
    code: 'EROFS',
    message: expect.stringContaining('read-only') as string,
  });
  expect(await file.read()).toEqual(old);
  expect(readdirSync(disk)).toEqual(['vault']);
});

test('a folder of somebody else keeps the old content and says so', async () => {
  const disk = tinyDisk();
  const folder = join(disk, 'theirs');
  mkdirSync(folder, { mode: 0o755 });
  writeFileSync(join(folder, 'vault'), old);
  process.seteuid!(65534);
  try {
    await expect(new AtomicFile(join(folder, 'vault')).write(Uint8Array.of(4))).rejects.toMatchObject({
      code: 'EACCES',
      message: expect.stringContaining('permission denied') as string,
    });
  } finally {
    process.seteuid!(0);
  }
  expect(readdirSync(folder)).toEqual(['vault']);
});
