/** The simulator window with keys that answer at once. */
import { createRoot } from 'react-dom/client';
import type { SimulatedKeyView, SimulatorApi } from '../../../preload/simulator-contract';
import { SimulatorWindow } from '../../../renderer/simulator/SimulatorWindow';

let keys: readonly SimulatedKeyView[] = [
  { id: 'a', name: 'Simulated key', plugged: true, waitsFor: 'touch' },
  { id: 'b', name: 'Simulated key (2)', plugged: true, waitsFor: 'none' },
  { id: 'c', name: 'Simulated key (3)', plugged: false, waitsFor: 'none' },
];
const listeners = new Set<(now: readonly SimulatedKeyView[]) => void>();
const change = async (id: string, to: Partial<SimulatedKeyView>): Promise<void> => {
  keys = keys.map((key) => (key.id === id ? { ...key, ...to } : key));
  for (const listener of listeners) listener(keys);
};
const api: SimulatorApi = {
  snapshot: async () => keys,
  touch: (id) => change(id, { waitsFor: 'none' }),
  refuse: (id) => change(id, { waitsFor: 'none' }),
  setPlugged: (id, plugged) => change(id, { plugged, waitsFor: 'none' }),
  on(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

const root = document.getElementById('root');
if (root !== null) createRoot(root).render(<SimulatorWindow api={api} />);
