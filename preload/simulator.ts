/** Exposes the simulator contract to the simulator window as `window.simulator`, and nothing else. */
import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron';
import type { SimulatorApi, SimulatorEvent } from './simulator-contract';

const simulator: SimulatorApi = {
  snapshot: () => ipcRenderer.invoke('simulator', 'snapshot'),
  touch: (id, finger) => ipcRenderer.invoke('simulator', 'touch', id, finger),
  refuse: (id) => ipcRenderer.invoke('simulator', 'refuse', id),
  direct: (id, script, usual) => ipcRenderer.invoke('simulator', 'direct', id, script, usual),
  setPlugged: (id, plugged) => ipcRenderer.invoke('simulator', 'setPlugged', id, plugged),
  setQuirks: (id, quirks) => ipcRenderer.invoke('simulator', 'setQuirks', id, quirks),
  add: (key) => ipcRenderer.invoke('simulator', 'add', key),
  remove: (id) => ipcRenderer.invoke('simulator', 'remove', id),
  state: (id) => ipcRenderer.invoke('simulator', 'state', id),
  on(listener) {
    const forward = (_event: IpcRendererEvent, keys: SimulatorEvent): void => listener(keys);
    ipcRenderer.on('simulator:keys', forward);
    return () => ipcRenderer.removeListener('simulator:keys', forward);
  },
};

contextBridge.exposeInMainWorld('simulator', simulator);
