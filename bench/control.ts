/** A program of this user that asks the running app. */
import { setTimeout as wait } from 'node:timers/promises';
import { ControlClient } from '../main/control/control-client';
import { SystemClock } from '../native/clock';
import { LocalSocket } from '../native/control/local-socket';
import { DiskFolder } from '../native/files/private-folder';
import { SystemRandom } from '../native/random';

/** Milliseconds. */
const SERVES_WITHIN = 30_000;

/** The app serves as soon as the folder is its own. */
export async function connectedTo(data: string): Promise<ControlClient> {
  const deadline = performance.now() + SERVES_WITHIN;
  for (;;)
    try {
      return await ControlClient.connect({
        folder: new DiskFolder(data),
        socket: new LocalSocket(data),
        clock: new SystemClock(),
        random: new SystemRandom(),
      });
    } catch (error) {
      if (performance.now() > deadline) throw error;
      // What it asks with takes time that the program needs.
      await wait(5);
    }
}
