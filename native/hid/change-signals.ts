/**
 * When to look again for HID devices.
 *
 * Linux: the names in /sys/class/hidraw are compared every half second (measured: less than a thousandth of one core), and
 * node-hid enumerates only when they changed. Where udev runs, its folder of device records says so at once, and only after it
 * has set the permissions. /dev itself is not watched: older kernels tell inotify of every write to /dev/null there.
 * Windows and macOS: node-hid enumerates every 0.7 s, in the thread pool.
 */
import { watch } from 'node:fs';
import type { Clock } from '../ports.js';
import { hidrawFingerprint } from './linux-sysfs.js';

const LINUX_POLL = 500;
const OTHER_POLL = 700;
const UDEV_RECORDS = '/run/udev/data';

/**
 * Calls `look` when devices may have changed: at once, then on every sign of it. Never two at a time: the next comes after the
 * promise is settled; when it gave false (looking failed), also without a sign. Returns the function that stops it.
 */
export function watchForChanges(
  platform: NodeJS.Platform,
  clock: Clock,
  look: () => Promise<boolean>,
): () => void {
  let stopped = false;
  let busy = false;
  let again = false;
  let seen: string | undefined;
  let cancelTimer: () => void = () => undefined;

  const check = async (): Promise<void> => {
    if (stopped) return;
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    cancelTimer();
    do {
      again = false;
      // The fingerprint is taken before looking: what changes meanwhile is found the next time.
      const now = platform === 'linux' ? await hidrawFingerprint() : undefined;
      if (!stopped && (now === undefined || now !== seen)) {
        seen = (await look()) ? now : undefined;
      }
    } while (again && !stopped);
    busy = false;
    if (!stopped)
      cancelTimer = clock.after(platform === 'linux' ? LINUX_POLL : OTHER_POLL, () => void check());
  };

  const closeRecords = platform === 'linux' ? watchUdevRecords(() => void check()) : () => undefined;
  void check();
  return () => {
    stopped = true;
    cancelTimer();
    closeRecords();
  };
}

/** A hint only: without udev, or when inotify has no watch left, polling does it alone. */
function watchUdevRecords(onChange: () => void): () => void {
  try {
    const watcher = watch(UDEV_RECORDS, { persistent: false }, (_event, name) => {
      // Character devices are recorded as `cMAJOR:MINOR`, written under a temporary name first.
      if (name === null || name.startsWith('c')) onChange();
    });
    watcher.on('error', () => watcher.close());
    return () => watcher.close();
  } catch {
    return () => undefined;
  }
}
