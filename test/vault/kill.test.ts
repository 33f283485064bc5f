/**
 * A program that saves passkeys is killed with SIGKILL at a random moment, again and again: while it opens the vault,
 * verifies the PIN, writes, renames. What it said was saved is there afterwards, and the vault opens, every time.
 *
 * Starting a program takes longer than everything else, so each saves into four vaults at once, none of which knows of
 * the others: 250 kills cut 1,000 loops off, each somewhere else. `LATCHKEY_KILLS=1000` kills as many programs.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { projectRoot } from '../../scripts/places.mjs';
import { KEYCHAIN_ACCOUNT } from '../../main/vault/keychain-item';
import { diskVault, type DiskPlace } from '../support/disk-vault';
import { MemoryKeychain, PIN } from '../support/memory-vault';
import { SeededRandom } from '../support/seeded-random';
import { numberOf, secrets } from '../support/vault-passkeys';

const KILLS = Number(process.env['LATCHKEY_KILLS'] ?? 250);
/** In one program. */
const VAULTS = 4;
/** Side by side: one program starts while another saves. */
const LANES = 2;
/** Then a lane takes new vaults: a big one is slow to save, and it is the moments that count. */
const KILLS_OF_ONE_VAULT = 25;
/** A program is killed when so many passkeys were saved, at most, … */
const MOST_SAVED = 12;
/** … and so many milliseconds have passed, at most: about as long as a save takes. */
const LONGEST = 4;

let folder: string;
let program: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-kill-'));
  program = join(folder, 'saving-program.cjs');
  await build({
    configFile: false,
    logLevel: 'warn',
    build: {
      outDir: folder,
      emptyOutDir: false,
      ssr: join(projectRoot, 'test/support/saving-program.ts'),
      rolldownOptions: { output: { format: 'cjs', entryFileNames: 'saving-program.cjs' } },
    },
    ssr: { noExternal: true },
  });
});

afterAll(() => rm(folder, { recursive: true }));

async function newPlace(name: string): Promise<DiskPlace> {
  const place = { path: join(folder, name), keychain: new MemoryKeychain() };
  const vault = diskVault(place, { pinWaits: [] });
  await vault.open();
  await vault.setUp({ pin: PIN });
  await vault.close();
  return place;
}

/** What is saved, and what the program was at: it may be there or not. */
interface Ledger {
  readonly saved: Set<number>;
  next: number;
}

interface Started {
  readonly child: ChildProcess;
  readonly lines: readonly string[];
  readonly ready: Promise<void>;
  /** Resolves when so many passkeys were saved, or something broke. */
  saved(count: number): Promise<void>;
  readonly over: Promise<unknown>;
}

function start(places: readonly DiskPlace[]): Started {
  const argv = places.flatMap(({ path, keychain }) => [path, keychain.items.get(KEYCHAIN_ACCOUNT)!]);
  const child = spawn(process.execPath, [program, PIN, ...argv], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout });
  const enough = async (isEnough: () => boolean): Promise<void> => {
    while (!isEnough() && !lines.some((line) => line.startsWith('broken'))) await once(reader, 'line');
  };
  reader.on('line', (line) => lines.push(line));
  return {
    child,
    lines,
    ready: enough(() => lines.includes('ready')),
    saved: (count) => enough(() => lines.filter((line) => line.startsWith('saved')).length >= count),
    over: Promise.all([once(child, 'exit'), once(reader, 'close')]),
  };
}

/** Lets it save, kills it, and compares what it said with the ledgers. @returns how many it saved */
async function killed(running: Started, ledgers: readonly Ledger[], random: SeededRandom): Promise<number> {
  const dice = (sides: number): number => ((random.bytes(1)[0] ?? 0) * sides) / 256;
  await running.ready;
  running.child.stdin!.write(`${ledgers.map(({ next }) => next).join(' ')}\n`);
  await running.saved(Math.floor(dice(MOST_SAVED + 1)));
  // A real program: nothing is waited for here, it is cut off somewhere.
  await new Promise((resolve) => setTimeout(resolve, dice(LONGEST)));
  running.child.kill('SIGKILL');
  await running.over;
  let saves = 0;
  for (const line of running.lines) {
    const [what, index, ...numbers] = line.split(' ');
    const ledger = ledgers[Number(index)]!;
    if (what === 'found') compare(numbers.map(Number), ledger);
    else if (what === 'saved') {
      saves++;
      ledger.saved.add(Number(numbers[0]));
      ledger.next = Number(numbers[0]) + 1;
    } else if (what !== 'ready') throw new Error(line);
  }
  return saves;
}

function compare(found: readonly number[], ledger: Ledger): void {
  const missing = [...ledger.saved].filter((number) => !found.includes(number));
  expect(missing, 'saved, but gone').toEqual([]);
  // The one that was being saved when it was killed.
  expect(found.filter((number) => !ledger.saved.has(number) && number !== ledger.next)).toEqual([]);
  if (found.includes(ledger.next)) ledger.saved.add(ledger.next++);
}

/** @returns how many passkeys were saved between the kills */
async function lane(name: number, kills: number): Promise<number> {
  const random = new SeededRandom(`lane ${name}`);
  const each = Array.from({ length: VAULTS }, (_, index) => index);
  let saves = 0;
  for (let done = 0; done < kills; done += KILLS_OF_ONE_VAULT) {
    const places = await Promise.all(each.map((index) => newPlace(`${name}-${done}-${index}`)));
    const ledgers: Ledger[] = each.map(() => ({ saved: new Set(), next: 0 }));
    const rounds = Math.min(KILLS_OF_ONE_VAULT, kills - done);
    let next = start(places);
    for (let round = 1; round <= rounds; round++) {
      const running = next;
      await running.ready;
      if (round < rounds) next = start(places);
      saves += await killed(running, ledgers, random);
    }
    for (const index of each) await lookAt(places[index]!, ledgers[index]!);
  }
  return saves;
}

/** The vault opens here as well, with every passkey that was saved, and every private key. */
async function lookAt(place: DiskPlace, ledger: Ledger): Promise<void> {
  const vault = diskVault(place, { pinWaits: [] });
  await vault.open();
  compare(
    vault.passkeys.map(({ credential }) => numberOf(credential)),
    ledger,
  );
  await vault.verifyPin(PIN);
  for (const { credential } of vault.passkeys)
    expect((await vault.storage.credentials.secretsOf(credential.id))?.privateKey).toEqual(
      secrets(numberOf(credential)).privateKey,
    );
  await vault.close();
}

// On Windows starting so many programs takes minutes.
test.skipIf(process.platform === 'win32')(
  'however often and whenever it is killed, the vault opens and has every passkey that was acknowledged',
  async () => {
    const saves = await Promise.all(Array.from({ length: LANES }, (_, name) => lane(name, KILLS / LANES)));
    // It was the saving that was cut off.
    expect(saves.reduce((sum, each) => sum + each)).toBeGreaterThan(KILLS * 4);
  },
  900_000,
);
