/** electron-builder's `beforePack`: what packages hold beside the app, for the system and the processor that they are for. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildRelay } from './build-relay.mjs';
import { projectRoot } from './places.mjs';
import { SetupError } from './program.mjs';

/**
 * electron-builder knows no files of one system alone beside those of all: its own `linux.files` takes the place of `files`.
 * @typedef {{ readonly filter: string[] }} FileSet
 */
const FOR_WINDOWS_ALONE = '!node_modules/{koffi,@koromix}/**';

/**
 * @param {object} context
 * @param {string} context.electronPlatformName
 * @param {number} context.arch                   One of builder-util's `Arch`.
 * @param {{ readonly config: { readonly files: (string | FileSet)[] } }} context.packager
 */
export default function beforePack({ electronPlatformName, arch, packager }) {
  const processor = ['ia32', 'x64', 'armv7l', 'arm64', 'universal'][arch];
  if (electronPlatformName !== process.platform || processor !== process.arch)
    throw new SetupError(
      `A package for ${electronPlatformName} (${processor}) is made on such a machine; this is ${process.platform} (${process.arch}).`,
      'The relay for browsers is compiled by the compiler of the system.',
    );
  if (electronPlatformName !== 'win32') leaveOut(packager.config.files, FOR_WINDOWS_ALONE);
  buildRelay({ log: console.log });
  for (const browser of ['chromium', 'firefox']) {
    if (!existsSync(join(projectRoot, 'out', 'extension', browser, 'manifest.json')))
      throw new SetupError(`The extension for ${browser} was not built.`, 'Type: npm run build -- --force');
  }
}

/**
 * @param {(string | FileSet)[]} files  As read, or as electron-builder has put them together.
 * @param {string} pattern
 */
function leaveOut(files, pattern) {
  const sets = files.filter((set) => typeof set === 'object');
  if (sets.length === 0) files.push(pattern);
  for (const set of sets) set.filter.push(pattern);
}
