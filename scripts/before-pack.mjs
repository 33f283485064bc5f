/** electron-builder's `beforePack`: what packages hold beside the app, for the system and the processor that they are for. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildRelay } from './build-relay.mjs';
import { projectRoot } from './places.mjs';
import { SetupError } from './program.mjs';

/**
 * @param {{ readonly electronPlatformName: string, readonly arch: number }} context  `arch` is one of builder-util's `Arch`.
 */
export default function beforePack({ electronPlatformName, arch }) {
  const processor = ['ia32', 'x64', 'armv7l', 'arm64', 'universal'][arch];
  if (electronPlatformName !== process.platform || processor !== process.arch)
    throw new SetupError(
      `A package for ${electronPlatformName} (${processor}) is made on such a machine; this is ${process.platform} (${process.arch}).`,
      'The relay for browsers is compiled by the compiler of the system.',
    );
  buildRelay({ log: console.log });
  for (const browser of ['chromium', 'firefox']) {
    if (!existsSync(join(projectRoot, 'out', 'extension', browser, 'manifest.json')))
      throw new SetupError(`The extension for ${browser} was not built.`, 'Type: npm run build -- --force');
  }
}
