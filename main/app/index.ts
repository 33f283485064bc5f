/** Electron's life cycle. */
import { app, Menu, session } from 'electron';
import { parseArguments, UsageError, type AppArguments } from './command-line';
import { compose, type Latchkey } from './compose';
import { openMainWindow } from './main-window';
import type { PageWindow } from './page-window';
import { saveScreenshot } from './screenshot';
import { openSimulatorWindow } from './simulator-window';
import { StateError } from '../authenticator/state';

function argumentsOrExit(): AppArguments {
  try {
    return parseArguments(process.argv.slice(1), process.cwd());
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    process.exit(2);
  }
}

const args = argumentsOrExit();
let main: PageWindow | undefined;

// Simulated keys belong to this very start; without them a second start only shows the window of the first.
if (args.softKeys.length === 0 && args.screenshot === undefined && !app.requestSingleInstanceLock())
  app.exit();
app.on('second-instance', () => {
  if (main?.window.isMinimized()) main.window.restore();
  main?.window.focus();
});
if (process.platform !== 'darwin') Menu.setApplicationMenu(null);
app.on('window-all-closed', () => app.quit());

async function start(): Promise<void> {
  const [latchkey] = await Promise.all([
    compose(args, (error) => console.error(error.message)),
    app.whenReady(),
  ]);
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, callback) => callback(false));
  session.defaultSession.setPermissionCheckHandler(() => false);
  main = openMainWindow(latchkey);
  closeTogether(main, latchkey);
  await main.load();
  latchkey.registry.start();
  if (args.screenshot !== undefined) {
    await saveScreenshot(main.window, latchkey, args.screenshot);
    app.quit();
  } else if (latchkey.simulator.seats.length > 0) {
    const simulator = openSimulatorWindow(latchkey);
    main.window.once('closed', () => simulator.window.destroy());
    await simulator.load();
  }
}

/** Tokens are given up and keys closed before the program ends. */
function closeTogether({ window }: PageWindow, { inventory, registry }: Latchkey): void {
  window.once('closed', () => {
    inventory.close();
    void registry.stop();
  });
}

start().catch((error: unknown) => {
  console.error(error instanceof StateError ? error.message : error);
  app.exit(1);
});
