/**
 * The vault with ten thousand passkeys: opening and listing it, one save, and one sign-in, on a real disk; and how they
 * grow from a hundred. scrypt is cheap here: its cost is chosen, half a second for whoever types a PIN or a passphrase.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { PlatformAuthenticator } from '../main/authenticator/fronts/platform';
import type { Vault } from '../main/vault/vault';
import { SystemClock } from '../native/clock';
import { DiskFolder } from '../native/files/private-folder';
import { SystemRandom } from '../native/random';
import { diskVault, type DiskPlace } from '../test/support/disk-vault';
import { fillVault } from '../test/support/filled-vault';
import { MemoryKeychain, PIN } from '../test/support/memory-vault';
import { add } from '../test/support/vault-passkeys';
import { median, percentile, type Figure } from './statistics';

const MANY = 10_000;
const FEW = 100;
const OPENINGS = 15;
const SAVES = 40;
const SIGN_INS = 200;

async function filled(folder: string, count: number): Promise<DiskPlace> {
  const place = { path: join(folder, `of-${count}`), keychain: new MemoryKeychain() };
  const vault = diskVault(place);
  await vault.open();
  await vault.setUp({ pin: PIN });
  await vault.close();
  await fillVault({ folder: new DiskFolder(place.path), keychain: place.keychain }, PIN, count);
  return place;
}

/** Until the list is there. @returns milliseconds */
async function opening(place: DiskPlace, count: number): Promise<number> {
  const vault = diskVault(place);
  const began = performance.now();
  await vault.open();
  const listed = vault.passkeys.length;
  const took = performance.now() - began;
  await vault.close();
  if (listed !== count) throw new Error(`${listed} passkeys instead of ${count}`);
  return took;
}

async function saving(vault: Vault, number: number): Promise<number> {
  const began = performance.now();
  await add(vault, number);
  return performance.now() - began;
}

/** The authenticator of this device, with somebody who has given the PIN before and shows a finger at once. */
function authenticatorOf(vault: Vault): PlatformAuthenticator {
  return new PlatformAuthenticator({
    clock: new SystemClock(),
    random: new SystemRandom(),
    storage: vault.storage,
    user: {
      verify: async () => {
        vault.reopen();
        return 'verified';
      },
      endCeremony: () => vault.endCeremony(),
    },
    onUsed: (id) => vault.markUsed(id),
  });
}

async function signIn(device: PlatformAuthenticator, vault: Vault, round: number): Promise<number> {
  const { id, rp } = vault.passkeys[(round * 7919) % vault.passkeys.length]!.credential;
  const began = performance.now();
  await device.getAssertion({
    rpId: rp.id,
    clientDataHash: new Uint8Array(32),
    // Every other site names its credential.
    ...(round % 2 === 1 && { allowList: [{ id, type: 'public-key' }] }),
  });
  return performance.now() - began;
}

export async function measureVault(): Promise<readonly Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-bench-'));
  try {
    const [many, few] = [await filled(folder, MANY - SAVES), await filled(folder, FEW)];
    const openings = { many: [] as number[], few: [] as number[] };
    const held = monitorEventLoopDelay({ resolution: 1 });
    // Turn and turn about, so that both meet the same weather.
    for (let round = 0; round < OPENINGS; round++) {
      held.enable();
      openings.many.push(await opening(many, MANY - SAVES));
      held.disable();
      openings.few.push(await opening(few, FEW));
    }
    const vaults = { many: diskVault(many), few: diskVault(few) };
    const saves = { many: [] as number[], few: [] as number[] };
    for (const vault of Object.values(vaults)) {
      await vault.open();
      await vault.verifyPin(PIN);
    }
    for (let round = 0; round < SAVES; round++) {
      saves.many.push(await saving(vaults.many, MANY + round));
      saves.few.push(await saving(vaults.few, MANY + round));
    }
    for (const vault of Object.values(vaults)) vault.endCeremony();
    const devices = { many: authenticatorOf(vaults.many), few: authenticatorOf(vaults.few) };
    const signIns = { many: [] as number[], few: [] as number[] };
    for (let round = 0; round < SIGN_INS; round++) {
      signIns.many.push(await signIn(devices.many, vaults.many, round));
      signIns.few.push(await signIn(devices.few, vaults.few, round));
    }
    for (const vault of Object.values(vaults)) await vault.close();
    return [
      ...both('open and list', openings, 400, `${OPENINGS}, scrypt not counted`),
      {
        name: `vault, longest that it holds others up in one of ${OPENINGS}`,
        value: held.max / 1e6,
        unit: 'ms',
        limit: Infinity,
        note: `99 of 100 moments below ${(held.percentile(99) / 1e6).toFixed(0)} ms; the first opening ${openings.many[0]?.toFixed(0)} ms`,
      },
      ...both('save one', saves, 100, `${SAVES}, disk included`),
      ...both('getAssertion without the human', signIns, 10, `${SIGN_INS}, ES256`),
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** What it takes with many passkeys, in milliseconds, and how it has grown from few, in the same run. */
function both(
  what: string,
  times: { readonly many: readonly number[]; readonly few: readonly number[] },
  limit: number,
  note: string,
): readonly Figure[] {
  const [many, few] = [median(times.many), median(times.few)];
  return [
    {
      name: `vault of ${MANY} passkeys, ${what}`,
      value: many,
      unit: 'ms',
      limit,
      note: `median of ${note}; 95th percentile ${percentile(times.many, 0.95).toFixed(1)} ms`,
    },
    {
      name: `vault of ${MANY} passkeys against one of ${FEW}, ${what}`,
      value: many / few,
      unit: '×',
      limit: Infinity,
      note: `${few.toFixed(2)} ms with ${FEW}; a hundred times as many passkeys`,
    },
  ];
}
