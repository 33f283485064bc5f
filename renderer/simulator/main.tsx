import { createRoot } from 'react-dom/client';
import type { SimulatorApi } from '../../preload/simulator-contract';
import { SimulatorWindow } from './SimulatorWindow';

declare global {
  interface Window {
    readonly simulator: SimulatorApi;
  }
}

const root = document.getElementById('root');
if (root !== null) createRoot(root).render(<SimulatorWindow api={window.simulator} />);
