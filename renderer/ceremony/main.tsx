/** Starts the window of the dialogs. It is hidden then, and has all it needs when the first one comes. */
import { createRoot } from 'react-dom/client';
import type { CeremonyApi } from '../../preload/ceremony-contract';
import { CeremonyWindow } from './CeremonyWindow';

declare global {
  interface Window {
    readonly ceremony: CeremonyApi;
  }
}

const root = document.getElementById('root');
if (root !== null) createRoot(root).render(<CeremonyWindow api={window.ceremony} />);
