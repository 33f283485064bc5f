/** How quickly the window is there, and what it weighs, against a bare Electron window in the same run. */
import { join } from 'node:path';
import { projectRoot } from '../../scripts/places.mjs';
import { startProgram } from '../electron-program';
import { median, type Figure } from '../statistics';
import { buildFilledProgram } from './filled-program';

const ROUNDS = 9;
const PASSKEYS = 1000;

interface Sample {
  /** Milliseconds from spawning to the first contentful paint. */
  readonly firstPaint: number;
  /** Milliseconds from spawning to the frame with the first rows of the list. */
  readonly listPaint?: number;
  /** MiB. */
  readonly memory: number;
}

export async function measureWindow(electron: string): Promise<readonly Figure[]> {
  const filled = await buildFilledProgram();
  const programs = {
    bare: { app: join(projectRoot, 'bench/window/bare'), env: {}, list: false },
    app: { app: projectRoot, env: {}, list: false },
    filled: { app: filled, env: { LATCHKEY_BENCH_PASSKEYS: String(PASSKEYS) }, list: true },
  };
  const samples: Record<keyof typeof programs, Sample[]> = { bare: [], app: [], filled: [] };
  // Taken in turns, so that a slow moment of the machine meets all of them. The first round only warms the caches.
  for (let round = 0; round <= ROUNDS; round++)
    for (const name of ['bare', 'app', 'filled'] as const) {
      const sample = await sampleOf(electron, programs[name]);
      if (round > 0) samples[name].push(sample);
    }
  const middle = (name: keyof typeof programs, what: keyof Sample): number =>
    median(samples[name].map((sample) => sample[what] ?? NaN));
  const bare = { paint: middle('bare', 'firstPaint'), memory: middle('bare', 'memory') };
  const ms = (value: number): string => `${value.toFixed(0)} ms`;
  const mib = (value: number): string => `${value.toFixed(0)} MiB`;
  return [
    {
      name: 'window, spawn to first contentful paint',
      value: middle('app', 'firstPaint') / bare.paint,
      unit: '×',
      limit: 1.25,
      note: `${ms(middle('app', 'firstPaint'))} against ${ms(bare.paint)} of a bare window, medians of ${ROUNDS}`,
    },
    {
      name: `window, spawn to a painted list of ${PASSKEYS} passkeys`,
      value: middle('filled', 'listPaint') / bare.paint,
      unit: '×',
      limit: 1.5,
      note: `${ms(middle('filled', 'listPaint'))} against ${ms(bare.paint)}`,
    },
    {
      name: 'window, memory (sum of PSS)',
      value: middle('app', 'memory') / bare.memory,
      unit: '×',
      limit: 1.15,
      note: `${mib(middle('app', 'memory'))} against ${mib(bare.memory)}; with ${PASSKEYS} passkeys ${mib(middle('filled', 'memory'))}`,
    },
  ];
}

async function sampleOf(
  electron: string,
  { app, env, list }: { readonly app: string; readonly env: Record<string, string>; readonly list: boolean },
): Promise<Sample> {
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
function firstContentfulPaint(): Promise<number> {
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
