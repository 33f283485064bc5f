/**
 * What a person waits for in their own browser: Debian's Chromium with the real extension, the real relay and the real app. A finger
 * that is always there stands in for the human.
 */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { chromium, type BrowserContext, type Page } from 'playwright';
import { AllowedBrowsers, idOf } from '../main/bridge/allowed-browsers';
import { CHROMIUM_ID } from '../main/bridge/extension-ids';
import { DiskFolder } from '../native/files/private-folder';
import type { CeremonyApi } from '../preload/ceremony-contract';
import { extensionFolders } from '../scripts/build-extension.mjs';
import { buildRelay } from '../scripts/build-relay.mjs';
import { electronSwitches } from '../scripts/electron-switches.mjs';
import { projectRoot } from '../scripts/places.mjs';
import { CHROMIUM, CHROMIUM_ITSELF, launchChromium } from '../test/support/launch-chromium';
import { PIN } from '../test/support/memory-vault';
import { PrivateBus } from '../test/support/private-bus';
import { missingSecretService } from '../test/support/secret-service';
import { StandInFprintd } from '../test/support/stand-in-fprintd';
import { WebSites } from '../test/support/web-sites';
import { proportionalSetSize, startProgram, type RunningProgram } from './electron-program';
import { paintedWith } from './painted';
import { median, percentile, type Figure } from './statistics';
import { makeVaultOnDisk, type VaultOnDisk } from './window/vault-on-disk';

const DIALOGS = 30;
const CEREMONIES = 500;
/** Before the memory is looked at for the first time: until then, code is compiled and caches fill. */
const WARM = 200;
const PASSKEYS = 100;
const STARTS = 5;
const FRAMES = 200;
const LOADS = 9;

export async function measureBrowser(electron: string): Promise<readonly Figure[]> {
  const missing = existsSync(CHROMIUM) ? missingSecretService() : `there is no ${CHROMIUM}`;
  if (missing !== undefined) {
    console.log(`     browser: not measured, ${missing}`);
    return [];
  }
  buildRelay();
  const vault = await makeVaultOnDisk(PASSKEYS);
  const config = await mkdtemp(join(tmpdir(), 'latchkey-bench-config-'));
  const bus = await PrivateBus.start();
  const fprintd = await StandInFprintd.start(bus.socket);
  fprintd.onVerifyStart = () => setImmediate(() => fprintd.status('verify-match', true));
  const sites = await WebSites.open();
  const rig: Rig = { electron, vault, config, bus, sites, env: { ...vault.env, XDG_CONFIG_HOME: config } };
  try {
    await allow(vault.folder);
    return [...(await measureServed(rig)), ...(await measureStart(rig)), ...(await measureFrames(rig))];
  } finally {
    await fprintd.die();
    await bus.stop();
    await sites.close();
    await vault.remove();
    await rm(config, { recursive: true, force: true, maxRetries: 5 });
  }
}

interface Rig {
  readonly electron: string;
  readonly vault: VaultOnDisk;
  /** Of Chromium's profile, where it looks for the relay. */
  readonly config: string;
  readonly bus: PrivateBus;
  readonly sites: WebSites;
  readonly env: Readonly<Record<string, string>>;
}

// --- with the app running --------------------------------------------------------------------------------------------

async function measureServed(rig: Rig): Promise<readonly Figure[]> {
  const { electron, vault, bus, env } = rig;
  const args = ['--data-folder', vault.folder, '--system-bus', bus.socket, '--only-simulated'];
  const program = await startProgram(electron, projectRoot, env, args);
  try {
    const connected = await program.page.evaluate(() =>
      window.latchkey.call('connectBrowser', 'chromium', false),
    );
    if (!connected.ok) throw new Error(connected.problem.message);
    const browser = await launch(rig);
    try {
      const page = await browser.newPage();
      const dialog = await firstDialog(page, program);
      return [...(await measureDialogs(page, dialog)), ...(await measureCeremonies(browser, page, program))];
    } finally {
      await browser.close();
    }
  } finally {
    await program.end();
  }
}

