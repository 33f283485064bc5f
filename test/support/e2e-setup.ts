/**
 * Before the end-to-end tests: an Electron, the built app, extension and relay, and a display, also when vitest was started by itself
 * (`npx vitest run --project e2e`).
 */
import { buildApp } from '../../scripts/build.mjs';
import { buildExtension } from '../../scripts/build-extension.mjs';
import { buildRelay } from '../../scripts/build-relay.mjs';
import { explain } from '../../scripts/program.mjs';
import { hasDisplay, startVirtualDisplay } from '../../scripts/virtual-display.mjs';

export async function setup(): Promise<() => void> {
  try {
    buildApp({ log: console.log });
    await buildExtension({ log: console.log });
    buildRelay({ log: console.log });
  } catch (error) {
    throw new Error(explain(error));
  }
  if (hasDisplay()) return () => undefined;
  const display = await startVirtualDisplay();
  Object.assign(process.env, display.env, { LATCHKEY_VIRTUAL_DISPLAY: '1' });
  return display.stop;
}
