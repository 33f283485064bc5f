/** Starts the built app of this checkout in the real Electron, for end-to-end tests. */
import { _electron } from 'playwright';
import { findElectron } from '../../scripts/electron-runtime.mjs';
import { electronSwitches } from '../../scripts/electron-switches.mjs';
import { projectRoot } from '../../scripts/places.mjs';
import { startApp, type StartedApp } from '../kit/start-app.cjs';
import type { UnprivilegedStage } from './unprivileged.js';

export interface LaunchOptions {
  /** Values of `--soft-key`: `demo`, or the path of a state file. */
  readonly softKeys?: readonly string[];
  /** More arguments for the app. */
  readonly args?: readonly string[];
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Kept after `close`, so that a test can start the app again on the same data. */
  readonly userDataDir?: string;
  /** Another app than the one of this checkout. */
  readonly appPath?: string;
  /** Runs it as a user without privileges, with Chromium's sandbox on; see unprivileged.ts. */
  readonly stage?: UnprivilegedStage;
}

export type LaunchedApp = StartedApp;

/** Generous: two cores may be busy with a virtual machine. Nothing waits longer than it has to. */
const launchTimeoutMs = 120_000;

export async function launchApp(options: LaunchOptions = {}): Promise<LaunchedApp> {
  const { softKeys = [], args = [], env = {}, stage } = options;
  const userDataDir = options.userDataDir ?? stage?.userData;
  return startApp({
    electron: _electron,
    executable: stage?.executable ?? (await findElectron()).executable,
    args: [
      options.appPath ?? stage?.appPath ?? projectRoot,
      ...electronSwitches({
        virtualDisplay: process.env['LATCHKEY_VIRTUAL_DISPLAY'] === '1',
        root: stage === undefined && process.getuid?.() === 0,
      }),
      ...softKeys.flatMap((key) => ['--soft-key', key]),
      ...args,
    ],
    ...(userDataDir !== undefined && { userDataDir }),
    cwd: stage?.home ?? projectRoot,
    env: { ...stage?.env, ...env },
    ...(stage && { sandbox: true }),
    timeout: launchTimeoutMs,
  });
}
