/** The authenticator of this device over a real vault in memory, and the person before it, who knows the PIN. */
import {
  PlatformAuthenticator,
  type PlatformAuthenticatorOptions,
} from '../../main/authenticator/fronts/platform';
import { ScriptedPresence } from '../../main/authenticator/scripted-presence';
import { PIN, openMemoryVault, type MemoryVault } from './memory-vault';
import { SeededRandom } from './seeded-random';

export interface PlatformDevice extends Omit<MemoryVault, 'calendar'> {
  readonly device: PlatformAuthenticator;
  readonly random: SeededRandom;
  /** `fingers` script the gesture; there is no touch without one. */
  readonly presence: ScriptedPresence;
  /** How often a ceremony was declared over. */
  readonly ended: () => number;
}

/** The vault has been locked since it was set up, so nothing is open. */
export async function platformDevice(
  changes: Partial<PlatformAuthenticatorOptions> = {},
): Promise<PlatformDevice> {
  const random = new SeededRandom();
  const parts = await openMemoryVault({ random });
  const { vault, clock } = parts;
  vault.lock();
  const presence = new ScriptedPresence();
  let ended = 0;
  const device = new PlatformAuthenticator({
    clock,
    random,
    storage: vault.storage,
    user: {
      verify: async (request) => {
        const answer = await presence.verify(request);
        if (answer === 'verified') await vault.verifyPin(PIN);
        return answer;
      },
      endCeremony: () => {
        ended++;
        vault.endCeremony();
      },
    },
    onUsed: (id) => vault.markUsed(id),
    ...changes,
  });
  return { ...parts, device, random, presence, ended: () => ended };
}
