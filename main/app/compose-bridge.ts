/** The part of the object graph that browsers connect to; loaded when everything else is on its way. */
import { app } from 'electron';
import { join } from 'node:path';
import { SystemCalendar } from '../../native/calendar';
import { SystemClock } from '../../native/clock';
import { LocalSocket } from '../../native/control/local-socket';
import type { DataPlaces } from '../../native/files/data-places';
import { DiskFolder } from '../../native/files/private-folder';
import { SystemRandom } from '../../native/random';
import { Bridge, type BridgeOptions } from '../bridge/bridge';

/** Of {@link DataPlaces.vault}: the relays of browsers find the app here. */
export const BRIDGE_FOLDER = 'bridge';

export function composeBridge(
  { vault }: Pick<DataPlaces, 'vault'>,
  around: Pick<BridgeOptions, 'sites' | 'start' | 'confirm' | 'onServing' | 'onWarning'>,
): Bridge {
  const path = join(vault, BRIDGE_FOLDER);
  return new Bridge({
    ...around,
    folder: new DiskFolder(path),
    socket: new LocalSocket(path, { name: 'bridge' }),
    clock: new SystemClock(),
    calendar: new SystemCalendar(),
    random: new SystemRandom(),
    app: app.getVersion(),
  });
}
