/** Exposes the contract of the question about a browser to its window as `window.connect`, and nothing else. */
import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron';
import type { ConnectApi, ConnectView } from './connect-contract';

const connect: ConnectApi = {
  view: () => ipcRenderer.invoke('connect', 'view'),
  drawn: () => ipcRenderer.invoke('connect', 'drawn'),
  decide: (decision) => ipcRenderer.invoke('connect', 'decide', decision),
  on(listener) {
    const forward = (_event: IpcRendererEvent, view: ConnectView): void => listener(view);
    ipcRenderer.on('connect:view', forward);
    return () => ipcRenderer.removeListener('connect:view', forward);
  },
};

contextBridge.exposeInMainWorld('connect', connect);
