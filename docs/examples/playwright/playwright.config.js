import { defineConfig } from 'playwright/test';

// No browser is started, so none has to be downloaded: Latchkey brings its own.
export default defineConfig({
  timeout: 120_000,
  expect: { timeout: 30_000 },
  // Each worker starts a Latchkey of its own.
  workers: 1,
});
