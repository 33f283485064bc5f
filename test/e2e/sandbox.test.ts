/** The app as most people run it: without privileges, and with Chromium's sandbox on. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { launchApp, type LaunchedApp } from '../support/launch-app.js';
import { cageOf, unprivilegedStage, type UnprivilegedStage } from '../support/unprivileged.js';

let stage: UnprivilegedStage | undefined;
let launched: LaunchedApp;

beforeAll(async () => {
  stage = await unprivilegedStage();
  launched = await launchApp({ softKeys: ['demo'], ...(stage && { stage }) });
});

afterAll(async () => {
  await launched?.close();
  stage?.remove();
});

it('runs as an ordinary user, without --no-sandbox', async () => {
  const main = await launched.app.evaluate(({ app }) => ({
    uid: process.getuid?.(),
    sandboxOff: app.commandLine.hasSwitch('no-sandbox'),
  }));
  expect(main.uid).not.toBe(0);
  expect(main.sandboxOff).toBe(false);
});

it.runIf(process.platform === 'linux')('locks every window into a cage of the kernel', async () => {
  const processes = () =>
    launched.app.evaluate(({ webContents }) => ({
      parent: process.pid,
      renderers: webContents.getAllWebContents().map((contents) => contents.getOSProcessId()),
    }));
  // A window that has just been opened has no process yet, which reads as 0.
  const { parent, renderers } = await vi.waitFor(
    async () => {
      const found = await processes();
      expect(found.renderers.every((pid) => pid > 0)).toBe(true);
      return found;
    },
    { timeout: 60_000 },
  );
  expect(renderers.length).toBeGreaterThan(0);
  for (const renderer of renderers) {
    const cage = cageOf(renderer, parent);
    expect(cage.uid).not.toBe(0);
    expect(cage.seccomp).toBe(2);
    expect(cage.ownProcessNamespace).toBe(true);
  }
});

it('gives the page no Node and nothing but the contract', async () => {
  const globals = await launched.window.evaluate(() =>
    ['require', 'process', 'module', 'Buffer', 'electron', 'latchkey'].filter((name) => name in window),
  );
  expect(globals).toEqual(['latchkey']);
});
