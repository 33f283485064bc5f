/** Exposes the contract to the window as `window.latchkey`, and nothing else. */
import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron';
import type { EventName, Events, LatchkeyApi } from './contract';

const latchkey: LatchkeyApi = {
  call: (name, ...args) => ipcRenderer.invoke('call', name, ...args),
  on<N extends EventName>(name: N, listener: (event: Events[N]) => void) {
    const forward = (_event: IpcRendererEvent, payload: Events[N]): void => listener(payload);
    ipcRenderer.on(`event:${name}`, forward);
    return () => ipcRenderer.removeListener(`event:${name}`, forward);
  },
};

contextBridge.exposeInMainWorld('latchkey', latchkey);
