/** The software authenticator with ten thousand passkeys against the same with ten, and how saving them holds others up. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { configure } from '../main/authenticator/configuration';
import { newKeyState, type KeyState } from '../main/authenticator/key-state';
import { withPasskeys } from '../main/authenticator/provision';
import { ScriptedPresence } from '../main/authenticator/scripted-presence';
import { SimulatedKey } from '../main/authenticator/simulated-key';
import { SystemClock } from '../native/clock';
import { AtomicFile } from '../native/files/atomic-file';
import { SystemRandom } from '../native/random';
import { median, percentile, type Figure } from './statistics';

const MANY = 10_000;
const FEW = 10;
const ROUNDS = 400;
const WARM_UP = 50;

const clock = new SystemClock();
const random = new SystemRandom();
const clientDataHash = random.bytes(32);
const ES256 = { alg: -7, type: 'public-key' };

const site = (index: number): string => `site${index}.example`;

/** So many ES256 passkeys on sites of their own. They share their key pair: making ten thousand takes too long. */
function crowded(count: number): KeyState {
  const empty = newKeyState(configure('2.1', { capacity: MANY + ROUNDS + WARM_UP }), random);
  const [made] = withPasskeys(empty, [{ rpId: site(0), userName: 'user@example.com' }], random).credentials;
  if (!made) throw new Error('no passkey was made');
  const credentials = Array.from({ length: count }, (_, index) => ({
    ...made,
    credential: { ...made.credential, id: random.bytes(32), rp: { id: site(index), name: `Site ${index}` } },
  }));
  return { ...empty, credentials };
}

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

export async function measureEngine(): Promise<readonly Figure[]> {
  const keyOf = (state: KeyState): Promise<SimulatedKey> =>
    SimulatedKey.open({ clock, random, presence: new ScriptedPresence(), state });
  const [many, few] = [await keyOf(crowded(MANY)), await keyOf(crowded(FEW))];

  const use = (key: SimulatedKey, round: number): Promise<unknown> => {
    const { credentials } = key.snapshot();
    const { id, rp } = credentials[(round * 7919) % credentials.length]!.credential;
    // Every other site names its credential.
    const allowList = round % 2 === 0 ? {} : { allowList: [{ id, type: 'public-key' }] };
    return key.authenticator.getAssertion({ rpId: rp.id, clientDataHash, ...allowList });
  };
  const create = (round: number): Promise<unknown> =>
    many.authenticator.makeCredential({
      clientDataHash,
      rp: { id: site(round) },
      user: { id: random.bytes(16) },
      pubKeyCredParams: [ES256],
      options: { rk: true },
    });

  const assertions = { many: [] as number[], few: [] as number[] };
  const creations: number[] = [];
  // Turn and turn about, so that both meet the same weather.
  for (let round = 0; round < WARM_UP + ROUNDS; round++) {
    const withMany = await milliseconds(() => use(many, round));
    const withFew = await milliseconds(() => use(few, round));
    const created = await milliseconds(() => create(round));
    if (round < WARM_UP) continue;
    assertions.many.push(withMany);
    assertions.few.push(withFew);
    creations.push(created);
  }

  const saving = await measureSaving();
  const middle = median(assertions.many);
  return [
    {
      name: `engine, getAssertion with ${MANY} passkeys`,
      value: middle,
      unit: 'ms',
      limit: 3,
      note: `median of ${ROUNDS}; 95th percentile ${percentile(assertions.many, 0.95).toFixed(2)} ms; ES256, half of them with an allowList`,
    },
    {
      name: `engine, getAssertion with ${MANY} passkeys against ${FEW}`,
      value: middle / median(assertions.few),
      unit: '×',
      limit: 1.5,
      note: `${median(assertions.few).toFixed(2)} ms with ${FEW}, in the same run`,
    },
    {
      name: `engine, makeCredential beside ${MANY} passkeys`,
      value: median(creations),
      unit: 'ms',
      limit: 5,
      note: `median of ${ROUNDS}; 95th percentile ${percentile(creations, 0.95).toFixed(2)} ms; discoverable ES256 with self attestation`,
    },
    ...saving,
  ];
}

/** A key whose file holds {@link MANY} passkeys: the first change after it was opened, and those that follow. */
async function measureSaving(): Promise<readonly Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-bench-'));
  try {
    const file = new AtomicFile(join(folder, 'key.json'));
    await SimulatedKey.open({ clock, random, presence: new ScriptedPresence(), file, state: crowded(MANY) });
    const key = await SimulatedKey.open({ clock, random, presence: new ScriptedPresence(), file });
    const change = (round: number): Promise<unknown> =>
      key.authenticator.makeCredential({
        clientDataHash,
        rp: { id: `new${round}.example` },
        user: { id: random.bytes(16) },
        pubKeyCredParams: [ES256],
        options: { rk: true },
      });
    const delay = monitorEventLoopDelay({ resolution: 1 });
    const observed = async (work: () => Promise<void>): Promise<{ took: number; heldUp: number }> => {
      delay.reset();
      delay.enable();
      const took = await milliseconds(work);
      delay.disable();
      return { took, heldUp: delay.max / 1e6 };
    };
    const first = await observed(async () => {
      await change(0);
    });
    const later: number[] = [];
    const others = await observed(async () => {
      for (let round = 1; round <= 20; round++) later.push(await milliseconds(() => change(round)));
    });
    const figure = (name: string, heldUp: number, note: string): Figure => ({
      name: `state file of ${MANY} passkeys, longest that ${name} holds others up`,
      value: heldUp,
      unit: 'ms',
      limit: Infinity,
      note,
    });
    return [
      figure('the first change', first.heldUp, `the change took ${first.took.toFixed(0)} ms`),
      figure('20 more', others.heldUp, `a change took ${median(later).toFixed(0)} ms, disk included`),
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}
