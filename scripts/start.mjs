/**
 * `npm start`: sets up what is missing, builds what has changed, and opens the app. Arguments after `--` go to the
 * app: `npm start -- --soft-key demo`.
 */
import { runInForeground, isMainModule, runMain, SetupError } from './program.mjs';
import { setUp } from './setup.mjs';
import { projectRoot } from './places.mjs';
import { hasDisplay, startVirtualDisplay } from './virtual-display.mjs';
import { electronSwitches } from './electron-switches.mjs';

/**
 * @param {readonly string[]} appArguments
 */
async function start(appArguments) {
  const forPicture = appArguments.some(
    (argument) => argument === '--screenshot' || argument.startsWith('--screenshot='),
  );
  const virtual = !hasDisplay();
  if (virtual && !forPicture) {
    throw new SetupError(
      'There is no display to open the window on (neither DISPLAY nor WAYLAND_DISPLAY is set).',
      'Start Latchkey in a desktop session. To have a picture of the window instead, type:\n\n' +
        '  npm start -- --soft-key demo --screenshot latchkey.png',
    );
  }

  const electron = await setUp({ virtualDisplay: forPicture });
  const display = virtual ? await startVirtualDisplay() : undefined;
  try {
    return await runInForeground(
      electron.executable,
      [projectRoot, ...electronSwitches({ virtualDisplay: virtual }), ...appArguments],
      {
        // Paths in the arguments are relative to where the person is; npm itself moves to the project.
        cwd: process.env['INIT_CWD'] || process.cwd(),
        env: { ...process.env, ...display?.env },
      },
    );
  } finally {
    display?.stop();
  }
}

if (isMainModule(import.meta)) void runMain(() => start(process.argv.slice(2)));
