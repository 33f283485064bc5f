/** The raw CTAPHID subject with the kernel between: a simulated key behind `/dev/uhid`, read and written through its hidraw. */
import { onTestFinished } from 'vitest';
import { RawHost } from '../../conformance/raw-subject.js';
import { openedLink } from './opened-link.js';
import { plugKey } from './key-on-uhid.js';

/** uhid keeps 31 events for the device, and a host that writes without a pause loses the rest. */
const LONGEST_MESSAGE = 1700;

/** Plugged in and open until the test ends. */
export async function rawKeyOnUhid(): Promise<RawHost> {
  const key = await plugKey({ pin: null });
  const { link, nextReport } = await openedLink();
  onTestFinished(() => link.close());
  return new RawHost({
    link,
    nextReport,
    leaveWaiting: () => key.presence.next('wait'),
    longestMessage: LONGEST_MESSAGE,
  });
}
