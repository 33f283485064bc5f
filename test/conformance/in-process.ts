/** The subjects that need nothing but this process. Time stands still until a case lets it pass. */
import { SecurityKey } from '../../main/client/security-key';
import type { ManualClock } from '../support/manual-clock';
import { ObservedBus, softKey, type SoftKeyRecipe } from '../support/soft-key';
import type { Subject } from './subject';

/** The engine's typed entry. */
export async function engine(recipe: SoftKeyRecipe): Promise<Subject> {
  const { simulated, clock, random, presence } = await softKey(recipe);
  return {
    api: simulated.authenticator,
    clock,
    random,
    presence,
    powerCycle: async () => simulated.powerCycle(),
    until: untilOn(clock),
  };
}

/** The client of a security key, CTAPHID, and the engine's bytes entry behind it. */
export async function remote(recipe: SoftKeyRecipe): Promise<Subject> {
  const { soft, clock, random, presence } = await softKey(recipe);
  const bus = new ObservedBus();
  let key = await SecurityKey.open(bus, bus.bus.plug(soft), { clock, random });
  return {
    get api() {
      return key.api;
    },
    clock,
    random,
    presence,
    powerCycle: async () => {
      bus.bus.unplug(soft);
      key = await SecurityKey.open(bus, bus.bus.plug(soft), { clock, random });
    },
    until: untilOn(clock),
  };
}

/** Longer than anything that a case may wait for, in milliseconds. */
const LONG = 60_000;
const STEP = 100;

export function untilOn(clock: ManualClock): Subject['until'] {
  return async (what, condition) => {
    for (let passed = 0; !condition(); passed += STEP) {
      if (passed > LONG) throw new Error(`Not within ${LONG} ms: ${what}`);
      await clock.advance(STEP);
    }
  };
}
