/**
 * The dialog of a ceremony: from the request over the control socket to the painted dialog in the real app, and what many of them
 * leave behind. Somebody takes every one away again at once.
 */
import type { Page } from 'playwright';
import { SystemRandom } from '../native/random';
import type { CeremonyApi } from '../preload/ceremony-contract';
import { projectRoot } from '../scripts/places.mjs';
import { missingSecretService } from '../test/support/secret-service';
import { connectedTo } from './control';
import { startProgram, type RunningProgram } from './electron-program';
import { paintedWith } from './painted';
import { median, percentile, type Figure } from './statistics';
import { makeVaultOnDisk, type VaultOnDisk } from './window/vault-on-disk';

const CEREMONIES = 500;
/** Before the memory is looked at for the first time: until then, code is compiled and caches fill. */
const WARM = 200;
const PASSKEYS = 100;

export async function measureDialog(electron: string): Promise<readonly Figure[]> {
  const missing = missingSecretService();
  if (missing !== undefined) {
    console.log(`     dialog: not measured, ${missing}`);
    return [];
  }
  const vault = await makeVaultOnDisk(PASSKEYS);
  try {
    const program = await startProgram(electron, projectRoot, vault.env, ['--data-folder', vault.folder]);
    try {
      return await measure(program, vault);
    } finally {
      await program.end();
    }
  } finally {
    await vault.remove();
  }
}

async function measure(program: RunningProgram, { folder }: VaultOnDisk): Promise<readonly Figure[]> {
  const client = await connectedTo(folder);
  let number = 0;
  const request = () => {
    const origin = `https://site-${number++}.example`;
    const asked = { kind: 'create', origin, options: JSON.stringify(optionsOf(number)) } as const;
    return { origin, began: now(), answer: client.service.webauthn(asked) };
  };
  // The window is made for the first, which nobody answers until it can be looked at.
  const first = request();
  const page = await program.laterPage('ceremony.html');
  const firstTook = (await paintedWith(page, first.origin)) - first.began;
  await cancel(page);
  await first.answer;
  const took: number[] = [];
  let memory = 0;
  while (number < CEREMONIES) {
    const { origin, began, answer } = request();
    took.push((await paintedWith(page, origin)) - began);
    await cancel(page);
    const { error } = await answer;
    if (error?.name !== 'NotAllowedError') throw new Error(`ceremony ${number} was lost`);
    if (number === WARM) memory = await program.memory();
  }
  const after = await program.memory();
  client.close();
  return [
    {
      name: 'dialog, request to painted',
      value: median(took),
      unit: 'ms',
      limit: 120,
      note: `median of ${took.length} with the app running; 95th percentile ${percentile(took, 0.95).toFixed(0)} ms; the first, whose window is made, at most ${firstTook.toFixed(0)} ms`,
    },
    {
      name: `dialog, memory after ${CEREMONIES} ceremonies against that after ${WARM}`,
      value: after / memory,
      unit: '×',
      limit: 1.1,
      note: `${after.toFixed(0)} MiB against ${memory.toFixed(0)} MiB (sum of PSS); all ${CEREMONIES} were answered`,
    },
  ];
}

function optionsOf(number: number) {
  return {
    rp: { name: 'A site' },
    user: { id: 'AAAA', name: `ada-${number}`, displayName: 'Ada Lovelace' },
    challenge: Buffer.from(new SystemRandom().bytes(32)).toString('base64url'),
    pubKeyCredParams: [{ alg: -7, type: 'public-key' }],
  };
}

async function cancel(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const { ceremony } = window as unknown as { readonly ceremony: CeremonyApi };
    const view = await ceremony.view();
    if (view) await ceremony.act(view.id, { act: 'cancel' });
  });
}

function now(): number {
  return performance.timeOrigin + performance.now();
}
