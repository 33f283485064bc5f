/** What the main window's calls work with, where nothing of the system is: what is copied, saved, opened or printed goes nowhere. */
import { UnseenNotices } from '../../main/inventory/unseen-notices';
import type { WindowServices } from '../../main/ipc/serve-window';
import type { DeviceDesk } from './device-desk';
import { browserCallsNowhere } from './memory-browsers';

/** @param changes what a test wants to be different */
export function windowServices(desk: DeviceDesk, changes: Partial<WindowServices> = {}): WindowServices {
  return {
    inventory: desk.inventory,
    siteNotices: new UnseenNotices(),
    device: desk.place,
    app: { version: '1', platform: 'linux', electron: '1', autoLockMinutes: 5 },
    copy: async () => undefined,
    openHelp: async () => undefined,
    onSettled: () => undefined,
    saveText: async () => undefined,
    print: async () => true,
    showFolder: async () => undefined,
    browserCalls: browserCallsNowhere(),
    ...changes,
  };
}