/** The PIN once; from then on, the finger does. */
async function firstDialog(page: Page, program: RunningProgram): Promise<Page> {
  await page.goto('https://first.example');
  const made = create(page, 0);
  const dialog = await program.laterPage('ceremony.html');
  await act(dialog, { act: 'enter-pin', pin: PIN }, 'device-pin');
  await act(dialog, { act: 'done' }, 'saved');
  await made;
  return dialog;
}

async function measureDialogs(page: Page, dialog: Page): Promise<readonly Figure[]> {
  const took: number[] = [];
  for (let number = 1; number <= DIALOGS; number++) {
    const origin = `https://dialog-${number}.example`;
    await page.goto(origin);
    const painted = paintedWith(dialog, origin);
    // Wherever it may be kept, so that there is something to choose.
    const { called, answer } = await call(page, number, {});
    took.push((await painted) - called);
    await act(dialog, { act: 'cancel' });
    await answer.catch(() => undefined);
  }
  return [
    {
      name: 'browser, page call to painted dialog',
      value: median(took),
      unit: 'ms',
      limit: 150,
      note: `median of ${took.length} sites with the app running; 95th percentile ${percentile(took, 0.95).toFixed(0)} ms`,
    },
  ];
}

async function measureCeremonies(
  browser: BrowserContext,
  page: Page,
  program: RunningProgram,
): Promise<readonly Figure[]> {
  await page.goto('https://busy.example');
  const created: number[] = [];
  const used: number[] = [];
  const memory: { readonly app: number; readonly extension: number }[] = [];
  let id = '';
  for (let number = 1; number <= CEREMONIES; number++) {
    if (number % 2 === 1) {
      const made = await create(page, 1);
      ({ id } = made);
      created.push(made.took);
    } else used.push(await use(page, id));
    if (number === WARM || number === CEREMONIES)
      memory.push({ app: await program.memory(), extension: await extensionMemory(browser) });
  }
  const [warm, after] = memory as [(typeof memory)[0], (typeof memory)[0]];
  const figure = (name: string, took: readonly number[]): Figure => ({
    name: `browser, ${name} without the human`,
    value: median(took),
    unit: 'ms',
    limit: 60,
    note: `median of ${took.length}, from the page's call to its answer; 95th percentile ${percentile(took, 0.95).toFixed(0)} ms`,
  });
  const growth = (name: 'app' | 'extension'): Figure => ({
    name: `browser, memory of the ${name} after ${CEREMONIES} ceremonies against that after ${WARM}`,
    value: after[name] / warm[name],
    unit: '×',
    limit: 1.1,
    note: `${after[name].toFixed(0)} MiB against ${warm[name].toFixed(0)} MiB (PSS); none of ${CEREMONIES} was lost`,
  });
  return [figure('create', created), figure('get', used), growth('app'), growth('extension')];
}

// --- with the app not running ----------------------------------------------------------------------------------------

async function measureStart(rig: Rig): Promise<readonly Figure[]> {
  const { electron, vault, bus, config } = rig;
  const browser = await launch(rig);
  const took: number[] = [];
  try {
    const page = await browser.newPage();
    // The first round only warms the caches.
    for (let round = 0; round <= STARTS; round++) {
      const profile = join(config, `app-${round}`);
      await writeFile(
        join(vault.folder, 'bridge', 'start'),
        [
          ...[
            electron,
            projectRoot,
            ...electronSwitches({ virtualDisplay: true }),
            '--remote-debugging-port=0',
          ],
          ...[`--user-data-dir=${profile}`, '--data-folder', vault.folder, '--system-bus', bus.socket],
          ...['--only-simulated', '--background', ''],
        ].join('\n'),
      );
      const origin = `https://start-${round}.example`;
      await page.goto(origin);
      const { called, answer } = await call(page, round, {});
      const app = await attached(profile);
      try {
        const dialog = await pageOf(app, 'ceremony.html');
        const painted = await paintedWith(dialog, origin);
        if (round > 0) took.push(painted - called);
      } finally {
        const session = await app.newBrowserCDPSession();
        await session.send('Browser.close').catch(() => undefined);
        await app.close();
      }
      // The browser's own dialog goes on; the page leaves it.
      await page.goto('about:blank');
      await answer.catch(() => undefined);
    }
  } finally {
    await browser.close();
  }
  return [
    {
      name: 'browser, page call to painted dialog, the app started for it',
      value: median(took),
      unit: 'ms',
      limit: 1500,
      note: `median of ${took.length}; the slowest ${Math.max(...took).toFixed(0)} ms`,
    },
  ];
}

