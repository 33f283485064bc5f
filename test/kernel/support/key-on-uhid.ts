/** For kernel tests: whole simulated keys on the kernel's uhid, and our client at the other end of its hidraw. */
import { onTestFinished } from 'vitest';
import {
  configure,
  type AuthenticatorConfiguration,
  type ProfileName,
} from '../../../main/authenticator/configuration.js';
import type { PinRecord } from '../../../main/authenticator/env.js';
import { UhidKey } from '../../../main/authenticator/fronts/uhid-key.js';
import { newKeyState } from '../../../main/authenticator/key-state.js';
import { withPasskeys, withPin, type PasskeyRecipe } from '../../../main/authenticator/provision.js';
import { ScriptedPresence } from '../../../main/authenticator/scripted-presence.js';
import { SimulatedKey } from '../../../main/authenticator/simulated-key.js';
import { KeyRegistry } from '../../../main/client/key-registry.js';
import { SecurityKey } from '../../../main/client/security-key.js';
import { Inventory } from '../../../main/inventory/inventory.js';
import { SystemClock } from '../../../native/clock.js';
import { SystemRandom } from '../../../native/random.js';
import type { HidDeviceInfo } from '../../../native/ports.js';
import { LinuxUhid } from '../../../native/uhid/linux-uhid.js';
import { attached, eventually, systemBus } from './virtual-key.js';

export const PIN = '123456';

export const system = { clock: new SystemClock(), random: new SystemRandom() };

export interface KeyRecipe {
  readonly profile?: ProfileName;
  readonly changes?: Partial<AuthenticatorConfiguration>;
  /** {@link PIN} when absent; null for none. */
  readonly pin?: string | null;
  readonly pinRecord?: Partial<PinRecord>;
  readonly passkeys?: readonly PasskeyRecipe[];
}

/** A simulated key that can be plugged into the kernel. */
export class KeyOnUhid {
  readonly simulated: SimulatedKey;
  readonly presence: ScriptedPresence;
  /** Resolves when a quirk takes the key out. */
  readonly gone: Promise<void>;
  #resolveGone: () => void = () => undefined;
  #front: UhidKey | undefined;

  private constructor(simulated: SimulatedKey, presence: ScriptedPresence) {
    this.simulated = simulated;
    this.presence = presence;
    this.gone = new Promise((resolve) => (this.#resolveGone = resolve));
  }

  static async make(recipe: KeyRecipe = {}): Promise<KeyOnUhid> {
    const { profile, changes, pin = PIN, pinRecord, passkeys = [] } = recipe;
    const presence = new ScriptedPresence();
    const empty = newKeyState(configure(profile, changes), system.random);
    const state = withPasskeys(empty, passkeys, system.random);
    const simulated = await SimulatedKey.open({
      ...system,
      presence,
      state: pin === null ? state : withPin(state, pin, pinRecord),
    });
    return new KeyOnUhid(simulated, presence);
  }

  async plug(): Promise<void> {
    this.#front = await UhidKey.plug(new LinuxUhid(), this.simulated, { onGone: () => this.#resolveGone() });
  }

  async unplug(): Promise<void> {
    await this.#front?.unplug();
    this.#front = undefined;
  }
}

/** A key that is plugged in until the test ends. */
export async function plugKey(recipe: KeyRecipe = {}): Promise<KeyOnUhid> {
  const key = await KeyOnUhid.make(recipe);
  onTestFinished(() => key.unplug());
  await key.plug();
  return key;
}

/** The only attached key, opened by our client until the test ends. */
export async function openedKey(): Promise<{ readonly key: SecurityKey; readonly device: HidDeviceInfo }> {
  const bus = systemBus();
  const [device] = await attached(bus, 1);
  const key = await SecurityKey.open(bus, device!, system);
  onTestFinished(() => key.close());
  return { key, device: device! };
}

/** The whole client as the app has it, watching the system's bus until the test ends. */
export async function watchedInventory(): Promise<{
  readonly registry: KeyRegistry;
  readonly inventory: Inventory;
}> {
  const registry = new KeyRegistry([systemBus()], system);
  const inventory = new Inventory({ registry, ...system, autoLockMilliseconds: 5 * 60_000 });
  registry.start();
  onTestFinished(async () => {
    inventory.close();
    await registry.stop();
  });
  await registry.looked;
  return { registry, inventory };
}

/** The ID of the key that is plugged in, as soon as `inventory` can work with it. */
export function readyKey(inventory: Inventory, serial?: string): Promise<string> {
  return eventually('the key is ready', () => {
    const status = inventory.keys.find(({ device }) => serial === undefined || device.serial === serial);
    return status?.state === 'ready' && status.id;
  });
}

/** `count` passkeys, dealt to `sites` sites in turn. */
export function passkeysOn(sites: number, count: number): readonly PasskeyRecipe[] {
  return Array.from({ length: count }, (_, index) => ({
    rpId: `site${index % sites}.example`,
    userName: `user${index}`,
    displayName: `User ${index}`,
  }));
}
