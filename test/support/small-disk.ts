/** A disk of a test alone, which can be full or read-only. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Only root may mount, and not in every container. */
export const canMount: boolean =
  process.platform === 'linux' &&
  process.getuid?.() === 0 &&
  spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tiny', '/mnt'], { stdio: 'ignore' }).status === 0;

export class SmallDisk {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** With no room left on it. */
  static full(): SmallDisk {
    const path = mkdtempSync(join(tmpdir(), 'latchkey-disk-'));
    const page = 4096;
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${page}`, 'tiny', path]);
    writeFileSync(join(path, 'full'), Buffer.alloc(page));
    return new SmallDisk(path);
  }

  makeReadOnly(): void {
    execFileSync('mount', ['-o', 'remount,ro', this.path]);
  }

  remove(): void {
    execFileSync('umount', [this.path]);
    rmdirSync(this.path);
  }
}
