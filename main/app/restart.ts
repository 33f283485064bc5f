/** How a browser's relay starts this program when it does not run. */
import { app } from 'electron';
import { argumentsOfBackground, type AppArguments } from './command-line';

/** The program, absolute, then its arguments. */
export function backgroundStart(args: AppArguments): readonly string[] {
  // What is mounted for an AppImage goes when it ends; its own file stays.
  const program = process.env['APPIMAGE'] ?? process.execPath;
  return [
    program,
    ...(app.isPackaged ? [] : [app.getAppPath()]),
    ...argumentsOfBackground(args, process.argv.slice(1)),
  ];
}
