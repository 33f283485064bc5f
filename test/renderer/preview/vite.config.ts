/** Builds the window with a made-up main process: `npx vite -c test/renderer/preview/vite.config.ts`, then `/?scenario=demo`. */
import react from '@vitejs/plugin-react';
import { join } from 'node:path';
import { defineConfig } from 'vite';
import { samePolicyAs } from './same-policy';

const here = import.meta.dirname;

export default defineConfig({
  root: here,
  base: './',
  plugins: [react(), samePolicyAs('index.html')],
  build: {
    outDir: process.env['PREVIEW_OUT'] ?? join(here, '../../../out/preview'),
    emptyOutDir: true,
    target: 'chrome130',
    reportCompressedSize: false,
    chunkSizeWarningLimit: 4000,
    rolldownOptions: {
      input: ['index', 'simulator', 'small-windows'].map((name) => join(here, `${name}.html`)),
    },
  },
});
