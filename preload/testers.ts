/**
 * The preload script of the main window in builds for testers: `window.latchkey` as in every build, and `window.testers`.
 * Released packages do not contain it.
 */
import './index';
import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron';
import type { SimulatorEvent, TestersApi } from './simulator-contract';

const testers: TestersApi = {
  snapshot: () => ipcRenderer.invoke('testers', 'snapshot'),
  add: (key) => ipcRenderer.invoke('testers', 'add', key),
  remove: (id) => ipcRenderer.invoke('testers', 'remove', id),
  setPlugged: (id, plugged) => ipcRenderer.invoke('testers', 'setPlugged', id, plugged),
  showSimulator: () => ipcRenderer.invoke('testers', 'showSimulator'),
  on(listener) {
    const forward = (_event: IpcRendererEvent, keys: SimulatorEvent): void => listener(keys);
    ipcRenderer.on('testers:keys', forward);
    return () => ipcRenderer.removeListener('testers:keys', forward);
  },
};

contextBridge.exposeInMainWorld('testers', testers);
