/** Exposes the contract of the dialogs to their window as `window.ceremony`, and nothing else. */
import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron';
import type { CeremonyApi, CeremonyEvent } from './ceremony-contract';

const ceremony: CeremonyApi = {
  view: () => ipcRenderer.invoke('ceremony', 'view'),
  drawn: (id) => ipcRenderer.invoke('ceremony', 'drawn', id),
  act: (id, act) => ipcRenderer.invoke('ceremony', 'act', id, act),
  showLatchkey: () => ipcRenderer.invoke('ceremony', 'showLatchkey'),
  on(listener) {
    const forward = (_event: IpcRendererEvent, view: CeremonyEvent): void => listener(view);
    ipcRenderer.on('ceremony:view', forward);
    return () => ipcRenderer.removeListener('ceremony:view', forward);
  },
};

contextBridge.exposeInMainWorld('ceremony', ceremony);
