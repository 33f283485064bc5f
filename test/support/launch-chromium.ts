/** Starts Debian's Chromium in a window, with extensions, and with all the web of a test behind it: for tests and for benchmarks. */
import { chromium, type BrowserContext } from 'playwright';
import type { WebSites } from './web-sites';

/** Debian's launcher. */
export const CHROMIUM = '/usr/bin/chromium';
/** What it starts; the parent of native messaging hosts. */
export const CHROMIUM_ITSELF = '/usr/lib/chromium/chromium';

export interface ChromiumOptions {
  readonly sites: WebSites;
  /** The folder with its profile. It looks for native messaging hosts in there. */
  readonly profile: string;
  /** Added to the environment, also of what it starts. */
  readonly env?: Readonly<Record<string, string>>;
  /** Folders, in the order in which they are loaded. */
  readonly extensions: readonly string[];
}

export function launchChromium({
  sites,
  profile,
  env,
  extensions,
}: ChromiumOptions): Promise<BrowserContext> {
  const folders = extensions.join(',');
  return chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM,
    headless: false,
    viewport: null,
    chromiumSandbox: process.getuid?.() !== 0,
    ignoreDefaultArgs: ['--disable-extensions'],
    args: [
      ...['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
      ...['--disable-component-update', '--disable-sync', '--password-store=basic', '--log-level=3'],
      ...(folders === '' ? [] : [`--disable-extensions-except=${folders}`, `--load-extension=${folders}`]),
      ...sites.switches,
    ],
    env: { ...withoutUndefined(process.env), ...env },
  });
}

function withoutUndefined(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
