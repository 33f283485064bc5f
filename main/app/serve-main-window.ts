/** Connects the window's page with the inventory and with what the system does for it. */
import { app, clipboard, shell } from 'electron';
import type { UnseenNotices } from '../inventory/unseen-notices';
import { checkedCalls, type Calls } from '../ipc/checked-calls';
import { sendTo } from '../ipc/register';
import { browsersHandlers, type BrowsersDesk } from '../ipc/serve-browsers';
import { forwardChanges, windowHandlers } from '../ipc/serve-window';
import { callArguments, type AppView, type HelpTopic } from '../../preload/contract';
import { AUTO_LOCK_MINUTES, type Latchkey } from './compose';
import { deviceServices } from './device-services';
import type { PageWindow } from './page-window';

const helpPages: Readonly<Record<HelpTopic, string>> = {
  passkeys: 'https://fidoalliance.org/passkeys/',
  udev: 'https://wiki.archlinux.org/title/Universal_2nd_Factor',
  'windows-security-keys': 'ms-settings:signinoptions-launchsecuritykeyenrollment',
};

/** What answers the calls of the page. What changes is sent to it from its first look on: before, that look will have it. */
export function serveMainWindow(
  page: PageWindow,
  {
    inventory,
    siteNotices,
    device,
    openFile,
    udevRule,
    onSettled,
  }: Pick<Latchkey, 'inventory' | 'device' | 'openFile' | 'udevRule'> & {
    readonly siteNotices: UnseenNotices;
    /** Called whenever the page has drawn what there is. */
    readonly onSettled: () => void;
  },
  browsers: () => Promise<BrowsersDesk>,
): Calls {
  const about: AppView = {
    version: app.getVersion(),
    platform: platform(),
    electron: process.versions.electron,
    ...(udevRule !== undefined && { udevRule }),
    autoLockMinutes: AUTO_LOCK_MINUTES,
  };
  const system = deviceServices(page, openFile);
  const browserCalls = browsersHandlers({
    browsers,
    showFolder: system.showFolder,
    sendLinks: (links) => sendTo(page, 'event:browserLinks', links),
  });
  const services = {
    inventory,
    siteNotices,
    device,
    ...system,
    browserCalls: browserCalls.handlers,
    app: about,
    copy: async (text: string) => clipboard.writeText(text),
    openHelp: (topic: HelpTopic) => shell.openExternal(helpPages[topic]),
    onSettled,
  };
  const handlers = windowHandlers(services);
  let stop: (() => void) | undefined;
  const snapshot = (): ReturnType<typeof handlers.snapshot> => {
    stop ??= forwardChanges(services, (name, event) => sendTo(page, `event:${name}`, event));
    return handlers.snapshot();
  };
  void page.closed.then(() => {
    stop?.();
    browserCalls.stop();
  });
  return checkedCalls('call', callArguments, { ...handlers, snapshot });
}

function platform(): AppView['platform'] {
  return process.platform === 'darwin' || process.platform === 'win32' ? process.platform : 'linux';
}
