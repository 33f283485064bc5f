/** Of several starts by the same user one runs, and is told of the others. */
import { app } from 'electron';
import type { AppLife } from './app-life';
import type { AppArguments } from './command-line';

/** Ends this start when another one runs. `show` opens the window, or brings it to the front. */
export function followOtherStarts(
  { background }: Pick<AppArguments, 'background'>,
  life: Pick<AppLife, 'isEnding'>,
  show: () => void,
): void {
  if (!app.requestSingleInstanceLock({ background })) app.exit();
  app.on('second-instance', (_event, _argv, _folder, other) => {
    const inBackground = isInBackground(other);
    // Too late for this one, and the other has ended: whoever asked for it would wait in vain.
    if (life.isEnding) startAgain(inBackground);
    else if (!inBackground) show();
  });
}

function isInBackground(other: unknown): boolean {
  return typeof other === 'object' && other !== null && 'background' in other && other.background === true;
}

/** When this program has ended. */
function startAgain(inBackground: boolean): void {
  const args = process.argv.slice(1).filter((argument) => argument !== '--background');
  const image = process.env['APPIMAGE'];
  app.relaunch({
    args: inBackground ? [...args, '--background'] : args,
    // What an AppImage runs is gone when it ends.
    ...(image !== undefined && { execPath: image }),
  });
}
