import * as nodeFiles from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AtomicFile, type FileSystem, StateFileError } from '../../native/files/atomic-file.js';

let folder: string;
beforeEach(async () => {
  folder = await nodeFiles.mkdtemp(join(tmpdir(), 'latchkey-file-'));
});
afterEach(() => nodeFiles.rm(folder, { recursive: true, force: true }));

const old = Uint8Array.of(1, 2, 3);
const fresh = Uint8Array.of(4, 5, 6, 7);

function failure(code: string): Error {
  return Object.assign(new Error(`${code}: made up`), { code });
}

/** The real file system, but the given call of handles or of the module fails. */
function failing(call: 'writeFile' | 'sync' | 'rename' | 'open', code: string): FileSystem {
  const open: FileSystem['open'] = async (path, flags, mode) => {
    if (call === 'open' && flags === 'wx') throw failure(code);
    const handle = await nodeFiles.open(path, flags, mode);
    if (call === 'writeFile' || call === 'sync') {
      Object.assign(handle, { [call]: () => Promise.reject(failure(code)) });
    }
    return handle;
  };
  const rename: FileSystem['rename'] =
    call === 'rename' ? () => Promise.reject(failure(code)) : nodeFiles.rename;
  return { ...nodeFiles, open, rename };
}

describe('a state file', () => {
  test('that does not exist reads as undefined', async () => {
    expect(await new AtomicFile(join(folder, 'none')).read()).toBeUndefined();
    expect(await new AtomicFile(join(folder, 'no', 'folder')).read()).toBeUndefined();
  });

  test('is replaced as a whole, for its owner only, in folders made for it', async () => {
    const path = join(folder, 'new', 'vault');
    const file = new AtomicFile(path);
    await file.write(old);
    await file.write(fresh);
    expect(await file.read()).toEqual(fresh);
    expect((await nodeFiles.stat(path)).mode & 0o777).toBe(0o600);
    expect((await nodeFiles.stat(join(folder, 'new'))).mode & 0o777).toBe(0o700);
    expect(await nodeFiles.readdir(join(folder, 'new'))).toEqual(['vault']);
  });

  test('stays a symbolic link when it is one', async () => {
    await nodeFiles.writeFile(join(folder, 'real'), old);
    await nodeFiles.symlink('real', join(folder, 'link'));
    await new AtomicFile(join(folder, 'link')).write(fresh);
    expect(await nodeFiles.readlink(join(folder, 'link'))).toBe('real');
    expect(new Uint8Array(await nodeFiles.readFile(join(folder, 'real')))).toEqual(fresh);
  });

  test('takes writes in the order of the calls, with the bytes of that moment', async () => {
    const file = new AtomicFile(join(folder, 'vault'));
    const content = new Uint8Array(1);
    const writes = Array.from({ length: 20 }, (_, index) => {
      content[0] = index;
      return file.write(content);
    });
    await Promise.all(writes);
    expect(await file.read()).toEqual(Uint8Array.of(19));
  });

  test.each([
    ['writeFile', 'ENOSPC', 'no room left'],
    ['sync', 'EIO', 'reported an error'],
    ['rename', 'EACCES', 'permission denied'],
    ['open', 'EROFS', 'read-only'],
  ] as const)('keeps the old content when %s fails with %s, and says why', async (call, code, words) => {
    const path = join(folder, 'vault');
    await new AtomicFile(path).write(old);
    const error: unknown = await new AtomicFile(path, failing(call, code))
      .write(fresh)
      .catch((e: unknown) => e);
    expect(error).toBeInstanceOf(StateFileError);
    expect(error).toMatchObject({ code, path });
    expect((error as Error).message).toContain(words);
    expect((error as Error).message).toContain('What was saved before is unchanged.');
    expect(new Uint8Array(await nodeFiles.readFile(path))).toEqual(old);
    expect(await nodeFiles.readdir(folder)).toEqual(['vault']);
  });

  test('can be written again after a failure', async () => {
    let full = true;
    const open: FileSystem['open'] = (path, flags, mode) =>
      full && flags === 'wx' ? Promise.reject(failure('ENOSPC')) : nodeFiles.open(path, flags, mode);
    const file = new AtomicFile(join(folder, 'vault'), { ...nodeFiles, open });
    await expect(file.write(old)).rejects.toThrow(StateFileError);
    full = false;
    await file.write(fresh);
    expect(await file.read()).toEqual(fresh);
  });

  test('removes temporary files that a dead process left, and no others', async () => {
    const dead = '.vault.4194304.0123456789ab.tmp'; // above the largest process ID there can be
    const living = `.vault.${process.pid}.0123456789ab.tmp`;
    const foreign = '.vault.backup.tmp';
    for (const name of [dead, living, foreign]) await nodeFiles.writeFile(join(folder, name), old);
    await new AtomicFile(join(folder, 'vault')).write(fresh);
    expect((await nodeFiles.readdir(folder)).sort()).toEqual([living, foreign, 'vault'].sort());
  });

  test('that is a folder cannot be read, and the error says so', async () => {
    await expect(new AtomicFile(folder).read()).rejects.toMatchObject({ code: 'EISDIR', path: folder });
  });
});
