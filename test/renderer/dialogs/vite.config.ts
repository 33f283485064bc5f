/** The gallery of the dialogs, and the page that shows one of them. See scripts/dialogs.mts. */
import react from '@vitejs/plugin-react';
import { join } from 'node:path';
import { defineConfig } from 'vite';
import { projectRoot } from '../../../scripts/places.mjs';
import { samePolicyAs } from '../preview/same-policy';

const here = import.meta.dirname;

export default defineConfig({
  root: here,
  base: './',
  plugins: [react(), samePolicyAs('ceremony.html')],
  // Beside the main window's, which is of another root.
  cacheDir: join(projectRoot, 'node_modules/.vite/dialogs'),
  // The dialogs themselves are outside of the root.
  server: { fs: { allow: [projectRoot] } },
  build: {
    outDir: join(projectRoot, 'out/dialogs'),
    emptyOutDir: true,
    target: 'chrome130',
    reportCompressedSize: false,
    chunkSizeWarningLimit: 4000,
    rolldownOptions: { input: { index: join(here, 'index.html'), dialog: join(here, 'dialog.html') } },
  },
});
