/** What the system does for the pages about this device: dialogs, printer, file manager. */
import { app, dialog, shell } from 'electron';
import { join } from 'node:path';
import { problem } from '../inventory/problems';
import type { DeviceServices } from '../ipc/serve-device';
import type { StateFile } from '../../native/ports';
import type { PageWindow } from './page-window';

/** @param openFile a file that is written as a whole, readable for this user only */
export function deviceServices(
  page: PageWindow,
  openFile: (path: string) => StateFile,
): Omit<DeviceServices, 'device'> {
  return {
    saveText: async (suggestedName, text) => {
      const { canceled, filePath } = await dialog.showSaveDialog(page.window, {
        defaultPath: join(app.getPath('documents'), suggestedName),
        filters: [{ name: 'Text', extensions: ['txt'] }],
      });
      if (canceled || !filePath) return undefined;
      try {
        await openFile(filePath).write(Buffer.from(text));
      } catch (error) {
        throw problem('file', `${messageOf(error)} Choose another place for it.`);
      }
      return filePath;
    },
    print: () =>
      new Promise((resolve, reject) => {
        page.contents.print({ printBackground: true }, (success, reason) => {
          if (success || /cancell?ed/i.test(reason)) resolve(success);
          else reject(problem('unsupported', `Nothing was printed (${reason}). Save it to a file instead.`));
        });
      }),
    showFolder: async (path) => {
      const failure = await shell.openPath(path);
      if (failure) throw problem('file', `The folder cannot be shown (${failure}). Open it by hand: ${path}`);
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
