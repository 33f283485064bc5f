/** The subject that is not made for its case: the authenticator of this device, over a real vault, with real user verification. */
import type { AuthenticatorInfo } from '../../main/ctap/commands/get-info';
import { newKeyState } from '../../main/authenticator/key-state';
import { platformConfiguration } from '../../main/authenticator/platform-configuration';
import { withPasskeys } from '../../main/authenticator/provision';
import { PIN } from '../support/memory-vault';
import { platformDevice } from '../support/platform-device';
import type { SoftKeyRecipe } from '../support/soft-key';
import { untilOn } from './in-process';
import type { Subject } from './subject';

/** What of a recipe can be had here: passkeys. For the rest, see `unlike`. */
export async function thisDevice({ passkeys = [] }: SoftKeyRecipe = {}): Promise<Subject> {
  const { device, vault, clock, random, presence } = await platformDevice();
  if (passkeys.length > 0) {
    const state = withPasskeys(newKeyState(platformConfiguration, random), passkeys, random);
    await vault.verifyPin(PIN);
    for (const { credential, secrets } of state.credentials)
      await vault.storage.credentials.save(credential, secrets);
    vault.endCeremony();
  }
  return {
    api: device,
    clock,
    random,
    presence,
    powerCycle: async () => {
      device.forget();
      vault.lock();
    },
    until: untilOn(clock),
  };
}

export async function infoOfThisDevice(): Promise<AuthenticatorInfo> {
  return (await thisDevice()).api.getInfo();
}
