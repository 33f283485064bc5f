/** The worker, one for each profile of a browser: between the frames of its pages and Latchkey. */
import { FRAME } from './between/frame-messages';
import { RateLimit, REQUESTS_OF_TAB } from './between/rate';
import { OPTIONS, type Status } from './between/status-messages';
import { browserApi, type RuntimePort } from './browser-api';
import { browserName } from './worker/browser-name';
import { Desk } from './worker/desk';
import { FrameSession } from './worker/frame-session';
import { Memory } from './worker/memory';
import { askerOf } from './worker/senders';
import { TabLimits } from './worker/tab-limits';

/** Of the native messaging host; the build puts it in. */
declare const HOST_NAME: string;

const { runtime, storage } = browserApi;
const now = (): number => performance.now();
const optionsPages = new Set<RuntimePort>();

const desk = new Desk({
  connect: () => runtime.connectNative(HOST_NAME),
  whyEnded: (port) => runtime.lastError?.message ?? port.error?.message ?? '',
  extension: runtime.getManifest().version,
  browser: browserName(navigator),
  after: (work, milliseconds) => {
    const timer = setTimeout(work, milliseconds);
    return () => clearTimeout(timer);
  },
  now,
  memory: new Memory(storage),
  told: (status: Status) => {
    for (const page of optionsPages) page.postMessage(status);
  },
});
const tabs = new TabLimits(() => new RateLimit(REQUESTS_OF_TAB, now));

runtime.onConnect.addListener((port) => {
  const { sender } = port;
  if (port.name === FRAME) {
    const asker = askerOf(sender, runtime.id);
    // Whom Latchkey does not serve, the browser does: without a port, the frame leaves everything to it.
    if (!asker) port.disconnect();
    else new FrameSession(port, asker, tabs.of(asker.tab), desk, now);
  } else if (port.name === OPTIONS && sender?.id === runtime.id && sender.origin === location.origin) {
    optionsPages.add(port);
    port.onDisconnect.addListener(() => optionsPages.delete(port));
    port.onMessage.addListener(() => desk.look());
    if (desk.status) port.postMessage(desk.status);
  }
});
