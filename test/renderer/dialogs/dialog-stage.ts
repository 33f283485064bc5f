/** The samples in the project's own Electron, for tests and for pictures: builds their page, serves it on this machine, opens it. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { _electron, type Page } from 'playwright';
import { preview, type PreviewServer } from 'vite';
import { findElectron } from '../../../scripts/electron-runtime.mjs';
import { electronSwitches } from '../../../scripts/electron-switches.mjs';
import { projectRoot } from '../../../scripts/places.mjs';
import { startApp, type StartedApp } from '../../kit/start-app.cjs';
import { sizes, type SizeName, type ThemeName } from './appearance';
import { describeDone } from './done';
import { configFile, viewer } from './places';
import type { Sample } from './sample';

const media = {
  light: { colorScheme: 'light', forcedColors: 'none', reducedMotion: 'reduce' },
  dark: { colorScheme: 'dark', forcedColors: 'none', reducedMotion: 'reduce' },
  contrast: { colorScheme: 'dark', forcedColors: 'active', reducedMotion: 'reduce' },
} as const satisfies Readonly<Record<ThemeName, unknown>>;

/** Generous: the machine may be busy. */
const timeoutMs = 120_000;

export class DialogStage {
  readonly #server: PreviewServer;
  readonly #app: StartedApp;
  readonly #base: string;

  private constructor(server: PreviewServer, app: StartedApp, base: string) {
    this.#server = server;
    this.#app = app;
    this.#base = base;
  }

  /** There has to be a display. Shows the gallery. */
  static async open({ virtualDisplay }: { readonly virtualDisplay: boolean }): Promise<DialogStage> {
    build();
    const server = await preview({
      configFile,
      logLevel: 'silent',
      preview: { host: '127.0.0.1', port: 0 },
    });
    try {
      const base = server.resolvedUrls?.local[0];
      if (base === undefined) throw new Error('the page is not served');
      const app = await startApp({
        electron: _electron,
        executable: (await findElectron()).executable,
        args: [viewer, ...electronSwitches({ virtualDisplay })],
        cwd: projectRoot,
        env: { LATCHKEY_DIALOGS: `${base}index.html` },
        timeout: timeoutMs,
      });
      return new DialogStage(server, app, base);
    } catch (error) {
      await server.close();
      throw error;
    }
  }

  get page(): Page {
    return this.#app.window;
  }

  /** What went wrong in the page by itself: errors on the console (a breach of the content security policy is one) and exceptions. */
  get errors(): readonly string[] {
    return this.#app.windowErrors;
  }

  async look(theme: ThemeName, size: SizeName): Promise<void> {
    const { width, height } = sizes[size];
    await this.page.setViewportSize({ width, height });
    await this.page.emulateMedia(media[theme]);
  }

  /** Without loading the page again, except for the first one. Waits for the dialog and for its focus, as long as somebody would. */
  async show({ id }: Sample): Promise<void> {
    if (!this.page.url().includes('/dialog.html')) await this.page.goto(`${this.#base}dialog.html`);
    await this.page.evaluate((sample) => window.showSample(sample), id);
  }

  /** What was done in the sample so far, as `choose-place: key-1`, and forgets it. */
  async takeDone(): Promise<readonly string[]> {
    return (await this.page.evaluate(() => window.done.splice(0))).map(describeDone);
  }

  async close(): Promise<void> {
    await this.#app.close();
    await this.#server.close();
  }
}

/** In a process of its own: this one may be a test, for which React would be built otherwise. */
function build(): void {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(projectRoot, 'node_modules/vite/bin/vite.js'), 'build', '-c', configFile, '--logLevel', 'warn'],
    { cwd: projectRoot, encoding: 'utf8', env: { ...process.env, NODE_ENV: 'production', NO_COLOR: '1' } },
  );
  if (status !== 0) throw new Error(`The page of the dialogs could not be built.\n${stdout}${stderr}`);
}
