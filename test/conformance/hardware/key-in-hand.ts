/**
 * The subject of the conformance suite that a person holds in the hand. Cases that want more than a person can do (time
 * that passes on command, touches by script), or another key than this one, end with {@link NotOnHardware} before they have
 * done anything.
 */
import { CredentialManager } from '../../../main/client/credential-manager';
import { PinClient } from '../../../main/client/pin';
import type { PinUvAuthToken } from '../../../main/client/pin-uv-auth-token';
import { SecurityKey } from '../../../main/client/security-key';
import type { AuthenticatorInfo } from '../../../main/ctap/commands/get-info';
import { CtapStatusError } from '../../../main/ctap/errors';
import { Permission } from '../../../main/ctap/pin-protocol';
import type { Clock, HidBus, HidDeviceInfo, RandomSource } from '../../../native/ports';
import type { SoftKeyRecipe } from '../../support/soft-key';
import { PIN } from '../ceremony';
import type { ConformanceCase, Subject } from '../subject';

export class NotOnHardware extends Error {
  override readonly name = 'NotOnHardware';
}

export interface KeyInHandOptions {
  readonly bus: HidBus;
  readonly clock: Clock;
  readonly random: RandomSource;
  /** Of the key; undefined when it has none. Not asked for in a destructive run. */
  readonly pin: string | undefined;
  /** The key may be reset, and its PIN changed. */
  readonly destructive: boolean;
  /** Tells the person what to do. */
  readonly tell: (what: string) => void;
}

/** The sites of the cases are all in this top-level domain, which RFC 2606 keeps free of real ones. */
const TEST_SITES = '.example';

export class KeyInHand {
  readonly #options: KeyInHandOptions;
  #key: SecurityKey;
  #device: HidDeviceInfo;
  #pin: string | undefined;

  private constructor(options: KeyInHandOptions, key: SecurityKey, device: HidDeviceInfo) {
    this.#options = options;
    this.#key = key;
    this.#device = device;
    this.#pin = options.pin;
  }

  static async open(device: HidDeviceInfo, options: KeyInHandOptions): Promise<KeyInHand> {
    return new KeyInHand(options, await SecurityKey.open(options.bus, device, options), device);
  }

  /** Takes the passkeys of the cases off the key again, and lets it go. */
  async close(): Promise<void> {
    await this.#clean();
    await this.#key.close();
  }

  /** The key in the state that the case wants. Throws {@link NotOnHardware}, with the reason. */
  async subjectFor({ recipe = {}, needs = [], destructive }: ConformanceCase): Promise<Subject> {
    if (destructive && !this.#options.destructive)
      throw new NotOnHardware('it would change the key; --destructive runs it');
    const info = await this.#key.refreshInfo();
    if (!info) throw new NotOnHardware('the key speaks only U2F');
    const reason = unlike(recipe, info);
    if (reason !== undefined) throw new NotOnHardware(reason);
    const lacking = needs.map((need) => need(info)).find((what) => what !== undefined);
    if (lacking !== undefined) throw new NotOnHardware(`it wants ${lacking}`);
    if (this.#options.destructive) await this.#arrange(recipe.pin);
    else if ((recipe.pin === undefined) !== (this.#pin === undefined))
      throw new NotOnHardware(`it wants a key ${recipe.pin === undefined ? 'without' : 'with'} a PIN`);
    await this.#clean();
    const key = (): SecurityKey => this.#key;
    const { random } = this.#options;
    return {
      get api() {
        return key().api;
      },
      random,
      ...(this.#pin !== undefined && { pin: this.#pin }),
      powerCycle: () => this.#reinsert(),
      get clock(): never {
        throw new NotOnHardware('time would have to pass on command');
      },
      get presence(): never {
        throw new NotOnHardware('touches would have to come by script');
      },
      get until(): never {
        throw new NotOnHardware('touches would have to come by script');
      },
    };
  }

  /** With this PIN, or with none. */
  async #arrange(pin: string | undefined): Promise<void> {
    const info = await this.#key.refreshInfo();
    const isSet = info?.options?.get('clientPin') === true;
    if (pin === undefined ? !isSet : isSet && (await this.#opens(pin))) {
      this.#pin = pin;
      return;
    }
    if (isSet || pin === undefined) {
      await this.#reinsert();
      await this.#key.api.reset();
    }
    this.#pin = undefined;
    const fresh = await this.#key.refreshInfo();
    if (pin === undefined || !fresh) return;
    await new PinClient(this.#key.api, fresh, this.#options.random).setPin(pin);
    await this.#key.refreshInfo();
    this.#pin = pin;
  }

  async #opens(pin: string): Promise<boolean> {
    try {
      await this.#token(pin);
      return true;
    } catch (error) {
      if (error instanceof CtapStatusError) return false;
      throw error;
    }
  }

  async #token(pin: string): Promise<PinUvAuthToken> {
    const { info } = this.#key;
    if (!info) throw new NotOnHardware('the key speaks only U2F');
    return new PinClient(this.#key.api, info, this.#options.random).token(pin, Permission.CM);
  }

  /** Deletes the passkeys that the cases have made. */
  async #clean(): Promise<void> {
    const info = await this.#key.refreshInfo();
    if (this.#pin === undefined || !info || info.options?.get('credMgmt') !== true) return;
    const manager = new CredentialManager(this.#key.api, info, await this.#token(this.#pin));
    const { credentials } = await manager.list();
    for (const credential of credentials)
      if (credential.rpId.endsWith(TEST_SITES)) await manager.delete(credential.credentialId);
  }

  async #reinsert(): Promise<void> {
    const { bus, tell } = this.#options;
    await this.#key.close();
    tell(`Take ${this.#device.product} out and put it back in.`);
    this.#device = await reinserted(bus, this.#device);
    this.#key = await SecurityKey.open(bus, this.#device, this.#options);
  }
}

/** Why this key is not what a case wants, if it is not. */
function unlike(recipe: SoftKeyRecipe, info: AuthenticatorInfo): string | undefined {
  const { pin, seed: _seed, configuration = {}, ...others } = recipe;
  const { pinUvAuthProtocols, ...rest } = configuration;
  if (Object.keys(others).length > 0 || Object.keys(rest).length > 0 || (pin !== undefined && pin !== PIN))
    return 'it wants a key made for it';
  return pinUvAuthProtocols && pinUvAuthProtocols[0] !== info.pinUvAuthProtocols?.[0]
    ? `the key prefers PIN/UV auth protocol ${info.pinUvAuthProtocols?.[0] ?? 'none'}`
    : undefined;
}

/** Waits until the device is gone, and then until one with its name is there. */
function reinserted(bus: HidBus, before: HidDeviceInfo): Promise<HidDeviceInfo> {
  return new Promise((resolve) => {
    let gone = false;
    const stop = bus.watch((devices) => {
      gone ||= !devices.some(({ attachment }) => attachment === before.attachment);
      const back = devices.find(({ product }) => product === before.product);
      if (!gone || !back) return;
      queueMicrotask(() => stop());
      resolve(back);
    });
  });
}
