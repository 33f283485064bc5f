/** Where the parts of the gallery are. */
import { join } from 'node:path';

export const configFile = join(import.meta.dirname, 'vite.config.ts');
/** A program for Electron: shows the page at `LATCHKEY_DIALOGS`. */
export const viewer = join(import.meta.dirname, 'viewer');
