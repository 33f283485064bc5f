/** How quickly the window is there, and what it weighs, against a bare Electron window in the same run. */
import { join } from 'node:path';
import { projectRoot } from '../../scripts/places.mjs';
import { missingSecretService } from '../../test/support/secret-service';
import { startProgram } from '../electron-program';
import { median, type Figure } from '../statistics';
import { buildFilledProgram } from './filled-program';
import { makeVaultOnDisk, type VaultOnDisk } from './vault-on-disk';

const ROUNDS = 25;
const PASSKEYS = 1000;

interface Sample {
  /** Milliseconds from spawning to the first contentful paint. */
  readonly firstPaint: number;
  /** Milliseconds from spawning to the frame with the first rows of the list. */
  readonly listPaint?: number;
  /** MiB. */
  readonly memory: number;
}

interface Program {
  /** The folder of its package.json. */
  readonly app: string;
  readonly env: Readonly<Record<string, string>>;
  /** It is a marked one, and shows passkeys. */
  readonly list: boolean;
}

export async function measureWindow(electron: string): Promise<readonly Figure[]> {
  const missing = missingSecretService();
  if (missing !== undefined) console.log(`     window with a vault: not measured, ${missing}`);
  const vault = missing === undefined ? await makeVaultOnDisk(PASSKEYS) : undefined;
  try {
    return await measure(electron, vault);
  } finally {
    await vault?.remove();
  }
}

async function measure(electron: string, vault: VaultOnDisk | undefined): Promise<readonly Figure[]> {
  const marked = (main: string, env: Program['env']): Program => ({
    app: join(projectRoot, 'bench/window/marked'),
    env: { LATCHKEY_BENCH_MAIN: main, ...env },
    list: true,
  });
  const programs = {
    bare: { app: join(projectRoot, 'bench/window/bare'), env: {}, list: false },
    app: { app: projectRoot, env: {}, list: false },
    filled: marked(join(await buildFilledProgram(), 'main.cjs'), {
      LATCHKEY_BENCH_PASSKEYS: String(PASSKEYS),
    }),
    ...(vault && {
      vault: marked(join(projectRoot, 'out/main/index.js'), { LATCHKEY_BENCH_DATA: vault.folder }),
    }),
  };
  type Name = 'bare' | 'app' | 'filled' | 'vault';
  const samples: Record<Name, Sample[]> = { bare: [], app: [], filled: [], vault: [] };
  // Taken in turns, so that a slow moment of the machine meets all of them. The first round only warms the caches.
  for (let round = 0; round <= ROUNDS; round++)
    for (const [name, program] of Object.entries(programs)) {
      // The bus is there for all: Chromium talks to one, too.
      const sample = await sampleOf(electron, { ...program, env: { ...vault?.env, ...program.env } });
      if (round > 0) samples[name as Name].push(sample);
    }
  const middle = (name: Name, what: keyof Sample): number =>
    median(samples[name].map((sample) => sample[what] ?? NaN));
  const bare = { paint: middle('bare', 'firstPaint'), memory: middle('bare', 'memory') };
  const ms = (value: number): string => `${value.toFixed(0)} ms`;
  const mib = (value: number): string => `${value.toFixed(0)} MiB`;
  const firstPaint = (name: Name, what: string): Figure => ({
    name: `${what}, spawn to first contentful paint`,
    value: middle(name, 'firstPaint') / bare.paint,
    unit: '×',
    limit: 1.25,
    note: `${ms(middle(name, 'firstPaint'))} against ${ms(bare.paint)} of a bare window, medians of ${ROUNDS}`,
  });
  const listPaint = (name: Name, what: string): Figure => ({
    name: `${what}, spawn to a painted list of ${PASSKEYS} passkeys`,
    value: middle(name, 'listPaint') / bare.paint,
    unit: '×',
    limit: 1.5,
    note: `${ms(middle(name, 'listPaint'))} against ${ms(bare.paint)}`,
  });
  const inVault = 'window with a vault that gnome-keyring seals';
  return [
    firstPaint('app', 'window'),
    listPaint('filled', 'window'),
    ...(vault ? [firstPaint('vault', inVault), listPaint('vault', inVault)] : []),
    {
      name: 'window, memory (sum of PSS)',
      value: middle('app', 'memory') / bare.memory,
      unit: '×',
      limit: 1.15,
      note: `${mib(middle('app', 'memory'))} against ${mib(bare.memory)}; with ${PASSKEYS} passkeys ${mib(middle('filled', 'memory'))}`,
    },
  ];
}

async function sampleOf(electron: string, { app, env, list }: Program): Promise<Sample> {
  const program = await startProgram(electron, app, env);
  try {
    const { page, spawned } = program;
    const firstPaint = (await page.evaluate(firstContentfulPaint)) - spawned;
    const listPaint = list ? (await page.evaluate(rowsPainted)) - spawned : undefined;
    await page.waitForLoadState('networkidle');
    return { firstPaint, ...(listPaint !== undefined && { listPaint }), memory: await program.memory() };
  } finally {
    await program.end();
  }
}

/** In the page: when it was, in milliseconds since the epoch. */
export function firstContentfulPaint(): Promise<number> {
  return new Promise((resolve) => {
    new PerformanceObserver((entries) => {
      const [entry] = entries.getEntriesByName('first-contentful-paint');
      if (entry) resolve(performance.timeOrigin + entry.startTime);
    }).observe({ type: 'paint', buffered: true });
  });
}

/** In the page: when mark-rows.cjs saw the first rows painted. */
function rowsPainted(): Promise<number> {
  return new Promise((resolve) => {
    new PerformanceObserver((entries) => {
      const [entry] = entries.getEntriesByName('passkeys-painted');
      if (entry) resolve(performance.timeOrigin + entry.startTime);
    }).observe({ type: 'mark', buffered: true });
  });
}
