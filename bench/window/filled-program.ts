/** Builds the program that shows the app's window over an inventory full of passkeys. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'vite';
import { projectRoot } from '../../scripts/places.mjs';

/** Into out/, where the window finds page and preload beside it. Returns the folder. */
export async function buildFilledProgram(): Promise<string> {
  const outDir = join(projectRoot, 'out/bench');
  await build({
    configFile: false,
    logLevel: 'warn',
    build: {
      outDir,
      emptyOutDir: true,
      ssr: join(projectRoot, 'bench/window/filled-main.ts'),
      rolldownOptions: {
        external: ['electron', 'node-hid'],
        output: { format: 'cjs', entryFileNames: 'main.cjs' },
      },
    },
    ssr: { noExternal: true },
  });
  const manifest = {
    name: 'filled-window',
    productName: 'Filled window',
    version: '1.0.0',
    main: 'main.cjs',
  };
  await writeFile(join(outDir, 'package.json'), JSON.stringify(manifest));
  return outDir;
}
