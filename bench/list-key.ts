/** The client's whole job with a key, without anything of the engine: what starts must not carry what it does not use. */
import { CredentialManager } from '../main/client/credential-manager';
import { PinClient } from '../main/client/pin';
import { SecurityKey } from '../main/client/security-key';
import type { StoredCredential } from '../main/client/stored-credential';
import { Permission } from '../main/ctap/pin-protocol';
import type { Clock, HidBus, HidDeviceInfo, RandomSource } from '../native/ports';

/** Opens the key, takes a token with the PIN, lists everything, closes it. */
export async function listEverything(
  bus: HidBus,
  device: HidDeviceInfo,
  deps: { readonly clock: Clock; readonly random: RandomSource },
  pin: string,
): Promise<readonly StoredCredential[]> {
  const key = await SecurityKey.open(bus, device, deps);
  try {
    if (!key.info) throw new Error('The key speaks only U2F.');
    const token = await new PinClient(key.api, key.info, deps.random).token(pin, Permission.CM);
    const { credentials } = await new CredentialManager(key.api, key.info, token).list();
    token.destroy();
    return credentials;
  } finally {
    await key.close();
  }
}
