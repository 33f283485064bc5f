/** A window that shows one of our own pages and can go nowhere else. */
import { BrowserWindow, type BrowserWindowConstructorOptions } from 'electron';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { TrustedPage } from '../ipc/register';

export interface PageWindow extends TrustedPage {
  readonly window: BrowserWindow;
  /** Begins once; resolves when the page is loaded, and rejects when its window is closed before that. */
  load(): Promise<void>;
  /** Resolves when its own process has the page, or never will: the window was closed. */
  readonly arrived: Promise<void>;
  /** Resolves when there is something to show, or never will be: the window was closed. */
  readonly drawn: Promise<void>;
  /** Resolves when the window is closed, or was already. */
  readonly closed: Promise<void>;
}

/** `page` names renderer/<page>.html, `preload` names preload/<preload>.ts. The window shows itself when it has something to show. */
export function createPageWindow(
  page: 'index' | 'ceremony' | 'autofill' | 'connect' | 'simulator',
  preload: 'index' | 'testers' | 'ceremony' | 'autofill' | 'connect' | 'simulator',
  options: BrowserWindowConstructorOptions,
): PageWindow {
  const window = new BrowserWindow({
    show: false,
    autoHideMenuBar: true,
    ...options,
    webPreferences: {
      preload: join(__dirname, `../preload/${preload}.js`),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
    },
  });
  const closed = new Promise<void>((resolve) => window.once('closed', () => resolve()));
  const arrived = new Promise<void>((resolve) => window.webContents.once('did-navigate', () => resolve()));
  const drawn = new Promise<void>((resolve) => window.once('ready-to-show', () => resolve()));
  const file = join(__dirname, `../renderer/${page}.html`);
  window.webContents.setWindowOpenHandler(() => ({ action: 'deny' }));
  window.webContents.on('will-navigate', (event) => event.preventDefault());
  window.webContents.on('will-attach-webview', (event) => event.preventDefault());
  let loading: Promise<void> | undefined;
  return {
    window,
    contents: window.webContents,
    url: pathToFileURL(file).href,
    load: () => (loading ??= window.loadFile(file)),
    arrived: Promise.race([arrived, closed]),
    drawn: Promise.race([drawn, closed]),
    closed,
  };
}
