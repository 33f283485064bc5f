import { join } from 'node:path';
import { defineConfig } from 'vite';

/** The command line: one program for Node, in pieces that are loaded when they are needed. */
export default defineConfig({
  root: import.meta.dirname,
  logLevel: 'warn',
  // No index.html and no public files: vite's way to build for Node.
  publicDir: false,
  ssr: { target: 'node', noExternal: true, external: ['node-hid', 'keytar'] },
  build: {
    ssr: true,
    target: 'node20.18',
    outDir: 'out/cli',
    emptyOutDir: false,
    // Half the bytes to read and parse at every start.
    minify: true,
    reportCompressedSize: false,
    rolldownOptions: {
      input: {
        latchkey: join(import.meta.dirname, 'main/cli/index.ts'),
        // Started as a process of its own.
        'keychain-process': join(import.meta.dirname, 'native/keychain/keychain-process.ts'),
      },
      output: { format: 'es', entryFileNames: '[name].mjs', chunkFileNames: 'parts/[name]-[hash].mjs' },
    },
  },
});
