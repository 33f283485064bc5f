/**
 * The subject of the conformance suite with the kernel between the two sides: the engine behind `/dev/uhid`, our client at
 * the other end of its hidraw. The engine's clock is the case's; the link and the client go by the system's, for making an RSA
 * key takes seconds here, and a key that is silent for so long counts as dead.
 */
import { UhidKey } from '../../../main/authenticator/fronts/uhid-key.js';
import { SecurityKey } from '../../../main/client/security-key.js';
import { LinuxUhid } from '../../../native/uhid/linux-uhid.js';
import type { Subject } from '../../conformance/subject.js';
import { softKey, type SoftKeyRecipe } from '../../support/soft-key.js';
import { system } from './key-on-uhid.js';
import { attached, eventually, systemBus } from './virtual-key.js';

export interface SubjectOnUhid extends Subject {
  /** Takes the key out for good. */
  end(): Promise<void>;
}

export async function subjectOnUhid(recipe: SoftKeyRecipe): Promise<SubjectOnUhid> {
  const { simulated, ...people } = await softKey(recipe);
  const { clock, presence } = people;
  const bus = systemBus();
  let front: UhidKey;
  let key: SecurityKey;
  const plug = async (): Promise<void> => {
    await attached(bus, 0);
    front = await UhidKey.plug(new LinuxUhid(), simulated, { clock: system.clock });
    const [device] = await attached(bus, 1);
    key = await SecurityKey.open(bus, device!, system);
  };
  const unplug = async (): Promise<void> => {
    await key.close();
    await front.unplug();
  };
  await plug();
  return {
    ...people,
    get api() {
      return key.api;
    },
    powerCycle: async () => {
      await unplug();
      await plug();
    },
    until: (what, condition) =>
      eventually(what, async () => {
        // Whoever waits for a person goes by the engine's clock.
        if (presence.waiting) await clock.advance(100);
        return condition();
      }).then(() => undefined),
    end: unplug,
  };
}
