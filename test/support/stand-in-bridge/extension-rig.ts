/** For a file of tests: Chromium with the extension, the stand-in behind it, and a page in front of each test. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Frame, Page } from 'playwright';
import { afterAll, beforeAll, beforeEach, vi } from 'vitest';
import { CHROMIUM_ID } from '../../../main/bridge/extension-ids';
import { PATIENCE } from '../person';
import { EXTENSION, OwnAuthenticator, TestChromium } from '../test-chromium';
import { WebSites } from '../web-sites';
import { StandInApp } from './stand-in-app';

export interface ExtensionRig {
  readonly app: StandInApp;
  readonly sites: WebSites;
  readonly browser: TestChromium;
  /** Of `http://localhost`, with an authenticator that agrees to everything. */
  readonly page: Page;
  readonly own: OwnAuthenticator;
}

export interface RigOptions {
  /** False: the browser knows no host. */
  readonly hasHost?: boolean;
  /** Folders of extensions, in the order in which they are loaded. */
  readonly extensions?: () => Promise<readonly string[]>;
}

/** Registers hooks; what it returns is filled before each test. */
export function extensionRig({ hasHost = true, extensions }: RigOptions = {}): ExtensionRig {
  const rig: { -readonly [Part in keyof ExtensionRig]?: ExtensionRig[Part] } = {};
  let profile: string;

  beforeAll(async () => {
    profile = await mkdtemp(join(tmpdir(), 'latchkey-profile-'));
    const app = (rig.app = await StandInApp.listen());
    if (hasHost) app.connectChromium(profile);
    const sites = (rig.sites = await WebSites.open());
    const folders = (await extensions?.()) ?? [EXTENSION];
    rig.browser = await TestChromium.launch({ sites, profile, extensions: folders });
    await isLoaded(rig.browser);
  });

  beforeEach(async () => {
    const { app, browser, sites } = rig as ExtensionRig;
    await app.reset();
    const page = (rig.page = await browser.open(sites.local));
    rig.own = await OwnAuthenticator.of(page);
    return () => page.close();
  });

  afterAll(async () => {
    const { app, browser, sites } = rig as ExtensionRig;
    await browser.close();
    await app.close();
    await sites.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  });

  return rig as ExtensionRig;
}

/** Chromium shows its first pages without waiting for its extensions. */
async function isLoaded(browser: TestChromium): Promise<void> {
  const page = await browser.context.newPage();
  await vi.waitFor(() => page.goto(`chrome-extension://${CHROMIUM_ID}/manifest.json`), PATIENCE);
  await page.close();
}

/** The frame whose address ends so, as soon as it is there. */
export async function frameAt(page: Page, end: string): Promise<Frame> {
  const frame = await vi.waitFor(() => {
    const found = page.frames().find((one) => one.parentFrame() && one.url().endsWith(end));
    if (!found) throw new Error(`no frame of ${end}`);
    return found;
  }, PATIENCE);
  await frame.waitForLoadState();
  return frame;
}
