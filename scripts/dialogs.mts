/**
 * `npm run dialogs`: every state of the dialogs that save and use passkeys, side by side, with made-up data, in a window of its own
 * and at an address for any browser. What is changed in their code is seen at once.
 *
 * `npm run dialogs -- --shots FOLDER [WORD…]` makes pictures instead, of all of them or of those whose id has one of the words: one of
 * each in each theme and size, and a sheet of each group. It needs no display.
 */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { createServer } from 'vite';
import { takeShots } from '../test/renderer/dialogs/shots';
import { configFile, viewer } from '../test/renderer/dialogs/places';
import { electronSwitches } from './electron-switches.mjs';
import { runMain, SetupError } from './program.mjs';
import { setUp } from './setup.mjs';
import { hasDisplay, startVirtualDisplay } from './virtual-display.mjs';

async function shoot(folder: string | undefined, words: readonly string[]): Promise<void> {
  if (folder === undefined)
    throw new SetupError('There is no folder for the pictures.', 'Type `npm run dialogs -- --shots FOLDER`.');
  const isVirtual = !hasDisplay();
  await setUp({ virtualDisplay: isVirtual, build: false });
  const display = isVirtual ? await startVirtualDisplay() : undefined;
  Object.assign(process.env, display?.env);
  try {
    // npm itself moves to the project.
    const into = resolve(process.env['INIT_CWD'] ?? process.cwd(), folder);
    const count = await takeShots({ into, words, virtualDisplay: isVirtual });
    console.log(`${count} pictures in ${into}`);
  } finally {
    display?.stop();
  }
}

async function show(): Promise<void> {
  const server = await createServer({ configFile, configLoader: 'runner' });
  await server.listen();
  server.printUrls();
  const [address] = server.resolvedUrls?.local ?? [];
  if (!hasDisplay() || address === undefined) return;
  const { executable } = await setUp({ build: false });
  const window = spawn(executable, [viewer, ...electronSwitches({ virtualDisplay: false })], {
    stdio: 'inherit',
    env: { ...process.env, LATCHKEY_DIALOGS: `${address}index.html` },
  });
  window.once('exit', () => void server.close());
}

void runMain(async () => {
  const [option, folder, ...words] = process.argv.slice(2);
  if (option === undefined) await show();
  else if (option === '--shots') await shoot(folder, words);
  else throw new SetupError(`${option} is not known.`, 'Type `npm run dialogs -- --shots FOLDER`.');
});
