/** Exposes the contract of the question about a browser to its window as `window.connect`, and nothing else. */
import { contextBridge, ipcRenderer } from 'electron';
import type { ConnectApi } from './connect-contract';

const connect: ConnectApi = {
  view: () => ipcRenderer.invoke('connect', 'view'),
  decide: (decision) => ipcRenderer.invoke('connect', 'decide', decision),
};

contextBridge.exposeInMainWorld('connect', connect);
