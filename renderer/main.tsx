/**
 * Starts the window. The page itself is drawn first (the frame in index.html), then the program is loaded: what shows
 * first must not wait for what takes longest.
 */
import type { LatchkeyApi } from '../preload/contract';
import { listen } from './store/feed';
import type { TestersApi } from '../preload/simulator-contract';

declare global {
  interface Window {
    readonly latchkey: LatchkeyApi;
    /** In builds for testers. */
    readonly testers?: TestersApi;
  }
}

/** Animation frames do not come while the window is hidden; the program must start all the same. */
const AT_LATEST_MS = 50;

const painted = new Promise<void>((resolve) => {
  requestAnimationFrame(() => setTimeout(resolve));
  setTimeout(resolve, AT_LATEST_MS);
});

// What the list is made of comes while the program is loaded.
const feed = listen(window.latchkey);
const program = import('./app/mount');

void painted.then(async () => {
  const { mount } = await program;
  const root = document.getElementById('root');
  if (root !== null) mount(root, window.latchkey, feed, window.testers);
});
