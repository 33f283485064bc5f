/**
 * Electron's life cycle. Only what the first window needs is loaded at once; everything else is loaded while the
 * window's own process starts.
 */
import { app, Menu, session } from 'electron';
import { isForTesters } from './build-kind';
import { parseArguments, UsageError, type AppArguments } from './command-line';
import { answerCalls } from '../ipc/register';
import { composeKeychain } from './compose-keychain';
import { createMainWindow } from './main-window';
import type { PageWindow } from './page-window';

function argumentsOrExit(): AppArguments {
  try {
    return parseArguments(process.argv.slice(1), process.cwd(), isForTesters());
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    process.exit(2);
  }
}

const args = argumentsOrExit();
let main: PageWindow | undefined;

// Otherwise a second start only shows the window of the first.
if (!args.besideOthers && !app.requestSingleInstanceLock()) app.exit();
app.on('second-instance', () => {
  if (main?.window.isMinimized()) main.window.restore();
  main?.window.focus();
});
if (process.platform !== 'darwin') Menu.setApplicationMenu(null);
app.on('window-all-closed', () => app.quit());

async function start(): Promise<void> {
  await app.whenReady();
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, callback) => callback(false));
  session.defaultSession.setPermissionCheckHandler(() => false);
  const atStart = composeKeychain(args.dataFolder);
  const page = createMainWindow(args.forTesters ? 'testers' : 'index');
  main = page;
  const program = import('./run').then(({ prepare }) => prepare(page, args, atStart));
  // The page is loaded meanwhile; its first calls wait.
  answerCalls('call', page, async () => (await program).calls);
  if (args.forTesters) answerCalls('testers', page, async () => (await program).testersCalls());
  const loaded = page.load();
  loaded.catch(() => undefined); // `run` has the rejection; the window may be closed before that
  await (await program).run(loaded);
}

/** Errors that say in a sentence what is wrong and what to do. Anything else is a defect and is shown whole. */
const foreseen = new Set(['UsageError', 'StateError', 'StateFileError']);

start().catch((error: unknown) => {
  console.error(error instanceof Error && foreseen.has(error.name) ? error.message : error);
  app.exit(1);
});
