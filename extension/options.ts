/** The page that the browser shows as the extension's options. */
import { OPTIONS, type Look, type Status } from './between/status-messages';
import { browserApi, type RuntimePort } from './browser-api';
import { connectionWords } from './options/connection-words';
import { element, say, translate } from './options/page';
import { showSites } from './options/site-list';

const look: Look = { is: 'look' };
let port: RuntimePort | undefined;

/** The port to the worker. A worker with nothing to do ends, and its port with it: then there is a new one. */
function worker(): RuntimePort {
  if (port) return port;
  const opened = (port = browserApi.runtime.connect({ name: OPTIONS }));
  opened.onMessage.addListener((status) => show(status as Status));
  opened.onDisconnect.addListener(() => (port = undefined));
  return opened;
}

function show(status: Status | undefined): void {
  const { state, next, allowed, app } = connectionWords(status);
  element('state', HTMLElement).textContent = say(state);
  element('next', HTMLElement).textContent = next.map((name) => say(name)).join(' ');
  element('allowed', HTMLElement).textContent = say(allowed);
  element('app-version', HTMLElement).textContent = app ?? say('unknownVersion');
  const tryAgain = element('try-again', HTMLButtonElement);
  // It does not vanish under whoever has just pressed it.
  tryAgain.hidden = status?.is === 'ready' && document.activeElement !== tryAgain;
}

translate();
show(undefined);
element('extension-version', HTMLElement).textContent = browserApi.runtime.getManifest().version;
element('try-again', HTMLButtonElement).addEventListener('click', () => worker().postMessage(look));
worker().postMessage(look);
void showSites();
