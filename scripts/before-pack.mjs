/** electron-builder's `beforePack`: what packages hold beside the app, for the system and the processor that they are for. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildRelay } from './build-relay.mjs';
import { projectRoot } from './places.mjs';
import { SetupError } from './program.mjs';

/**
 * Calls webauthn.dll on Windows. electron-builder has no setting for what one system alone has beside the files of all: a pattern in
 * `linux.files` makes a set of files of its own, of everything that it does not exclude.
 */
const FOR_WINDOWS_ALONE = 'node_modules/{koffi,@koromix}/**';

/**
 * @param {object} context
 * @param {string} context.electronPlatformName
 * @param {number} context.arch                   One of builder-util's `Arch`.
 * @param {{ readonly config: { readonly files: readonly { readonly filter: string[] }[] } }} context.packager
 *   Its `files` are sets, however they are written in the configuration, and are read after this.
 */
export default function beforePack({ electronPlatformName, arch, packager }) {
  const processor = ['ia32', 'x64', 'armv7l', 'arm64', 'universal'][arch];
  if (electronPlatformName !== process.platform || processor !== process.arch)
    throw new SetupError(
      `A package for ${electronPlatformName} (${processor}) is made on such a machine; this is ${process.platform} (${process.arch}).`,
      'The relay for browsers is compiled by the compiler of the system.',
    );
  if (electronPlatformName !== 'win32')
    for (const { filter } of packager.config.files) filter.push(`!${FOR_WINDOWS_ALONE}`);
  buildRelay({ log: console.log });
  for (const browser of ['chromium', 'firefox']) {
    if (!existsSync(join(projectRoot, 'out', 'extension', browser, 'manifest.json')))
      throw new SetupError(`The extension for ${browser} was not built.`, 'Type: npm run build -- --force');
  }
}
