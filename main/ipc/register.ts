/** The one wrapper of Electron's raw IPC in the main process: only our own pages are served, arguments are validated. */
import { ipcMain, type IpcMainInvokeEvent, type WebContents } from 'electron';
import { checkedCalls, type HandlersFor, type Validators } from './checked-calls';

/** The page that may call: the main frame of this window, while it shows this file. */
export interface TrustedPage {
  readonly contents: WebContents;
  /** `file:` URL without query and fragment. */
  readonly url: string;
}

/**
 * Serves `<prefix>:<call>` for every validator until the page's window is gone. A call from any other frame, or with
 * arguments that do not fit, is rejected with an error.
 */
export function registerCalls<V extends Validators>(
  prefix: string,
  validators: V,
  handlers: HandlersFor<V>,
  page: TrustedPage,
): void {
  const calls = checkedCalls(prefix, validators, handlers);
  for (const [channel, call] of calls)
    ipcMain.handle(channel, (event, ...args: unknown[]) => {
      if (!isFrom(page, event))
        throw new Error(`${channel} refused: the call does not come from Latchkey's own page`);
      return call(args);
    });
  page.contents.once('destroyed', () => {
    for (const channel of calls.keys()) ipcMain.removeHandler(channel);
  });
}

function isFrom(page: TrustedPage, event: IpcMainInvokeEvent): boolean {
  const frame = event.senderFrame;
  return (
    event.sender === page.contents &&
    frame !== null &&
    frame === page.contents.mainFrame &&
    frame.url.replace(/[?#].*$/, '') === page.url
  );
}

/** Sends an event to the page; dropped when its window is gone. */
export function sendTo(page: TrustedPage, channel: string, payload: unknown): void {
  if (!page.contents.isDestroyed()) page.contents.send(channel, payload);
}
