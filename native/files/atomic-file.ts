/**
 * A {@link StateFile} on the local file system.
 *
 * Replacement: a temporary file in the same folder (mode 0600 unless told otherwise, `O_EXCL`), written, fsynced, renamed over the old one,
 * and the folder fsynced, so that after a power cut there is either the whole old content or the whole new one.
 */
import { randomBytes } from 'node:crypto';
import * as nodeFiles from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { StateFile } from '../ports.js';

/** The file system calls in use; tests give ones that fail. */
export type FileSystem = Pick<
  typeof nodeFiles,
  'link' | 'mkdir' | 'open' | 'readFile' | 'readdir' | 'realpath' | 'rename' | 'unlink'
>;

/** Reading or replacing the file failed; `code` is the system's (`ENOSPC`, `EACCES`, …), or `UNKNOWN`. */
export class StateFileError extends Error {
  override readonly name = 'StateFileError';
  readonly path: string;
  readonly code: string;

  constructor(path: string, code: string, message: string, options: { readonly cause: unknown }) {
    super(message, options);
    this.path = path;
    this.code = code;
  }
}

/** Windows refuses a rename over a file that a scanner or indexer has open for a moment; milliseconds between tries. */
const WINDOWS_RENAME_PAUSES = [10, 30, 100, 300, 600];

