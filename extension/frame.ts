/** In each frame, beside the page's world: what page.ts asks goes from here to the worker. Until a page asks for something, there is nothing but one port. */
import { FRAME } from './between/frame-messages';
import { PORT_GIVEN, PORT_WANTED } from './between/handover';
import type { ToPage } from './between/page-messages';
import { browserApi } from './browser-api';
import { Fields } from './frame/fields';
import { FrameRequests } from './frame/requests';
import { hasBeenClicked, isLookedAt, surroundings } from './frame/surroundings';

/** Hands a port to the page's world. Returns the way back. */
function giveToPage(heard: (message: unknown) => void): (message: ToPage) => void {
  const { port1: ours, port2: theirs } = new MessageChannel();
  const give = (): boolean =>
    !document.dispatchEvent(new MessageEvent(PORT_GIVEN, { ports: [theirs], cancelable: true }));
  if (!give()) {
    const wanted = (): void => {
      if (give()) document.removeEventListener(PORT_WANTED, wanted);
    };
    document.addEventListener(PORT_WANTED, wanted);
  }
  ours.onmessage = (event) => heard(event.data);
  return (message) => ours.postMessage(JSON.stringify(message));
}

function serve(): void {
  let requests: FrameRequests | undefined;
  const toPage = giveToPage((message) => (requests ??= start()).fromPage(message));

  const start = (): FrameRequests => {
    const started = new FrameRequests({
      connect: () => browserApi.runtime.connect({ name: FRAME }),
      toPage,
      surroundings,
      isLookedAt,
      hasBeenClicked,
      fields: new Fields((event) => started.atField(event)),
      every: (work, milliseconds) => {
        const timer = setInterval(work, milliseconds);
        return () => clearInterval(timer);
      },
      now: () => performance.now(),
    });
    window.addEventListener('pagehide', () => started.end());
    return started;
  };
}

if (isSecureContext) serve();
