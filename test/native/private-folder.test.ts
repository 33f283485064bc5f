import { type ChildProcess, execFileSync, fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import * as nodeFiles from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { type FileSystem, StateFileError } from '../../native/files/atomic-file.js';
import { DiskFolder, FolderInUseError } from '../../native/files/private-folder.js';

let parent: string;
let path: string;
beforeEach(async () => {
  parent = await nodeFiles.mkdtemp(join(tmpdir(), 'latchkey-folder-'));
  path = join(parent, 'vault');
});
afterEach(() => nodeFiles.rm(parent, { recursive: true, force: true }));

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
const mode = async (of: string): Promise<number> => (await nodeFiles.stat(of)).mode & 0o777;
const textOf = (name: string): Promise<string | undefined> =>
  nodeFiles.readFile(join(path, name), 'utf8').catch(() => undefined);
const names = async (): Promise<readonly string[]> => (await nodeFiles.readdir(path)).sort();

describe('a private folder', () => {
  test('is not made by reading or by removing', async () => {
    const folder = new DiskFolder(path);
    expect(await folder.file('a').read()).toBeUndefined();
    expect(await folder.remove('a')).toBe(false);
    expect(await nodeFiles.readdir(parent)).toEqual([]);
  });

  test('is for its owner only, and so are its files, whatever the umask', async () => {
    const folder = new DiskFolder(path);
    await folder.file('a').write(bytes('1'));
    await folder.replace('a', bytes('2'), 'b');
    const release = await folder.lock();
    expect(await mode(path)).toBe(0o700);
    for (const name of await names()) expect(await mode(join(path, name))).toBe(0o600);
    await release();
  });

  test.each(['write', 'replace', 'lock'] as const)(
    'that others could read is narrowed by %s',
    async (call) => {
      await nodeFiles.mkdir(path);
      await nodeFiles.chmod(path, 0o755);
      const folder = new DiskFolder(path);
      if (call === 'write') await folder.file('a').write(bytes('1'));
      else if (call === 'replace') await folder.replace('a', bytes('1'), 'b');
      else await (await folder.lock())();
      expect(await mode(path)).toBe(0o700);
    },
  );

  test.runIf(process.getuid?.() === 0)('of another user is refused, and stays as it was', async () => {
    await nodeFiles.mkdir(path, { mode: 0o755 });
    await nodeFiles.chown(path, 65534, 65534);
    const folder = new DiskFolder(path);
    for (const attempt of [
      () => folder.lock(),
      () => folder.file('a').write(bytes('1')),
      () => folder.replace('a', bytes('1'), 'b'),
    ]) {
      const error: unknown = await attempt().catch((e: unknown) => e);
      expect(error).toBeInstanceOf(StateFileError);
      expect((error as Error).message).toContain('belongs to another user (number 65534)');
    }
    expect(await mode(path)).toBe(0o755);
    expect(await names()).toEqual([]);
  });

  test('whose place a file has taken cannot be used, and the error says so', async () => {
    await nodeFiles.writeFile(path, 'a file');
    await expect(new DiskFolder(path).lock()).rejects.toMatchObject({
      path,
      message: `Cannot use the folder ${path}: there is something else of that name.`,
    });
    await expect(new DiskFolder(join(path, 'below')).lock()).rejects.toThrow('not a folder');
  });

  test('takes plain file names only', async () => {
    const folder = new DiskFolder(path);
    for (const name of ['', '..', '../a', 'a/b', 'lock', '.hidden', 'a\0']) {
      expect(() => folder.file(name)).toThrow(RangeError);
      await expect(folder.remove(name)).rejects.toThrow(RangeError);
      await expect(folder.replace('a', bytes('1'), name)).rejects.toThrow(RangeError);
    }
    expect(await names().catch(() => [])).toEqual([]);
  });

  test('removes a file, after what was written before', async () => {
    const folder = new DiskFolder(path);
    const written = folder.file('a').write(bytes('1'));
    expect(await folder.remove('a')).toBe(true);
    await written;
    expect(await folder.remove('a')).toBe(false);
    expect(await names()).toEqual([]);
  });
});

describe('replacing and keeping', () => {
  test('keeps what was there, and only that', async () => {
    const folder = new DiskFolder(path);
    await folder.replace('a', bytes('1'), 'a.previous');
    expect(await names()).toEqual(['a']);
    await folder.replace('a', bytes('2'), 'a.previous');
    await folder.replace('a', bytes('3'), 'a.previous');
    expect([await textOf('a'), await textOf('a.previous')]).toEqual(['3', '2']);
    expect(await names()).toEqual(['a', 'a.previous']);
  });

  test('leaves the kept one alone when there is nothing to keep', async () => {
    const folder = new DiskFolder(path);
    await folder.file('a.previous').write(bytes('older'));
    await folder.replace('a', bytes('1'), 'a.previous');
    expect([await textOf('a'), await textOf('a.previous')]).toEqual(['1', 'older']);
  });

  test('a later write does not change what is kept', async () => {
    const folder = new DiskFolder(path);
    await folder.file('a').write(bytes('1'));
    await folder.replace('a', bytes('2'), 'a.previous');
    await folder.file('a').write(bytes('3'));
    expect([await textOf('a'), await textOf('a.previous')]).toEqual(['3', '1']);
  });

  test('takes writes in the order of the calls, with the bytes of that moment', async () => {
    const folder = new DiskFolder(path);
    const content = new Uint8Array(1);
    const writes = Array.from({ length: 20 }, (_, index) => {
      content[0] = index;
      return index % 2 === 0 ? folder.file('a').write(content) : folder.replace('a', content, 'b');
    });
    await Promise.all(writes);
    expect(await folder.file('a').read()).toEqual(Uint8Array.of(19));
    expect(await folder.file('b').read()).toEqual(Uint8Array.of(18));
  });

  test.each([true, false])(
    'works on, interrupted before any of its steps (hard links: %s)',
    async (hardLinks) => {
      let steps = 0;
      for (let step = 0; ; step++) {
        await nodeFiles.rm(path, { recursive: true, force: true });
        const before = new DiskFolder(path);
        await before.replace('a', bytes('1'), 'b');
        await before.replace('a', bytes('2'), 'b');

        const system = dyingBefore(step, hardLinks);
        const done = await new DiskFolder(path, system.files).replace('a', bytes('3'), 'b').then(
          () => true,
          () => false,
        );
        const found = [await textOf('a'), await textOf('b')].join();
        expect(done ? ['3,2'] : ['2,1', '2,2', '3,2'], `killed before step ${step}`).toContain(found);

        // The next start: nothing of that is in the way.
        const after = new DiskFolder(path);
        await after.replace('a', bytes('4'), 'b');
        expect([await textOf('a'), await textOf('b')].join()).toBe(found.startsWith('2') ? '4,2' : '4,3');
        if (done) {
          steps = step;
          break;
        }
      }
      expect(steps).toBeGreaterThan(8);
    },
  );

  test('leaves no second name behind when both are one file already', async () => {
    const folder = new DiskFolder(path);
    await folder.file('a').write(bytes('1'));
    await nodeFiles.link(join(path, 'a'), join(path, 'b'));
    await folder.replace('a', bytes('2'), 'b');
    expect([await textOf('a'), await textOf('b')]).toEqual(['2', '1']);
    expect(await names()).toEqual(['a', 'b']);
  });

  test.each(['ENOSPC', 'EIO'])('when keeping fails with %s, both stay as they were', async (code) => {
    const folder = new DiskFolder(path);
    await folder.replace('a', bytes('1'), 'b');
    await folder.replace('a', bytes('2'), 'b');
    const link: FileSystem['link'] = () => Promise.reject(Object.assign(new Error(code), { code }));
    const failing = new DiskFolder(path, { ...nodeFiles, link });
    await expect(failing.replace('a', bytes('3'), 'b')).rejects.toMatchObject({
      code,
      path: join(path, 'a'),
      message: expect.stringContaining('What was saved before is unchanged.') as string,
    });
    expect([await textOf('a'), await textOf('b')]).toEqual(['2', '1']);
    expect(await names()).toEqual(['a', 'b']);
  });

  test('removes what a dead process left of either', async () => {
    await nodeFiles.mkdir(path);
    // Above the largest process ID there can be.
    for (const name of ['a', 'b'])
      await nodeFiles.writeFile(join(path, `.${name}.4194304.0123456789ab.tmp`), 'half');
    await new DiskFolder(path).replace('a', bytes('1'), 'b');
    expect(await names()).toEqual(['a']);
  });
});

/**
 * The real file system, of a process that is killed before the step with this number: from then on every call fails and does
 * nothing.
 */
function dyingBefore(step: number, hardLinks: boolean): { readonly files: FileSystem } {
  let left = step;
  const counted =
    <A extends readonly unknown[], R>(call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      if (left <= 0) throw Object.assign(new Error('killed'), { code: 'KILLED' });
      left--;
      return call(...args);
    };
  const open: FileSystem['open'] = counted(async (...args: Parameters<FileSystem['open']>) => {
    const handle = await nodeFiles.open(...args);
    const writeFile = counted(handle.writeFile.bind(handle));
    const sync = counted(handle.sync.bind(handle));
    // What a kill leaves of a write.
    const half = async (content: Uint8Array): Promise<void> => {
      if (left <= 0) await handle.write(content.subarray(0, content.length / 2));
      await writeFile(content);
    };
    return Object.assign(handle, { writeFile: half, sync });
  });
  const noLink: FileSystem['link'] = () =>
    Promise.reject(Object.assign(new Error('no hard links here'), { code: 'EPERM' }));
  return {
    files: {
      ...nodeFiles,
      open,
      link: hardLinks ? counted(nodeFiles.link) : noLink,
      rename: counted(nodeFiles.rename),
      unlink: counted(nodeFiles.unlink),
    },
  };
}

describe('the lock of a private folder', () => {
  test('is had once, and again when it was let go', async () => {
    const release = await new DiskFolder(path).lock();
    const error: unknown = await new DiskFolder(path).lock().catch((e: unknown) => e);
    expect(error).toBeInstanceOf(FolderInUseError);
    expect(error).toMatchObject({ code: 'in-use', path, message: expect.stringContaining(path) as string });
    await release();
    await release();
    const second = await new DiskFolder(path).lock();
    await expect(new DiskFolder(path).lock()).rejects.toThrow(FolderInUseError);
    await second();
  });

  test('of another process is noticed, and ends with it, also by SIGKILL', async () => {
    const other = await holder();
    expect(await other.answer).toBe('mine');
    await expect(new DiskFolder(path).lock()).rejects.toThrow(FolderInUseError);
    other.child.kill('SIGKILL');
    await once(other.child, 'exit');
    await (
      await new DiskFolder(path).lock()
    )();
  });

  test('outlives programs that were started while it was held', async () => {
    const release = await new DiskFolder(path).lock();
    const bystander = await holder();
    expect(await bystander.answer).toBe('in-use');
    await release();
    // Nothing of the lock went to it.
    await (
      await new DiskFolder(path).lock()
    )();
  });

  test('that a dead process had is taken by exactly one of many that start at once', async () => {
    const first = await holder();
    await first.answer;
    const others = await Promise.all(Array.from({ length: 4 }, () => holder('wait')));
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    for (const { child } of others) child.send('go');
    const answers = await Promise.all(others.map(({ answer }) => answer));
    expect(answers.filter((answer) => answer === 'mine')).toHaveLength(1);
    expect(answers.filter((answer) => answer === 'in-use')).toHaveLength(3);
  });
});

/** A process that locks the folder, at once or when it is told `go`, says how that went, and stays. */
async function holder(
  when: 'now' | 'wait' = 'now',
): Promise<{ readonly child: ChildProcess; readonly answer: Promise<unknown> }> {
  const child = fork(join(import.meta.dirname, '../support/folder-holder.mts'), [path], {
    execArgv: ['--import', 'tsx'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'message');
  const answer = once(child, 'message').then(([message]: unknown[]) => message);
  if (when === 'now') child.send('go');
  return { child, answer };
}

/** A disk of 64 KiB, for the length of the test. */
async function tinyDisk(): Promise<{ readonly remountReadOnly: () => void }> {
  // Not below the folder that is removed before the disk is taken away.
  path = await nodeFiles.mkdtemp(join(tmpdir(), 'latchkey-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tiny', path]);
  onTestFinished(async () => {
    execFileSync('umount', [path]);
    await nodeFiles.rmdir(path);
  });
  return { remountReadOnly: () => void execFileSync('mount', ['-o', 'remount,ro', path]) };
}

/** Only root may mount, and not in every container. Elsewhere these count as skipped. */
const canMount =
  process.platform === 'linux' &&
  process.getuid?.() === 0 &&
  spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tiny', '/mnt'], { stdio: 'ignore' }).status === 0;

describe.runIf(canMount)('a private folder on a disk that refuses (needs to mount one)', () => {
  const big = new Uint8Array(200_000).fill(7);

  test('full: nothing changes, nothing is left behind, and it works again when there is room', async () => {
    await tinyDisk();
    const folder = new DiskFolder(path);
    await folder.replace('a', bytes('1'), 'b');
    await folder.replace('a', bytes('2'), 'b');
    for (const attempt of [() => folder.file('a').write(big), () => folder.replace('a', big, 'b')]) {
      await expect(attempt()).rejects.toMatchObject({
        code: 'ENOSPC',
        path: join(path, 'a'),
        message: `Cannot save ${join(path, 'a')}: there is no room left on the disk. What was saved before is unchanged.`,
      });
      expect([await textOf('a'), await textOf('b')]).toEqual(['2', '1']);
      expect(await names()).toEqual(['a', 'b']);
    }
    await folder.replace('a', bytes('3'), 'b');
    expect([await textOf('a'), await textOf('b')]).toEqual(['3', '2']);
  });

  test('nearly full: what was there is kept without needing room', async () => {
    await tinyDisk();
    const folder = new DiskFolder(path);
    // Two of these fit, three do not: the old one, the new one, and no copy.
    const [first, second] = [new Uint8Array(28_000).fill(1), new Uint8Array(28_000).fill(2)];
    await folder.file('a').write(first);
    await folder.replace('a', second, 'b');
    expect(await folder.file('a').read()).toEqual(second);
    expect(await folder.file('b').read()).toEqual(first);
  });

  test('read-only: nothing can be saved, removed or locked, everything can be read', async () => {
    const disk = await tinyDisk();
    await new DiskFolder(path).file('a').write(bytes('1'));
    disk.remountReadOnly();
    const folder = new DiskFolder(path);
    for (const attempt of [
      () => folder.file('a').write(bytes('2')),
      () => folder.replace('a', bytes('2'), 'b'),
      () => folder.remove('a'),
      () => folder.lock(),
    ])
      await expect(attempt(), String(attempt)).rejects.toMatchObject({
        name: 'StateFileError',
        code: 'EROFS',
        message: expect.stringContaining('the disk is read-only') as string,
      });
    expect(await folder.file('a').read()).toEqual(bytes('1'));
  });
});

test.runIf(process.getuid?.() === 0)(
  'a folder that cannot be made says that permission is denied',
  async () => {
    await nodeFiles.chmod(parent, 0o755);
    process.seteuid!(65534);
    try {
      for (const attempt of [
        () => new DiskFolder(path).lock(),
        () => new DiskFolder(path).file('a').write(bytes('1')),
      ])
        await expect(attempt()).rejects.toMatchObject({
          name: 'StateFileError',
          code: 'EACCES',
          message: expect.stringContaining('permission denied') as string,
        });
    } finally {
      process.seteuid!(0);
    }
  },
);
