/** Whether this is a build for testers: a checkout, or a package that electron-builder.testers.yml has marked as one. */
import { app } from 'electron';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMarked } from './testers-mark';

export function isForTesters(): boolean {
  if (!app.isPackaged) return true;
  // Inside the asar, whose integrity the program checks: nobody can put the mark into a released one.
  return isMarked(readFileSync(join(app.getAppPath(), 'package.json'), 'utf8'));
}
