/**
 * The window of the dialogs with one sample in it: `dialog.html#save-places`. What is done is in `window.done`, and told to the page
 * around it. Another sample in the address is shown at once, as the next ceremony is in the real window, which is never loaded again.
 */
import { createRoot } from 'react-dom/client';
import type { CeremonyApi, CeremonyEvent } from '../../../preload/ceremony-contract';
import '../../../renderer/app/base.css';
import { CeremonyWindow } from '../../../renderer/ceremony/CeremonyWindow';
import { samples } from './samples';
import type { Done } from './done';

declare global {
  interface Window {
    done: Done[];
    /** Shows another sample, and waits for its dialog and for the focus in it: as long as somebody would. */
    showSample: (id: string) => Promise<void>;
  }
}

window.done = [];

function tell(done: Done): void {
  window.done.push(done);
  if (window.parent !== window) window.parent.postMessage(done, window.location.origin);
}

function current(): CeremonyEvent {
  const id = window.location.hash.slice(1);
  return samples.find((sample) => sample.id === id)?.view ?? null;
}

const api: CeremonyApi = {
  view: async () => current(),
  drawn: async () => undefined,
  act: async (_, act) => {
    tell(act);
    return true;
  },
  showLatchkey: async () => tell({ act: 'show-latchkey' }),
  on(listener) {
    const forward = (): void => {
      window.done = [];
      listener(current());
    };
    window.addEventListener('hashchange', forward);
    return () => window.removeEventListener('hashchange', forward);
  },
};

window.showSample = async (id) => {
  const dialog = (): Element | null => document.querySelector('[role="dialog"]:not([data-before])');
  dialog()?.setAttribute('data-before', '');
  window.location.hash = id;
  const patience = performance.now() + 2000;
  while (performance.now() < patience && dialog()?.contains(document.activeElement) !== true)
    await new Promise(requestAnimationFrame);
};

/** In the gallery many windows open at the same time: none takes the focus before somebody goes there. */
function waitForFocus(): void {
  const own = Object.getOwnPropertyDescriptor(HTMLElement.prototype, 'focus');
  if (own === undefined) return;
  let wanted: HTMLElement | undefined;
  const remember = (element: HTMLElement): void => {
    wanted = element;
  };
  HTMLElement.prototype.focus = function (this: HTMLElement): void {
    remember(this);
  };
  const begin = (): void => {
    Object.defineProperty(HTMLElement.prototype, 'focus', own);
    // Under a mouse, nothing moves away.
    wanted?.focus({ preventScroll: true });
  };
  window.addEventListener('focus', begin, { once: true });
}

if (window.parent !== window) waitForFocus();
const root = document.getElementById('root');
if (root !== null) createRoot(root).render(<CeremonyWindow api={api} />);
