/** The authenticator of this device with somebody at it who knows the PIN: for testers. */
import type { Clock, RandomSource } from '../../native/ports';
import { PlatformAuthenticator } from '../authenticator/fronts/platform';
import type { Vault } from '../vault/vault';
import type { TestersAuthenticator } from './vault-service';

export function testersAuthenticator(
  vault: Pick<Vault, 'storage' | 'verifyPin' | 'endCeremony' | 'markUsed'>,
  { clock, random }: { readonly clock: Clock; readonly random: RandomSource },
): TestersAuthenticator {
  return async (pin, use) => {
    let wrong: unknown;
    const authenticator = new PlatformAuthenticator({
      clock,
      random,
      storage: vault.storage,
      user: {
        verify: async () => {
          try {
            await vault.verifyPin(pin);
            return 'verified';
          } catch (error) {
            wrong = error;
            return 'refused';
          }
        },
        endCeremony: () => vault.endCeremony(),
      },
      onUsed: (id) => vault.markUsed(id),
    });
    try {
      return await use(authenticator);
    } catch (error) {
      // What the vault says of the PIN says more than that the user refused.
      throw wrong ?? error;
    }
  };
}
