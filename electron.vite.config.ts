import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Of these entries, those that are there. */
function entries(files: Readonly<Record<string, string>>): Record<string, string> {
  const present = Object.entries(files).map(
    ([name, file]) => [name, join(import.meta.dirname, file)] as const,
  );
  return Object.fromEntries(present.filter(([, path]) => existsSync(path)));
}

// Electron 33 is the oldest that the code has to run on: the fallback of scripts/electron-fallback.mjs.
const nodeTarget = 'node20.18';
const chromeTarget = 'chrome130';

export default defineConfig({
  // Of the packages, only `dependencies` (the native modules) stay outside the bundles.
  main: {
    build: {
      target: nodeTarget,
      // Half the bytes to read and parse before there is a window.
      minify: true,
      rolldownOptions: {
        input: entries({
          index: 'main/app/index.ts',
          // Started as a process of its own.
          'keychain-process': 'native/keychain/keychain-process.ts',
        }),
      },
    },
  },
  preload: {
    build: {
      target: nodeTarget,
      // A sandboxed preload script can load no file beside it: everything goes into each.
      isolatedEntries: true,
      externalizeDeps: false,
      rolldownOptions: {
        input: entries({
          index: 'preload/index.ts',
          testers: 'preload/testers.ts',
          ceremony: 'preload/ceremony.ts',
          autofill: 'preload/autofill.ts',
          connect: 'preload/connect.ts',
          simulator: 'preload/simulator.ts',
        }),
      },
    },
  },
  renderer: {
    root: 'renderer',
    build: {
      target: chromeTarget,
      outDir: 'out/renderer',
      // Half the bytes to read and compile before the first paint: 20 ms of it, measured.
      minify: true,
      // Nothing is fetched over a network: size on the wire is no concern, and the report costs time.
      reportCompressedSize: false,
      chunkSizeWarningLimit: 4000,
      rolldownOptions: {
        output: {
          // Every file costs a few milliseconds before the first look; small ones are put together.
          codeSplitting: {
            groups: [
              { name: 'react', test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/, priority: 2 },
              {
                name: 'common',
                test: /renderer[\\/](controls|display|messages|test-ids)|react-icons[\\/].*headless/,
                minShareCount: 2,
                priority: 1,
              },
            ],
          },
        },
        input: entries({
          index: 'renderer/index.html',
          ceremony: 'renderer/ceremony.html',
          autofill: 'renderer/autofill.html',
          connect: 'renderer/connect.html',
          simulator: 'renderer/simulator.html',
        }),
      },
    },
    plugins: [react()],
  },
});
