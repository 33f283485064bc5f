/** How much time the client itself takes to list a full key, over the link within one process. */
import { SoftHidBus } from '../main/authenticator/fronts/soft-hid-bus';
import { SoftHidKey } from '../main/authenticator/fronts/soft-hid-key';
import { ScriptedPresence } from '../main/authenticator/scripted-presence';
import { SimulatedKey } from '../main/authenticator/simulated-key';
import { SystemClock } from '../native/clock';
import { SystemRandom } from '../native/random';
import { FEWEST_ROUND_TRIPS, fullKey, PASSKEYS, PIN, SITES } from './full-key';
import { listEverything } from './list-key';
import { median, percentile, type Figure } from './statistics';

const ROUNDS = 5;

export async function measureListing(): Promise<readonly Figure[]> {
  const clock = new SystemClock();
  const random = new SystemRandom();
  const state = fullKey(random);
  const key = await SimulatedKey.open({ clock, random, presence: new ScriptedPresence(), state });
  const handling = observe(key);
  const bus = new SoftHidBus();
  const device = bus.plug(new SoftHidKey(key));

  const client: number[] = [];
  const keys: number[] = [];
  let roundTrips = 0;
  // The first round only warms up.
  for (let round = 0; round <= ROUNDS; round++) {
    handling.length = 0;
    const began = performance.now();
    const listed = await listEverything(bus, device, { clock, random }, PIN);
    const ended = performance.now();
    if (listed.length !== PASSKEYS) throw new Error(`${listed.length} passkeys were listed`);
    roundTrips = handling.length;
    if (round === 0) continue;
    // What passes while the key has nothing to do: the client, the link, and CTAPHID at both of its ends.
    client.push(...handling.map(({ from }, index) => from - (handling[index - 1]?.to ?? began)));
    keys.push(...handling.map(({ from, to }) => to - from));
    // The last answer still has to be read.
    client.push(ended - (handling.at(-1)?.to ?? ended));
  }
  return [
    {
      name: `listing ${PASSKEYS} passkeys over ${SITES} sites, the client's own time per round trip`,
      value: median(client),
      unit: 'ms',
      limit: 0.5,
      note: `median of ${client.length}, link and CTAPHID at both ends included; 95th percentile ${percentile(client, 0.95).toFixed(2)} ms; the simulated key itself ${median(keys).toFixed(2)} ms, not counted`,
    },
    {
      name: 'listing, round trips against the fewest possible',
      value: roundTrips / FEWEST_ROUND_TRIPS,
      unit: '×',
      limit: 1,
      note: `${roundTrips} of ${FEWEST_ROUND_TRIPS}: getInfo, key agreement, token, metadata, one per site, one per passkey`,
    },
  ];
}

interface Handling {
  readonly from: number;
  readonly to: number;
}

/** When the key worked on each request, in milliseconds. */
function observe(key: SimulatedKey): Handling[] {
  const seen: Handling[] = [];
  const handle = key.handle.bind(key);
  key.handle = async (request, options) => {
    const from = performance.now();
    const answer = await handle(request, options);
    seen.push({ from, to: performance.now() });
    return answer;
  };
  return seen;
}