async function attached(profile: string) {
  for (;;) {
    const port = await readFile(join(profile, 'DevToolsActivePort'), 'utf8').catch(() => '');
    const [number = ''] = port.split('\n');
    if (number !== '') return chromium.connectOverCDP(`http://127.0.0.1:${number}`);
    await wait(10);
  }
}

async function pageOf(app: Awaited<ReturnType<typeof attached>>, part: string): Promise<Page> {
  for (;;) {
    const page = app
      .contexts()
      .flatMap((context) => context.pages())
      .find((each) => each.url().includes(part));
    if (page) return page;
    await wait(10);
  }
}

// --- pages that never use passkeys -----------------------------------------------------------------------------------

async function measureFrames(rig: Rig): Promise<readonly Figure[]> {
  const profile = join(rig.config, 'plain');
  const [plain, extended] = [await launch(rig, { profile, extended: false }), await launch(rig)];
  try {
    const pages = [await plain.newPage(), await extended.newPage()] as const;
    for (const page of pages) await page.goto('https://frames.example');
    const took: [number[], number[]] = [[], []];
    // Taken in turns, so that a slow moment of the machine meets both. The first only warms.
    for (let round = 0; round <= LOADS; round++)
      for (const which of [0, 1] as const) {
        const time = await pages[which].evaluate(manyFrames, FRAMES);
        if (round > 0) took[which].push(time);
      }
    const [without, withIt] = [median(took[0]), median(took[1])];
    const scripts = await scriptTimes(extended, pages[1]);
    return [
      {
        name: 'browser, scripts of the extension in a frame that uses no passkeys',
        value: scripts.reduce((sum, times) => sum + median(times), 0),
        unit: 'ms',
        limit: 1,
        note: `medians of ${scripts.map((times) => times.length).join(' and ')} runs, as Chromium traces them: compiling and running`,
      },
      {
        name: 'browser, what such a frame takes longer, with the world that Chromium makes for them',
        value: (withIt - without) / FRAMES,
        unit: 'ms',
        limit: Infinity,
        note: `${FRAMES} frames in ${withIt.toFixed(0)} ms with the extension, ${without.toFixed(0)} ms without, medians of ${LOADS}`,
      },
    ];
  } finally {
    await plain.close();
    await extended.close();
  }
}

interface TraceEvent {
  readonly name: string;
  /** Microseconds. */
  readonly dur?: number;
  readonly args?: { readonly data?: { readonly url?: string } };
}

/** Milliseconds of each run of each script of the extension, while many frames are made. */
async function scriptTimes(browser: BrowserContext, page: Page): Promise<readonly (readonly number[])[]> {
  const session = await browser.newCDPSession(page);
  const byScript = new Map<string, number[]>();
  session.on('Tracing.dataCollected', ({ value }) => {
    for (const { name, dur, args } of value as unknown as readonly TraceEvent[]) {
      const url = args?.data?.url ?? '';
      if (name !== 'EvaluateScript' || dur === undefined || !url.startsWith('chrome-extension:')) continue;
      byScript.set(url, [...(byScript.get(url) ?? []), dur / 1000]);
    }
  });
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['devtools.timeline'] },
  });
  await page.evaluate(manyFrames, FRAMES);
  const complete = new Promise<void>((resolve) => session.once('Tracing.tracingComplete', () => resolve()));
  await session.send('Tracing.end');
  await complete;
  return [...byScript.values()];
}

/** In the page. */
async function manyFrames(count: number): Promise<number> {
  const began = performance.now();
  const frames = Array.from({ length: count }, () => document.createElement('iframe'));
  await Promise.all(
    frames.map(
      (frame) =>
        new Promise<void>((resolve) => {
          frame.srcdoc = '<p>A frame</p>';
          frame.addEventListener('load', () => resolve(), { once: true });
          document.body.append(frame);
        }),
    ),
  );
  const took = performance.now() - began;
  for (const frame of frames) frame.remove();
  return took;
}

