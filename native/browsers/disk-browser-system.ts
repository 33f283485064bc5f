/** A {@link BrowserSystem} on the local disk. */
import { constants } from 'node:fs';
import { access, chmod, open, realpath, stat } from 'node:fs/promises';
import { AtomicFile, codeOf, reasonFor } from '../files/atomic-file.js';
import type { BrowserSystem, RegistryDefaults } from '../ports.js';

/** In bytes: manifests and desktop entries are smaller. */
const LONGEST_TEXT = 65_536;
/** What everybody may read: a browser is not always the user itself. */
const MODE = 0o644;
/** Said of a path that leads nowhere: also when part of it is no folder, or there are too many links. */
const NOT_THERE = ['ENOENT', 'ENOTDIR', 'ELOOP'];

export class DiskBrowserSystem implements BrowserSystem {
  readonly registry?: RegistryDefaults;

  /** @param registry on Windows */
  constructor(registry?: RegistryDefaults) {
    if (registry !== undefined) this.registry = registry;
  }

  async program(path: string): Promise<string | undefined> {
    try {
      const real = await realpath(path);
      if (!(await stat(real)).isFile()) return undefined;
      await access(real, constants.X_OK);
      return real;
    } catch {
      // Not there, or not for this user: no program to start in either case.
      return undefined;
    }
  }

  async isFolder(path: string): Promise<boolean> {
    try {
      return (await stat(path)).isDirectory();
    } catch {
      return false;
    }
  }

  async readText(path: string): Promise<string | undefined> {
    try {
      // A pipe of that name would be waited for without end.
      const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
      try {
        const { bytesRead, buffer } = await handle.read(Buffer.alloc(LONGEST_TEXT), 0, LONGEST_TEXT);
        return buffer.toString('utf8', 0, bytesRead);
      } finally {
        await handle.close();
      }
    } catch (error) {
      if (NOT_THERE.includes(codeOf(error))) return undefined;
      throw new Error(`Cannot read ${path}: ${reasonFor(error)}.`, { cause: error });
    }
  }

  async writeManifest(path: string, text: string): Promise<void> {
    await new AtomicFile(path, undefined, MODE).write(Buffer.from(text));
    // Whatever the user's mask is. It works as it is where that cannot be.
    await chmod(path, MODE).catch(() => undefined);
  }

  removeFile(path: string): Promise<boolean> {
    return new AtomicFile(path).remove();
  }
}
