import { createRoot } from 'react-dom/client';
import type { ConnectApi } from '../../preload/connect-contract';
import { ConnectWindow } from './ConnectWindow';

declare global {
  interface Window {
    readonly connect: ConnectApi;
  }
}

const root = document.getElementById('root');
if (root !== null) createRoot(root).render(<ConnectWindow api={window.connect} />);