// --- what they have in common ----------------------------------------------------------------------------------------

async function allow(data: string): Promise<void> {
  const folder = new DiskFolder(join(data, 'bridge'));
  const unlock = await folder.lock();
  const browsers = new AllowedBrowsers(folder.file('allowed.json'), folder.file('allowed.json.unreadable'));
  const id = idOf({ program: CHROMIUM_ITSELF, extensionId: CHROMIUM_ID });
  await browsers.decide({ id, program: CHROMIUM_ITSELF, name: 'Chromium', decision: 'allowed', when: 0 });
  await unlock();
}

async function launch(
  { config, sites, env }: Rig,
  {
    profile = join(config, 'chromium'),
    extended = true,
  }: { readonly profile?: string; readonly extended?: boolean } = {},
): Promise<BrowserContext> {
  await mkdir(profile, { recursive: true });
  return launchChromium({ sites, profile, env, extensions: extended ? [extensionFolders.chromium] : [] });
}

/** Asks for a new passkey of this user; `called` is when, in milliseconds since the epoch. */
async function call(page: Page, user: number, selection: object) {
  const called = await page.evaluate(
    ({ number, authenticatorSelection }) => {
      const publicKey = {
        rp: { name: 'A site' },
        user: { id: Uint8Array.of(number), name: `ada-${number}`, displayName: 'Ada Lovelace' },
        challenge: crypto.getRandomValues(new Uint8Array(32)),
        pubKeyCredParams: [{ alg: -7, type: 'public-key' as const }],
        authenticatorSelection,
      };
      const began = performance.timeOrigin + performance.now();
      const answer = navigator.credentials.create({ publicKey });
      answer.catch(() => undefined);
      Object.assign(window, {
        made: answer.then((credential) => ({
          id: credential?.id ?? '',
          took: performance.timeOrigin + performance.now() - began,
        })),
      });
      return began;
    },
    { number: user, authenticatorSelection: selection },
  );
  const answer = page.evaluate(
    () =>
      (window as unknown as { readonly made: Promise<{ readonly id: string; readonly took: number }> }).made,
  );
  answer.catch(() => undefined);
  return { called, answer };
}

/** On this device, without a question where. */
async function create(page: Page, user: number): Promise<{ readonly id: string; readonly took: number }> {
  const { answer } = await call(page, user, { authenticatorAttachment: 'platform', residentKey: 'required' });
  return answer;
}

/** Milliseconds. */
async function use(page: Page, id: string): Promise<number> {
  return page.evaluate(async (known) => {
    const bytes = Uint8Array.from(atob(known.replaceAll('-', '+').replaceAll('_', '/')), (c) =>
      c.charCodeAt(0),
    );
    const began = performance.now();
    const credential = await navigator.credentials.get({
      publicKey: {
        challenge: crypto.getRandomValues(new Uint8Array(32)),
        allowCredentials: [{ type: 'public-key', id: bytes, transports: ['internal'] }],
      },
    });
    if (credential?.id !== known) throw new Error('another passkey was used');
    return performance.now() - began;
  }, id);
}

/** As soon as it can be done: a dialog that a page has opened is deaf at first. */
async function act(page: Page, what: object, state?: string): Promise<void> {
  await page.evaluate(
    async ({ wanted, name }) => {
      const { ceremony } = window as unknown as { readonly ceremony: CeremonyApi };
      for (;;) {
        const view = await ceremony.view();
        if (view && (name === undefined || view.state.name === name))
          if (await ceremony.act(view.id, wanted as Parameters<CeremonyApi['act']>[1])) return;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    { wanted: what, name: state },
  );
}

/** MiB, of the process in which Chromium runs extensions. */
async function extensionMemory(browser: BrowserContext): Promise<number> {
  const profile = browser.serviceWorkers().length;
  if (profile === 0) throw new Error('the worker of the extension does not run');
  let mebibytes = 0;
  for (const name of await readdir('/proc')) {
    const command = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '');
    if (command.includes('--extension-process')) mebibytes += await proportionalSetSize(Number(name));
  }
  return mebibytes;
}
