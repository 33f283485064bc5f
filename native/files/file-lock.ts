/**
 * An exclusive lock on a file that ends with the process, however it ends. Nothing is guessed from process IDs, dates or
 * time-outs: the kernel holds the lock, on the open file.
 *
 * - macOS: `open` with O_EXLOCK.
 * - Windows: opened so that it cannot be opened a second time (libuv's UV_FS_O_EXLOCK).
 * - Linux has no such flag, and Node no `flock`. flock(1), of util-linux or busybox, locks a descriptor that it inherits. Such a lock is of
 *   the open file, not of the process, so it stays with us when flock has ended.
 */
import { spawn } from 'node:child_process';
import { close, constants, open } from 'node:fs';
import { promisify } from 'node:util';

// Not a FileHandle: that closes, and lets the lock go, when it is garbage-collected.
const openFile = promisify(open);
const closeFile = promisify(close);

/** `<fcntl.h>` of macOS, `uv/win.h`. Node has no names for them. */
const DARWIN_O_EXLOCK = 0x20;
const WINDOWS_O_EXLOCK = 0x1000_0000;

/** Milliseconds after which flock(1) hangs: on a network drive, say. Otherwise it takes some five. */
const PATIENCE = 10_000;

/**
 * Locks the file, which is made when missing (mode 0600). Resolves to what lets it go (idempotent), or to undefined while
 * somebody has it. Rejects with an error of the system when the file cannot be opened or not be locked.
 */
export async function takeFileLock(path: string): Promise<(() => Promise<void>) | undefined> {
  const descriptor = await openLocked(path);
  if (descriptor === undefined) return undefined;
  try {
    if (process.platform === 'linux' && !(await lockWithFlock(descriptor))) {
      await closeFile(descriptor);
      return undefined;
    }
  } catch (error) {
    await closeFile(descriptor);
    throw error;
  }
  let closing: Promise<void> | undefined;
  return () => (closing ??= closeFile(descriptor));
}

/** Undefined: locked by somebody else (never on Linux, where opening does not lock). */
async function openLocked(path: string): Promise<number | undefined> {
  const { O_RDWR, O_CREAT, O_NONBLOCK } = constants;
  const exclusive =
    process.platform === 'darwin'
      ? DARWIN_O_EXLOCK | O_NONBLOCK
      : process.platform === 'win32'
        ? WINDOWS_O_EXLOCK
        : 0;
  try {
    return await openFile(path, O_RDWR | O_CREAT | exclusive, 0o600);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    // macOS: EAGAIN; libuv makes EBUSY of Windows' sharing violation.
    if (exclusive !== 0 && (code === 'EAGAIN' || code === 'EBUSY')) return undefined;
    throw error;
  }
}

/** False while somebody else has it. */
function lockWithFlock(descriptor: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    // The fourth of the child's descriptors is number 3.
    const child = spawn('flock', ['-n', '-x', '3'], {
      stdio: ['ignore', 'ignore', 'ignore', descriptor],
      timeout: PATIENCE,
      killSignal: 'SIGKILL',
    });
    child.once('error', (error) => reject(new Error(`the program flock does not start: ${error.message}`)));
    child.once('close', (code) => {
      if (code === 0 || code === 1) resolve(code === 0);
      else
        reject(new Error(code === null ? 'the file system does not answer' : 'the file system has no locks'));
    });
  });
}
