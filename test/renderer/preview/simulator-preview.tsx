/** The simulator window with keys that answer at once. */
import { createRoot } from 'react-dom/client';
import type { SimulatedKeyView, SimulatorApi } from '../../../preload/simulator-contract';
import { SimulatorWindow } from '../../../renderer/simulator/SimulatorWindow';

const idle = { plugged: true, waitsFor: 'none', scripted: 0, quirks: [] } as const;
let keys: readonly SimulatedKeyView[] = [
  { ...idle, id: 'a', name: 'Simulated key', waitsFor: 'touch' },
  { ...idle, id: 'b', name: 'Simulated fingerprint key', waitsFor: 'sample' },
  { ...idle, id: 'c', name: 'Simulated liar', quirks: ['delete-pretends', 'misordered-keys'] },
  { ...idle, id: 'd', name: 'Simulated key (2)', plugged: false },
];
const listeners = new Set<(now: readonly SimulatedKeyView[]) => void>();
const change = async (id: string, to: Partial<SimulatedKeyView>): Promise<void> => {
  keys = keys.map((key) => (key.id === id ? { ...key, ...to } : key));
  for (const listener of listeners) listener(keys);
};
const never = (): never => {
  throw new Error('the window does not do this');
};
const api: SimulatorApi = {
  snapshot: async () => keys,
  touch: (id) => change(id, { waitsFor: 'none' }),
  refuse: (id) => change(id, { waitsFor: 'none' }),
  setPlugged: (id, plugged) => change(id, { plugged, waitsFor: 'none' }),
  direct: never,
  setQuirks: never,
  add: never,
  remove: never,
  state: never,
  on(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

const root = document.getElementById('root');
if (root !== null) createRoot(root).render(<SimulatorWindow api={api} />);
