/** Exposes the simulator contract to the simulator window as `window.simulator`, and nothing else. */
import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron';
import type { SimulatorApi, SimulatorEvent } from './simulator-contract';

const simulator: SimulatorApi = {
  snapshot: () => ipcRenderer.invoke('simulator:snapshot'),
  touch: (id) => ipcRenderer.invoke('simulator:touch', id),
  refuse: (id) => ipcRenderer.invoke('simulator:refuse', id),
  setPlugged: (id, plugged) => ipcRenderer.invoke('simulator:setPlugged', id, plugged),
  on(listener) {
    const forward = (_event: IpcRendererEvent, keys: SimulatorEvent): void => listener(keys);
    ipcRenderer.on('simulator:keys', forward);
    return () => ipcRenderer.removeListener('simulator:keys', forward);
  },
};

contextBridge.exposeInMainWorld('simulator', simulator);
