/** Verifies the person for a ceremony with this device. */
import type { PinClient } from '../client/pin';
import { Permission } from '../ctap/pin-protocol';
import type { AuthorizationRequest, PinUvAuth, UserVerifier } from '../webauthn/ports';

/**
 * The command itself asks for the gesture, and DeviceUser (device-user.ts) gets it. Only what comes after the command, the large
 * blob, needs a token from that gesture.
 */
export class DeviceVerifier implements UserVerifier {
  readonly #pin: Pick<PinClient, 'tokenByUv'>;

  /** @param pin over the authenticator of this device. */
  constructor(pin: Pick<PinClient, 'tokenByUv'>) {
    this.#pin = pin;
  }

  authorize(request: AuthorizationRequest): Promise<PinUvAuth | undefined> {
    const { permissions, rpId } = request;
    return permissions & Permission.LBW
      ? this.#pin.tokenByUv(permissions, rpId, request)
      : Promise.resolve(undefined);
  }
}
