/**
 * Electron's life cycle. Only what the first window needs is loaded at once; everything else is loaded while the
 * window's own process starts. In the background, the first window is that of the dialogs, which waits for a request.
 */
import { app, Menu, session } from 'electron';
import { isForTesters } from './build-kind';
import type { CeremonyWindows } from './ceremony-windows';
import { parseArguments, UsageError, type AppArguments } from './command-line';
import { answerCalls } from '../ipc/register';
import { composeKeychain, composeLife } from './compose-keychain';
import { inTurn } from './in-turn';
import { MainPlace } from './main-place';
import { createMainWindow } from './main-window';
import { followOtherStarts } from './other-starts';
import type { PageWindow } from './page-window';
import type { Program } from './run';

function argumentsOrExit(): AppArguments {
  try {
    return parseArguments(process.argv.slice(1), process.cwd(), isForTesters());
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    process.exit(2);
  }
}

/**
 * Chromium's network service, which only reads our own files here, is no process of its own: 40 ms of a processor at every start. Where it
 * is one, Chromium sandboxes it on macOS alone.
 */
function networkInThisProcess(): void {
  const given = app.commandLine.getSwitchValue('enable-features');
  app.commandLine.appendSwitch(
    'enable-features',
    [given, 'NetworkServiceInProcess2'].filter(Boolean).join(','),
  );
}

const args = argumentsOrExit();
const life = composeLife();
if (!args.besideOthers) followOtherStarts(args, life, showMain);
networkInThisProcess();
if (process.platform !== 'darwin') Menu.setApplicationMenu(null);
// It is not the windows alone that it lives for: see AppLife.
app.on('window-all-closed', () => undefined);
app.on('before-quit', () => life.end());
// macOS: somebody clicks the icon of the program that runs.
app.on('activate', showMain);

const keychainAtStart = app.whenReady().then(() => {
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, callback) => callback(false));
  session.defaultSession.setPermissionCheckHandler(() => false);
  return composeKeychain(args.dataFolder);
});
const main = new MainPlace({
  life,
  create: createServedWindow,
  // `start` has the error of a program that could not be put together.
  onClosed: () =>
    void program?.then(
      ({ nobodyLooks }) => nobodyLooks(),
      () => undefined,
    ),
});
let program: Promise<Program> | undefined;
let dialogs: Promise<CeremonyWindows> | undefined;

function showMain(): void {
  void keychainAtStart.then(() => {
    if (!life.isEnding) main.show();
  });
}

function ceremonyWindows(): Promise<CeremonyWindows> {
  return (dialogs ??= import('./ceremony-windows').then(
    (loaded) => new loaded.CeremonyWindows({ life, showLatchkey: showMain }),
  ));
}

function wholeProgram(): Promise<Program> {
  return (program ??= Promise.all([inTurn(() => import('./run')), keychainAtStart]).then(
    ([{ prepare }, atStart]) => prepare(args, atStart, { life, ceremonyWindows, showLatchkey: showMain }),
  ));
}

/**
 * With its process started and its page being loaded, whose first calls wait. The rest of the program is loaded once the page is there:
 * before, it would hold up the page by as long as it takes.
 */
function createServedWindow(): PageWindow {
  const page = createMainWindow(args.forTesters ? 'testers' : 'index');
  const served = page.arrived.then(wholeProgram).then(({ serve }) => serve(page));
  answerCalls('call', page, async () => (await served).calls);
  if (args.forTesters) answerCalls('testers', page, async () => (await served).testersCalls());
  page.load().catch((error: unknown) => {
    // Somebody may be quick to close it.
    if (!page.window.isDestroyed()) fail(error);
  });
  served.catch(() => undefined); // `start` has it
  return page;
}

async function start(): Promise<void> {
  await keychainAtStart;
  if (args.background) {
    life.waitForBrowser();
    app.dock?.hide();
    // First: its process starts while the rest is loaded.
    (await ceremonyWindows()).makeReady();
    return (await wholeProgram()).run(undefined);
  }
  const page = main.open();
  await page.arrived;
  await (await wholeProgram()).run(page);
}

/** Errors that say in a sentence what is wrong and what to do. Anything else is a defect and is shown whole. */
const foreseen = new Set(['UsageError', 'StateError', 'StateFileError']);

function fail(error: unknown): void {
  console.error(error instanceof Error && foreseen.has(error.name) ? error.message : error);
  app.exit(1);
}

start().catch(fail);
