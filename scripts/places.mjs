/** Where things are. */
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder with package.json. */
export const projectRoot = dirname(dirname(fileURLToPath(import.meta.url)));

/** Big things that outlive a checkout: Electron runtimes, the kernel of the test VM. */
export const cacheFolder = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'latchkey');
