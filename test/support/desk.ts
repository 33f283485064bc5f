/** A desk for tests: simulated keys on a bus, the registry, and the inventory above them. Time stands still. */
import {
  configure,
  type AuthenticatorConfiguration,
  type ProfileName,
} from '../../main/authenticator/configuration';
import { SoftHidBus } from '../../main/authenticator/fronts/soft-hid-bus';
import { SoftHidKey } from '../../main/authenticator/fronts/soft-hid-key';
import { newKeyState, type KeyState } from '../../main/authenticator/key-state';
import {
  withFingers,
  withPasskeys,
  withPin,
  type FingerRecipe,
  type PasskeyRecipe,
} from '../../main/authenticator/provision';
import { ScriptedPresence } from '../../main/authenticator/scripted-presence';
import { SimulatedKey } from '../../main/authenticator/simulated-key';
import { KeyRegistry } from '../../main/client/key-registry';
import { Inventory } from '../../main/inventory/inventory';
import type { KeyStatus } from '../../main/inventory/model';
import { ManualClock, settled } from './manual-clock';
import { MemoryFile } from './memory-file';
import { ownNamesIn } from './own-names';
import { SeededRandom } from './seeded-random';

export const PIN = '123456';

export interface KeyOnDesk {
  readonly soft: SoftHidKey;
  readonly simulated: SimulatedKey;
  readonly presence: ScriptedPresence;
}

export interface KeyRecipe {
  readonly profile?: ProfileName;
  readonly changes?: Partial<AuthenticatorConfiguration>;
  /** {@link PIN} when absent; null for none. */
  readonly pin?: string | null;
  readonly forceChange?: boolean;
  readonly retries?: number;
  readonly passkeys?: readonly PasskeyRecipe[];
  /** Enrolled; for keys with a sensor. */
  readonly fingers?: readonly FingerRecipe[];
}

export class Desk {
  readonly clock = new ManualClock();
  readonly random = new SeededRandom();
  readonly bus = new SoftHidBus();
  readonly registry = new KeyRegistry([this.bus], this);
  readonly namesFile = new MemoryFile('/config/names.json');
  readonly ownNames = ownNamesIn(this.namesFile);
  readonly inventory = new Inventory({
    registry: this.registry,
    clock: this.clock,
    random: this.random,
    autoLockMilliseconds: 5 * 60_000,
    ownNames: this.ownNames,
  });

  constructor() {
    this.registry.start();
  }

  /** Plugs a new key in and waits until it has said who it is. */
  async plug(recipe: KeyRecipe = {}): Promise<KeyOnDesk> {
    const presence = new ScriptedPresence();
    const simulated = await SimulatedKey.open({
      clock: this.clock,
      random: this.random,
      presence,
      state: stateOf(recipe, this.random),
    });
    const soft = new SoftHidKey(simulated);
    this.bus.plug(soft);
    await this.settle();
    return { soft, simulated, presence };
  }

  async reinsert({ soft }: KeyOnDesk): Promise<void> {
    this.bus.unplug(soft);
    await this.settle();
    this.bus.plug(soft);
    await this.settle();
  }

  /** Lets everything happen that needs no time to pass. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 60; turn++) await settled();
  }

  /** The only key, or the one at this place. */
  status(index = 0): KeyStatus {
    const status = this.inventory.keys[index];
    if (!status) throw new Error(`no key ${index} on the desk`);
    return status;
  }

  passkeyIds(index = 0): string[] {
    return this.inventory.passkeysOn(this.status(index).id).map(({ id }) => id);
  }
}

export function stateOf(recipe: KeyRecipe, random: SeededRandom): KeyState {
  const { profile, changes, pin = PIN, forceChange, retries, passkeys = [] } = recipe;
  const factory = newKeyState(configure(profile, changes), random);
  const fresh = withPasskeys(
    recipe.fingers ? withFingers(factory, recipe.fingers) : factory,
    passkeys,
    random,
  );
  if (pin === null) return fresh;
  return withPin(fresh, pin, {
    ...(forceChange !== undefined && { forceChange }),
    ...(retries !== undefined && { retries }),
  });
}

/** `count` passkeys, three to a site. */
export function somePasskeys(count: number): readonly PasskeyRecipe[] {
  return Array.from({ length: count }, (_, index) => ({
    rpId: `site${Math.floor(index / 3)}.example`,
    userName: `user${index}`,
  }));
}
