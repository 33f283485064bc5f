/** Exposes the contract of the window beside a field to it as `window.autofill`, and nothing else. */
import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron';
import type { AutofillApi, AutofillEvent } from './autofill-contract';

const autofill: AutofillApi = {
  view: () => ipcRenderer.invoke('autofill', 'view'),
  drawn: (id, height) => ipcRenderer.invoke('autofill', 'drawn', id, height),
  choose: (id, account) => ipcRenderer.invoke('autofill', 'choose', id, account),
  dismiss: (id) => ipcRenderer.invoke('autofill', 'dismiss', id),
  on(listener) {
    const forward = (_event: IpcRendererEvent, view: AutofillEvent): void => listener(view);
    ipcRenderer.on('autofill:view', forward);
    return () => ipcRenderer.removeListener('autofill:view', forward);
  },
};

contextBridge.exposeInMainWorld('autofill', autofill);
