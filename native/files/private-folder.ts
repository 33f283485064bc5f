/**
 * A {@link PrivateFolder} on the local file system: 0700, files 0600, and a lock that the system itself lets go when the
 * process dies.
 */
import * as nodeFiles from 'node:fs/promises';
import { join } from 'node:path';
import type { PrivateFolder, StateFile } from '../ports.js';
import { AtomicFile, codeOf, type FileSystem, reasonFor, StateFileError } from './atomic-file.js';
import { takeFileLock } from './file-lock.js';

/** Another living process has the folder. */
export class FolderInUseError extends Error {
  override readonly name = 'FolderInUseError';
  readonly code = 'in-use';
  readonly path: string;

  constructor(path: string) {
    super(`Another Latchkey is using ${path}.`);
    this.path = path;
  }
}

/** The file that is locked. It stays when the lock is let go: removing it would let two have the lock, each on a file of its own. */
const LOCK_FILE = 'lock';

export class DiskFolder implements PrivateFolder {
  readonly path: string;
  private readonly files: FileSystem;
  /** One for each name, so that its writes take their turns. */
  private readonly byName = new Map<string, AtomicFile>();
  private preparing: Promise<unknown> = Promise.resolve();

  constructor(path: string, files: FileSystem = nodeFiles) {
    this.path = path;
    this.files = files;
  }

  /** Rejections of it are {@link StateFileError}s. */
  file(name: string): StateFile {
    const file = this.atomicFile(name);
    return {
      path: file.path,
      read: () => file.read(),
      write: async (content) => {
        const copy = content.slice();
        await this.prepare();
        await file.write(copy);
      },
    };
  }

  async replace(name: string, content: Uint8Array, keepAs: string): Promise<void> {
    const copy = content.slice();
    await this.prepare();
    await this.atomicFile(name).writeKeeping(copy, plainName(keepAs));
  }

  async remove(name: string): Promise<boolean> {
    const file = this.atomicFile(name);
    // After the writes that were asked for before, which may still be looking at the folder.
    await this.preparing;
    return file.remove();
  }

  /** Rejects with {@link FolderInUseError}, or with {@link StateFileError} when the folder or the lock cannot be had at all. */
  async lock(): Promise<() => Promise<void>> {
    await this.prepare();
    const path = join(this.path, LOCK_FILE);
    try {
      const release = await takeFileLock(path);
      if (release !== undefined) return release;
    } catch (error) {
      throw new StateFileError(path, codeOf(error), `Cannot lock ${this.path}: ${reasonFor(error)}.`, {
        cause: error,
      });
    }
    throw new FolderInUseError(this.path);
  }

  private atomicFile(name: string): AtomicFile {
    const known = this.byName.get(plainName(name));
    if (known !== undefined) return known;
    const file = new AtomicFile(join(this.path, name), this.files);
    this.byName.set(name, file);
    return file;
  }

  /** Makes the folder, or sees to it that the one that is there is ours alone. Calls end in their order. */
  private prepare(): Promise<void> {
    const turn = this.preparing.then(() => this.makePrivate());
    this.preparing = turn.catch(() => undefined); // the caller gets the rejection
    return turn;
  }

  private async makePrivate(): Promise<void> {
    try {
      await nodeFiles.mkdir(this.path, { recursive: true, mode: 0o700 });
      // Windows: what is below the user's profile is the user's by inheritance.
      if (process.platform === 'win32') return;
      const { uid, mode } = await nodeFiles.stat(this.path);
      if (uid !== process.getuid?.()) {
        throw Object.assign(new Error(`it belongs to another user (number ${uid})`), { code: 'EOWNER' });
      }
      if ((mode & 0o077) !== 0) await nodeFiles.chmod(this.path, 0o700);
    } catch (error) {
      // mkdir's way to say that a file has the name.
      const reason = codeOf(error) === 'EEXIST' ? 'there is something else of that name' : reasonFor(error);
      throw new StateFileError(this.path, codeOf(error), `Cannot use the folder ${this.path}: ${reason}.`, {
        cause: error,
      });
    }
  }
}

/** @throws {RangeError} for what is no plain file name, or the lock's. */
function plainName(name: string): string {
  if (name === LOCK_FILE || !/^[\w-][\w.-]*$/.test(name))
    throw new RangeError(`${JSON.stringify(name)} is no name for a file of the folder.`);
  return name;
}
