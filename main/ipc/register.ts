/** The one wrapper of Electron's raw IPC in the main process: only our own pages are served, arguments are validated. */
import type { IpcMainInvokeEvent, WebContents } from 'electron';
import type { Calls } from './checked-calls';

/** The page that may call: the main frame of this window, while it shows this file. */
export interface TrustedPage {
  readonly contents: WebContents;
  /** `file:` URL without query and fragment. */
  readonly url: string;
}

/**
 * Answers the calls of a page, `<prefix>` with the call's name first, until its window is gone. What serves them may come later
 * than the page: the first call asks for it, and all wait. A call from any other frame, an unknown one, or one with arguments that do
 * not fit, is rejected with an error.
 */
export function answerCalls(prefix: string, page: TrustedPage, served: () => Promise<Calls>): void {
  // Of this window alone: there may be several with the same page.
  page.contents.ipc.handle(prefix, async (event, name: unknown, ...args: unknown[]) => {
    const channel = `${prefix}:${String(name)}`;
    if (!isFrom(page, event))
      throw new Error(`${channel} refused: the call does not come from Latchkey's own page`);
    const call = (await served()).get(channel);
    if (!call) throw new Error(`${channel} refused: there is no such call`);
    return call(args);
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
