#!/usr/bin/env node
/**
 * `latchkey`, the command line: `npx latchkey`, and `npm run -s latchkey -- …` in a checkout, where it is built first when its
 * sources have changed. Everything after the name goes to it.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildCommandLine, commandLineProgram } from './build.mjs';
import { projectRoot } from './places.mjs';
import { explain } from './program.mjs';

try {
  // A package that was installed has no sources.
  if (existsSync(join(projectRoot, 'main', 'cli')))
    await buildCommandLine({ log: (line) => process.stderr.write(`${line}\n`) });
  // Paths in the arguments are relative to where the person is; `npm run` has moved to the project.
  const whence = process.env['INIT_CWD'];
  if (process.env['npm_lifecycle_event'] === 'latchkey' && whence) process.chdir(whence);
  await import(pathToFileURL(commandLineProgram).href);
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = 1;
}