/** What file systems say that know no hard links (FAT, some network ones), or not to this file. */
const NO_HARD_LINK = ['EPERM', 'EACCES', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL', 'EXDEV', 'EMLINK'];

export class AtomicFile implements StateFile {
  readonly path: string;
  private readonly files: FileSystem;
  private readonly mode: number;
  private queue: Promise<unknown> = Promise.resolve();
  /** The names whose leftovers were looked for. */
  private readonly swept = new Set<string>();

  /** @param mode permissions of the file, where the system knows such; 0700 for a program. */
  constructor(path: string, files: FileSystem = nodeFiles, mode = 0o600) {
    this.path = path;
    this.files = files;
    this.mode = mode;
  }

  /** The whole content, or undefined when there is no file. Rejects with {@link StateFileError}. */
  async read(): Promise<Uint8Array | undefined> {
    try {
      return new Uint8Array(await this.files.readFile(this.path));
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw new StateFileError(this.path, codeOf(error), `Cannot read ${this.path}: ${reasonFor(error)}.`, {
        cause: error,
      });
    }
  }

  /**
   * Replaces the content; makes missing folders (mode 0700). Concurrent calls take effect one after the other, in order.
   * Rejects with {@link StateFileError}; the old content is then still there and no temporary file is left.
   */
  write(content: Uint8Array): Promise<void> {
    const copy = content.slice();
    return this.inTurn(() => this.replace(copy));
  }

  /**
   * Like {@link write}, and what was there is kept as the file `keepAs` of the same folder, in place of what that was.
   * Whenever it is interrupted, each of the two is a whole file, and one of them is what was there.
   */
  writeKeeping(content: Uint8Array, keepAs: string): Promise<void> {
    const copy = content.slice();
    return this.inTurn(() => this.replace(copy, keepAs));
  }

  /** Removes the file, durably; false when there was none. Rejects with {@link StateFileError}. */
  remove(): Promise<boolean> {
    return this.inTurn(async () => {
      try {
        await this.files.unlink(this.path);
        await this.syncFolder(dirname(this.path));
        return true;
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return false;
        throw new StateFileError(
          this.path,
          codeOf(error),
          `Cannot remove ${this.path}: ${reasonFor(error)}.`,
          { cause: error },
        );
      }
    });
  }

  private inTurn<T>(task: () => Promise<T>): Promise<T> {
    const turn = this.queue.then(task);
    this.queue = turn.catch(() => undefined); // the caller gets the rejection; the next takes its turn all the same
    return turn;
  }

  private async replace(content: Uint8Array, keepAs?: string): Promise<void> {
    let inPlace = false;
    try {
      const target = await this.followLink();
      const folder = dirname(target);
      await this.files.mkdir(folder, { recursive: true, mode: 0o700 });
      await this.sweepLeftovers(folder, basename(target));
      const temporary = temporaryFor(target);
      try {
        await this.writeDurably(temporary, content);
        if (keepAs !== undefined) await this.keep(target, join(dirname(this.path), keepAs));
        await this.rename(temporary, target);
      } catch (error) {
        await this.removeQuietly(temporary);
        throw error;
      }
      inPlace = true;
      await this.syncFolder(folder);
    } catch (error) {
      const outcome = inPlace
        ? 'The new content is in place but may not survive a power cut.'
        : 'What was saved before is unchanged.';
      throw new StateFileError(
        this.path,
        codeOf(error),
        `Cannot save ${this.path}: ${reasonFor(error)}. ${outcome}`,
        { cause: error },
      );
    }
  }

  /** Gives the file a second name, by a hard link where there are such: it costs no room, and the first stays whole. */
  private async keep(target: string, kept: string): Promise<void> {
    await this.sweepLeftovers(dirname(kept), basename(kept));
    const temporary = temporaryFor(kept);
    try {
      await this.linkOrCopy(target, temporary);
      await this.rename(temporary, kept);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
      // Nothing was there yet: nothing is kept.
    } finally {
      // POSIX's rename does nothing when both are the same file, as after a kill just before the new one took its place.
      await this.removeQuietly(temporary);
    }
  }

  private async linkOrCopy(from: string, to: string): Promise<void> {
    try {
      await this.files.link(from, to);
    } catch (error) {
      if (!NO_HARD_LINK.includes(codeOf(error))) throw error;
      await this.writeDurably(to, await this.files.readFile(from));
    }
  }

  /** A symbolic link stays one: the file it points to is replaced. */
  private async followLink(): Promise<string> {
    try {
      return await this.files.realpath(this.path);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return this.path;
      throw error;
    }
  }

  private async writeDurably(path: string, content: Uint8Array): Promise<void> {
    const handle = await this.files.open(path, 'wx', this.mode);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  private async rename(from: string, to: string): Promise<void> {
    for (const pause of process.platform === 'win32' ? WINDOWS_RENAME_PAUSES : []) {
      try {
        return await this.files.rename(from, to);
      } catch (error) {
        if (!['EPERM', 'EACCES', 'EBUSY'].includes(codeOf(error))) throw error;
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
    await this.files.rename(from, to);
  }

  /** Makes the rename itself durable. Windows cannot open a folder for this, and journals renames. */
  private async syncFolder(folder: string): Promise<void> {
    if (process.platform === 'win32') return;
    const handle = await this.files.open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  /** Removes, once, temporary files of this file that a process left behind which no longer runs. Failing costs only disk space. */
  private async sweepLeftovers(folder: string, name: string): Promise<void> {
    if (this.swept.has(name)) return;
    this.swept.add(name);
    const entries = await this.files.readdir(folder).catch((): string[] => []);
    for (const entry of entries) {
      if (!entry.startsWith(`.${name}.`)) continue;
      const match = /^(\d+)\.[0-9a-f]{12}\.tmp$/.exec(entry.slice(name.length + 2));
      if (match && !isRunning(Number(match[1]))) await this.removeQuietly(join(folder, entry));
    }
  }

  /** For clean-up, where an earlier error is the one to report and a stray temporary file does no harm. */
  private async removeQuietly(path: string): Promise<void> {
    await this.files.unlink(path).catch(() => undefined);
  }
}

/** Beside the file, so that it can be renamed over it; the number is that of the process, for {@link AtomicFile}'s sweeping. */
function temporaryFor(path: string): string {
  return join(dirname(path), `.${basename(path)}.${process.pid}.${randomBytes(6).toString('hex')}.tmp`);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== 'ESRCH';
  }
}

/** The system's code of an error (`ENOSPC`), or `UNKNOWN`. */
export function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'UNKNOWN';
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'there is no room left on the disk',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'permission denied; check who owns the file and its folder',
  EPERM: 'the system does not allow it; check who owns the file and its folder',
  EROFS: 'the disk is read-only',
  EISDIR: 'there is a folder of that name',
  ENOTDIR: 'part of the path is not a folder',
  EIO: 'the disk reported an error',
};

/** Why, in words that fit after a colon. */
export function reasonFor(error: unknown): string {
  return REASONS[codeOf(error)] ?? (error instanceof Error ? error.message : String(error));
}
