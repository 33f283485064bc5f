/** Builds the window with a made-up main process: `npx vite -c test/renderer/preview/vite.config.ts`, then `/?scenario=demo`. */
import react from '@vitejs/plugin-react';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

const here = import.meta.dirname;

/** A build is held to the same content security policy as the real page. */
const samePolicy: Plugin = {
  name: 'same-policy',
  apply: 'build',
  transformIndexHtml(html) {
    const page = readFileSync(join(here, '../../../renderer/index.html'), 'utf8');
    const policy = /<meta\s+http-equiv="Content-Security-Policy"[^>]*>/.exec(page)?.[0];
    if (policy === undefined) throw new Error('renderer/index.html has no content security policy');
    return html.replace('<!-- csp -->', policy);
  },
};

export default defineConfig({
  root: here,
  base: './',
  plugins: [react(), samePolicy],
  build: {
    outDir: process.env['PREVIEW_OUT'] ?? join(here, '../../../out/preview'),
    emptyOutDir: true,
    target: 'chrome130',
    reportCompressedSize: false,
    chunkSizeWarningLimit: 4000,
    rolldownOptions: { input: { index: join(here, 'index.html'), simulator: join(here, 'simulator.html') } },
  },
});
