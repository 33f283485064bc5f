/** The window of the app. */
import { app, clipboard, nativeTheme, shell } from 'electron';
import { registerCalls, sendTo } from '../ipc/register';
import { forwardChanges, windowHandlers } from '../ipc/serve-window';
import { callArguments, type AppView, type HelpTopic } from '../../preload/contract';
import { AUTO_LOCK_MINUTES, type Latchkey } from './compose';
import { createPageWindow, type PageWindow } from './page-window';

const helpPages: Readonly<Record<HelpTopic, string>> = {
  passkeys: 'https://fidoalliance.org/passkeys/',
  udev: 'https://wiki.archlinux.org/title/Universal_2nd_Factor',
  'windows-security-keys': 'ms-settings:signinoptions-launchsecuritykeyenrollment',
};

/** Narrow enough for half of a small screen; the page is laid out for it. */
const MIN_WIDTH = 480;

export function openMainWindow({
  inventory,
  udevRule,
}: Pick<Latchkey, 'inventory' | 'udevRule'>): PageWindow {
  const page = createPageWindow('index', {
    title: 'Latchkey',
    width: 1100,
    height: 760,
    minWidth: MIN_WIDTH,
    minHeight: 480,
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#202020' : '#f3f3f3',
  });
  page.window.once('ready-to-show', () => page.window.show());
  const about: AppView = {
    version: app.getVersion(),
    platform: platform(),
    electron: process.versions.electron,
    ...(udevRule !== undefined && { udevRule }),
    autoLockMinutes: AUTO_LOCK_MINUTES,
  };
  const services = {
    inventory,
    app: about,
    copy: async (text: string) => clipboard.writeText(text),
    openHelp: (topic: HelpTopic) => shell.openExternal(helpPages[topic]),
  };
  registerCalls('call', callArguments, windowHandlers(services), page);
  const stop = forwardChanges(inventory, (name, event) => sendTo(page, `event:${name}`, event));
  page.window.once('closed', stop);
  return page;
}

function platform(): AppView['platform'] {
  return process.platform === 'darwin' || process.platform === 'win32' ? process.platform : 'linux';
}
