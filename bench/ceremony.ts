/**
 * Saving and using passkeys on this device, from the request to the answer, with somebody who decides at once: a real disk, the
 * whole ceremony, no window. The finger that re-opens the vault answers at once, so scrypt has no part in it.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Ceremony } from '../main/ceremony/ceremony';
import { CeremonyDesk } from '../main/ceremony/ceremony-desk';
import { noKeys } from '../main/ceremony/key-source';
import { ThisDevice } from '../main/ceremony/this-device';
import { parseCaller } from '../main/webauthn/origin';
import { SystemClock } from '../native/clock';
import { SystemRandom } from '../native/random';
import { diskVault } from '../test/support/disk-vault';
import { MemoryKeychain, PIN } from '../test/support/memory-vault';
import type { Vault } from '../main/vault/vault';
import { median, percentile, type Figure } from './statistics';

const RP_ID = 'example.org';
const CEREMONIES = 500;
/** Before the heap is looked at for the first time. */
const WARM = 100;

export async function measureCeremony(): Promise<readonly Figure[]> {
  const path = await mkdtemp(join(tmpdir(), 'latchkey-bench-'));
  const vault = diskVault({ path: join(path, 'vault'), keychain: new MemoryKeychain() });
  try {
    await vault.open();
    await vault.setUp({ pin: PIN });
    return await measure(vault);
  } finally {
    await vault.close();
    await rm(path, { recursive: true });
  }
}

async function measure(vault: Vault): Promise<readonly Figure[]> {
  const desk = deskOver(vault);
  const took = { create: [] as number[], get: [] as number[] };
  let heap = 0;
  for (let round = 0; round < CEREMONIES; round++) {
    // A list that grows is no leak: each passkey goes again, but the one that is used.
    if (vault.passkeys.length > 1) {
      const ids = vault.passkeys.slice(1).map(({ credential }) => credential.id);
      await vault.remove(ids);
      await vault.purge(ids);
    }
    const kind = round % 2 === 0 ? 'create' : 'get';
    const began = performance.now();
    const result = await ceremony(desk, kind);
    took[kind].push(performance.now() - began);
    if (result.is !== 'created' && result.is !== 'used')
      throw new Error(`ceremony ${round} was lost: ${JSON.stringify(result)}`);
    if (round === WARM) heap = heapUsed();
  }
  const figure = (kind: 'create' | 'get'): Figure => ({
    name: `ceremony, ${kind} on this device without the human`,
    value: median(took[kind]),
    unit: 'ms',
    limit: 30,
    note: `median of ${took[kind].length}, request to answer; 95th percentile ${percentile(took[kind], 0.95).toFixed(1)} ms`,
  });
  const mib = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  const after = heapUsed();
  return [
    figure('create'),
    figure('get'),
    {
      name: `ceremony, heap after ${CEREMONIES} against that after ${WARM}`,
      value: after / heap,
      unit: '×',
      limit: 1.1,
      note: `${mib(after)} against ${mib(heap)}; all ${CEREMONIES} were answered`,
    },
  ];
}

function deskOver(vault: Vault): CeremonyDesk {
  const clock = new SystemClock();
  const random = new SystemRandom();
  return new CeremonyDesk({
    clock,
    random,
    related: { includes: async () => false },
    keys: noKeys,
    device: new ThisDevice({
      vault,
      clock,
      random,
      saves: () => true,
      biometrics: { name: 'a finger', available: async () => true, verify: async () => 'verified' },
    }),
  });
}

function ceremony(desk: CeremonyDesk, kind: 'create' | 'get'): Ceremony['result'] {
  const random = new SystemRandom();
  const around = {
    caller: parseCaller({ origin: `https://${RP_ID}` }),
    hasOwnDialog: false,
    only: 'device',
  } as const;
  const challenge = random.bytes(32);
  const user = { id: random.bytes(16), name: 'ada', displayName: 'Ada Lovelace' };
  const begun = desk.begin(
    kind === 'create'
      ? {
          kind,
          ...around,
          options: {
            rp: { id: RP_ID, name: RP_ID },
            user,
            challenge,
            pubKeyCredParams: [{ alg: -7, type: 'public-key' }],
            authenticatorSelection: { residentKey: 'required' },
          },
        }
      : { kind, ...around, options: { challenge, rpId: RP_ID } },
    { caller: 'bench' },
  );
  begun.onChange(() => decide(begun));
  decide(begun);
  return begun.result;
}

/** What somebody does who takes the first that is offered. */
function decide(ceremony: Ceremony): void {
  const { state } = ceremony.view;
  if (state.name === 'choose-place') ceremony.act({ act: 'choose-place', place: 'device' });
  if (state.name === 'choose-account')
    ceremony.act({ act: 'choose-account', account: state.accounts[0]?.id ?? '' });
  if (state.name === 'saved') ceremony.act({ act: 'done' });
  if (state.name === 'trouble') ceremony.act({ act: 'cancel' });
  if (state.name === 'device-pin') ceremony.act({ act: 'enter-pin', pin: PIN });
}

function heapUsed(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  return process.memoryUsage().heapUsed;
}
