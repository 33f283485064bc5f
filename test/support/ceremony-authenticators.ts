/** This device and simulated keys as main/webauthn takes them, with the adapters that Latchkey uses. */
import { AuthenticatorBlobs } from '../../main/ceremony/authenticator-blobs';
import { DeviceVerifier } from '../../main/ceremony/device-verifier';
import { KeyVerifier, type KeyPinRequest } from '../../main/ceremony/key-verifier';
import { PinClient } from '../../main/client/pin';
import type { Ctap2Api } from '../../main/ctap/api';
import { builtInVerification, u2fInfo, type CeremonyAuthenticator } from '../../main/webauthn/ports';
import { platformDevice, type PlatformDevice } from './platform-device';
import { PIN, pluggedKey, type PluggedKey } from './plugged-key';
import type { SoftKeyRecipe } from './soft-key';

export interface KeyInCeremony extends CeremonyAuthenticator {
  readonly plugged: PluggedKey;
  /** What the person was asked for. */
  readonly asked: KeyPinRequest[];
  /** What they enter, one after the other; {@link PIN} when that is used up. */
  readonly entered: (string | undefined)[];
}

/** A simulated key at the end of a HID link; `answers` replaces some of its calls. */
export async function keyInCeremony(
  recipe: SoftKeyRecipe = {},
  answers: (api: Ctap2Api) => Partial<Ctap2Api> = () => ({}),
): Promise<KeyInCeremony> {
  const plugged = await pluggedKey(recipe);
  return asAuthenticator(plugged, answers);
}

/** The same key again, as it says it is now. */
export function asAuthenticator(
  plugged: PluggedKey,
  answers: (api: Ctap2Api) => Partial<Ctap2Api> = () => ({}),
): KeyInCeremony {
  const asked: KeyPinRequest[] = [];
  const entered: (string | undefined)[] = [];
  const { key, soft } = plugged;
  if (!key.info)
    return {
      api: key.u2f!,
      info: u2fInfo,
      attachment: 'cross-platform',
      transport: 'usb',
      verifier: builtInVerification,
      plugged,
      asked,
      entered,
    };
  const api = replaced(key.api, answers);
  const pin = new PinClient(api, key.info, soft.random);
  return {
    api,
    info: key.info,
    attachment: 'cross-platform',
    transport: 'usb',
    verifier: new KeyVerifier({
      pin,
      info: key.info,
      askPin: async (request) => {
        asked.push(request);
        return entered.length > 0 ? entered.shift() : PIN;
      },
    }),
    secrets: pin,
    largeBlobs: new AuthenticatorBlobs(api, key.info, soft.random),
    plugged,
    asked,
    entered,
  };
}

function replaced(api: Ctap2Api, answers: (api: Ctap2Api) => Partial<Ctap2Api>): Ctap2Api {
  const own = answers(api);
  return new Proxy(api, { get: (target, name: keyof Ctap2Api) => own[name] ?? target[name].bind(target) });
}

export interface DeviceInCeremony extends CeremonyAuthenticator {
  readonly platform: PlatformDevice;
}

/** This device over a vault in memory; the person's gesture is scripted by `platform.presence.fingers`. */
export async function deviceInCeremony(): Promise<DeviceInCeremony> {
  const platform = await platformDevice();
  const { device, random } = platform;
  const info = await device.getInfo();
  const pin = new PinClient(device, info, random);
  return {
    api: device,
    info,
    attachment: 'platform',
    transport: 'internal',
    verifier: new DeviceVerifier(pin),
    secrets: pin,
    largeBlobs: new AuthenticatorBlobs(device, info, random),
    platform,
  };
}
