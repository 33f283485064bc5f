/** Starts the window of the dialogs. It is hidden then, and has all it needs when the first one comes. */
import { createRoot } from 'react-dom/client';
import type { CeremonyApi } from '../../preload/ceremony-contract';
import { common } from '../messages/en/common';
import { CeremonyWindow } from './CeremonyWindow';

declare global {
  interface Window {
    readonly ceremony: CeremonyApi;
  }
}

// The first use of the platform's names of months takes longer than all the rest, and somebody would wait for it.
requestIdleCallback(() => common.date(0));

const root = document.getElementById('root');
if (root !== null) createRoot(root).render(<CeremonyWindow api={window.ceremony} />);
