/** Starts the window beside a field of a page. It is hidden then, and has all it needs when somebody comes to one. */
import { createRoot } from 'react-dom/client';
import type { AutofillApi } from '../../preload/autofill-contract';
import { common } from '../messages/en/common';
import { AutofillWindow } from './AutofillWindow';

declare global {
  interface Window {
    readonly autofill: AutofillApi;
  }
}

// The first use of the platform's names of months takes longer than all the rest, and somebody would wait for it.
requestIdleCallback(() => common.date(0));

const root = document.getElementById('root');
if (root !== null) createRoot(root).render(<AutofillWindow api={window.autofill} />);
