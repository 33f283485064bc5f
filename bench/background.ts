/**
 * The app when a browser has to start it: from spawning to where it serves, and to the painted dialog of a request that waited for it,
 * against a bare Electron window in the same run.
 */
import { join } from 'node:path';
import { projectRoot } from '../scripts/places.mjs';
import { missingSecretService } from '../test/support/secret-service';
import { connectedTo } from './control';
import { startProgram } from './electron-program';
import { median, type Figure } from './statistics';
import { firstContentfulPaint } from './window/measure';
import { makeVaultOnDisk, type VaultOnDisk } from './window/vault-on-disk';

const ROUNDS = 9;
const PASSKEYS = 100;

interface Sample {
  /** Milliseconds from spawning. */
  readonly serves: number;
  readonly painted: number;
}

export async function measureBackground(electron: string): Promise<readonly Figure[]> {
  const missing = missingSecretService();
  if (missing !== undefined) {
    console.log(`     start in the background: not measured, ${missing}`);
    return [];
  }
  const vault = await makeVaultOnDisk(PASSKEYS);
  try {
    const bare: number[] = [];
    const samples: Sample[] = [];
    // Taken in turns, so that a slow moment of the machine meets both. The first round only warms the caches.
    for (let round = 0; round <= ROUNDS; round++) {
      const baseline = await bareWindow(electron, vault);
      const sample = await sampleOf(electron, vault);
      if (round === 0) continue;
      bare.push(baseline);
      samples.push(sample);
    }
    const serves = samples.map((sample) => sample.serves);
    const painted = samples.map((sample) => sample.painted);
    const ms = (value: number): string => `${value.toFixed(0)} ms`;
    return [
      {
        name: 'start in the background, spawn to a painted dialog',
        value: median(painted) / median(bare),
        unit: '×',
        limit: 1.75,
        note: `${ms(median(painted))} against ${ms(median(bare))} of a bare window, medians of ${ROUNDS}; it serves after ${ms(median(serves))}`,
      },
    ];
  } finally {
    await vault.remove();
  }
}

async function bareWindow(electron: string, { env }: VaultOnDisk): Promise<number> {
  const program = await startProgram(electron, join(projectRoot, 'bench/window/bare'), env);
  try {
    return (await program.page.evaluate(firstContentfulPaint)) - program.spawned;
  } finally {
    await program.end();
  }
}

async function sampleOf(electron: string, { folder, env }: VaultOnDisk): Promise<Sample> {
  const marked = {
    ...env,
    LATCHKEY_BENCH_MAIN: join(projectRoot, 'out/main/index.js'),
    LATCHKEY_BENCH_DATA: folder,
    LATCHKEY_BENCH_MARK: 'dialog',
  };
  const starting = startProgram(electron, join(projectRoot, 'bench/window/marked'), marked, ['--background']);
  const client = await connectedTo(folder);
  const served = performance.timeOrigin + performance.now();
  const answer = client.service.webauthn({
    kind: 'create',
    origin: 'https://a.example',
    options: JSON.stringify({
      rp: { name: 'A site' },
      user: { id: 'AAAA', name: 'ada', displayName: 'Ada Lovelace' },
      challenge: 'AAAAAAAAAAAAAAAAAAAAAA',
      pubKeyCredParams: [{ alg: -7, type: 'public-key' }],
    }),
  });
  // Nobody answers: it ends with the program.
  answer.catch(() => undefined);
  const program = await starting;
  try {
    const painted = await program.page.evaluate(dialogPainted);
    return { serves: served - program.spawned, painted: painted - program.spawned };
  } finally {
    client.close();
    await program.end();
  }
}

/** In the page: when mark-dialog.cjs saw the dialog painted, in milliseconds since the epoch. */
function dialogPainted(): Promise<number> {
  return new Promise((resolve) => {
    new PerformanceObserver((entries) => {
      const [entry] = entries.getEntriesByName('dialog-painted');
      if (entry) resolve(performance.timeOrigin + entry.startTime);
    }).observe({ type: 'mark', buffered: true });
  });
}
