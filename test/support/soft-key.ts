/** A simulated key in a bus of its own, with everything a test wants to turn. */
import {
  configure,
  type AuthenticatorConfiguration,
  type ProfileName,
} from '../../main/authenticator/configuration';
import { SoftHidBus } from '../../main/authenticator/fronts/soft-hid-bus';
import { SoftHidKey } from '../../main/authenticator/fronts/soft-hid-key';
import { newKeyState } from '../../main/authenticator/key-state';
import {
  withFingers,
  withPasskeys,
  withPin,
  type FingerRecipe,
  type PasskeyRecipe,
} from '../../main/authenticator/provision';
import type { PinRecord } from '../../main/authenticator/env';
import { ScriptedPresence } from '../../main/authenticator/scripted-presence';
import { SimulatedKey } from '../../main/authenticator/simulated-key';
import { parsePacket } from '../../main/ctap/ctaphid';
import type { HidBus, HidDeviceInfo, HidLink, HidListener } from '../../native/ports';
import { ManualClock } from './manual-clock';
import { SeededRandom } from './seeded-random';

export interface SoftKeyRecipe {
  readonly profile?: ProfileName;
  readonly configuration?: Partial<AuthenticatorConfiguration>;
  readonly pin?: string;
  readonly pinRecord?: Partial<PinRecord>;
  readonly passkeys?: readonly PasskeyRecipe[];
  /** Enrolled; for keys with a sensor. */
  readonly fingers?: readonly FingerRecipe[];
  readonly clock?: ManualClock;
  readonly seed?: string;
}

export async function softKey(recipe: SoftKeyRecipe = {}): Promise<{
  readonly clock: ManualClock;
  readonly random: SeededRandom;
  readonly presence: ScriptedPresence;
  readonly simulated: SimulatedKey;
  readonly soft: SoftHidKey;
}> {
  const clock = recipe.clock ?? new ManualClock();
  const random = new SeededRandom(recipe.seed);
  const presence = new ScriptedPresence();
  let state = newKeyState(configure(recipe.profile, recipe.configuration), random);
  if (recipe.pin !== undefined) state = withPin(state, recipe.pin, recipe.pinRecord);
  state = withPasskeys(state, recipe.passkeys ?? [], random);
  if (recipe.fingers) state = withFingers(state, recipe.fingers);
  const simulated = await SimulatedKey.open({ clock, random, presence, state });
  return { clock, random, presence, simulated, soft: new SoftHidKey(simulated) };
}

/** A bus that notes the initialization packets which the host writes. */
export class ObservedBus implements HidBus {
  readonly bus = new SoftHidBus();
  /** Command bytes without 0x80, and the first two bytes of the payload, in hex: `10 0a01`. */
  readonly log: string[] = [];

  list(): Promise<readonly HidDeviceInfo[]> {
    return this.bus.list();
  }

  watch(onChange: (devices: readonly HidDeviceInfo[]) => void): () => void {
    return this.bus.watch(onChange);
  }

  async open(device: HidDeviceInfo, listener: HidListener): Promise<HidLink> {
    const link = await this.bus.open(device, listener);
    return {
      write: (report) => {
        const packet = parsePacket(report);
        if (packet?.kind === 'init') this.log.push(describe(packet.command, packet.data));
        return link.write(report);
      },
      close: () => link.close(),
    };
  }
}

function describe(command: number, data: Uint8Array): string {
  return `${command.toString(16)} ${Buffer.from(data.subarray(0, 1)).toString('hex')}`;
}
